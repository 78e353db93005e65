using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Search;

/// <summary>After whatever was done to entries, the index finds what a look at each of them finds.</summary>
public sealed class SearchDifferentialTests
{
    private const string Base = "/v0.1/data-storage";
    private const int Steps = 250;
    private static readonly string[] Vocabulary = ["alpha", "Beta", "gamma", "delta", "Öl", "straße", "omega7", "zeta"];

    public static TheoryData<string> Databases => SearchPlatform.Databases;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_index_is_what_a_scan_finds(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        var random = new Random(42);
        var (entries, datasets, gone) = (new List<Guid>(), new List<Guid>(), new List<Guid>());
        for (var step = 1; step <= Steps; step++)
        {
            await StepAsync(platform, random, entries, datasets, gone);
            if (step % 50 == 0)
            {
                await CompareAsync(platform, entries);
            }
        }

        Assert.True(entries.Count > 10 && gone.Count > 10, $"{entries.Count} are left, {gone.Count} are gone");
        foreach (var id in gone)
        {
            using var answer = await platform.Ann.GetAsync($"{Base}/data-entries/{id}");
            Assert.Equal(System.Net.HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private static async Task StepAsync(SearchPlatform platform, Random random, List<Guid> entries, List<Guid> datasets, List<Guid> gone)
    {
        string Words() => string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Vocabulary[random.Next(Vocabulary.Length)]));
        string[] Tags() => [.. Words().Split(' ').Distinct()];
        var (kind, any) = (random.Next(entries.Count < 15 ? 4 : 12), entries.Count == 0 ? Guid.Empty : entries[random.Next(entries.Count)]);
        switch (kind)
        {
            case 0 or 1 or 2 or 3:
                if (datasets.Count < 4)
                {
                    var dataset = Guid.NewGuid();
                    using var made = await platform.Ann.PostAsJsonAsync(Base + "/datasets", new { name = "d", id = dataset });
                    datasets.Add(dataset);
                }

                entries.Add(await platform.CreateAsync(new { name = Words(), description = random.Next(2) == 0 ? Words() : null, content = Words(), tags = random.Next(3) == 0 ? null : Tags(), dataset_id = datasets[random.Next(datasets.Count)] }));
                break;
            case 4 or 5:
                await platform.PatchAsync(any, new { tags = Tags() });
                break;
            case 6 or 7:
                var latest = (await GetAsync(platform, any)).GetProperty("revision_id").GetGuid();
                var (id, isDraft) = (Guid.NewGuid(), random.Next(3) == 0);
                await platform.PatchAsync(any, new { revision_id = id, base_revision_id = latest, content = Words(), name = Words(), description = Words(), publish = !isDraft });
                if (isDraft && random.Next(2) == 0)
                {
                    await platform.PatchAsync(any, new { revision_id = id, base_revision_id = latest });
                }

                break;
            case 8 or 9:
                var source = entries[random.Next(entries.Count)];
                await platform.PatchAsync(any, new { revision_id = Guid.NewGuid(), base_revision_id = (await GetAsync(platform, any)).GetProperty("revision_id").GetGuid(), source_entry_id = source });
                break;
            case 10:
                using (var removed = await platform.Ann.DeleteAsync($"{Base}/data-entries/{any}"))
                {
                    removed.EnsureSuccessStatusCode();
                }

                entries.Remove(any);
                gone.Add(any);
                break;
            default:
                if (random.Next(3) > 0)
                {
                    break;
                }

                var whole = datasets[random.Next(datasets.Count)];
                var within = (await platform.Ann.GetFromJsonAsync<JsonElement>($"{Base}/datasets/{whole}")).GetProperty("data_storage_entries").EnumerateArray().Select(e => e.GetProperty("id").GetGuid()).ToList();
                using (var dropped = await platform.Ann.DeleteAsync($"{Base}/datasets/{whole}"))
                {
                    dropped.EnsureSuccessStatusCode();
                }

                datasets.Remove(whole);
                entries.RemoveAll(within.Contains);
                gone.AddRange(within);
                break;
        }
    }

    private static async Task CompareAsync(SearchPlatform platform, List<Guid> entries)
    {
        var read = new List<Read>();
        foreach (var id in entries)
        {
            var entry = (await GetAsync(platform, id)).GetProperty("data_storage");
            read.Add(new Read(
                id, entry.GetProperty("name").GetString()!, entry.GetProperty("description").GetString(), entry.GetProperty("content").GetString(),
                entry.GetProperty("tags").ValueKind == JsonValueKind.Array ? [.. entry.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!)] : []));
        }

        var fields = new (string Name, Func<Read, string?> Of)[] { ("name", r => r.Name), ("description", r => r.Description), ("content", r => r.Content) };
        foreach (var word in Vocabulary)
        {
            var part = word[..^1];
            foreach (var (field, of) in fields)
            {
                await SameAsync(field, "contains", part, r => of(r)?.Contains(part, StringComparison.OrdinalIgnoreCase) == true);
                await SameAsync(field, "starts_with", part, r => of(r)?.StartsWith(part, StringComparison.OrdinalIgnoreCase) == true);
                await SameAsync(field, "ends_with", word, r => of(r)?.EndsWith(word, StringComparison.OrdinalIgnoreCase) == true);
                await SameAsync(field, "equals", word, r => of(r) == word);
                await SameAsync(field, "fulltext", word, r => HasWord(of(r), word));
            }

            await SameAsync("tags", "equals", word, r => r.Tags.Contains(word));
            await SameAsync("tags", "in", new[] { word, "none" }, r => r.Tags.Contains(word));
            await SameAsync("tags", "fulltext", word, r => r.Tags.Any(t => HasWord(t, word)));
            var found = await platform.SearchAsync(new { text_query = word, limit = 1000 });
            Equal(word, read.Where(r => fields.Any(f => HasWord(f.Of(r), word)) || r.Tags.Any(t => HasWord(t, word))), found);
        }

        async Task SameAsync(string field, string comparison, object value, Func<Read, bool> fits)
        {
            var found = await platform.SearchAsync(new { criteria = new[] { new { field, @operator = comparison, value } }, limit = 1000 });
            Equal($"{field} {comparison} {value}", read.Where(fits), found);
        }
    }

    private static void Equal(string what, IEnumerable<Read> expected, JsonElement[] found)
    {
        var (wanted, got) = (expected.Select(r => r.Id).Order().ToList(), found.Select(f => f.GetProperty("id").GetGuid()).Order().ToList());
        Assert.True(wanted.SequenceEqual(got), $"{what}: {wanted.Except(got).Count()} not found, {got.Except(wanted).Count()} found that do not fit");
    }

    private static bool HasWord(string? text, string word) => text?.Split(' ').Contains(word, StringComparer.OrdinalIgnoreCase) == true;

    private static Task<JsonElement> GetAsync(SearchPlatform platform, Guid id) => platform.Ann.GetFromJsonAsync<JsonElement>($"{Base}/data-entries/{id}");

    private sealed record Read(Guid Id, string Name, string? Description, string? Content, string[] Tags);
}
