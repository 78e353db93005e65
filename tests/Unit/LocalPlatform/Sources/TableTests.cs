using System.Net;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Tests.Support;
using Xunit;
using static FutureHouse.Tests.Unit.LocalPlatform.Sources.SourceBench;

namespace FutureHouse.Tests.Unit.LocalPlatform.Sources;

/// <summary>Rows of the platform's own tables, loaded from files (Protocol §5).</summary>
public sealed class TableTests
{
    private const string Uuid = "39510f66-c2ee-41c7-94de-64eb142c3f2a";

    [Fact]
    public async Task A_row_is_given_as_its_json_as_it_is_now()
    {
        await using var bench = await WithRowsAsync($$"""{"id": "{{Uuid.ToUpperInvariant()}}", "steps": [1, 2], "note": "grüße"}""", """ {"id": 7, "note": null} """, string.Empty);
        foreach (var (id, json) in ((string, string)[])[(Uuid, $$"""{"id": "{{Uuid.ToUpperInvariant()}}", "steps": [1, 2], "note": "grüße"}"""), ("7", """{"id": 7, "note": null}""")])
        {
            var made = await bench.CreateAsync(Row("trajectories", id));
            Assert.Equal(json, made.GetProperty("content").GetString());
            Assert.Equal("active", made.GetProperty("data_storage").GetProperty("status").GetString());
            var read = await bench.ReadAsync(Id(made));
            Assert.Equal(json, read.GetProperty("data_storage").GetProperty("content").GetString());
            Assert.Equal("pg_table", Assert.Single(Configurations(read)).GetProperty("storage_type").GetString());
        }
    }

    [Fact]
    public async Task Rows_replace_those_of_before_and_stay_without_their_file()
    {
        using var folder = new TempDirectory();
        async Task<PlatformFixture> StartAsync(params SourceTable[] tables) =>
            await PlatformFixture.StartAsync(o => o with { Store = folder.Combine("store"), Sources = new SourceOptions { Tables = tables } });
        async Task<(HttpStatusCode, string?)> CreateAsync(PlatformFixture platform, object body)
        {
            using var ann = await platform.LogInAsync();
            using var answer = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(ann, Entries, body);
            return (answer.StatusCode, System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync()).TryGetProperty("content", out var content) ? content.GetString() : null);
        }

        var file = folder.Combine("rows.jsonl");
        await File.WriteAllTextAsync(file, """{"id":"a","v":1}""" + "\n" + """{"id":"b"}""");
        await using (var platform = await StartAsync(new SourceTable("mine", file)))
        {
            Assert.Equal((HttpStatusCode.OK, """{"id":"a","v":1}"""), await CreateAsync(platform, Row("mine", "a")));
        }

