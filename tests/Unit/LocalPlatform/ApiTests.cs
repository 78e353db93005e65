using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>The platform's calls, its database in a file.</summary>
public sealed class SqliteApiTests() : ApiTests(onPostgres: false);

/// <summary>The same calls, the database on a server.</summary>
public sealed class PostgresApiTests() : ApiTests(onPostgres: true);

/// <summary>The platform's calls as any client sees them (Protocol §1 to §3).</summary>
public abstract class ApiTests(bool onPostgres) : IAsyncLifetime
{
    private const string Entries = "/v0.1/data-storage/data-entries";
    private const string Datasets = "/v0.1/data-storage/datasets";
    private PlatformFixture _platform = null!;
    private HttpClient _ann = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformFixture.StartAsync(onPostgres: onPostgres);
        _ann = await _platform.LogInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _ann.Dispose();
        await _platform.DisposeAsync();
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("key-of-ann-0123456789\n")]
    public async Task A_key_that_is_not_exactly_right_is_refused(string key)
    {
        using var client = new HttpClient { BaseAddress = _platform.Url };
        using var answer = await client.PostAsJsonAsync("/auth/login", new { api_key = key });
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.NotEmpty((await Json(answer)).GetProperty("detail").GetString()!);
    }

    [Fact]
    public async Task A_call_without_a_valid_token_is_401()
    {
        using var client = new HttpClient { BaseAddress = _platform.Url };
        using var without = await client.GetAsync("/v0.1/organizations?filter=True");
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);

        var token = _ann.DefaultRequestHeaders.Authorization!.Parameter!;
        client.DefaultRequestHeaders.Authorization = new("Bearer", token[..^2] + (token[^2] == 'A' ? "BB" : "AA"));
        using var altered = await client.GetAsync("/v0.1/organizations?filter=True");
        Assert.Equal(HttpStatusCode.Unauthorized, altered.StatusCode);
    }

    [Fact]
    public async Task A_token_ends_with_its_lifetime()
    {
        var clock = new ManualClock();
        await using var platform = await PlatformFixture.StartAsync(o => o with { TimeProvider = clock }, onPostgres);
        using var client = await platform.LogInAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v0.1/organizations")).StatusCode);
        clock.Now += TimeSpan.FromSeconds(300);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v0.1/organizations")).StatusCode);
    }

    [Fact]
    public async Task Organizations_are_the_callers()
    {
        var list = await _ann.GetFromJsonAsync<JsonElement>("/v0.1/organizations?filter=True");
        Assert.Equal("alpha", Assert.Single(list.EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Text_comes_back_with_everything_it_was_made_with()
    {
        var made = await Create(new
        {
            name = "t",
            description = "d",
            content = "one\r\ntwo\rthree 🧬",
            embedding = new[] { 0.5, -1, 2e-7 },
            file_path = "notes/t.txt",
            tags = new[] { "x", "y" },
            metadata = new Dictionary<string, object?> { ["k"] = new object?[] { 1, new Dictionary<string, object?> { ["n"] = null } } },
            is_collection = false,
        });
        var answer = await Get(Id(made));
        var entry = answer.GetProperty("data_storage");
        Assert.Equal("one\r\ntwo\rthree 🧬", entry.GetProperty("content").GetString());
        Assert.Equal("one\r\ntwo\rthree 🧬", answer.GetProperty("content").GetString());
        Assert.Equal("active", entry.GetProperty("status").GetString());
        Assert.Equal("private", entry.GetProperty("share_status").GetString());
        Assert.Equal("""{"k":[1,{"n":null}]}""", entry.GetProperty("metadata").GetRawText());
        Assert.Equal(["x", "y"], entry.GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
        Assert.Equal(0, answer.GetProperty("version").GetInt32());
        Assert.Equal(answer.GetProperty("revision_id").GetGuid(), answer.GetProperty("current_revision_id").GetGuid());
        Assert.Equal("raw_content", Config(answer).GetProperty("storage_type").GetString());
        Assert.NotEqual(Guid.Empty, entry.GetProperty("dataset_id").GetGuid());
    }

    [Fact]
    public async Task A_file_is_pending_until_its_bytes_are_there()
    {
        var made = await Create(new { name = "f", file_path = "f.bin", is_collection = false, metadata = new { size = 5 } });
        var id = Id(made);
        Assert.Equal("pending", made.GetProperty("data_storage").GetProperty("status").GetString());
        Assert.NotNull(Config(made).GetProperty("signed_url").GetString());

        using var early = await _ann.PatchAsJsonAsync($"{Entries}/{id}", new { status = "active" });
        Assert.Equal(HttpStatusCode.Conflict, early.StatusCode);

        var hash = Convert.ToBase64String(System.Security.Cryptography.MD5.HashData("bytes"u8));
        var upload = await Post($"{Entries}/{id}/multipart-upload/initiate", new { part_hashes = new[] { hash } });
        using var storage = new HttpClient();
        using var put = new HttpRequestMessage(HttpMethod.Put, upload.GetProperty("part_urls")[0].GetString()) { Content = new ByteArrayContent("bytes"u8.ToArray()) };
        put.Content.Headers.ContentMD5 = Convert.FromBase64String(hash);
        using var part = await storage.SendAsync(put);
        Assert.Equal(HttpStatusCode.OK, part.StatusCode);
        await Post($"{Entries}/{id}/multipart-upload/complete", new
        {
            upload_id = upload.GetProperty("upload_id").GetString(),
            parts = new[] { new { part_number = 1, etag = part.Headers.ETag!.ToString(), checksum = hash } },
        });
        using var patched = await _ann.PatchAsJsonAsync($"{Entries}/{id}", new { status = "active" });
        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);

        var url = Config(await Get(id)).GetProperty("signed_url").GetString();
        using var download = await storage.GetAsync(url);
        Assert.Equal("bytes", await download.Content.ReadAsStringAsync());
        Assert.Contains("filename=\"f.bin\"", download.Content.Headers.GetValues("Content-Disposition").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_key_makes_one_entry_however_often_and_at_once()
    {
        var key = Guid.NewGuid().ToString();
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Entries) { Content = JsonContent.Create(new { name = "once", content = "x" }) };
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await _ann.SendAsync(request);
            Assert.Equal(key, answer.Headers.GetValues("Idempotency-Key").Single());
            return Id(await Json(answer));
        }));
        Assert.Single(ids.Distinct());

        using var other = new HttpRequestMessage(HttpMethod.Post, Entries) { Content = JsonContent.Create(new { name = "another", content = "x" }) };
        other.Headers.Add("Idempotency-Key", key);
        using var refused = await _ann.SendAsync(other);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
    }

    [Fact]
    public async Task Another_users_private_entry_is_not_there_on_any_route()
    {
        var id = Id(await Create(new { name = "mine", content = "secret" }));
        using var bob = await _platform.LogInAsync(PlatformFixture.Bob);
        foreach (var answer in new[]
        {
            await bob.GetAsync($"{Entries}/{id}"),
            await bob.GetAsync($"{Entries}/{id}/status"),
            await bob.PatchAsJsonAsync($"{Entries}/{id}", new { tags = new[] { "x" } }),
            await bob.DeleteAsync($"{Entries}/{id}"),
            await bob.PostAsJsonAsync($"{Entries}/{id}/multipart-upload/initiate", new { part_hashes = new[] { "1B2M2Y8AsgTpgAmY7PhCfg==" } }),
        })
        {
            using (answer)
            {
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
                Assert.Equal("Data storage entry not found", (await Json(answer)).GetProperty("detail").GetString());
            }
        }

        using var root = await _platform.LogInAsync(PlatformFixture.Root);
        Assert.Equal(HttpStatusCode.OK, (await root.GetAsync($"{Entries}/{id}")).StatusCode);
    }

    [Fact]
    public async Task Sharing_lets_others_read_and_not_change()
    {
        var id = Id(await Create(new { name = "shared", content = "x" }));
        using var bob = await _platform.LogInAsync(PlatformFixture.Bob);
        await _ann.PatchAsJsonAsync($"{Entries}/{id}", new { share_status = "shared", permitted_accessors = new { users = new[] { PlatformFixture.Bob.Email }, organizations = (string[]?)null } });
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync($"{Entries}/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.DeleteAsync($"{Entries}/{id}")).StatusCode);

        await _ann.PatchAsJsonAsync($"{Entries}/{id}", new { share_status = "private", permitted_accessors = new { users = (string[]?)null, organizations = (string[]?)null } });
        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"{Entries}/{id}")).StatusCode);

        await _ann.PatchAsJsonAsync($"{Entries}/{id}", new { share_status = "public" });
        Assert.Equal(HttpStatusCode.OK, (await bob.GetAsync($"{Entries}/{id}")).StatusCode);
    }

    [Theory]
    [InlineData("{", "json_invalid")]
    [InlineData("[]", "model_attributes_type")]
    [InlineData("{}", "missing")]
    [InlineData("""{"name":""}""", "string_too_short")]
    [InlineData("""{"name":1}""", "string_type")]
    [InlineData("""{"name":"x","parent_id":"no"}""", "uuid_parsing")]
    [InlineData("""{"name":"x","tags":[1]}""", "list_type")]
    [InlineData("""{"name":"x","content":"a\u0000b"}""", "string_nul")]
    [InlineData("""{"name":"x","description":"a\u0000b"}""", "string_nul")]
    [InlineData("""{"name":"x","tags":["a","b\u0000"]}""", "string_nul")]
    [InlineData("""{"name":"x","metadata":{"a":[{"b\u0000":1}]}}""", "string_nul")]
    [InlineData("""{"name":"x","embedding":["\u0000"]}""", "string_nul")]
    [InlineData("""{"name":"\ud83e"}""", "string_unicode")]
    [InlineData("""{"name":"x","metadata":{"a":"\udd2c\ud83e"}}""", "string_unicode")]
    [InlineData("""{"name":"x","tags":["\ud83ex"]}""", "string_unicode")]
    public async Task A_wrong_body_is_422_with_the_field(string body, string type)
    {
        using var answer = await _ann.PostAsync(Entries, new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var detail = (await Json(answer)).GetProperty("detail");
        Assert.Equal(type, detail[0].GetProperty("type").GetString());
        Assert.Equal("body", detail[0].GetProperty("loc")[0].GetString());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_422_with_the_field()
    {
        using var answer = await _ann.PostAsync(Entries, new ByteArrayContent([.. "{\"name\":\"x\",\"content\":\"a"u8, 0xff, .. "\"}"u8]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("content", (await Json(answer)).GetProperty("detail")[0].GetProperty("loc")[1].GetString());
    }

    [Fact]
    public async Task What_is_written_with_escapes_and_can_be_kept_comes_back()
    {
        using var answer = await _ann.PostAsync(Entries, new StringContent("""{"name":"\u0001\ud83e\uddec\u005c","content":"\ufeff\uffff","tags":["\u0007"],"metadata":{"\u000b":"\ud83e\uddec"}}""", Encoding.UTF8, "application/json"));
        var entry = (await Get(Id(await Json(answer)))).GetProperty("data_storage");
        Assert.Equal("\u0001🧬\\", entry.GetProperty("name").GetString());
        Assert.Equal("\ufeff\uffff", entry.GetProperty("content").GetString());
        Assert.Equal("\u0007", entry.GetProperty("tags")[0].GetString());
        Assert.Equal("🧬", entry.GetProperty("metadata").GetProperty("\u000b").GetString());
    }

    [Theory]
    [InlineData("a%00b")]
    [InlineData("%ed%a0%80")]
    [InlineData("%ff")]
    public async Task An_id_that_is_no_text_finds_nothing(string id)
    {
        using var answer = await _ann.GetAsync($"{Entries}/{id}");
        Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, answer.StatusCode.ToString());
    }

    [Fact]
    public async Task What_is_too_long_for_an_index_is_refused_whatever_the_database()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Entries) { Content = JsonContent.Create(new { name = "x", content = "x" }) };
        request.Headers.Add("Idempotency-Key", new string('k', 10_000));
        using var creation = await _ann.SendAsync(request);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, creation.StatusCode);

        var id = Id(await Create(new { name = "x", content = "x" }));
        using var sharing = await _ann.PatchAsJsonAsync($"{Entries}/{id}", new { share_status = "shared", permitted_accessors = new { users = new[] { new string('u', 10_000) } } });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, sharing.StatusCode);
    }

    [Fact]
    public async Task The_children_of_a_removed_entry_stay()
    {
        var parent = Id(await Create(new { name = "parent" }));
        var child = Id(await Create(new { name = "child", content = "x", parent_id = parent }));
        using var removed = await _ann.DeleteAsync($"{Entries}/{parent}");
        Assert.True(removed.IsSuccessStatusCode);
        Assert.Equal(parent, (await Get(child)).GetProperty("data_storage").GetProperty("parent_id").GetGuid());
    }

    [Fact]
    public async Task A_dataset_of_several_pages_comes_whole_and_in_order()
    {
        var dataset = (await Post(Datasets, new { name = "d" })).GetProperty("id").GetGuid();
        var ids = new List<Guid>();
        for (var i = 0; i < 1001; i++)
        {
            ids.Add(Id(await Create(i % 100 == 7 ? new { name = $"{i}", file_path = "f.bin", dataset_id = dataset } : (object)new { name = $"{i}", content = "x", dataset_id = dataset })));
        }

        var read = await _ann.GetFromJsonAsync<JsonElement>($"{Datasets}/{dataset}");
        var entries = read.GetProperty("data_storage_entries").EnumerateArray().ToList();
        Assert.Equal(ids, entries.Select(e => e.GetProperty("id").GetGuid()));
        Assert.Equal(("gcs", "file"), (entries[7].GetProperty("storage_type").GetString(), entries[7].GetProperty("content_type").GetString()));
        Assert.Equal(("raw_content", "text"), (entries[8].GetProperty("storage_type").GetString(), entries[8].GetProperty("content_type").GetString()));
    }

    [Fact]
    public async Task A_dataset_holds_its_entries_and_takes_them_along()
    {
        var dataset = await Post(Datasets, new { name = "d", description = "about" });
        var datasetId = dataset.GetProperty("id").GetGuid();
        var id = Id(await Create(new { name = "a", content = "x", dataset_id = datasetId }));
        var read = await _ann.GetFromJsonAsync<JsonElement>($"{Datasets}/{datasetId}");
        Assert.Equal("about", read.GetProperty("dataset").GetProperty("description").GetString());
        Assert.Equal(id, Assert.Single(read.GetProperty("data_storage_entries").EnumerateArray()).GetProperty("id").GetGuid());

        using var taken = await _ann.PostAsJsonAsync(Datasets, new { name = "again", id = datasetId });
        Assert.Equal(HttpStatusCode.Conflict, taken.StatusCode);

        using var bob = await _platform.LogInAsync(PlatformFixture.Bob);
        Assert.Equal(HttpStatusCode.Forbidden, (await bob.GetAsync($"{Datasets}/{datasetId}")).StatusCode);

        using var removed = await _ann.DeleteAsync($"{Datasets}/{datasetId}");
        Assert.True(removed.IsSuccessStatusCode);
        using var gone = await _ann.GetAsync($"{Datasets}/{datasetId}");
        Assert.Equal("Dataset not found", (await Json(gone)).GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _ann.GetAsync($"{Entries}/{id}")).StatusCode);
    }

    [Fact]
    public async Task Registering_a_bucket_is_refused_in_the_services_words()
    {
        using var answer = await _ann.PostAsJsonAsync(Entries, new { name = "g", existing_location = new { storage_type = "gcs", content_type = "directory", metadata = new { bucket_name = "b" } } });
        Assert.Equal("Registering existing GCS locations is not supported", (await Json(answer)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task An_unknown_route_and_a_wrong_method_answer_as_the_service_does()
    {
        using var route = await _ann.GetAsync("/v0.1/data-storage/nothing");
        Assert.Equal(HttpStatusCode.NotFound, route.StatusCode);
        Assert.Equal("Not Found", (await Json(route)).GetProperty("detail").GetString());
        using var method = await _ann.PutAsJsonAsync(Datasets, new { });
        Assert.Equal(HttpStatusCode.MethodNotAllowed, method.StatusCode);
        Assert.Equal("Method Not Allowed", (await Json(method)).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Without_multipart_the_route_is_not_there_and_without_sessions_the_url_is_not()
    {
        await using var sessions = await PlatformFixture.StartAsync(o => o with { Uploads = UploadModes.Session }, onPostgres);
        using var client = await sessions.LogInAsync();
        using var made = await client.PostAsJsonAsync(Entries, new { name = "f", file_path = "f.bin" });
        using var initiate = await client.PostAsJsonAsync($"{Entries}/{Id(await Json(made))}/multipart-upload/initiate", new { part_hashes = new[] { "1B2M2Y8AsgTpgAmY7PhCfg==" } });
        Assert.Equal(HttpStatusCode.NotFound, initiate.StatusCode);
        Assert.Equal("Not Found", (await Json(initiate)).GetProperty("detail").GetString());

        await using var multipart = await PlatformFixture.StartAsync(o => o with { Uploads = UploadModes.Multipart }, onPostgres);
        using var other = await multipart.LogInAsync();
        using var entry = await other.PostAsJsonAsync(Entries, new { name = "f", file_path = "f.bin" });
        Assert.Equal(JsonValueKind.Null, Config(await Json(entry)).GetProperty("signed_url").ValueKind);
    }

    [Fact]
    public async Task A_store_has_one_platform_at_a_time_and_keeps_what_it_holds()
    {
        using var directory = new TempDirectory();
        var options = new LocalPlatformOptions { Store = directory.Combine("store"), Users = [PlatformFixture.Ann] };
        Guid id;
        await using (var first = await LocalPlatformHost.StartAsync(options))
        {
            await Assert.ThrowsAsync<StoreInUseException>(() => LocalPlatformHost.StartAsync(options));
            using var client = new HttpClient { BaseAddress = first.Url };
            client.DefaultRequestHeaders.Authorization = new("Bearer", await Token(client));
            using var made = await client.PostAsJsonAsync(Entries, new { name = "kept", content = "x" });
            id = Id(await Json(made));
        }

        await using var second = await LocalPlatformHost.StartAsync(options);
        using var again = new HttpClient { BaseAddress = second.Url };
        again.DefaultRequestHeaders.Authorization = new("Bearer", await Token(again));
        Assert.Equal(HttpStatusCode.OK, (await again.GetAsync($"{Entries}/{id}")).StatusCode);
    }

    [Fact]
    public async Task An_address_that_is_not_loopback_needs_to_be_allowed()
    {
        using var directory = new TempDirectory();
        await Assert.ThrowsAsync<ArgumentException>(() => LocalPlatformHost.StartAsync(new LocalPlatformOptions { Store = directory.Path, Urls = new Uri("http://0.0.0.0:0") }));
    }

    private static async Task<string> Token(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync("/auth/login", new { api_key = PlatformFixture.Ann.ApiKey });
        return (await Json(answer)).GetProperty("access_token").GetString()!;
    }

    private static Guid Id(JsonElement answer) => answer.GetProperty("data_storage").GetProperty("id").GetGuid();

    private static JsonElement Config(JsonElement answer) => answer.GetProperty("storage_locations")[0].GetProperty("storage_config");

    private static async Task<JsonElement> Json(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    private Task<JsonElement> Create(object body) => Post(Entries, body);

    private async Task<JsonElement> Post(string path, object body)
    {
        using var answer = await _ann.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await Json(answer);
    }

    private Task<JsonElement> Get(Guid id) => _ann.GetFromJsonAsync<JsonElement>($"{Entries}/{id}");
}
