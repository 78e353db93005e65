using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>What every answer carries, member by member, of each kind of entry and on each route (Protocol §2, §3, §7).</summary>
public sealed class AnswerTests
{
    private const string Entries = "/v0.1/data-storage/data-entries";

    /// <summary>Members of the protocol; the local platform's own, which it names, are <c>metadata</c> (§2) alone.</summary>
    private static readonly string[] OfEntry =
    [
        "id", "name", "description", "content", "status", "embedding", "is_collection", "tags", "parent_id", "project_id", "dataset_id", "file_path", "bigquery_schema", "user_id", "created_at",
        "modified_at", "share_status", "short_alias", "metadata",
    ];

    private static readonly string[] OfAnswer = ["data_storage", "storage_locations", "content", "revision_id", "version", "current_revision_id", "revision_generation"];
    private static readonly string[] OfLocation = ["id", "data_storage_id", "created_at", "storage_config"];
    private static readonly string[] OfConfiguration = ["storage_type", "content_type", "content_schema", "metadata", "location", "signed_url"];

    [Theory]
    [InlineData("""{"name": "t", "content": "x"}""", "active", "raw_content", "text")]
    [InlineData("""{"name": "f", "file_path": "f.bin", "metadata": {"size": 1}}""", "pending", "gcs", "file")]
    [InlineData("""{"name": "c", "file_path": "c.zip", "is_collection": true}""", "pending", "gcs", "directory")]
    [InlineData("""{"name": "d"}""", "active", "raw_content", "directory")]
    [InlineData("""{"name": "l", "content": "https://example.org", "existing_location": {"storage_type": "link", "content_type": "text", "location": "https://example.org", "metadata": {"instructions": "i"}}}""", "active", "link", "text")]
    [InlineData("""{"name": "q", "existing_location": {"storage_type": "bigquery", "content_type": "bq_table", "metadata": {"project_id": "p", "dataset_id": "d", "table_id": "t"}}}""", "active", "bigquery", "bq_table")]
    [InlineData("""{"name": "e", "existing_location": {"storage_type": "elastic_search", "content_type": "index", "metadata": {"index_name": "i"}}}""", "active", "elastic_search", "index")]
    public async Task An_answer_has_every_member_on_every_route(string body, string status, string storage, string content)
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var ann = await platform.LogInAsync();
        using var made = await ann.PostAsync(Entries, new StringContent(body, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        var created = await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        var id = created.GetProperty("data_storage").GetProperty("id").GetGuid();
        var read = await ann.GetFromJsonAsync<JsonElement>($"{Entries}/{id}", TestContext.Current.CancellationToken);
        using var changed = await ann.PatchAsJsonAsync($"{Entries}/{id}", new { tags = new[] { "x" } }, TestContext.Current.CancellationToken);
        foreach (var answer in new[] { created, read, await changed.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken) })
        {
            Assert.Equal(OfAnswer.Order(StringComparer.Ordinal), Names(answer));
            var entry = answer.GetProperty("data_storage");
            Assert.Equal(OfEntry.Order(StringComparer.Ordinal), Names(entry));
            Assert.Equal((id.ToString("D"), status, "private", PlatformFixture.Ann.Id), (entry.GetProperty("id").GetString(), entry.GetProperty("status").GetString(), entry.GetProperty("share_status").GetString(), entry.GetProperty("user_id").GetString()));
            Assert.True(entry.GetProperty("created_at").GetDateTimeOffset() <= entry.GetProperty("modified_at").GetDateTimeOffset());
            Assert.Equal((0, 0), (answer.GetProperty("version").GetInt32(), answer.GetProperty("revision_generation").GetInt32()));
            var location = Assert.Single(answer.GetProperty("storage_locations").EnumerateArray());
            Assert.Equal(OfLocation.Order(StringComparer.Ordinal), Names(location));
            Assert.Equal(id, location.GetProperty("data_storage_id").GetGuid());
            var configuration = location.GetProperty("storage_config");
            Assert.Equal(OfConfiguration.Order(StringComparer.Ordinal), Names(configuration));
            Assert.Equal((storage, content), (configuration.GetProperty("storage_type").GetString(), configuration.GetProperty("content_type").GetString()));
        }

        var small = await ann.GetFromJsonAsync<JsonElement>($"{Entries}/{id}/status", TestContext.Current.CancellationToken);
        Assert.Equal(["id", "status"], Names(small));
        Assert.Equal(status, small.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_dataset_and_its_entries_have_every_member()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var ann = await platform.LogInAsync();
        using var made = await ann.PostAsJsonAsync("/v0.1/data-storage/datasets", new { name = "d", description = "about", user_id = "ignored" }, TestContext.Current.CancellationToken);
        var dataset = await made.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(["description", "id", "name"], Names(dataset));
        var id = dataset.GetProperty("id").GetGuid();
        using var entry = await ann.PostAsJsonAsync(Entries, new { name = "t", content = "x", embedding = new[] { 1, 2 }, dataset_id = id }, TestContext.Current.CancellationToken);
        var read = await ann.GetFromJsonAsync<JsonElement>($"/v0.1/data-storage/datasets/{id}", TestContext.Current.CancellationToken);
        Assert.Equal(["data_storage_entries", "dataset"], Names(read));
        Assert.Equal(["created_at", "description", "id", "modified_at", "name", "user_id"], Names(read.GetProperty("dataset")));
        Assert.Equal(PlatformFixture.Ann.Id, read.GetProperty("dataset").GetProperty("user_id").GetString());
        var listed = Assert.Single(read.GetProperty("data_storage_entries").EnumerateArray());
        Assert.Equal(((string[])[.. OfEntry, "storage_type", "content_type"]).Order(StringComparer.Ordinal), Names(listed));
        Assert.Equal(("x", "[1,2]"), (listed.GetProperty("content").GetString(), listed.GetProperty("embedding").GetRawText()));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal);
}