        await File.WriteAllTextAsync(file, """{"id":"a","v":2}""");
        await using (var platform = await StartAsync(new SourceTable("mine", file)))
        {
            Assert.Equal((HttpStatusCode.OK, """{"id":"a","v":2}"""), await CreateAsync(platform, Row("mine", "a")));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await CreateAsync(platform, Row("mine", "b"))).Item1);
        }

        await using (var platform = await StartAsync())
        {
            Assert.Equal((HttpStatusCode.OK, """{"id":"a","v":2}"""), await CreateAsync(platform, Row("mine", "a")));
        }
    }

    [Fact]
    public async Task A_row_that_vanishes_leaves_the_entry_without_content()
    {
        using var folder = new TempDirectory();
        var file = folder.Combine("rows.jsonl");
        string id;
        await File.WriteAllTextAsync(file, """{"id":"a"}""");
        await using (var platform = await PlatformFixture.StartAsync(o => o with { Store = folder.Combine("store"), Sources = new SourceOptions { Tables = [new SourceTable("trajectories", file)] } }))
        {
            using var ann = await platform.LogInAsync();
            using var answer = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(ann, Entries, Row("trajectories", "a"));
            id = Id(System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
        }

        await File.WriteAllTextAsync(file, string.Empty);
        await using (var platform = await PlatformFixture.StartAsync(o => o with { Store = folder.Combine("store"), Sources = new SourceOptions { Tables = [new SourceTable("trajectories", file)] } }))
        {
            using var ann = await platform.LogInAsync();
            var read = System.Text.Json.JsonElement.Parse(await ann.GetStringAsync(new Uri($"{Entries}/{id}", UriKind.Relative)));
            Assert.Equal(System.Text.Json.JsonValueKind.Null, read.GetProperty("content").ValueKind);
            Assert.Equal("active", read.GetProperty("data_storage").GetProperty("status").GetString());
        }
    }

    [Theory]
    [InlineData("trajectories", "' OR '1'='1", "has no row with the id")]
    [InlineData("trajectories", "a'; DROP TABLE \"SourceTables\"; --", "has no row with the id")]
    [InlineData("trajectories; DROP TABLE \"Entries\"; --", "a", "is not allowed; allowed are: trajectories")]
    [InlineData("SourceTables", "a", "is not allowed")]
    [InlineData("Trajectories", "a", "is not allowed")]
    [InlineData("trajectories", "b", "The table 'trajectories' has no row with the id 'b'")]
    public async Task What_is_not_there_or_not_allowed_is_refused(string table, string row, string expected)
    {
        await using var bench = await WithRowsAsync("""{"id":"a"}""");
        Assert.Contains(expected, (await bench.RefusedAsync(Row(table, row))).GetString(), StringComparison.Ordinal);
        await bench.CreateAsync(Row("trajectories", "a"));
    }

    [Fact]
    public async Task Table_and_row_must_be_named()
    {
        await using var bench = await WithRowsAsync("""{"id":"a"}""");
        Assert.Equal("metadata/table_name", await bench.FaultyMemberAsync(Source("pg_table", "text", new { row_id = "a" })));
        Assert.Equal("metadata/row_id", await bench.FaultyMemberAsync(Source("pg_table", "text", new { table_name = "trajectories" })));
        Assert.Equal("metadata/row_id", await bench.FaultyMemberAsync(Source("pg_table", "text", new { table_name = "trajectories", row_id = new[] { "a" } })));
        Assert.Equal("metadata/row_id", await bench.FaultyMemberAsync(Source("pg_table", "text", new { table_name = "trajectories", row_id = "a\0b" })));
        Assert.Equal("content_type", await bench.FaultyMemberAsync(Source("pg_table", "file", new { table_name = "trajectories", row_id = "a" })));
    }

    [Theory]
    [InlineData("{\"id\":\"a\"}\n{\"id\":\"b\"", "line 2: this is no JSON")]
    [InlineData("{\"id\":\"a\"}\n\n[1]", "line 3: this is no JSON object")]
    [InlineData("{\"key\":\"a\"}", "line 1: the row has no 'id'")]
    [InlineData("{\"id\":null}", "line 1: the row has no 'id'")]
    [InlineData("{\"id\":\"a\"}\n{\"id\":\"a\"}", "line 2: the id 'a' is that of line 1 already")]
    [InlineData("{\"id\":\"a\"}\n{\"id\":\"b\",\"x\":\"0123456789012345678901234567890123456789\"}", "line 2: the row has more than the 40 bytes")]
    public async Task A_file_that_is_not_as_it_must_be_stops_the_start_and_says_where(string text, string expected)
    {
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.Combine("rows.jsonl"), text);
        var options = new LocalPlatformOptions { Store = folder.Combine("store"), Sources = new SourceOptions { Tables = [new SourceTable("t", folder.Combine("rows.jsonl"))], LargestRow = 40 } };
        var error = await Assert.ThrowsAsync<ArgumentException>(() => LocalPlatformHost.StartAsync(options));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("rows.jsonl", error.Message, StringComparison.Ordinal);
    }

    private static object Row(string table, string id) => Source("pg_table", "text", new { table_name = table, row_id = id });

    private static Task<SourceBench> WithRowsAsync(params string[] lines) => StartAsync(folder =>
    {
        File.WriteAllLines(folder.Combine("rows.jsonl"), lines);
        return new SourceOptions { Tables = [new SourceTable("trajectories", folder.Combine("rows.jsonl"))] };
    });
}
