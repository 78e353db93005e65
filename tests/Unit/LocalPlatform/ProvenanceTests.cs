using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>What actors did, and workspaces (Protocol §6, §7).</summary>
public sealed class ProvenanceTests : EntryRoutes
{
    private const string Route = "/v0.1/data-storage/provenance/data-entries";
    private const string Workspaces = "/v0.1/data-storage/workspaces";
    private readonly string _actor = Guid.NewGuid().ToString();

    [Fact]
    public async Task What_an_actor_did_is_listed_by_operation()
    {
        Assert.Equal("""{"data":[]}""", await Ann.GetStringAsync($"{Route}?actor_id={_actor}&operation=create&include_entry_data=true"));
        var before = await CreateAsync(new { name = "nobody's", content = "x" });
        Ann.DefaultRequestHeaders.Add("x-actor-id", _actor);
        var text = await CreateAsync(new { name = "text", content = "words" });
        var file = await UploadAsync("file.bin", [1, 2, 3]);
        await GetAsync(Id(before));
        await GetAsync(Id(before));
        var revised = await PatchAsync(Id(before), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(before), content = "y" });
        using var storage = new HttpClient();
        storage.DefaultRequestHeaders.Add("x-actor-id", _actor);
        await storage.GetByteArrayAsync(Config(file).GetProperty("signed_url").GetString());
        Ann.DefaultRequestHeaders.Remove("x-actor-id");

