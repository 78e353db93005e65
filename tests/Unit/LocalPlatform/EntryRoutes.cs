using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Tests of the routes of entries, with Ann logged in to a platform of the test's own.</summary>
public abstract class EntryRoutes : IAsyncLifetime
{
    protected const string Entries = "/v0.1/data-storage/data-entries";
    protected const string Datasets = "/v0.1/data-storage/datasets";

    private protected PlatformFixture Platform { get; private set; } = null!;

    private protected HttpClient Ann { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Platform = await StartPlatformAsync();
        Ann = await Platform.LogInAsync();
    }

    public virtual async ValueTask DisposeAsync()
    {
        Ann.Dispose();
        await Platform.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected virtual Task<PlatformFixture> StartPlatformAsync() => PlatformFixture.StartAsync();

    protected static Guid Id(JsonElement answer) => answer.GetProperty("data_storage").GetProperty("id").GetGuid();

    protected static Guid Revision(JsonElement answer) => answer.GetProperty("revision_id").GetGuid();

    protected static int Version(JsonElement answer) => answer.GetProperty("version").GetInt32();

    protected static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    protected static JsonElement Config(JsonElement answer) => answer.GetProperty("storage_locations")[0].GetProperty("storage_config");

    protected static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    protected static async Task RefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string? says = null)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.True(status == answer.StatusCode, $"{(int)answer.StatusCode} {text}");
            Assert.Contains(says ?? "detail", text, StringComparison.Ordinal);
        }
    }

    private protected Task<JsonElement> CreateAsync(object body) => PostAsync(Entries, body);

    private protected async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Ann.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await JsonAsync(answer);
    }

    private protected Task<JsonElement> GetAsync(Guid id, string query = "") => Ann.GetFromJsonAsync<JsonElement>($"{Entries}/{id}?{query}");

    private protected Task<JsonElement> ListAsync(Guid id, string query = "") => Ann.GetFromJsonAsync<JsonElement>($"{Entries}/{id}/revisions?{query}");

    private protected Task<HttpResponseMessage> SendAsync(Guid id, object body) => Ann.PatchAsJsonAsync($"{Entries}/{id}", body);

    private protected async Task<JsonElement> PatchAsync(Guid id, object body)
    {
        using var answer = await SendAsync(id, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await JsonAsync(answer);
    }

    /// <summary>An active entry whose bytes are in the bucket.</summary>
    private protected async Task<JsonElement> UploadAsync(string name, byte[] bytes, Guid? datasetId = null)
    {
        var made = await CreateAsync(new { name, file_path = name, dataset_id = datasetId, metadata = new { size = bytes.Length, crc32c = "AAAAAA==" } });
        var hash = Convert.ToBase64String(MD5.HashData(bytes));
        var upload = await PostAsync($"{Entries}/{Id(made)}/multipart-upload/initiate", new { part_hashes = new[] { hash } });
        using var storage = new HttpClient();
        using var put = new HttpRequestMessage(HttpMethod.Put, upload.GetProperty("part_urls")[0].GetString()) { Content = new ByteArrayContent(bytes) };
        put.Content.Headers.ContentMD5 = Convert.FromBase64String(hash);
        using var part = await storage.SendAsync(put);
        await PostAsync($"{Entries}/{Id(made)}/multipart-upload/complete", new { upload_id = Text(upload, "upload_id"), parts = new[] { new { part_number = 1, etag = part.Headers.ETag!.ToString(), checksum = hash } } });
        return await PatchAsync(Id(made), new { status = "active" });
    }

    /// <summary>The bytes behind an answer's signed URL; <see langword="null"/> where they are gone.</summary>
    private protected static async Task<byte[]?> BytesAsync(JsonElement answer)
    {
        using var storage = new HttpClient();
        using var download = await storage.GetAsync(Config(answer).GetProperty("signed_url").GetString());
        return download.IsSuccessStatusCode ? await download.Content.ReadAsByteArrayAsync() : null;
    }
}
