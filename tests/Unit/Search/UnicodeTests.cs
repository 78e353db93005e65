using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Search;

/// <summary>What one system writes composed and another decomposed is the same text to a search, and comes back as it was given.</summary>
public sealed class UnicodeTests
{
    private static readonly string Composed = "café Ångström".Normalize(NormalizationForm.FormC);
    private static readonly string Decomposed = Composed.Normalize(NormalizationForm.FormD);

    public static TheoryData<string> Databases => SearchPlatform.Databases;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Both_forms_find_both_in_every_field(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        foreach (var (name, text) in new[] { ("c", Composed), ("d", Decomposed), ("m", "cafe\u0301 " + Composed[5..]) })
        {
            await platform.CreateAsync(new
            {
                name = $"{name}/{text}",
                description = text,
                content = text,
                file_path = $"{text}/x",
                tags = new[] { text },
                metadata = new Dictionary<string, object> { [text] = 1, ["text"] = text, ["list"] = new[] { text } },
            });
        }

        await platform.CreateAsync("other");
        foreach (var text in new[] { Composed, Decomposed })
        {
            var word = text.Split(' ')[0];
            (string Field, string Operator, object Value)[] criteria =
            [
                ("name", "contains", text), ("name", "ends_with", text), ("name", "fulltext", word), ("name", "in", new[] { "c/" + text, "d/" + text, "m/" + text }), ("name", "between", new[] { "c/" + text, "m/" + text }),
                ("description", "equals", text), ("description", "contains", word), ("description", "fulltext", text), ("description", "starts_with", word), ("description", "in", new[] { text, "x" }),
                ("content", "equals", text), ("content", "contains", text), ("content", "fulltext", word), ("content", "between", new[] { text, text }),
                ("file_path", "equals", text + "/x"), ("file_path", "starts_with", word),
                ("tags", "equals", text), ("tags", "in", new[] { text }), ("tags", "contains", word), ("tags", "fulltext", word),
                ("metadata.text", "equals", text), ("metadata.text", "contains", word), ("metadata.text", "fulltext", word), ("metadata.list", "contains", text), ("metadata." + text, "equals", 1),
            ];
            foreach (var (field, comparison, value) in criteria)
            {
                Assert.True(3 == (await platform.NamesAsync(field, comparison, value)).Length, $"{field} {comparison} {JsonSerializer.Serialize(value)}");
            }

            foreach (var name in new[] { "c/", "d/", "m/" })
            {
                Assert.Single(await platform.NamesAsync("name", "equals", name + text));
            }

            Assert.Equal(3, (await platform.SearchAsync(new { text_query = word })).Length);
            var highlighted = await platform.SearchAsync(new { text_query = word, highlight = true });
            Assert.All(highlighted, hit => Assert.StartsWith($"<em>{Composed[..4]}</em>", hit.GetProperty("highlights").GetProperty("content")[0].GetString(), StringComparison.Ordinal));
        }

        var given = await platform.NamesAsync("description", "equals", Composed);
        Assert.Equal(["c/" + Composed, "d/" + Decomposed, "m/cafe\u0301 " + Composed[5..]], given);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_name_that_changes_its_form_is_found_in_the_new_one_and_not_in_the_old(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        var id = await platform.CreateAsync(new { name = Decomposed, content = "x" });
        Assert.Equal([Decomposed], await platform.NamesAsync("name", "equals", Composed));
        await platform.PatchAsync(id, new { revision_id = Guid.NewGuid(), base_revision_id = await RevisionAsync(platform, id), content = "x", name = "plain" });
        Assert.Empty(await platform.NamesAsync("name", "equals", Composed));
        Assert.Equal(["plain"], await platform.NamesAsync("name", "equals", "plain"));
        await platform.PatchAsync(id, new { revision_id = Guid.NewGuid(), base_revision_id = await RevisionAsync(platform, id), content = "x", name = Decomposed });
        Assert.Equal([Decomposed], await platform.NamesAsync("name", "equals", Composed));
        using var removed = await platform.Ann.DeleteAsync($"/v0.1/data-storage/data-entries/{id}");
        Assert.Empty(await platform.NamesAsync("name", "equals", Composed));
    }

    private static async Task<Guid> RevisionAsync(SearchPlatform platform, Guid id) =>
        (await platform.Ann.GetFromJsonAsync<JsonElement>($"/v0.1/data-storage/data-entries/{id}")).GetProperty("revision_id").GetGuid();
}