        var created = await ListAsync("create");
        Assert.Equal([Id(text), Id(file)], created.Select(d => d.GetProperty("data_storage").GetProperty("id").GetGuid()));
        Assert.Equal(("words", "raw_content", _actor, "create"), (Text(created[0].GetProperty("data_storage"), "content"), Text(created[0].GetProperty("data_storage"), "storage_type"), Text(created[0], "actor_id"), Text(created[0], "operation")));
        Assert.Equal(Id(before), Assert.Single(await ListAsync("read")).GetProperty("data_storage_id").GetGuid());
        Assert.Equal(Id(file), Assert.Single(await ListAsync("download")).GetProperty("data_storage_id").GetGuid());
        Assert.Equal([Id(file), Id(before)], (await ListAsync("update")).Select(d => d.GetProperty("data_storage_id").GetGuid()));
        Assert.Equal(3, (await ListAsync("create&operation=download")).Count);
        Assert.Equal(_actor, Text((await Ann.GetFromJsonAsync<JsonElement>($"{Entries}/{Id(before)}/revisions")).GetProperty("revisions")[0], "trajectory_id"));
        Assert.Equal(1, Version(revised));
    }

    [Fact]
    public async Task Only_what_the_caller_may_read_is_listed()
    {
        Ann.DefaultRequestHeaders.Add("x-actor-id", _actor);
        var shared = await CreateAsync(new { name = "shared", content = "x" });
        await CreateAsync(new { name = "private", content = "x" });
        var gone = await CreateAsync(new { name = "gone", content = "x" });
        await Ann.DeleteAsync($"{Entries}/{Id(gone)}");
        await Ann.PatchAsJsonAsync($"{Entries}/{Id(shared)}", new { share_status = "public" });
        Assert.Equal(2, (await ListAsync("create")).Count);
        using var bob = await Platform.LogInAsync(PlatformFixture.Bob);
        var list = await bob.GetFromJsonAsync<JsonElement>($"{Route}?actor_id={_actor}&operation=create&include_entry_data=true");
        Assert.Equal("shared", Text(Assert.Single(list.GetProperty("data").EnumerateArray()).GetProperty("data_storage"), "name"));
    }

    [Theory]
    [InlineData("operation=create")]
    [InlineData("actor_id=")]
    [InlineData("actor_id=a%00b")]
    [InlineData("actor_id=a&operation=destroy")]
    [InlineData("actor_id=a&include_entry_data=perhaps")]
    public async Task A_query_that_makes_no_sense_is_422(string query) => await RefusedAsync(await Ann.GetAsync($"{Route}?{query}"), HttpStatusCode.UnprocessableEntity);

    [Fact]
    public async Task Much_is_listed_whole()
    {
        // Put there past the API: three pages, of which the second has another's entries alone, which are not there for Ann.
        var (hers, his) = (Id(await CreateAsync(new { name = "hers", content = "x" })), Guid.NewGuid());
        await using (var connection = new SqliteConnection($"Data Source={Platform.Directory.Combine("store", "platform.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1700)
                INSERT INTO "Provenance" ("ActorId", "Operation", "EntryId", "UserId", "AtTicks")
                SELECT '{_actor}', 'update', upper(CASE WHEN i BETWEEN 501 AND 1000 THEN '{his}' ELSE '{hers}' END), 'user-ann', i * 10 FROM n
                """;
            await command.ExecuteNonQueryAsync();
        }

        var times = (await ListAsync("update")).Select(d => Text(d, "created_at")).ToList();
        Assert.Equal(1200, times.Distinct().Count());
        Assert.Equal(times.Order(StringComparer.Ordinal), times);
    }

    [Fact]
    public async Task A_workspace_is_an_entry_of_its_owners_alone()
    {
        var made = await PostAsync(Workspaces, new { name = "w", description = "d", tags = new[] { "x" } });
        var path = $"{Workspaces}/{Id(made)}";
        Assert.Equal(["workspace", "x"], (await GetAsync(Id(made))).GetProperty("data_storage").GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
        using var patched = await Ann.PatchAsJsonAsync(path, new { name = "v" });
        var entry = (await JsonAsync(patched)).GetProperty("data_storage");
        Assert.Equal(("v", "d", "active"), (Text(entry, "name"), Text(entry, "description"), Text(entry, "status")));
        await RefusedAsync(await Ann.PostAsJsonAsync(Workspaces, new { name = "" }), HttpStatusCode.UnprocessableEntity);
        await RefusedAsync(await Ann.GetAsync($"{Workspaces}/{Id(await CreateAsync(new { name = "text", content = "x" }))}"), HttpStatusCode.NotFound, "Workspace not found");

        using var bob = await Platform.LogInAsync(PlatformFixture.Bob);
        await RefusedAsync(await bob.GetAsync(path), HttpStatusCode.NotFound, "Workspace not found");
        await Ann.PatchAsJsonAsync($"{Entries}/{Id(made)}", new { share_status = "public" });
        await RefusedAsync(await bob.PatchAsJsonAsync(path, new { name = "mine" }), HttpStatusCode.Forbidden);
        await RefusedAsync(await bob.DeleteAsync(path), HttpStatusCode.Forbidden);
        Assert.True((await Ann.DeleteAsync(path)).IsSuccessStatusCode);
        await RefusedAsync(await Ann.GetAsync(path), HttpStatusCode.NotFound, "Workspace not found");
    }

    [Fact]
    public async Task A_key_makes_one_workspace_and_no_entry()
    {
        async Task<HttpResponseMessage> MakeAsync(string route, object body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", _actor);
            return await Ann.SendAsync(request);
        }

        using var first = await MakeAsync(Workspaces, new { name = "w" });
        using var second = await MakeAsync(Workspaces, new { name = "w" });
        Assert.Equal(_actor, Assert.Single(second.Headers.GetValues("Idempotency-Key")));
        Assert.Equal(Id(await JsonAsync(first)), Id(await JsonAsync(second)));
        await RefusedAsync(await MakeAsync(Workspaces, new { name = "v" }), HttpStatusCode.UnprocessableEntity, "another request");
        await RefusedAsync(await MakeAsync(Entries, new { name = "w" }), HttpStatusCode.UnprocessableEntity, "another request");
    }

    private async Task<List<JsonElement>> ListAsync(string operation) =>
        [.. (await Ann.GetFromJsonAsync<JsonElement>($"{Route}?actor_id={_actor}&operation={operation}&include_entry_data=true")).GetProperty("data").EnumerateArray()];
}
