using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Xunit;

namespace FutureHouse.Tests.Unit.Search;

/// <summary>What a search refuses, and that nothing in it is ever taken for syntax.</summary>
public sealed class SearchRefusalTests
{
    public static TheoryData<string> Databases => SearchPlatform.Databases;

    [Fact]
    public async Task What_is_wrong_is_said_with_its_place()
    {
        await using var platform = await SearchPlatform.StartAsync("SQLite");
        string One(string criterion) => $$"""{"criteria":[{"field":"name","operator":"equals","value":"x"},{{criterion}}]}""";
        foreach (var (json, where, what) in new[]
        {
            (One("""{"field":"nothing","operator":"equals","value":"x"}"""), "body.criteria.1.field", "'nothing'"),
            (One("""{"field":"embedding","operator":"equals","value":"x"}"""), "body.criteria.1.field", "'embedding'"),
            (One("""{"field":"metadata.","operator":"equals","value":"x"}"""), "body.criteria.1.field", "no field"),
            (One("""{"field":"name; DROP TABLE Entries","operator":"equals","value":"x"}"""), "body.criteria.1.field", "no field"),
            (One("""{"operator":"equals","value":"x"}"""), "body.criteria.1.field", "name of a field"),
            (One("""{"field":"name","operator":"like","value":"x"}"""), "body.criteria.1.operator", "starts_with"),
            (One("""{"field":"name","operator":7,"value":"x"}"""), "body.criteria.1.operator", "starts_with"),
            (One("""{"field":"is_collection","operator":"contains","value":"x"}"""), "body.criteria.1.operator", "does not go with"),
            (One("""{"field":"created_at","operator":"contains","value":"x"}"""), "body.criteria.1.operator", "greater_than"),
            (One("""{"field":"tags","operator":"between","value":["a","b"]}"""), "body.criteria.1.operator", "'tags'"),
            (One("""{"field":"name","operator":"equals"}"""), "body.criteria.1.value", "required"),
            (One("""{"field":"name","operator":"equals","value":5}"""), "body.criteria.1.value", "strings"),
            (One("""{"field":"name","operator":"equals","value":["x"]}"""), "body.criteria.1.value", "one value"),
            (One("""{"field":"name","operator":"equals","value":{"a":1}}"""), "body.criteria.1.value", "strings"),
            (One("""{"field":"name","operator":"contains","value":""}"""), "body.criteria.1.value", "characters"),
            (One("""{"field":"name","operator":"contains","value":"a\u0000b"}"""), "body.criteria.1.value", "NUL"),
            (One("""{"field":"name","operator":"contains","value":"a\ud800b"}"""), "body.criteria.1.value", "Unicode"),
            (One("""{"field":"name","operator":"in","value":"x"}"""), "body.criteria.1.value", "list"),
            (One("""{"field":"name","operator":"in","value":[]}"""), "body.criteria.1.value", "list"),
            (One("""{"field":"name","operator":"between","value":["a"]}"""), "body.criteria.1.value", "two"),
            (One("""{"field":"id","operator":"equals","value":"x"}"""), "body.criteria.1.value", "UUID"),
            (One("""{"field":"is_collection","operator":"equals","value":"maybe"}"""), "body.criteria.1.value", "true or false"),
            (One("""{"field":"created_at","operator":"less_than","value":"yesterday"}"""), "body.criteria.1.value", "ISO 8601"),
            (One("""{"field":"size","operator":"less_than","value":"many"}"""), "body.criteria.1.value", "numbers"),
            (One("7"), "body.criteria.1", "dictionary"),
            ("""{"criteria":"x"}""", "body.criteria", "list"),
            ("""{"limit":0}""", "body.limit", "from 1 to 1000"),
            ("""{"limit":1001}""", "body.limit", "from 1 to 1000"),
            ("""{"limit":1.5}""", "body.limit", "integer"),
            ("""{"limit":"10"}""", "body.limit", "integer"),
            ("""{"offset":-1}""", "body.offset", "from 0"),
            ("""{"filter_logic":"XOR"}""", "body.filter_logic", "'OR' or 'AND'"),
            ("""{"text_query":5}""", "body.text_query", "string"),
            ("""{"text_query":"a\ud800"}""", "body.text_query", "Unicode"),
            ("""{"highlight":true,"highlight_fields":["status"]}""", "body.highlight_fields", "'status'"),
            ("""{"highlight_fragment_size":0}""", "body.highlight_fragment_size", "from 1"),
            ("""{"highlight_num_fragments":1000}""", "body.highlight_num_fragments", "to 100"),
        })
        {
            var problem = await platform.RefusedAsync("/search", json);
            Assert.Equal((json, where), (json, problem.Where));
            Assert.Contains(what, problem.What, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Two_hundred_criteria_work_and_ten_thousand_are_refused(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        await platform.CreateAsync("name 7", "word7");
        object Body(int count, string logic) => new
        {
            criteria = Enumerable.Range(0, count).Select(i => (object)new { field = i % 3 == 0 ? "name" : "content", @operator = i % 3 == 2 ? "fulltext" : "contains", value = i % 3 == 0 ? "ame" : i == 7 ? "word7" : $"none{i}" }),
            filter_logic = logic,
        };
        Assert.Single(await platform.SearchAsync(Body(200, "OR")));
        Assert.Empty(await platform.SearchAsync(Body(200, "AND")));
        var problem = await platform.RefusedAsync("/search", JsonSerializer.Serialize(Body(10_000, "OR")));
        Assert.Equal("body.criteria", problem.Where);
        Assert.Contains("200", problem.What, StringComparison.Ordinal);
        Assert.Contains("10000", problem.What, StringComparison.Ordinal);
        Assert.Single(await platform.NamesAsync("name", "in", Enumerable.Range(0, 1000).Select(i => $"name {i}")));
        Assert.Empty(await platform.NamesAsync("content", "contains", new string('x', 10_000)));
        Assert.Single(await platform.SearchAsync(new { text_query = string.Join(' ', Enumerable.Repeat("word7", 1000)) }));
        await platform.RefusedAsync("/search", JsonSerializer.Serialize(new { text_query = string.Join(' ', Enumerable.Range(0, 1000)) }));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Syntax_in_a_string_is_text(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        string[] texts =
        [
            "'; DROP TABLE \"Entries\"; --", "\" OR 1=1 --", "x' OR 'a'='a", "%", "_", "\\", "a AND b", "NEAR(a b, 2)", "name : x", "\"unbalanced", "(((", "a*", "^abc", "a & b | !c", "a:*", "<->", "{a b} : c",
            "$.\"x\"", "[1]", "@p0", "$1", ":name", "?", "{0}", "🧬🧬🧬", "ﬁ", "İ", "e\u0301", "-abc", "+abc", "a\nb\tc", "null", "🧬",
        ];
        foreach (var text in texts)
        {
            await platform.CreateAsync(new { name = $"<{text}>", description = text, content = $"x{text}x", file_path = (string?)null, tags = new[] { text }, metadata = new Dictionary<string, string> { ["k"] = text } });
        }

        foreach (var text in texts)
        {
            var name = $"<{text}>";
            foreach (var (field, comparison, value) in new (string, string, object)[]
            {
                ("name", "equals", name), ("name", "contains", text), ("name", "starts_with", "<" + text), ("name", "ends_with", text + ">"), ("name", "in", new[] { name, "none" }),
                ("description", "equals", text), ("description", "contains", text), ("description", "starts_with", text), ("content", "contains", text), ("content", "ends_with", text + "x"),
                ("tags", "equals", text), ("tags", "in", new[] { text, "none" }), ("tags", "contains", text), ("metadata.k", "equals", text), ("metadata.k", "contains", text),
                ("metadata.k", "in", new[] { text, "none" }), ("metadata.k", "between", new[] { text, text }),
            })
            {
                Assert.True((await platform.NamesAsync(field, comparison, value)).Contains(name), $"{field} {comparison} {text}");
            }

            foreach (var field in (string[])["name", "description", "tags", "content", "metadata.k", "file_path", "user_id", "location"])
            {
                await platform.NamesAsync(field, "fulltext", text);
                if (field != "tags")
                {
                    await platform.NamesAsync(field, "less_than", text);
                }
            }

            await platform.NamesAsync($"metadata.{text}x", "equals", text);
            await platform.SearchAsync(new { text_query = text, highlight = true, highlight_fields = new[] { "name", "description", "content", "tags", "file_path" }, highlight_fragment_size = 3 });
        }

        Assert.Equal(texts.Length, (await platform.SearchAsync(new { limit = 1000 })).Length);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Similarity_is_the_cosine_best_first(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        var id = await platform.CreateAsync(new { name = "same", content = "x", embedding = new[] { 300, 0, 0.0 }, tags = new[] { "t", "u" }, project_id = Guid.NewGuid() });
        await platform.CreateAsync(new { name = "near", content = "x", embedding = new[] { 3, 4, 0.0 } });
        await platform.CreateAsync(new { name = "far", content = "x", embedding = new[] { -1, 0, 0.0 } });
        await platform.CreateAsync(new { name = "shorter", content = "x", embedding = new[] { 1.0, 0 } });
        await platform.CreateAsync(new { name = "none", content = "x" });
        await platform.CreateAsync(new { name = "zero", content = "x", embedding = new[] { 0.0, 0, 0 } });
        var random = new Random(1);
        var large = Enumerable.Range(0, 3072).Select(_ => random.NextDouble() - 0.5).ToArray();
        await platform.CreateAsync(new { name = "large", content = "x", embedding = large });
        async Task<string[]> Names(object body) => [.. (await platform.SimilarAsync(body)).Select(SearchPlatform.Name)];
        double[] embedding = [2.0, 0, 0];

        var hits = await platform.SimilarAsync(new { embedding, min_score = 0 });
        Assert.Equal(["same", "near"], hits.Select(SearchPlatform.Name));
        Assert.Equal(1, hits[0].GetProperty("embedding_similarity").GetDouble(), 6);
        Assert.Equal(0.6, hits[1].GetProperty("embedding_similarity").GetDouble(), 6);
        Assert.Equal(["same"], await Names(new { embedding }));
        Assert.Equal(["same"], await Names(new { embedding, min_score = 1 }));
        Assert.Equal(["same"], await Names(new { embedding, min_score = 0, size = 1 }));
        Assert.Equal(["same"], await Names(new { embedding, min_score = 0, tags = new[] { "none", "u" } }));
        var entry = (await platform.SearchAsync(new { criteria = new[] { new { field = "id", @operator = "equals", value = id } } }))[0];
        Assert.Equal(["same"], await Names(new { embedding, min_score = 0, dataset_id = entry.GetProperty("dataset_id").GetString() }));
        Assert.Equal(["same"], await Names(new { embedding, min_score = 0, project_id = entry.GetProperty("project_id").GetString() }));
        Assert.Equal(["large"], await Names(new { embedding = large, min_score = 1 }));
        Assert.Equal(["shorter"], await Names(new { embedding = new[] { 1e300, 0 } }));
        Assert.Empty(await Names(new { embedding = new[] { 1.0 } }));

        using var bob = await platform.Platform.LogInAsync(FutureHouse.Tests.Support.PlatformFixture.Bob);
        Assert.Empty(await platform.SimilarAsync(new { embedding }, bob));
        using var refused = await bob.PostAsJsonAsync("/v0.1/data-storage/similarity-search", new { embedding, user_id = "user-ann" });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var root = await platform.Platform.LogInAsync(FutureHouse.Tests.Support.PlatformFixture.Root);
        Assert.Single(await platform.SimilarAsync(new { embedding, user_id = "user-ann" }, root));
        Assert.Empty(await platform.SimilarAsync(new { embedding, user_id = "user-bob" }, root));
    }

    [Fact]
    public async Task A_similarity_search_that_makes_no_sense_is_refused()
    {
        await using var platform = await SearchPlatform.StartAsync("SQLite");
        foreach (var (json, where) in new[]
        {
            ("{}", "embedding"), ("""{"embedding":[]}""", "embedding"), ("""{"embedding":[0,0]}""", "embedding"), ("""{"embedding":[1e999]}""", "embedding"), ("""{"embedding":["x"]}""", "embedding"),
            ("""{"embedding":"x"}""", "embedding"), ("""{"embedding":[1],"size":0}""", "size"), ("""{"embedding":[1],"size":101}""", "size"), ("""{"embedding":[1],"min_score":1.1}""", "min_score"),
            ("""{"embedding":[1],"min_score":-0.1}""", "min_score"), ("""{"embedding":[1],"dataset_id":"x"}""", "dataset_id"), ("""{"embedding":[1],"tags":"x"}""", "tags"),
        })
        {
            Assert.Equal((json, $"body.{where}"), (json, (await platform.RefusedAsync("/similarity-search", json)).Where));
        }

        using var nan = await platform.Ann.PostAsync("/v0.1/data-storage/similarity-search", new StringContent("""{"embedding":[NaN]}"""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nan.StatusCode);
    }
}
