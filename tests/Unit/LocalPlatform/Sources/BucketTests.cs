using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using FutureHouse.LocalPlatform.Objects.Hashing;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Tests.Support;
using Xunit;
using static FutureHouse.Tests.Unit.LocalPlatform.Sources.SourceBench;

namespace FutureHouse.Tests.Unit.LocalPlatform.Sources;

/// <summary>Buckets as folders: registered, listed, fetched, and never left (Protocol §5).</summary>
public sealed class BucketTests
{
    private static readonly object Bucket = new { bucket_name = "b" };

    [Fact]
    public async Task A_prefix_is_one_location_a_file_in_order()
    {
        await using var bench = await WithFilesAsync("p/b.txt", "p/a/z.txt", "p/a.txt", "q/other.txt", "p.txt");
        var made = await bench.CreateAsync(Gcs(new { bucket_name = "b", prefix = "p/" }, collection: true));
        Assert.Equal(["p/a.txt", "p/a/z.txt", "p/b.txt"], Locations(made));
        Assert.Equal("active", made.GetProperty("data_storage").GetProperty("status").GetString());
        Assert.True(made.GetProperty("data_storage").GetProperty("is_collection").GetBoolean());
        var read = await bench.ReadAsync(Id(made));
        Assert.Equal(Locations(made), Locations(read));
        using var http = new HttpClient();
        foreach (var configuration in Configurations(read))
        {
            Assert.Equal("p/", configuration.GetProperty("metadata").GetProperty("prefix").GetString());
            Assert.Equal(configuration.GetProperty("location").GetString(), await http.GetStringAsync(Url(configuration)));
        }
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("p", 3)]
    [InlineData("p/a", 2)]
    [InlineData("q", 1)]
    public async Task A_prefix_is_the_beginning_of_a_name_of_a_folder_or_not(string prefix, int count)
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/ab/c.txt", "pq.txt", "q/d.txt");
        var made = await bench.CreateAsync(Gcs(new { bucket_name = "b", prefix }, collection: true));
        Assert.Equal(count, Locations(made).Count);

