using System.Net.Http.Headers;
using FutureHouse.Platform;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>What is there unchanged, against the real platform.</summary>
public sealed class StoredFilesTests
{
    [Fact]
    public async Task What_another_client_stored_without_a_checksum_is_told_by_the_storage()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        var path = fixture.Platform.Directory.RandomFile("x.bin", 300_000);
        var dataset = await fixture.Client.CreateDatasetAsync("d", null, null, ct);
        var entry = await fixture.Client.CreateEntryAsync(new CreateEntryRequest { Name = "x", FilePath = "x.bin", DatasetId = dataset.Id }, ct);
        await PutAsync(entry.Locations[0].SignedUrl!, await File.ReadAllBytesAsync(path, ct), ct);
        await fixture.Client.SetEntryStatusAsync(entry.Id, EntryStatus.Active, ct);

        var stored = await fixture.Engine.ReadStoredAsync(dataset.Id, ct);
        var request = new UploadRequest { Path = path, Name = "x.bin", DatasetId = dataset.Id, Stored = stored };
        Assert.Equal(entry.Id, (await fixture.Engine.UploadAsync(request, null, ct)).Id);

        await File.WriteAllBytesAsync(path, new byte[300_000], ct);
        var other = await fixture.Engine.UploadAsync(request, null, ct);
        Assert.False(stored.Has(other));
        Assert.True(await fixture.IsSameAsync(other.Id, path));
    }

    [Fact]
    public async Task An_entry_that_is_pending_or_failed_counts_for_nothing()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        var path = fixture.Platform.Directory.RandomFile("x.bin", 10);
        var dataset = await fixture.Client.CreateDatasetAsync("d", null, null, ct);
        await fixture.Client.CreateEntryAsync(new CreateEntryRequest { Name = "x.bin", FilePath = "x.bin", DatasetId = dataset.Id }, ct);
        var stored = await fixture.Engine.ReadStoredAsync(dataset.Id, ct);
        Assert.Equal(1, stored.Count);
        Assert.False(stored.Has(await fixture.Engine.UploadAsync(new UploadRequest { Path = path, Name = "x.bin", DatasetId = dataset.Id, Stored = stored }, null, ct)));
    }

    private static async Task PutAsync(Uri start, byte[] bytes, CancellationToken ct)
    {
        using var http = new HttpClient();
        using var begin = new HttpRequestMessage(HttpMethod.Post, start) { Content = new ByteArrayContent([]) };
        begin.Headers.Add("x-goog-resumable", "start");
        using var begun = await http.SendAsync(begin, ct);
        using var put = new HttpRequestMessage(HttpMethod.Put, begun.Headers.Location) { Content = new ByteArrayContent(bytes) };
        put.Content.Headers.ContentRange = new ContentRangeHeaderValue(0, bytes.Length - 1, bytes.Length);
        using var done = await http.SendAsync(put, ct);
        done.EnsureSuccessStatusCode();
    }
}
