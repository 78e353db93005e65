using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Faults at the platform's own routes, behind its log-in and error handling.</summary>
public class FaultsOnPlatformTests
{
    private const string Entries = "/v0.1/data-storage/data-entries";

    [Fact]
    public async Task Each_fault_shows_at_the_platforms_routes()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var http = await platform.LogInAsync();
        await platform.InjectAsync(
            ("entries.get", "return-broken-stream"),
            ("entries.get", "return-reset-connection"),
            ("entries.get", "return-truncated-json"),
            ("entries.get", "return-expired-token"),
            ("entries.get", "return-429-retry-after-3"),
            ("entries.initiate", "return-404"),
            ("entries.initiate", "fewer-urls"),
            ("organizations.list", "return-html"));
        var id = await CreateAsync(http);
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync($"{Entries}/{id}"));
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync($"{Entries}/{id}"));
        var half = await http.GetStringAsync($"{Entries}/{id}");
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(half));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync($"{Entries}/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await http.GetAsync($"{Entries}/{id}")).StatusCode);
        JsonDocument.Parse(await http.GetStringAsync($"{Entries}/{id}")).Dispose();

        var hashes = new { part_hashes = new[] { BucketHost.Md5([1]), BucketHost.Md5([2]) } };
        using var missing = await http.PostAsJsonAsync($"{Entries}/{id}/multipart-upload/initiate", hashes);
        Assert.Equal("""{"detail":"Not Found"}""", await missing.Content.ReadAsStringAsync());
        using var fewer = await http.PostAsJsonAsync($"{Entries}/{id}/multipart-upload/initiate", hashes);
        Assert.Equal(1, (await fewer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("part_urls").GetArrayLength());
        Assert.StartsWith("<!DOCTYPE html>", await http.GetStringAsync("/v0.1/organizations?filter=True"), StringComparison.Ordinal);
        Assert.Empty(await platform.PendingFaultsAsync());
        Assert.Contains("entries.initiate", await platform.OperationsAsync());
    }

    [Fact]
    public async Task A_create_whose_answer_is_lost_has_made_the_entry()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var http = await platform.LogInAsync();
        await platform.InjectAsync(("entries.create", "lose-answer"));
        var key = Guid.NewGuid().ToString();
        http.DefaultRequestHeaders.Add("Idempotency-Key", key);
        await Assert.ThrowsAsync<HttpRequestException>(() => CreateAsync(http));
        var id = await CreateAsync(http);
        Assert.Equal(id, await CreateAsync(http));
    }

    private static async Task<string> CreateAsync(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync(Entries, new { name = "e", is_collection = false, file_path = "e.bin", metadata = new { size = 2 } });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data_storage").GetProperty("id").GetString()!;
    }
}
