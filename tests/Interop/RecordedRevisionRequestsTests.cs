using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>
/// For revisions, and what a run made, ours sends what the official Python client was recorded to send: method, path, query, headers and body, to the byte but for white space and escapes.
/// What differs, and why: headers of the HTTP library itself (<c>host</c>, <c>accept</c>, <c>accept-encoding</c>, <c>user-agent</c>, <c>connection</c>) are no part of the protocol,
/// and the length of a body goes with its white space.
/// </summary>
public sealed class RecordedRevisionRequestsTests
{
    private static readonly Guid Entry = Guid.Parse("d05dc31f-3159-5175-9952-29baa92bd5d1");
    private static readonly Guid Revision = Guid.Parse("5a1fbe3f-5ed5-57d4-8121-2603f4867de9");
    private static readonly Guid Base = Guid.Parse("10f45259-35a7-5711-8ca3-75596dbb293e");
    private static readonly Guid Source = Guid.Parse("1e8931dc-f36c-51fc-bd5a-ea566296729e");

    [Fact]
    public Task A_revision() => CompareAsync("update_data_storage_entry", client =>
        client.UpdateEntryAsync(Entry, new RevisionUpdate { RevisionId = Revision, BaseRevisionId = Base, Content = "new", Description = "why" }, default));

    [Fact]
    public Task A_draft_of_another_entry() => CompareAsync("update_data_storage_entry, draft from an uploaded entry", client =>
        client.UpdateEntryAsync(Entry, new RevisionUpdate { RevisionId = Revision, BaseRevisionId = Base, SourceEntryId = Source, Publish = false }, default));

    [Fact]
    public Task Listing_revisions() => CompareAsync("list_data_storage_revisions", client => client.GetRevisionPageAsync(Entry, 10, 20, includeDrafts: true, default));

    [Fact]
    public Task Reading_a_revision() => CompareAsync("get_data_storage_entry, by revision", client => client.GetEntryAsync(Entry, new RevisionSelector(null, Base), default));

    [Fact]
    public Task Listing_what_a_run_made() => CompareAsync("list_files of a trajectory", client => client.GetTrajectoryEntriesAsync("39510f66-c2ee-41c7-94de-64eb142c3f2a", default), expectNotFound: false);

    /// <summary>Ours has no method for workspaces: any route can be called.</summary>
    [Fact]
    public Task A_workspace_by_the_general_call() => CompareAsync(
        "create_workspace",
        client => client.CallAsync(new RawCall { Method = HttpMethod.Post, Path = "/v0.1/data-storage/workspaces", Body = """{"name": "w", "description": "d", "tags": ["x"]}""" }, default),
        expectNotFound: false);

    private static async Task CompareAsync(string operation, Func<PlatformClient, Task> act, bool expectNotFound = true)
    {
        using var vectors = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.Shared("vectors", "python-client-0.18.json")));
        var expected = vectors.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("operation").GetString() == operation)
            .GetProperty("requests").EnumerateArray().Where(r => r.GetProperty("path").GetString() != "/auth/login").Select(Expected);

        await using var platform = await PlatformFixture.StartAsync();
        await using var proxy = await RecordingProxy.StartAsync(platform.Url);
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = proxy.Url, ApiKey = key });
        await client.LogInAsync(default);
        proxy.Clear();
        if (expectNotFound)
        {
            await Assert.ThrowsAsync<Errors.NotFoundException>(() => act(client));
        }
        else
        {
            await act(client);
        }

        Assert.Equal(expected, proxy.Requests.Select(Sent));
    }

    private static string Expected(JsonElement request) => Line(
        request.GetProperty("method").GetString()!,
        request.GetProperty("path").GetString()!,
        request.TryGetProperty("query", out var query) ? query.GetString()! : string.Empty,
        request.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.Ordinal),
        request.TryGetProperty("json", out var json) ? JsonNode.Parse(json.GetRawText()) : null);

    private static string Sent(RecordedRequest request) =>
        Line(request.Method, request.Path, request.Query, request.Headers, request.Body.Length == 0 ? null : JsonNode.Parse(Encoding.UTF8.GetString(request.Body)));

    // Members in the order they were sent in.
    private static string Line(string method, string path, string query, IReadOnlyDictionary<string, string> headers, JsonNode? json) =>
        $"{method} {path}?{query} {headers.GetValueOrDefault("x-client")} {headers.GetValueOrDefault("content-type")} {headers.GetValueOrDefault("authorization")?.Split(' ')[0]} {json?.ToJsonString()}";
}
