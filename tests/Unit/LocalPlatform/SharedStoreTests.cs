using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Two platforms on one database and one folder of objects: one store, through whichever a request comes.</summary>
public sealed class SharedStoreTests : IAsyncLifetime
{
    private const string Entries = "/v0.1/data-storage/data-entries";
    private const string Datasets = "/v0.1/data-storage/datasets";
    private readonly TempDirectory _directory = new();
    private readonly List<HttpClient> _clients = [];
    private LocalPlatformOptions _options = null!;
    private LocalPlatformHost _first = null!;
    private LocalPlatformHost _second = null!;
    private HttpClient _one = null!;
    private HttpClient _two = null!;

    public async ValueTask InitializeAsync()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _options = new LocalPlatformOptions { Store = _directory.Combine("store"), Database = database };

        // At once: each finds neither a schema nor secrets, and both must end up with the same.
        var hosts = await Task.WhenAll(LocalPlatformHost.StartAsync(_options), LocalPlatformHost.StartAsync(_options), LocalPlatformHost.StartAsync(_options), LocalPlatformHost.StartAsync(_options));
        (_first, _second) = (hosts[0], hosts[1]);
        await hosts[2].DisposeAsync();
        await hosts[3].DisposeAsync();
        _one = Client(_first);
        _two = Client(_second);
        var key = await File.ReadAllTextAsync(_directory.Combine("store", "api-key"));
        using var answer = await _one.PostAsJsonAsync("/auth/login", new { api_key = key });
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();