        // A single match is just that file.
        Assert.Equal(count > 1, made.GetProperty("data_storage").GetProperty("is_collection").GetBoolean());
    }

    [Fact]
    public async Task A_whole_bucket_and_a_single_file()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "weird %2F #?.txt");
        Assert.Equal(2, Locations(await bench.CreateAsync(Gcs(Bucket, collection: true))).Count);
        foreach (var contentType in (string[])["file", "directory"])
        {
            var made = await bench.CreateAsync(Gcs(Bucket, "weird %2F #?.txt", contentType: contentType));
            var one = Assert.Single(Configurations(made));
            Assert.Equal("file", one.GetProperty("content_type").GetString());
            using var http = new HttpClient();
            using var answer = await http.GetAsync(Url(one));
            Assert.Equal("weird %2F #?.txt", await answer.Content.ReadAsStringAsync());
            Assert.Equal("weird %2F #?.txt", answer.Content.Headers.ContentDisposition!.FileNameStar);
        }
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_what_is_wrong()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/b.txt");
        async Task SaysAsync(string expected, object body) => Assert.Contains(expected, (await bench.RefusedAsync(body)).GetString(), StringComparison.Ordinal);
        const string Exact = "Prefix is not allowed for single file GCS storage";
        Assert.Equal(Exact, (await bench.RefusedAsync(Gcs(new { bucket_name = "b", prefix = "p/" }, "p/a.txt"))).GetString());
        Assert.Equal(Exact, (await bench.RefusedAsync(Gcs(new { bucket_name = "b", prefix = "p/" }, "p/a.txt", collection: true))).GetString());
        Assert.Equal(Exact, (await bench.RefusedAsync(Gcs(new { bucket_name = "b", prefix = "p/" }))).GetString());
        await SaysAsync("no collection", Gcs(Bucket, "p/a.txt", collection: true));
        await SaysAsync("needs its name as location", Gcs(Bucket));
        await SaysAsync("'directory'", Gcs(Bucket, collection: true, contentType: "file"));
        await SaysAsync("No file in the bucket 'b' matches the prefix 'x/'", Gcs(new { bucket_name = "b", prefix = "x/" }, collection: true));
        await SaysAsync("There is no file 'p'", Gcs(Bucket, "p"));
        await SaysAsync("'other' is not mapped on this platform; mapped are: b", Gcs(new { bucket_name = "other" }, collection: true));
        Assert.Equal("metadata/bucket_name", await bench.FaultyMemberAsync(Gcs(null, collection: true)));
        Assert.Equal("metadata/bucket_name", await bench.FaultyMemberAsync(Gcs(new { bucket_name = 5 }, collection: true)));
        Assert.Equal("metadata/bucket_name", await bench.FaultyMemberAsync(Gcs(new { bucket_name = " " }, collection: true)));
        Assert.Equal("metadata/prefix", await bench.FaultyMemberAsync(Gcs(new { bucket_name = "b", prefix = 5 }, collection: true)));
        Assert.Equal("content_type", await bench.FaultyMemberAsync(Gcs(Bucket, collection: true, contentType: "text")));
        Assert.Equal("metadata", await bench.FaultyMemberAsync(new { name = "g", existing_location = new { storage_type = "link", content_type = "text", location = "x", metadata = "text" } }));
    }

    [Fact]
    public async Task An_empty_bucket_has_nothing_to_register()
    {
        await using var bench = await WithFilesAsync();
        Assert.Contains("no file in the bucket 'b'", (await bench.RefusedAsync(Gcs(Bucket, collection: true))).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_bucket_it_is_refused_in_the_services_words()
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        Assert.Equal("Registering existing GCS locations is not supported", (await bench.RefusedAsync(Gcs(Bucket, collection: true))).GetString());
        Assert.Equal("Registering existing GCS locations is not supported", (await bench.RefusedAsync(Gcs(null))).GetString());
    }

    [Theory]
    [InlineData("../secret.txt")]
    [InlineData("p/../../secret.txt")]
    [InlineData("./p/a.txt")]
    [InlineData("/etc/passwd")]
    [InlineData("p//a.txt")]
    [InlineData("p/a.txt/")]
    [InlineData("link.txt")]
    [InlineData("linked/secret.txt")]
    [InlineData("inside.txt")]
    [InlineData("pipe")]
    public async Task Nothing_outside_of_the_folder_can_be_named(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        await using var bench = await StartAsync(folder =>
        {
            var options = SourceBench.Bucket(folder, "p/a.txt");
            Directory.CreateDirectory(folder.Combine("other"));
            File.WriteAllText(folder.Combine("secret.txt"), "secret");
            File.WriteAllText(folder.Combine("other", "secret.txt"), "secret");
            File.CreateSymbolicLink(folder.Combine("bucket", "link.txt"), folder.Combine("secret.txt"));
            File.CreateSymbolicLink(folder.Combine("bucket", "inside.txt"), folder.Combine("bucket", "p", "a.txt"));
            Directory.CreateSymbolicLink(folder.Combine("bucket", "linked"), folder.Combine("other"));
            System.Diagnostics.Process.Start("mkfifo", folder.Combine("bucket", "pipe")).WaitForExit();
            return options;
        });
        Assert.Contains("There is no file", (await bench.RefusedAsync(Gcs(Bucket, name))).GetString(), StringComparison.Ordinal);
        Assert.Equal(["p/a.txt"], Locations(await bench.CreateAsync(Gcs(Bucket, collection: true))));
        Assert.Contains("No file", (await bench.RefusedAsync(Gcs(new { bucket_name = "b", prefix = name }, collection: true))).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_becomes_a_link_is_no_longer_given()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        await using var bench = await WithFilesAsync("p/a.txt");
        var url = Url(Assert.Single(Configurations(await bench.CreateAsync(Gcs(Bucket, "p/a.txt")))));
        Directory.Move(bench.Outside.Combine("bucket", "p"), bench.Outside.Combine("moved"));
        Directory.CreateSymbolicLink(bench.Outside.Combine("bucket", "p"), bench.Outside.Combine("moved"));
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(url)).StatusCode);
    }

    [Fact]
    public async Task A_download_has_ranges_conditions_and_the_checksum()
    {
        await using var bench = await StartAsync(folder =>
        {
            var options = SourceBench.Bucket(folder);
            folder.RandomFile("bucket/large.bin", 1_000_001);
            return options;
        });
        var bytes = await File.ReadAllBytesAsync(bench.Outside.Combine("bucket", "large.bin"));
        var url = Url(Assert.Single(Configurations(await bench.CreateAsync(Gcs(Bucket, "large.bin")))));
        using var http = new HttpClient();
        using var whole = await http.GetAsync(url);
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync());
        Assert.Equal($"crc32c={Crc32C.ToBase64(Crc32C.Append(0, bytes))}", whole.Headers.GetValues("x-goog-hash").Single());
        Assert.False(whole.Headers.ETag!.IsWeak);

        using var rest = await SendAsync(http, url, r =>
        {
            r.Headers.Range = new RangeHeaderValue(999_000, null);
            r.Headers.IfMatch.Add(whole.Headers.ETag);
        });
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(bytes[999_000..], await rest.Content.ReadAsByteArrayAsync());

        await File.AppendAllTextAsync(bench.Outside.Combine("bucket", "large.bin"), "more");
        using var changed = await SendAsync(http, url, r => r.Headers.IfMatch.Add(whole.Headers.ETag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, changed.StatusCode);
        using var again = await http.GetAsync(url);
        Assert.NotEqual(whole.Headers.GetValues("x-goog-hash"), again.Headers.GetValues("x-goog-hash"));
    }

    [Fact]
    public async Task An_address_is_good_for_reading_that_file_alone()
    {
        await using var bench = await WithFilesAsync("a.txt", "b.txt");
        var url = Url(Assert.Single(Configurations(await bench.CreateAsync(Gcs(Bucket, "a.txt")))));
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(new Uri(url.AbsoluteUri.Replace("/a.txt", "/b.txt", StringComparison.Ordinal)))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetAsync(new Uri(bench.Platform.Url, "/b/a.txt"))).StatusCode);
        foreach (var method in (HttpMethod[])[HttpMethod.Put, HttpMethod.Delete, HttpMethod.Post])
        {
            using var refused = await http.SendAsync(new HttpRequestMessage(method, url) { Content = new StringContent("x") });
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        Assert.Equal("a.txt", await File.ReadAllTextAsync(bench.Outside.Combine("bucket", "a.txt")));
    }

    [Fact]
    public async Task Removing_entry_or_dataset_leaves_the_files()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/b.txt");
        var first = await bench.CreateAsync(Gcs(Bucket, collection: true));
        var second = await bench.CreateAsync(Gcs(Bucket, "p/a.txt"));
        (await bench.Ann.DeleteAsync(new Uri($"{Entries}/{Id(first)}", UriKind.Relative))).EnsureSuccessStatusCode();
        var dataset = second.GetProperty("data_storage").GetProperty("dataset_id").GetString();
        (await bench.Ann.DeleteAsync(new Uri($"/v0.1/data-storage/datasets/{dataset}", UriKind.Relative))).EnsureSuccessStatusCode();
        Assert.Equal(["a.txt", "b.txt"], Directory.GetFiles(bench.Outside.Combine("bucket", "p")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_file_that_is_gone_is_an_error_of_the_download()
    {
        await using var bench = await WithFilesAsync("a.txt", "b.txt");
        var made = await bench.CreateAsync(Gcs(Bucket, collection: true));
        File.Delete(bench.Outside.Combine("bucket", "a.txt"));
        var read = await bench.ReadAsync(Id(made));
        using var http = new HttpClient();
        Assert.Equal([HttpStatusCode.NotFound, HttpStatusCode.OK], await Task.WhenAll(Configurations(read).Select(async c => (await http.GetAsync(Url(c))).StatusCode)));
    }

    [Fact]
    public async Task The_same_key_again_gives_the_same_entry_though_the_source_is_gone()
    {
        await using var bench = await WithFilesAsync("a.txt");
        async Task<HttpResponseMessage> CreateAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Entries) { Content = JsonContent.Create(Gcs(Bucket, "a.txt")) };
            request.Headers.Add("Idempotency-Key", "11111111-2222-4333-8444-555555555555");
            return await bench.Ann.SendAsync(request);
        }

        using var first = await CreateAsync();
        first.EnsureSuccessStatusCode();
        File.Delete(bench.Outside.Combine("bucket", "a.txt"));
        using var second = await CreateAsync();
        second.EnsureSuccessStatusCode();
        Assert.Equal(
            Id(await first.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()),
            Id(await second.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()));
    }

    [Fact]
    public async Task More_files_than_an_entry_may_have_are_refused()
    {
        await using var bench = await StartAsync(folder => SourceBench.Bucket(folder, "1", "2", "3") with { MostFiles = 2 });
        Assert.Contains("More than 2 files", (await bench.RefusedAsync(Gcs(Bucket, collection: true))).GetString(), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, Uri url, Action<HttpRequestMessage> change)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        change(request);
        return await http.SendAsync(request);
    }
}
