using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FutureHouse.LocalPlatform.Search;
using Xunit;

namespace FutureHouse.Tests.Unit.Search;

/// <summary>Values of metadata are compared as what they are, by both databases alike: numbers by all their digits, times as instants, keys with dots as themselves.</summary>
public sealed class MetadataSearchTests
{
    public static TheoryData<string> Databases => SearchPlatform.Databases;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Numbers_by_all_their_digits(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        string[] numbers =
        [
            "9007199254740992", "9007199254740993", "18446744073709551615", "123456789012345678901234567890", "123456789012345678901234567891",
            "0.1", "0.1000000000000000055", "-9007199254740993", "1e400", "5", "5.0", "1.50",
        ];
        foreach (var number in numbers)
        {
            await CreateAsync(platform, number, $$"""{"n":{{number}}}""");
        }

        foreach (var number in numbers.Except(["5", "5.0"]))
        {
            Assert.Equal([number], await NamesAsync(platform, "metadata.n", "equals", number));
            Assert.Equal([number], await NamesAsync(platform, "metadata.n", "equals", $"\"{number}\""));
            Assert.Equal([number], await NamesAsync(platform, "metadata.n", "in", $"[{number},77]"));
        }

        Assert.Equal(["5", "5.0"], await NamesAsync(platform, "metadata.n", "equals", "5.00"));
        Assert.Equal(["1.50"], await NamesAsync(platform, "metadata.n", "equals", "15e-1"));
        Assert.Equal(["9007199254740993"], await NamesAsync(platform, "metadata.n", "between", "[9007199254740993,9007199254740994]"));
        Assert.Equal(["123456789012345678901234567891", "1e400"], await NamesAsync(platform, "metadata.n", "greater_than", "123456789012345678901234567890"));
        Assert.Equal(["-9007199254740993"], await NamesAsync(platform, "metadata.n", "less_than", "-9007199254740992"));
        Assert.Equal(["0.1000000000000000055"], await NamesAsync(platform, "metadata.n", "between", "[0.10000000000000000549,0.2]"));
        Assert.Empty(await NamesAsync(platform, "metadata.n", "greater_than", "1e3999"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Times_as_instants(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        string[] times = ["2026-03-01T09:30:00.0000000+05:30", "2026-03-01T04:00:00Z", "2026-03-01T04:00:00.0000001Z", "2026-03-01T05:00:00-05:00", "1901-12-13T20:45:52.5+00:00", "2026-03-02", "some day", "2026-02-30T00:00:00Z"];
        foreach (var time in times)
        {
            await CreateAsync(platform, time, $$"""{"at":"{{time}}"}""");
        }

        await CreateAsync(platform, "number", """{"at":20260301}""");
        string[] same = [times[0], times[1]];
        foreach (var criterion in new[] { "2026-03-01T04:00:00Z", "2026-02-28T23:00:00.000-05:00", "2026-03-01T04:00+00:00", "2026-03-01T18:00:00,0+1400" })
        {
            Assert.Equal(same, await NamesAsync(platform, "metadata.at", "equals", $"\"{criterion}\""));
            Assert.Equal(same, await NamesAsync(platform, "metadata.at", "in", $"[\"{criterion}\",\"2000-01-01T00:00:00Z\"]"));
            Assert.Equal([times[2], times[3], times[5]], await NamesAsync(platform, "metadata.at", "greater_than", $"\"{criterion}\""));
            Assert.Equal([times[4]], await NamesAsync(platform, "metadata.at", "less_than", $"\"{criterion}\""));
            Assert.Equal([times[0], times[1], times[2]], await NamesAsync(platform, "metadata.at", "between", $"[\"{criterion}\",\"2026-03-01T04:30:00Z\"]"));
        }

        Assert.Equal([times[4]], await NamesAsync(platform, "metadata.at", "equals", "\"1901-12-13T20:45:52.50Z\""));

        // Without an offset a criterion is text, as the beginning of a time is.
        Assert.Equal([times[0], times[1], times[2], times[3]], await NamesAsync(platform, "metadata.at", "between", "[\"2026-03-01\",\"2026-03-01T24\"]"));
        Assert.Equal([times[6]], await NamesAsync(platform, "metadata.at", "equals", "\"some day\""));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Keys_with_dots_as_themselves(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        await CreateAsync(platform, "key", """{"a.b":1}""");
        await CreateAsync(platform, "nested", """{"a":{"b":1}}""");
        await CreateAsync(platform, "both", """{"a.b":2,"a":{"b":1}}""");
        await CreateAsync(platform, "deep", """{"a.b":{"c.d":{"e":1}}}""");
        await CreateAsync(platform, "back", """{"a.b":5,"a":{"b":{"c.d":{"e":1}}}}""");
        await CreateAsync(platform, "odd", """{"..":1,"a\"b":1,"a\\b":1,"$":1,"'":1,"":{"":7}}""");
        Assert.Equal(["key", "nested"], await NamesAsync(platform, "metadata.a.b", "equals", "1"));
        Assert.Equal(["both"], await NamesAsync(platform, "metadata.a.b", "equals", "2"));
        Assert.Equal(["key"], await NamesAsync(platform, "metadata.a\\\\.b", "equals", "1"));
        Assert.Equal(["deep", "back"], await NamesAsync(platform, "metadata.a.b.c.d.e", "equals", "1"));
        Assert.Equal(["deep"], await NamesAsync(platform, "metadata.a\\\\.b.c\\\\.d.e", "equals", "1"));
        foreach (var odd in new[] { "..", "a\\\"b", "a\\\\b", "a\\\\\\\\b", "$", "'" })
        {
            Assert.Equal(["odd"], await NamesAsync(platform, $"metadata.{odd}", "equals", "1"));
        }

        Assert.Equal(["odd"], await NamesAsync(platform, "metadata..", "equals", "7"));
        Assert.Empty(await NamesAsync(platform, "metadata.a.none", "equals", "1"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_is_no_size_is_none(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        foreach (var (name, size) in new[] { ("text", "\"big\""), ("list", "[9]"), ("large", "9007199254740993"), ("less", "9007199254740992") })
        {
            using var made = await platform.Ann.PostAsync("/v0.1/data-storage/data-entries", Json($$$"""{"name":"{{{name}}}","file_path":"f","metadata":{"size":{{{size}}}}}"""));
            Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
        }

        Assert.Equal(["large", "less"], await NamesAsync(platform, "size", "greater_than", "1"));
        Assert.Equal(["large"], await NamesAsync(platform, "size", "equals", "9007199254740993"));
        Assert.Equal(["large"], await NamesAsync(platform, "size", "greater_than", "9007199254740992"));
        Assert.Equal(["less"], await NamesAsync(platform, "size", "in", "[9007199254740992]"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Every_answer_has_the_digits_that_were_sent(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        const string Metadata = """{"n":123456789012345678901234567890,"d":1.10,"e":1E+400,"z":-0.0,"t":0.1000000000000000055511151231257827}""";
        var id = await CreateAsync(platform, "n", Metadata);
        var entry = await platform.Ann.GetFromJsonAsync<JsonElement>($"/v0.1/data-storage/data-entries/{id}");
        Assert.Equal(Metadata, entry.GetProperty("data_storage").GetProperty("metadata").GetRawText());
        Assert.Equal(Metadata, entry.GetProperty("storage_locations")[0].GetProperty("storage_config").GetProperty("metadata").GetRawText());
        Assert.Equal(Metadata, (await platform.SearchAsync(new { text_query = "n" }))[0].GetProperty("metadata").GetRawText());
        var dataset = entry.GetProperty("data_storage").GetProperty("dataset_id").GetGuid();
        var listed = await platform.Ann.GetFromJsonAsync<JsonElement>($"/v0.1/data-storage/datasets/{dataset}");
        Assert.Equal(Metadata, listed.GetProperty("data_storage_entries")[0].GetProperty("metadata").GetRawText());
    }

    [Theory]
    [InlineData("1", "1.000", 0)]
    [InlineData("1e3", "1000", 0)]
    [InlineData("-0.0", "0", 0)]
    [InlineData("0e99", "0", 0)]
    [InlineData("9007199254740993", "9007199254740992", 1)]
    [InlineData("-9007199254740993", "-9007199254740992", -1)]
    [InlineData("-1", "1", -1)]
    [InlineData("0.01", "0.001", 1)]
    [InlineData("12", "112", -1)]
    [InlineData("1.1", "1.10000000000000000001", -1)]
    [InlineData("1e99999999999999999999", "1e400", 1)]
    [InlineData("1e-99999999999999999999", "0", 1)]
    public void Exact_numbers_have_an_order(string left, string right, int order)
    {
        Assert.Equal(order, Math.Sign(ExactNumber.Parse(left)!.Value.CompareTo(ExactNumber.Parse(right)!.Value)));
        Assert.Equal(-order, Math.Sign(ExactNumber.Parse(right)!.Value.CompareTo(ExactNumber.Parse(left)!.Value)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("e5")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("1 2")]
    public void What_is_no_number_is_none(string text) => Assert.Null(ExactNumber.Parse(text));

    private static async Task<Guid> CreateAsync(SearchPlatform platform, string name, string metadata)
    {
        using var made = await platform.Ann.PostAsync("/v0.1/data-storage/data-entries", Json($$"""{"name":"{{name}}","content":"x","metadata":{{metadata}}}"""));
        var text = await made.Content.ReadAsStringAsync();
        Assert.True(made.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("data_storage").GetProperty("id").GetGuid();
    }

    private static async Task<string[]> NamesAsync(SearchPlatform platform, string field, string comparison, string value)
    {
        var body = $$"""{"criteria":[{"field":"{{field}}","operator":"{{comparison}}","value":{{value}}}],"limit":100}""";
        using var answer = await platform.Ann.PostAsync("/v0.1/data-storage/search", Json(body));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{body}: {text}");
        return [.. JsonElement.Parse(text).EnumerateArray().Select(SearchPlatform.Name)];
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