        // The first one's token, and the second takes it.
        _one.DefaultRequestHeaders.Authorization = _two.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        if (_first is not null)
        {
            await _first.DisposeAsync();
            await _second.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task What_one_is_told_the_other_knows()
    {
        var dataset = (await SendAsync(_one, HttpMethod.Post, Datasets, new { name = "d" })).GetProperty("id").GetGuid();
        var id = Id(await SendAsync(_one, HttpMethod.Post, Entries, new { name = "a", content = "x", dataset_id = dataset }));
        await SendAsync(_two, HttpMethod.Patch, $"{Entries}/{id}", new { tags = new[] { "t" } });
        Assert.Equal("t", (await GetAsync(_one, $"{Entries}/{id}")).GetProperty("data_storage").GetProperty("tags")[0].GetString());
        Assert.Equal(id, Assert.Single((await GetAsync(_two, $"{Datasets}/{dataset}")).GetProperty("data_storage_entries").EnumerateArray()).GetProperty("id").GetGuid());

        using var removed = await _two.DeleteAsync($"{Entries}/{id}");
        Assert.Equal(HttpStatusCode.NotFound, (await _one.GetAsync($"{Entries}/{id}")).StatusCode);
        using var dropped = await _one.DeleteAsync($"{Datasets}/{dataset}");
        Assert.Equal(HttpStatusCode.NotFound, (await _two.GetAsync($"{Datasets}/{dataset}")).StatusCode);
    }

    [Fact]
    public async Task An_upload_goes_through_both()
    {
        var (a, b) = (Random(5 * 1024 * 1024, 1), Random(1000, 2));
        var hashes = new[] { Md5(a), Md5(b) };
        var id = Id(await SendAsync(_one, HttpMethod.Post, Entries, new { name = "f", file_path = "f.bin" }));
        var upload = await SendAsync(_one, HttpMethod.Post, $"{Entries}/{id}/multipart-upload/initiate", new { part_hashes = hashes });
        var urls = upload.GetProperty("part_urls").EnumerateArray().Select(u => u.GetString()!).ToArray();
        var parts = new List<object>();
        foreach (var (url, bytes, number) in new[] { (urls[0], a, 1), (At(urls[1], _second), b, 2) })
        {
            using var put = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(bytes) };
            put.Content.Headers.ContentMD5 = MD5.HashData(bytes);
            put.Headers.Host = _first.Url.Authority; // which is signed
            using var storage = new HttpClient();
            using var stored = await storage.SendAsync(put);
            Assert.True(stored.IsSuccessStatusCode, await stored.Content.ReadAsStringAsync());
            parts.Add(new { part_number = number, etag = stored.Headers.ETag!.ToString(), checksum = hashes[number - 1] });
        }

        await SendAsync(_two, HttpMethod.Post, $"{Entries}/{id}/multipart-upload/complete", new { upload_id = upload.GetProperty("upload_id").GetString(), parts });
        await SendAsync(_two, HttpMethod.Patch, $"{Entries}/{id}", new { status = "active" });

        var whole = await DownloadAsync(Url(await GetAsync(_one, $"{Entries}/{id}")));
        Assert.Equal([.. a, .. b], whole);

        // The bytes of a removed entry are gone for both.
        var there = Url(await GetAsync(_two, $"{Entries}/{id}"));
        using var removed = await _one.DeleteAsync($"{Entries}/{id}");
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(there)).StatusCode);
    }

    [Fact]
    public async Task A_session_goes_on_through_the_other()
    {
        var bytes = Random((3 * 262_144) + 5, 3);
        var made = await SendAsync(_one, HttpMethod.Post, Entries, new { name = "f", file_path = "f.bin" });
        using var storage = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var start = new HttpRequestMessage(HttpMethod.Post, Url(made)) { Content = new ByteArrayContent([]) };
        start.Headers.Add("x-goog-resumable", "start");
        start.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var started = await storage.SendAsync(start);
        var session = started.Headers.Location!.AbsoluteUri;

        // Turn about, so that each holds a digest of part of what is stored only.
        var hosts = new[] { _first, _second, _first, _second };
        for (var i = 0; i < 4; i++)
        {
            var (from, to) = (i * 262_144, Math.Min((i + 1) * 262_144, bytes.Length));
            using var chunk = new HttpRequestMessage(HttpMethod.Put, At(session, hosts[i])) { Content = new ByteArrayContent(bytes[from..to]) };
            chunk.Content.Headers.TryAddWithoutValidation("Content-Range", $"bytes {from}-{to - 1}/{bytes.Length}");
            using var answer = await storage.SendAsync(chunk);
            Assert.Equal(i < 3 ? HttpStatusCode.PermanentRedirect : HttpStatusCode.OK, answer.StatusCode);
            if (i == 3)
            {
                Assert.Contains($"md5={Md5(bytes)}", string.Join(',', answer.Headers.GetValues("x-goog-hash")), StringComparison.Ordinal);
            }
        }

        await SendAsync(_one, HttpMethod.Patch, $"{Entries}/{Id(made)}", new { status = "active" });
        Assert.Equal(bytes, await DownloadAsync(Url(await GetAsync(_two, $"{Entries}/{Id(made)}"))));
    }

    [Fact]
    public async Task One_key_makes_one_entry_however_often_and_through_whichever()
    {
        for (var round = 0; round < 5; round++)
        {
            var key = Guid.NewGuid().ToString();
            var dataset = (await SendAsync(_one, HttpMethod.Post, Datasets, new { name = "d" })).GetProperty("id").GetGuid();
            var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, Entries) { Content = JsonContent.Create(new { name = "once", content = "x", dataset_id = dataset }) };
                request.Headers.Add("Idempotency-Key", key);
                using var answer = await (i % 2 == 0 ? _one : _two).SendAsync(request);
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
                return Id(await answer.Content.ReadFromJsonAsync<JsonElement>());
            }));
            Assert.Single(ids.Distinct());
            Assert.Single((await GetAsync(_one, $"{Datasets}/{dataset}")).GetProperty("data_storage_entries").EnumerateArray());
        }
    }

    [Fact]
    public async Task Entries_that_are_made_while_their_dataset_is_removed_are_in_it_or_refused()
    {
        for (var round = 0; round < 5; round++)
        {
            var dataset = (await SendAsync(_one, HttpMethod.Post, Datasets, new { name = "d" })).GetProperty("id").GetGuid();
            var creations = Enumerable.Range(0, 12).Select(i => (i % 2 == 0 ? _one : _two).PostAsJsonAsync(Entries, new { name = $"{i}", file_path = "f.bin", dataset_id = dataset })).ToList();
            using var removed = await _two.DeleteAsync($"{Datasets}/{dataset}");
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
            foreach (var creation in creations)
            {
                using var answer = await creation;
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, await answer.Content.ReadAsStringAsync());
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    Assert.Equal(HttpStatusCode.NotFound, (await _one.GetAsync($"{Entries}/{Id(await answer.Content.ReadFromJsonAsync<JsonElement>())}")).StatusCode);
                }
            }
        }
    }

    [Fact]
    public async Task Many_creations_at_once_through_both_are_all_there()
    {
        var dataset = (await SendAsync(_one, HttpMethod.Post, Datasets, new { name = "d" })).GetProperty("id").GetGuid();
        using var slots = new SemaphoreSlim(16);
        await Task.WhenAll(Enumerable.Range(0, 400).Select(async i =>
        {
            await slots.WaitAsync();
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, Entries) { Content = JsonContent.Create(new { name = $"{i}", content = "x", dataset_id = dataset }) };
                request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
                using var answer = await (i % 2 == 0 ? _one : _two).SendAsync(request);
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            }
            finally
            {
                slots.Release();
            }
        }));
        Assert.Equal(400, (await GetAsync(_two, $"{Datasets}/{dataset}")).GetProperty("data_storage_entries").EnumerateArray().Select(e => e.GetProperty("name").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task Changes_of_one_entry_at_once_leave_it_as_one_of_them_made_it()
    {
        var id = Id(await SendAsync(_one, HttpMethod.Post, Entries, new { name = "a", content = "x" }));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(
            i % 2 == 0 ? _one : _two, HttpMethod.Patch, $"{Entries}/{id}", new { tags = new[] { $"{i}" }, share_status = "shared", permitted_accessors = new { users = new[] { $"{i}@x", "all@x" } } })));
        var judge = await PostgresServer.SharedAsync();
        var tag = (await GetAsync(_one, $"{Entries}/{id}")).GetProperty("data_storage").GetProperty("tags")[0].GetString();
        Assert.Equal($"{tag}@x\nall@x", await judge.PsqlAsync(_options.Database!, $"""SELECT "Value" FROM "AccessorRow" WHERE "EntryId" = '{id}' ORDER BY 1"""));
    }

    [Fact]
    public async Task An_announcement_is_withdrawn_by_the_one_that_made_it_alone()
    {
        var file = _directory.Combine("store", "connection.json");
        await using (var third = await LocalPlatformHost.StartAsync(_options))
        {
            await using var fourth = await LocalPlatformHost.StartAsync(_options);
            await third.DisposeAsync();
            Assert.Contains(fourth.Url.Authority, await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        }

        Assert.False(File.Exists(file));
        Assert.Equal(HttpStatusCode.OK, (await _two.GetAsync("/health")).StatusCode);
    }

    [Fact]
    public async Task A_folder_and_a_database_that_are_not_of_one_store_are_refused()
    {
        var withoutServer = await Assert.ThrowsAsync<ArgumentException>(() => LocalPlatformHost.StartAsync(_options with { Database = null }));
        Assert.Contains("--database", withoutServer.Message, StringComparison.Ordinal);

        var otherFolder = await Assert.ThrowsAsync<ArgumentException>(() => LocalPlatformHost.StartAsync(_options with { Store = _directory.Combine("other") }));
        Assert.Contains("another store", otherFolder.Message, StringComparison.Ordinal);

        var otherDatabase = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var other = await Assert.ThrowsAsync<ArgumentException>(() => LocalPlatformHost.StartAsync(_options with { Database = otherDatabase }));
        Assert.Contains("another database", other.Message, StringComparison.Ordinal);

        var file = new LocalPlatformOptions { Store = _directory.Combine("file") };
        await using (await LocalPlatformHost.StartAsync(file))
        {
        }

        var onFile = await Assert.ThrowsAsync<ArgumentException>(() => LocalPlatformHost.StartAsync(file with { Database = otherDatabase }));
        Assert.Contains("in a file", onFile.Message, StringComparison.Ordinal);
    }

    private HttpClient Client(LocalPlatformHost host)
    {
        var client = new HttpClient { BaseAddress = host.Url };
        _clients.Add(client);
        return client;
    }

    /// <summary>The same URL at another host.</summary>
    private static string At(string url, LocalPlatformHost host) => new UriBuilder(url) { Port = host.Url.Port }.Uri.AbsoluteUri;

    private static Guid Id(JsonElement answer) => answer.GetProperty("data_storage").GetProperty("id").GetGuid();

    private static string Url(JsonElement answer) => answer.GetProperty("storage_locations")[0].GetProperty("storage_config").GetProperty("signed_url").GetString()!;

    private static async Task<byte[]> DownloadAsync(string url)
    {
        using var client = new HttpClient();
        return await client.GetByteArrayAsync(url);
    }

    private static Task<JsonElement> GetAsync(HttpClient client, string path) => client.GetFromJsonAsync<JsonElement>(path);

    private static async Task<JsonElement> SendAsync(HttpClient client, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static string Md5(byte[] bytes) => Convert.ToBase64String(MD5.HashData(bytes));

    private static byte[] Random(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
