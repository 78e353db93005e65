using System.Globalization;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Search;

/// <summary>What a search finds (Protocol §6), the same whichever database keeps the entries.</summary>
public sealed class SearchTests
{
    public static TheoryData<string> Databases => SearchPlatform.Databases;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Text_is_compared_by_every_operator(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        await platform.CreateAsync(new { name = "Protein Folding", description = "GRÜSSE aus Köln", content = "The quick brown fox", file_path = "notes/alpha.txt" });
        await platform.CreateAsync(new { name = "protein folding", description = "other", content = "jumps over", file_path = "notes/beta.csv" });
        await platform.CreateAsync(new { name = "100% sure_thing", content = "a\\b", is_collection = false });
        string[] both = ["Protein Folding", "protein folding"];

        Assert.Equal(["protein folding"], await platform.NamesAsync("name", "equals", "protein folding"));
        Assert.Equal(both, await platform.NamesAsync("name", "contains", "TEIN FOLD"));
        Assert.Equal(both, await platform.NamesAsync("name", "contains", "LD"));
        Assert.Equal(both, await platform.NamesAsync("name", "starts_with", "PROTEIN"));
        Assert.Empty(await platform.NamesAsync("name", "starts_with", "folding"));
        Assert.Equal(both, await platform.NamesAsync("name", "ends_with", "ding"));
        Assert.Empty(await platform.NamesAsync("name", "ends_with", "protein"));
        Assert.Equal(both, await platform.NamesAsync("name", "in", new[] { "Protein Folding", "protein folding", "none" }));
        Assert.Equal(["protein folding"], await platform.NamesAsync("name", "greater_than", "a"));
        Assert.Equal(["100% sure_thing", "Protein Folding"], (await platform.NamesAsync("name", "less_than", "a")).Order(StringComparer.Ordinal));
        Assert.Equal(["Protein Folding"], await platform.NamesAsync("name", "between", new[] { "A", "Z" }));
        Assert.Equal(["Protein Folding"], await platform.NamesAsync("description", "contains", "grüsse AUS köln"));
        Assert.Equal(["Protein Folding"], await platform.NamesAsync("description", "equals", "GRÜSSE aus Köln"));
        Assert.Equal(["Protein Folding"], await platform.NamesAsync("content", "contains", "QUICK brown"));
        Assert.Equal(["Protein Folding"], await platform.NamesAsync("content", "equals", "The quick brown fox"));
        Assert.Equal(["Protein Folding"], await platform.NamesAsync("content", "ends_with", "FOX"));
        Assert.Equal(["Protein Folding"], await platform.NamesAsync("content", "starts_with", "the q"));
        Assert.Equal(["protein folding"], await platform.NamesAsync("file_path", "ends_with", ".CSV"));
        Assert.Equal(["Protein Folding"], await platform.NamesAsync("file_path", "fulltext", "alpha"));
        Assert.Equal(["100% sure_thing"], await platform.NamesAsync("name", "contains", "0% s"));
        Assert.Equal(["100% sure_thing"], await platform.NamesAsync("name", "contains", "e_t"));
        Assert.Equal(["100% sure_thing"], await platform.NamesAsync("content", "contains", "a\\b"));
        Assert.Empty(await platform.NamesAsync("name", "contains", "e%t"));
        Assert.Empty(await platform.NamesAsync("name", "contains", "s_r"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Words_are_matched_whole_and_best_first(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        await platform.CreateAsync(new { name = "long", content = "fold " + string.Join(' ', Enumerable.Range(0, 400).Select(i => $"filler{i}")) });
        await platform.CreateAsync(new { name = "fold", content = "a protein", tags = new[] { "Enzym-Kinetik" } });
        await platform.CreateAsync(new { name = "none", content = "folding proteins" });
        for (var i = 0; i < 20; i++)
        {
            await platform.CreateAsync($"other {i}");
        }

        Assert.Equal(["fold", "long"], await TextAsync(platform, "FOLD"));
        Assert.Equal(["fold"], await TextAsync(platform, "protein fold"));
        Assert.Equal(["fold"], await TextAsync(platform, "kinetik"));
        Assert.Empty(await TextAsync(platform, "rotei"));
        Assert.Empty(await TextAsync(platform, "!!!"));
        Assert.Equal(["long"], await platform.NamesAsync("content", "fulltext", "fold"));
        Assert.Equal(["fold"], await platform.NamesAsync("name", "fulltext", "Fold"));
        Assert.Equal(["fold"], await platform.NamesAsync("tags", "fulltext", "enzym"));
        var hits = await platform.SearchAsync(new { text_query = "fold" });
        Assert.True(hits[0].GetProperty("score").GetDouble() > hits[1].GetProperty("score").GetDouble());
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Every_field_of_an_entry_can_be_searched_by(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        var (project, parent) = (Guid.NewGuid(), await platform.CreateAsync("parent"));
        var id = await platform.CreateAsync(new
        {
            name = "child", content = "12345", tags = new[] { "Größe", "b" }, parent_id = parent, project_id = project,
            metadata = new { plate = 3, ok = true, nested = new { well = "A1" }, list = new[] { "x" } },
        });
        await platform.CreateAsync(new { name = "file", file_path = "f.bin", metadata = new { size = 70000, plate = 20 } });
        await platform.CreateAsync(new { name = "zip", file_path = "f.zip", is_collection = true });
        var entry = (await platform.SearchAsync(new { criteria = new[] { new { field = "id", @operator = "equals", value = id } } }))[0];

        foreach (var (field, comparison, value, names) in new (string, string, object, string[])[]
        {
            ("id", "in", new[] { id.ToString(), parent.ToString().ToUpperInvariant() }, ["parent", "child"]),
            ("id", "starts_with", id.ToString()[..36].ToUpperInvariant(), ["child"]),
            ("parent_id", "equals", parent, ["child"]),
            ("project_id", "equals", project, ["child"]),
            ("dataset_id", "equals", entry.GetProperty("dataset_id").GetString()!, ["child"]),
            ("revision_id", "equals", entry.GetProperty("revision_id").GetString()!, ["child"]),
            ("status", "equals", "pending", ["file", "zip"]),
            ("status", "in", new[] { "active" }, ["parent", "child"]),
            ("share_status", "starts_with", "priv", ["parent", "child", "file", "zip"]),
            ("user_id", "equals", "user-ann", ["parent", "child", "file", "zip"]),
            ("user_id", "fulltext", "ann", ["parent", "child", "file", "zip"]),
            ("is_collection", "equals", true, ["zip"]),
            ("is_collection", "equals", "false", ["parent", "child", "file"]),
            ("short_alias", "equals", "x", []),
            ("storage_type", "equals", "gcs", ["file", "zip"]),
            ("content_type", "in", new[] { "directory", "file" }, ["file", "zip"]),
            ("location", "contains", "entries/", ["file", "zip"]),
            ("version", "equals", "0", ["parent", "child", "file", "zip"]),
            ("version", "greater_than", 0, []),
            ("size", "greater_than", "1000", ["file"]),
            ("size", "between", new[] { "5", "5" }, ["child"]),
            ("size", "in", new[] { "5", "70000" }, ["child", "file"]),
            ("tags", "equals", "Größe", ["child"]),
            ("tags", "in", new[] { "none", "b" }, ["child"]),
            ("tags", "contains", "GRÖ", ["child"]),
            ("tags", "starts_with", "größ", ["child"]),
            ("tags", "equals", "größe", []),
            ("metadata.plate", "equals", "3", ["child"]),
            ("metadata.plate", "greater_than", "3", ["file"]),
            ("metadata.plate", "between", new[] { "3", "20" }, ["child", "file"]),
            ("metadata.plate", "in", new[] { "3.0", "21" }, ["child"]),
            ("metadata.ok", "equals", true, ["child"]),
            ("metadata.nested.well", "equals", "A1", ["child"]),
            ("metadata.nested.well", "contains", "a", ["child"]),
            ("metadata.none", "equals", "A1", []),
            ("created_at", "equals", entry.GetProperty("created_at").GetString()!, ["child"]),
            ("created_at", "in", new[] { entry.GetProperty("created_at").GetString()!, "2020-01-01" }, ["child"]),
            ("created_at", "less_than", entry.GetProperty("created_at").GetString()!, ["parent"]),
            ("created_at", "greater_than", entry.GetProperty("created_at").GetString()!, ["file", "zip"]),
            ("modified_at", "between", new[] { "2020-01-01", "2999-01-01T00:00:00+01:00" }, ["parent", "child", "file", "zip"]),
        })
        {
            Assert.Equal($"{field} {comparison}: {string.Join(", ", names)}", $"{field} {comparison}: {string.Join(", ", await platform.NamesAsync(field, comparison, value))}");
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Or_is_the_union_and_And_the_intersection(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        await platform.CreateAsync(new { name = "a one", content = "apple", tags = new[] { "x" } });
        await platform.CreateAsync(new { name = "a two", content = "pear", tags = new[] { "x" } });
        await platform.CreateAsync(new { name = "b three", content = "apple" });
        var criteria = new object[]
        {
            new { field = "name", @operator = "starts_with", value = "a " }, new { field = "tags", @operator = "in", value = new[] { "x" } }, new { field = "content", @operator = "equals", value = "apple" },
        };
        async Task<string[]> Names(object body) => [.. (await platform.SearchAsync(body)).Select(SearchPlatform.Name)];

        Assert.Equal(["a one"], await Names(new { criteria, filter_logic = "AND" }));
        Assert.Equal(["a one", "a two", "b three"], await Names(new { criteria, filter_logic = "OR" }));
        Assert.Equal(["a one", "a two", "b three"], await Names(new { criteria }));
        Assert.Equal(["a one", "b three"], (await Names(new { criteria, text_query = "apple" })).Order(StringComparer.Ordinal));
        Assert.Equal(["a one"], await Names(new { criteria, text_query = "apple", filter_logic = "AND" }));
        Assert.Equal(["a one", "a two", "b three"], await Names(new { }));
        var scores = (await platform.SearchAsync(new { criteria })).Select(h => h.GetProperty("score").GetDouble()).ToList();
        Assert.Equal(scores.OrderDescending(), scores);
        var words = new object[] { new { field = "content", @operator = "fulltext", value = "apple" }, new { field = "name", @operator = "fulltext", value = "two" } };
        Assert.Equal(["a one", "a two", "b three"], (await Names(new { criteria = words })).Order(StringComparer.Ordinal));
        Assert.Empty(await Names(new { criteria = words, filter_logic = "AND" }));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Pages_follow_each_other_without_gap_or_overlap(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        for (var i = 0; i < 25; i++)
        {
            await platform.CreateAsync(string.Create(CultureInfo.InvariantCulture, $"page {i:D2}"));
        }

        foreach (var body in new object?[] { null, "page" })
        {
            var names = new List<string>();
            for (var offset = 0; offset < 30; offset += 10)
            {
                names.AddRange((await platform.SearchAsync(new { text_query = body, limit = 10, offset })).Select(SearchPlatform.Name));
            }

            Assert.Equal(25, names.Distinct().Count());
            Assert.Equal(25, names.Count);
        }

        Assert.Equal(10, (await platform.SearchAsync(new { })).Length);
        Assert.Single(await platform.SearchAsync(new { limit = 1 }));
        Assert.Equal(25, (await platform.SearchAsync(new { limit = 1000 })).Length);
        Assert.Empty(await platform.SearchAsync(new { offset = 2_000_000_000 }));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_index_follows_changes_and_removals(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        var (kept, gone) = (await platform.CreateAsync(new { name = "kept", tags = new[] { "old" } }), await platform.CreateAsync("unusualname", "unusualword"));
        await platform.PatchAsync(kept, new { tags = new[] { "fresh" } });
        Assert.Equal(["kept"], await platform.NamesAsync("tags", "equals", "fresh"));
        Assert.Empty(await platform.NamesAsync("tags", "equals", "old"));
        Assert.Equal(["kept"], await TextAsync(platform, "fresh"));
        Assert.Empty(await TextAsync(platform, "old"));

        var dataset = (await platform.SearchAsync(new { text_query = "unusualword" }))[0].GetProperty("dataset_id").GetGuid();
        using var removed = await platform.Ann.DeleteAsync($"/v0.1/data-storage/datasets/{dataset}");
        Assert.True(removed.IsSuccessStatusCode);
        Assert.Empty(await TextAsync(platform, "unusualword"));
        Assert.Empty(await platform.NamesAsync("name", "contains", "unusual"));
        Assert.Empty(await platform.NamesAsync("id", "equals", gone.ToString()));
        using var entry = await platform.Ann.DeleteAsync($"/v0.1/data-storage/data-entries/{kept}");
        Assert.Empty(await platform.NamesAsync("tags", "in", new[] { "fresh" }));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Long_texts_are_searched_to_their_end(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        var text = string.Join(' ', Enumerable.Range(0, 250_000).Select(i => $"w{i:X}")) + " lastWORD";
        await platform.CreateAsync("long", text);
        Assert.Equal(["long"], await TextAsync(platform, "lastword w0"));
        Assert.Equal(["long"], await platform.NamesAsync("content", "contains", "Lastw"));
        Assert.Equal(["long"], await platform.NamesAsync("content", "ends_with", "lastword"));
        Assert.Equal(["long"], await platform.NamesAsync("content", "starts_with", "W0 w1 w2"));
        Assert.Empty(await TextAsync(platform, "astword"));

        // Every word is one word, wherever a part of the text ends.
        foreach (var at in Enumerable.Range(1, 12).Select(i => i * 40_000).Append(100_000))
        {
            var start = text.LastIndexOf(' ', at) + 1;
            Assert.Equal(["long"], await TextAsync(platform, text[start..text.IndexOf(' ', start)]));
        }

        var hit = (await platform.SearchAsync(new { text_query = "lastword", highlight = true }))[0];
        Assert.Equal(System.Text.Json.JsonValueKind.Null, hit.GetProperty("content").ValueKind);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Highlights_show_where_and_no_more_than_asked(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        await platform.CreateAsync(new { name = "A protein", description = "about Protein, really", content = string.Join(' ', Enumerable.Range(0, 50).Select(i => $"filler{i} protein")) });
        var plain = Assert.Single(await platform.SearchAsync(new { text_query = "protein" }));
        Assert.False(plain.TryGetProperty("highlights", out _));

        var hit = Assert.Single(await platform.SearchAsync(new { text_query = "protein", highlight = true, highlight_fragment_size = 40, highlight_num_fragments = 2 }));
        var highlights = hit.GetProperty("highlights");
        Assert.Equal("about <em>Protein</em>, really", highlights.GetProperty("description")[0].GetString());
        var fragments = highlights.GetProperty("content").EnumerateArray().Select(f => f.GetString()!).ToList();
        Assert.Equal(2, fragments.Count);
        Assert.All(fragments, f =>
        {
            Assert.Contains("<em>protein</em>", f, StringComparison.Ordinal);
            Assert.InRange(f.Replace("<em>", "", StringComparison.Ordinal).Replace("</em>", "", StringComparison.Ordinal).Length, 7, 40);
        });
        Assert.False(highlights.TryGetProperty("name", out _));

        hit = Assert.Single(await platform.SearchAsync(new { criteria = new[] { new { field = "name", @operator = "contains", value = "PROT" } }, highlight = true, highlight_fields = new[] { "name" } }));
        Assert.Equal("A <em>prot</em>ein", hit.GetProperty("highlights").GetProperty("name")[0].GetString());
    }

    private static async Task<string[]> TextAsync(SearchPlatform platform, string text) => [.. (await platform.SearchAsync(new { text_query = text })).Select(SearchPlatform.Name)];
}
