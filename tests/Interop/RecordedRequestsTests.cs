using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>
/// For each operation of this release ours sends what the official Python client was recorded to send: methods, paths, queries, headers and bodies.
/// What differs, and why:
/// <list type="bullet">
/// <item>a creation carries <c>Idempotency-Key</c>, so that a lost answer never makes a second entry (Protocol §2);</item>
/// <item>an upload to the bucket adds <c>crc32c</c> to the metadata, beside <c>size</c> (Transfer, multipart upload);</item>
/// <item>what is made of a file or directory says in the metadata what its permissions and time were (<c>file_mode</c>, <c>file_modified</c>), and a collection what it holds (<c>content_digest</c>);</item>
/// <item>the bytes of a collection's archive, and so their number, are each program's own; files inside a hierarchy carry their <c>size</c>, and as <c>file_path</c> their path in the directory,
/// not that of the sender's disk (Protocol §8); their requests come in any order, for several are sent at once (who is whose parent: HierarchyTests);</item>
/// <item>release 0.11 goes by session where ours does so only without multipart upload, which it asks for first; ours then sends all in one PUT with the declared <c>x-goog-hash</c>, not in chunks of 8 MiB;</item>
/// <item>no release sends a dataset id of one's own: it fails before (Protocol §8); ours does;</item>
/// <item>headers of the HTTP library itself (<c>host</c>, <c>accept</c>, <c>accept-encoding</c>, <c>user-agent</c>, <c>connection</c>) are no part of the protocol.</item>
/// </list>
/// </summary>
public sealed partial class RecordedRequestsTests
{
    private static readonly string[] ComparedHeaders = ["x-client", "content-type", "content-md5", "content-range", "x-goog-resumable"];
    private static readonly Guid Parent = Guid.Parse("10f45259-35a7-5711-8ca3-75596dbb293e");
    private static readonly Guid Project = Guid.Parse("1e8931dc-f36c-51fc-bd5a-ea566296729e");

    [Fact]
    public Task Log_in_and_organizations() => CompareAsync("log in and list organizations", static (client, _, _) => client.GetOrganizationsAsync(default));

