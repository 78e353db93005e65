using System.Net.Http.Json;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Tests.Support;
using Xunit;
using static FutureHouse.Tests.Unit.LocalPlatform.Sources.SourceBench;

namespace FutureHouse.Tests.Unit.LocalPlatform.Sources;

/// <summary>Sources of which the platform keeps what they are, not what they hold: BigQuery, Elasticsearch, links (Protocol §5).</summary>
public sealed class MetadataTests
{
    [Theory]
    [InlineData("text")]
    [InlineData("bq_table")]
    [InlineData("bq_dataset")]
    public async Task BigQuery_needs_project_dataset_and_table(string contentType)
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        var made = await bench.CreateAsync(new
        {
            name = "q",
            existing_location = new { storage_type = "bigquery", content_type = contentType, content_schema = new object[] { new { name = "word", type = "STRING" } }, metadata = new { project_id = "p", dataset_id = "d", table_id = "t", location = "EU" } },
        });
        var read = Assert.Single(Configurations(await bench.ReadAsync(Id(made))));
        Assert.Equal("""{"project_id":"p","dataset_id":"d","table_id":"t","location":"EU"}""", read.GetProperty("metadata").GetRawText());
        Assert.Equal("""[{"name":"word","type":"STRING"}]""", read.GetProperty("content_schema").GetRawText());
        Assert.Equal("active", made.GetProperty("data_storage").GetProperty("status").GetString());
        Assert.Equal("metadata/project_id", await bench.FaultyMemberAsync(Source("bigquery", contentType, new { dataset_id = "d", table_id = "t" })));
        Assert.Equal("metadata/dataset_id", await bench.FaultyMemberAsync(Source("bigquery", contentType, new { project_id = "p", dataset_id = "", table_id = "t" })));
        Assert.Equal("metadata/table_id", await bench.FaultyMemberAsync(Source("bigquery", contentType, new { project_id = "p", dataset_id = "d", table_id = (string?)null })));
        Assert.Equal("content_type", await bench.FaultyMemberAsync(Source("bigquery", "file", new { project_id = "p", dataset_id = "d", table_id = "t" })));
    }

    [Theory]
    [InlineData("index")]
    [InlineData("index_w_embeddings")]
    public async Task Elasticsearch_needs_an_index(string contentType)
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        var made = await bench.CreateAsync(Source("elastic_search", contentType, new { index_name = "papers'; DROP TABLE x; --" }));
        Assert.Equal("papers'; DROP TABLE x; --", Assert.Single(Configurations(await bench.ReadAsync(Id(made)))).GetProperty("metadata").GetProperty("index_name").GetString());
        Assert.Equal("metadata/index_name", await bench.FaultyMemberAsync(Source("elastic_search", contentType, new { other = 1 })));
        Assert.Equal("content_type", await bench.FaultyMemberAsync(Source("elastic_search", "text", new { index_name = "i" })));
    }

    [Fact]
    public async Task A_kind_that_is_unknown_or_missing_is_refused()
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        Assert.Contains("'raw_content'", (await bench.RefusedAsync(Source("raw_content", "text", null))).GetString(), StringComparison.Ordinal);
        Assert.Contains("'s3'", (await bench.RefusedAsync(Source("s3", "file", null))).GetString(), StringComparison.Ordinal);
        Assert.Equal("storage_type", await bench.FaultyMemberAsync(new { name = "x", existing_location = new { content_type = "text" } }));
        Assert.Equal("location", await bench.FaultyMemberAsync(Source("link", "text", new { instructions = "i" })));
        Assert.Equal("metadata/$content_schema", await bench.FaultyMemberAsync(Source("elastic_search", "index", new Dictionary<string, object> { ["index_name"] = "i", ["$content_schema"] = 1 })));
    }

    [Fact]
    public async Task A_links_key_is_given_back_to_who_may_change_it_alone()
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        var made = await bench.CreateAsync(new
        {
            name = "l",
            content = "https://example.org/api",
            existing_location = new { storage_type = "link", content_type = "text", location = "https://example.org/api", content_schema = new { type = "object" }, metadata = new { instructions = "call it", api_key = "k-secret" } },
        });
        using (var shared = await bench.Ann.PatchAsJsonAsync($"{Entries}/{Id(made)}", new { share_status = "public" }))
        {
            shared.EnsureSuccessStatusCode();
        }

        Assert.Equal("https://example.org/api", made.GetProperty("content").GetString());
        var own = Assert.Single(Configurations(await bench.ReadAsync(Id(made)))).GetProperty("metadata");
        Assert.Equal("""{"instructions":"call it","api_key":"k-secret"}""", own.GetRawText());
        using var bob = await bench.Platform.LogInAsync(PlatformFixture.Bob);
        var read = await bench.ReadAsync(Id(made), bob);
        Assert.DoesNotContain("k-secret", read.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("call it", Assert.Single(Configurations(read)).GetProperty("metadata").GetProperty("instructions").GetString());
    }
}
