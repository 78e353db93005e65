using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Google.Apis.Upload;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>Google's own resumable upload client against the local platform's sessions.</summary>
public sealed class GoogleUploadTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256 * 1024)]
    [InlineData((5 * 1024 * 1024) + 3)]
    public async Task It_sends_a_file_by_chunks(int size)
    {
        await using var platform = await PlatformFixture.StartAsync();
        var file = platform.Directory.RandomFile("data.bin", size);
        var (client, id, session) = await StartSessionAsync(platform);
        using (client)
        {
            await using var stream = File.OpenRead(file);
            var upload = ResumableUpload.CreateFromUploadUri(session, stream);
            upload.ChunkSize = ResumableUpload.MinimumChunkSize * 4;
            var progress = await upload.UploadAsync(TestContext.Current.CancellationToken);
            Assert.True(progress.Status == UploadStatus.Completed, progress.Exception?.ToString());
            await AssertStoredAsync(client, id, file);
        }
    }

    [Fact]
    public async Task It_resumes_after_a_broken_connection()
    {
        await using var platform = await PlatformFixture.StartAsync();
        var file = platform.Directory.RandomFile("data.bin", 3 * 1024 * 1024);
        var (client, id, session) = await StartSessionAsync(platform);
        using (client)
        {
            await platform.InjectAsync(("sessions.put", "return-503"));
            await using var stream = File.OpenRead(file);
            var upload = ResumableUpload.CreateFromUploadUri(session, stream);
            upload.ChunkSize = ResumableUpload.MinimumChunkSize;
            var progress = await upload.UploadAsync(TestContext.Current.CancellationToken);
            if (progress.Status == UploadStatus.Failed)
            {
                progress = await upload.ResumeAsync(session, TestContext.Current.CancellationToken);
            }

            Assert.True(progress.Status == UploadStatus.Completed, progress.Exception?.ToString());
            Assert.Empty(await platform.PendingFaultsAsync());
            await AssertStoredAsync(client, id, file);
        }
    }

    private static async Task<(HttpClient Client, Guid Id, Uri Session)> StartSessionAsync(PlatformFixture platform)
    {
        var client = await platform.LogInAsync();
        using var made = await client.PostAsJsonAsync("/v0.1/data-storage/data-entries", new { name = "f", file_path = "data.bin", is_collection = false });
        var entry = await made.Content.ReadFromJsonAsync<JsonElement>();
        var url = entry.GetProperty("storage_locations")[0].GetProperty("storage_config").GetProperty("signed_url").GetString()!;
        using var start = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent([]) };
        start.Headers.Add("x-goog-resumable", "start");
        start.Content.Headers.ContentType = new("application/octet-stream");
        using var plain = new HttpClient();
        using var started = await plain.SendAsync(start);
        Assert.True(started.IsSuccessStatusCode, await started.Content.ReadAsStringAsync());
        return (client, entry.GetProperty("data_storage").GetProperty("id").GetGuid(), started.Headers.Location!);
    }

    private static async Task AssertStoredAsync(HttpClient client, Guid id, string file)
    {
        using var patched = await client.PatchAsJsonAsync($"/v0.1/data-storage/data-entries/{id}", new { status = "active" });
        var entry = await patched.Content.ReadFromJsonAsync<JsonElement>();
        var url = entry.GetProperty("storage_locations")[0].GetProperty("storage_config").GetProperty("signed_url").GetString();
        using var plain = new HttpClient();
        var stored = await plain.GetByteArrayAsync(url);
        Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(file)), SHA256.HashData(stored));
    }
}
