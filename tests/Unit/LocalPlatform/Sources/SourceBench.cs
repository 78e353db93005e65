using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform.Sources;

/// <summary>A platform with sources of its own, and Ann's plain HTTP client.</summary>
internal sealed class SourceBench : IAsyncDisposable
{
    public const string Entries = "/v0.1/data-storage/data-entries";

    private SourceBench(PlatformFixture platform, HttpClient ann, TempDirectory outside)
    {
        Platform = platform;
        Ann = ann;
        Outside = outside;
    }

    public PlatformFixture Platform { get; }

    public HttpClient Ann { get; }

    /// <summary>A folder that is not the platform's: buckets and rows are in it.</summary>
    public TempDirectory Outside { get; }

    /// <param name="sources">The sources; the files they name are made in the folder given.</param>
    public static async Task<SourceBench> StartAsync(Func<TempDirectory, SourceOptions> sources)
    {
        var outside = new TempDirectory();
        var platform = await PlatformFixture.StartAsync(o => o with { Sources = sources(outside) });
        return new SourceBench(platform, await platform.LogInAsync(), outside);
    }

    /// <summary>A bucket <c>b</c> over a folder with these files, each with its own name as content.</summary>
    public static Task<SourceBench> WithFilesAsync(params string[] names) => StartAsync(folder => Bucket(folder, names));

    public static SourceOptions Bucket(TempDirectory folder, params string[] names) => Bucket(folder.Path, names);

    public static SourceOptions Bucket(string folder, params string[] names)
    {
        var bucket = Directory.CreateDirectory(Path.Combine(folder, "bucket")).FullName;
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(bucket, name))!);
            File.WriteAllText(Path.Combine(bucket, name), name);
        }

        return new SourceOptions { Buckets = new Dictionary<string, string> { ["b"] = bucket } };
    }

    public static object Gcs(object? metadata, string? location = null, bool collection = false, string contentType = "directory") =>
        new { name = "g", is_collection = collection, existing_location = new { storage_type = "gcs", content_type = contentType, metadata, location } };

    public static object Source(string storageType, string contentType, object? metadata) =>
        new { name = "s", existing_location = new { storage_type = storageType, content_type = contentType, metadata } };

    public async Task<JsonElement> CreateAsync(object body)
    {
        using var answer = await Ann.PostAsJsonAsync(Entries, body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    /// <summary>Creates what is refused with 422.</summary>
    /// <returns>The detail: a text, or a list of fields.</returns>
    public async Task<JsonElement> RefusedAsync(object body)
    {
        using var answer = await Ann.PostAsJsonAsync(Entries, body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail");
    }

    /// <summary>Path of the one member that is at fault, below <c>existing_location</c>.</summary>
    public async Task<string> FaultyMemberAsync(object body)
    {
        var field = Assert.Single((await RefusedAsync(body)).EnumerateArray());
        return string.Join('/', field.GetProperty("loc").EnumerateArray().Skip(2).Select(p => p.GetString()));
    }

    public async Task<JsonElement> ReadAsync(string id, HttpClient? who = null)
    {
        using var answer = await (who ?? Ann).GetAsync(new Uri($"{Entries}/{id}", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public static string Id(JsonElement answer) => answer.GetProperty("data_storage").GetProperty("id").GetString()!;

    public static List<JsonElement> Configurations(JsonElement answer) => [.. answer.GetProperty("storage_locations").EnumerateArray().Select(l => l.GetProperty("storage_config"))];

    public static List<string?> Locations(JsonElement answer) => [.. Configurations(answer).Select(c => c.GetProperty("location").GetString())];

    public static Uri Url(JsonElement configuration)
    {
        var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        Assert.True(Uri.TryCreate(configuration.GetProperty("signed_url").GetString(), exact, out var url));
        return url;
    }

    public async ValueTask DisposeAsync()
    {
        Ann.Dispose();
        await Platform.DisposeAsync();
        Outside.Dispose();
    }
}