    [Fact]
    public Task Text() => CompareAsync("store_text_content", static (client, _, _) => client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "hello" }, default));

    [Theory]
    [InlineData("store_file_content, small text file", "notes.txt", "hello\n")]
    [InlineData("store_file_content, empty text file", "empty.txt", "")]
    public Task Text_file(string operation, string name, string text) => CompareAsync(operation, async (_, transfers, folder) =>
    {
        var path = folder.Combine(name);
        await File.WriteAllTextAsync(path, text);
        await transfers.UploadAsync(new UploadRequest { Path = path, Name = "n" }, null, default);
    });

    [Fact]
    public Task Text_file_that_is_not_utf8() => CompareAsync("store_file_content, text file that is not UTF-8", async (_, transfers, folder) =>
    {
        var path = folder.Combine("latin.txt");
        await File.WriteAllBytesAsync(path, [.. "caf"u8, 0xE9, (byte)'\n']);
        await transfers.UploadAsync(new UploadRequest { Path = path, Name = "n" }, null, default);
    });

    [Theory]
    [InlineData("store_file_content, binary file", "image.bin", "image", 10240)]
    [InlineData("store_file_content, empty binary file", "empty.bin", "e", 0)]
    [InlineData("store_file_content, 21 MiB + 16 bytes", "big.bin", "big", 22020112)]
    public Task Binary_file(string operation, string file, string name, int size) => CompareAsync(operation, async (_, transfers, folder) =>
    {
        var path = folder.RandomFile(file, size);
        await transfers.UploadAsync(new UploadRequest { Path = path, Name = name }, null, default);
    });

    [Fact]
    public Task Dataset() => CompareAsync("create_dataset", static (client, _, _) => client.CreateDatasetAsync("d", null, null, default));

    [Fact]
    public Task Tags() => CompareAsync("update_entry_tags", static (client, _, _) => client.SetEntryTagsAsync(Parent, ["a", "b"], default), expectNotFound: true);

    [Fact]
    public Task Permissions() => CompareAsync(
        "update_entry_permissions",
        static (client, _, _) => client.SetEntryPermissionsAsync(Parent, ShareStatus.Shared, new PermittedAccessors(["a@example.org"], null), default),
        expectNotFound: true);

    [Fact]
    public Task Searching() => CompareAsync("search_data_storage", static (client, _, _) => SearchAsync(client, new SearchRequest
    {
        Criteria = [new("name", SearchOperator.Contains, SearchValue.Of("x")), new("tags", SearchOperator.In, SearchValue.Of(["a", "b"]))],
        PageSize = 1000,
        Skip = 3,
    }));

    [Fact]
    public Task Searching_texts_with_highlights() => CompareAsync("search_data_storage, text query with highlights", static (client, _, _) => SearchAsync(client, new SearchRequest
    {
        MatchAny = true,
        Text = "protein fold",
        First = 20,
        Highlights = new SearchHighlights { Fields = ["content"] },
    }));

    [Fact]
    public Task Searching_by_similarity() => CompareAsync("similarity_search_data_storage", static (client, _, _) => client.SearchSimilarAsync(
        new SimilarityRequest { Embedding = [0.1f, 0.2f], First = 5, MinScore = 0.5, DatasetId = Guid.Parse("5a1fbe3f-5ed5-57d4-8121-2603f4867de9"), Tags = ["x"], ProjectId = Project }, default));

    [Fact]
    public Task Fetching_by_alias_and_version() => CompareAsync(
        "fetch_data_from_storage, by alias and version",
        static (client, _, _) => EntryId.TryParse("report-alias", out var id) ? client.GetEntryAsync(id, new RevisionSelector(3, null), default) : throw new InvalidOperationException(),
        expectNotFound: true);

    [Fact]
    public Task Status() => CompareAsync("get status", static (client, _, _) => client.GetEntryStatusAsync(Parent, default), expectNotFound: true);

    [Fact]
    public Task Removing_an_entry() => CompareAsync("delete_data_storage_entry", static (client, _, _) => client.DeleteEntryAsync(Parent, default), expectNotFound: true);

    [Fact]
    public Task Reading_a_dataset() => CompareAsync("get_dataset", static (client, _, _) => client.GetDatasetAsync(Project, default), expectNotFound: true);

    [Fact]
    public Task Removing_a_dataset() => CompareAsync("delete_dataset", static (client, _, _) => client.DeleteDatasetAsync(Project, default), expectNotFound: true);

    private static async Task SearchAsync(PlatformClient client, SearchRequest request)
    {
        await foreach (var _ in client.SearchAsync(request, default))
        {
            Assert.Fail("There is nothing to be found.");
        }
    }

    private static async Task CompareAsync(
        string operation,
        Func<PlatformClient, TransferEngine, TempDirectory, Task> act,
        bool expectNotFound = false,
        string release = "0.18",
        Func<List<string>, List<string>>? differ = null,
        Func<PlatformClient, TransferEngine, TempDirectory, Task>? prepare = null,
        Func<LocalPlatform.Hosting.LocalPlatformOptions, LocalPlatform.Hosting.LocalPlatformOptions>? change = null,
        bool inAnyOrder = false)
    {
        using var vectors = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.Shared("vectors", $"python-client-{release}.json")));
        var expected = vectors.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("operation").GetString() == operation)
            .GetProperty("requests").EnumerateArray().Where(r => r.GetProperty("path").GetString() != "/auth/login").Select(Expected).ToList();

        await using var platform = await PlatformFixture.StartAsync(
            o => release == "0.11" ? o with { Uploads = LocalPlatform.Hosting.UploadModes.Session } : change?.Invoke(o) ?? o);
        await using var proxy = await RecordingProxy.StartAsync(platform.Url);
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = proxy.Url, ApiKey = key });
        var transfers = new TransferEngine(client, new TransferOptions { JournalDirectory = platform.Directory.Combine("journal") });
        await client.LogInAsync(default);
        var logIn = Assert.Single(proxy.Requests);
        Assert.Equal(("POST", "/auth/login"), (logIn.Method, logIn.Path));
        Assert.Equal($$"""{"api_key":"{{PlatformFixture.Ann.ApiKey}}"}""", System.Text.Encoding.UTF8.GetString(logIn.Body));
        if (prepare is not null)
        {
            await prepare(client, transfers, platform.Directory);
        }

        proxy.Clear();
        if (expectNotFound)
        {
            await Assert.ThrowsAsync<Errors.NotFoundException>(() => act(client, transfers, platform.Directory));
        }
        else
        {
            await act(client, transfers, platform.Directory);
        }

        // Parts are sent several at a time: their order is none of the protocol's business.
        var sent = proxy.Requests.Select(Sent).ToList();
        Assert.Equal(Sorted(differ?.Invoke(expected) ?? expected, inAnyOrder), Sorted(sent, inAnyOrder));
    }

    private static List<string> Sorted(List<string> requests, bool inAnyOrder) => inAnyOrder
        ? [.. requests.Select(r => Regex.Replace(r, "(parent_id|dataset_id):\"[^\"]+\"", "$1:MADE")).Order(StringComparer.Ordinal)]
        : [.. requests.Where(r => !r.StartsWith("PUT", StringComparison.Ordinal)), .. requests.Where(r => r.StartsWith("PUT", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static string Expected(JsonElement request)
    {
        var headers = request.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.Ordinal);
        var json = request.TryGetProperty("json", out var body) ? JsonNode.Parse(body.GetRawText()) : null;
        var query = request.TryGetProperty("query", out var q) ? q.GetString()! : string.Empty;
        return Line(request.GetProperty("method").GetString()!, request.GetProperty("path").GetString()!, query, headers, json, request.TryGetProperty("bytes", out var bytes) ? bytes.GetProperty("length").GetInt32() : null);
    }

    private static string Sent(RecordedRequest request)
    {
        var isJson = request.Headers.GetValueOrDefault("content-type", string.Empty).StartsWith("application/json", StringComparison.Ordinal) && request.Body.Length > 0;
        var json = isJson ? JsonNode.Parse(request.Body) : null;
        if (request.Path.EndsWith("/data-entries", StringComparison.Ordinal) && request.Method == "POST")
        {
            Assert.True(Guid.TryParse(request.Headers.GetValueOrDefault("idempotency-key"), out _), "a creation carries a key");
            foreach (var own in new[] { "crc32c", "file_mode", "file_modified", "content_digest" })
            {
                (json?["metadata"] as JsonObject)?.Remove(own);
            }

            if (json?["metadata"] is JsonObject { Count: 0 })
            {
                json.AsObject().Remove("metadata");
            }
        }

        return Line(request.Method, request.Path, request.Path.StartsWith("/v0.1", StringComparison.Ordinal) ? request.Query : string.Empty, request.Headers, json, json is null && request.Body.Length > 0 ? request.Body.Length : null);
    }

    /// <summary>One line a request; what the service makes up (ids, addresses, hashes of random bytes) is replaced by what it is.</summary>
    private static string Line(string method, string path, string query, IReadOnlyDictionary<string, string> headers, JsonNode? json, int? length)
    {
        var isStorage = !path.StartsWith("/v0.1", StringComparison.Ordinal);
        var shownHeaders = ComparedHeaders.Where(headers.ContainsKey)
            .Select(h => $"{h}={(h == "content-md5" ? "MD5" : headers[h])}").Append($"authorization={(headers.ContainsKey("authorization") ? "Bearer" : "none")}");
        return string.Create(CultureInfo.InvariantCulture, $"{method} {(isStorage ? "STORAGE" : Neutral(path))} {(isStorage ? string.Empty : query)} [{string.Join(' ', shownHeaders)}] {Body(json)} {length}");
    }

    private static string Neutral(string text) => Regex.Replace(text, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID");

    private static string Body(JsonNode? node) => node switch
    {
        null => string.Empty,
        JsonObject o => "{" + string.Join(',', o.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{(p.Key is "upload_id" or "etag" or "checksum" ? "MADE" : p.Key == "part_hashes" ? $"{((JsonArray)p.Value!).Count} hashes" : Body(p.Value) is { Length: > 0 } b ? b : "null")}")) + "}",
        JsonArray a => "[" + string.Join(',', a.Select(Body)) + "]",
        // A number is the same however it is written: 2e-07, 2E-07.
        JsonValue v when v.GetValueKind() == JsonValueKind.Number => v.GetValue<JsonElement>().GetDouble().ToString("R", CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };
}
