using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>curl against the local platform's part URLs, sessions and downloads: the HTTP side seen by a judge that is not ours.</summary>
public sealed class CurlTests
{
    private const string Entries = "/v0.1/data-storage/data-entries";

    [Fact]
    public async Task It_sends_parts_and_fetches_ranges()
    {
        Requirement.Tool("curl");
        await using var platform = await PlatformFixture.StartAsync();
        using var client = await platform.LogInAsync();
        var file = platform.Directory.RandomFile("data.bin", 300_000);
        var bytes = await File.ReadAllBytesAsync(file);
        var hash = Convert.ToBase64String(MD5.HashData(bytes));
        var id = Id(await PostAsync(client, Entries, new { name = "f", file_path = "a b/dätä.bin", is_collection = false }));
        var upload = await PostAsync(client, $"{Entries}/{id}/multipart-upload/initiate", new { part_hashes = new[] { hash } });
        var partUrl = upload.GetProperty("part_urls")[0].GetString()!;

        var wrong = await CurlAsync("-T", file, "-H", $"Content-MD5: {Convert.ToBase64String(MD5.HashData("other"u8))}", "-H", "Content-Type:", partUrl);
        Assert.Contains("HTTP/1.1 403", wrong, StringComparison.Ordinal);
        Assert.Contains("<Code>SignatureDoesNotMatch</Code>", wrong, StringComparison.Ordinal);

        var sent = await CurlAsync("-T", file, "-H", $"Content-MD5: {hash}", "-H", "Content-Type:", partUrl);
        Assert.Contains("HTTP/1.1 200", sent, StringComparison.Ordinal);
        var etag = sent.Split('\n').Single(l => l.StartsWith("ETag:", StringComparison.OrdinalIgnoreCase))["ETag:".Length..].Trim();
        Assert.Equal($"\"{Convert.ToHexStringLower(MD5.HashData(bytes))}\"", etag);

        await PostAsync(client, $"{Entries}/{id}/multipart-upload/complete", new
        {
            upload_id = upload.GetProperty("upload_id").GetString(),
            parts = new[] { new { part_number = 1, etag, checksum = hash } },
        });
        using var patched = await client.PatchAsJsonAsync($"{Entries}/{id}", new { status = "active" });
        var url = Url(await patched.Content.ReadFromJsonAsync<JsonElement>());

        var target = platform.Directory.Combine("fetched.bin");
        var whole = await CurlAsync("-o", target, url);
        Assert.Contains("HTTP/1.1 200", whole, StringComparison.Ordinal);
        Assert.Contains("""attachment; filename*=UTF-8''d%C3%A4t%C3%A4.bin; filename=""", whole, StringComparison.Ordinal);
        Assert.Contains("x-goog-hash: crc32c=", whole, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(target));

        var range = await CurlAsync("-r", "299990-", "-o", target, url);
        Assert.Contains("HTTP/1.1 206", range, StringComparison.Ordinal);
        Assert.Contains("Content-Range: bytes 299990-299999/300000", range, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(bytes[299_990..], await File.ReadAllBytesAsync(target));

        var beyond = await CurlAsync("-r", "300000-", "-o", target, url);
        Assert.Contains("HTTP/1.1 416", beyond, StringComparison.Ordinal);

        var altered = await CurlAsync("-o", target, url + "0");
        Assert.Contains("HTTP/1.1 403", altered, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_drives_a_session_by_hand()
    {
        Requirement.Tool("curl");
        await using var platform = await PlatformFixture.StartAsync();
        using var client = await platform.LogInAsync();
        var made = await PostAsync(client, Entries, new { name = "f", file_path = "f.bin", is_collection = false });
        var start = await CurlAsync("-X", "POST", "-H", "x-goog-resumable: start", "-H", "Content-Type: application/octet-stream", "-H", "Content-Length: 0", Url(made));
        var session = start.Split('\n').Single(l => l.StartsWith("Location:", StringComparison.OrdinalIgnoreCase))["Location:".Length..].Trim();

        var asked = await CurlAsync("-X", "PUT", "-H", "Content-Length: 0", "-H", "Content-Range: bytes */262145", session);
        Assert.Contains("HTTP/1.1 308", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("\nRange:", asked, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\nLocation:", asked, StringComparison.OrdinalIgnoreCase);

        var first = platform.Directory.RandomFile("first", 262_144);
        var held = await CurlAsync("-X", "PUT", "-T", first, "-H", "Expect:", "-H", "Content-Range: bytes 0-262143/262145", session);
        Assert.Contains("HTTP/1.1 308", held, StringComparison.Ordinal);
        Assert.Contains("Range: bytes=0-262143", held, StringComparison.OrdinalIgnoreCase);

        var last = platform.Directory.RandomFile("last", 1);
        var done = await CurlAsync("-X", "PUT", "-T", last, "-H", "Expect:", "-H", "Content-Range: bytes 262144-262144/262145", session);
        Assert.Contains("HTTP/1.1 200", done, StringComparison.Ordinal);
        Assert.Contains("x-goog-stored-content-length: 262145", done, StringComparison.OrdinalIgnoreCase);
    }

    private static Guid Id(JsonElement answer) => answer.GetProperty("data_storage").GetProperty("id").GetGuid();

    private static string Url(JsonElement answer) => answer.GetProperty("storage_locations")[0].GetProperty("storage_config").GetProperty("signed_url").GetString()!;

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Headers and body as curl shows them. Signed URLs of a test's own platform may stand on its command line.</summary>
    private static async Task<string> CurlAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-sS", "-D", "-", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, error);
        return await output;
    }
}
