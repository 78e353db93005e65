using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Search;

/// <summary>A platform with one kind of database, and what tests of searches ask of it.</summary>
internal sealed class SearchPlatform : IAsyncDisposable
{
    private const string Base = "/v0.1/data-storage";

    private SearchPlatform(PlatformFixture platform, HttpClient ann)
    {
        Platform = platform;
        Ann = ann;
    }

    /// <summary>The kinds of database.</summary>
    public static TheoryData<string> Databases => ["SQLite", "PostgreSQL"];

    public PlatformFixture Platform { get; }

    public HttpClient Ann { get; }

    /// <summary>Starts a platform; skipped by name where the database is not on this machine.</summary>
    public static async Task<SearchPlatform> StartAsync(string database, Func<LocalPlatformOptions, LocalPlatformOptions>? change = null) =>
        await OfAsync(database == "PostgreSQL" ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : null, change);

    /// <summary>Starts a platform on a PostgreSQL database, or without one.</summary>
    public static async Task<SearchPlatform> OfAsync(string? server, Func<LocalPlatformOptions, LocalPlatformOptions>? change = null)
    {
        var platform = await PlatformFixture.StartAsync(o => (change?.Invoke(o) ?? o) with { Database = server });
        return new SearchPlatform(platform, await platform.LogInAsync());
    }

    /// <summary>Makes an entry.</summary>
    public async Task<Guid> CreateAsync(object body, HttpClient? caller = null) =>
        (await PostAsync("/data-entries", body, caller)).GetProperty("data_storage").GetProperty("id").GetGuid();

    /// <summary>Makes an entry with a text.</summary>
    public Task<Guid> CreateAsync(string name, string? content = null) => CreateAsync(new { name, content = content ?? "text" });

    /// <summary>Names that one criterion finds, in the order of the answer.</summary>
    public async Task<string[]> NamesAsync(string field, string comparison, object value, HttpClient? caller = null) =>
        [.. (await SearchAsync(new { criteria = new[] { new { field, @operator = comparison, value } }, limit = 100 }, caller)).Select(Name)];

    /// <summary>Hits of a search.</summary>
    public async Task<JsonElement[]> SearchAsync(object body, HttpClient? caller = null) => [.. (await PostAsync("/search", body, caller)).EnumerateArray()];

    /// <summary>Hits of a similarity search.</summary>
    public async Task<JsonElement[]> SimilarAsync(object body, HttpClient? caller = null) => [.. (await PostAsync("/similarity-search", body, caller)).EnumerateArray()];

    /// <summary>The first problem of a body that must be refused: where, and what.</summary>
    public async Task<(string Where, string What)> RefusedAsync(string route, string json)
    {
        using var answer = await Ann.PostAsync(Base + route, new StringContent(json, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"{(int)answer.StatusCode}: {text}");
        var problem = JsonElement.Parse(text).GetProperty("detail")[0];
        return (string.Join('.', problem.GetProperty("loc").EnumerateArray()), problem.GetProperty("msg").GetString()!);
    }

    public async Task PatchAsync(Guid id, object body)
    {
        using var answer = await Ann.PatchAsJsonAsync($"{Base}/data-entries/{id}", body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static string Name(JsonElement hit) => hit.GetProperty("name").GetString()!;

    public async ValueTask DisposeAsync()
    {
        Ann.Dispose();
        await Platform.DisposeAsync();
    }

    private async Task<JsonElement> PostAsync(string route, object body, HttpClient? caller)
    {
        using var answer = await (caller ?? Ann).PostAsJsonAsync(Base + route, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}
