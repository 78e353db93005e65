using FutureHouse.Errors;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Downloads are whole or nothing.</summary>
public sealed class DownloadTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData("return-503")]
    [InlineData("return-429-retry-after-0")]
    [InlineData("return-reset-connection")]
    [InlineData("return-broken-stream")]
    [InlineData("return-broken-stream-after-256K")]
    [InlineData("return-reset-connection-after-1024K")]
    [InlineData("return-expired-token")]
    [InlineData("return-403")]
    public async Task It_survives(string fault)
    {
        await using var fixture = await TransferFixture.StartAsync();
        var path = fixture.Platform.Directory.RandomFile("a.bin", 3 * MiB);
        var entry = await fixture.UploadAsync(path);
        await fixture.Platform.InjectAsync(("objects.get", fault));
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
        Assert.Empty(await fixture.Platform.PendingFaultsAsync());
        Assert.Single(Directory.EnumerateFileSystemEntries(fixture.Target));
    }

    [Fact]
    public async Task It_starts_again_where_the_range_is_ignored()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var path = fixture.Platform.Directory.RandomFile("a.bin", 3 * MiB);
        var entry = await fixture.UploadAsync(path);
        await fixture.Platform.InjectAsync(("objects.get", "return-broken-stream-after-256K"), ("objects.get", "ignore-range"));
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
        Assert.Empty(await fixture.Platform.PendingFaultsAsync());
    }

    [Fact]
    public async Task Damaged_bytes_are_thrown_away()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var entry = await fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", MiB));
        await fixture.Platform.InjectAsync(("objects.get", "return-corrupted-data"));
        await Assert.ThrowsAsync<ChecksumMismatchException>(() => fixture.FetchAsync(entry.Id));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Target));
    }

    [Fact]
    public async Task A_file_that_is_there_stays_unless_forced_and_stays_when_the_new_one_fails()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var source = fixture.Platform.Directory.RandomFile("a.bin", 1000);
        var entry = await fixture.UploadAsync(source);
        var there = Path.Combine(fixture.Target, "a.bin");
        await File.WriteAllTextAsync(there, "mine");
        await Assert.ThrowsAsync<DestinationExistsException>(() => fixture.FetchAsync(entry.Id));
        Assert.Equal("mine", await File.ReadAllTextAsync(there));

        await fixture.Platform.InjectAsync(("objects.get", "return-corrupted-data"));
        await Assert.ThrowsAsync<ChecksumMismatchException>(() => fixture.FetchAsync(entry.Id, force: true));
        Assert.Equal("mine", await File.ReadAllTextAsync(there));

        Assert.True(await fixture.IsSameAsync(entry.Id, source));
        Assert.Single(Directory.EnumerateFileSystemEntries(fixture.Target));
    }

    [Fact]
    public async Task It_gives_up_after_failures_without_progress_and_leaves_nothing()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var entry = await fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 1000));
        await fixture.InjectAlwaysAsync(("objects.get", "return-503"));
        var error = await Assert.ThrowsAsync<DownloadFailedException>(() => fixture.FetchAsync(entry.Id));
        Assert.DoesNotContain("Signature", error.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Target));
    }

    [Fact]
    public async Task A_pending_entry_has_nothing_to_fetch()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var entry = await fixture.Client.CreateEntryAsync(new FutureHouse.Platform.CreateEntryRequest { Name = "p", FilePath = "p.bin" }, default);
        await Assert.ThrowsAsync<DownloadFailedException>(() => fixture.FetchAsync(entry.Id));
    }

    [Theory]
    [InlineData("../../escape.bin", "escape.bin")]
    [InlineData("a/b/c d 🧬.bin", "c d 🧬.bin")]
    public async Task The_name_is_never_a_path(string filePath, string name)
    {
        await using var fixture = await TransferFixture.StartAsync();
        var path = fixture.Platform.Directory.RandomFile("a.bin", 10);
        var entry = await fixture.Engine.UploadAsync(new UploadRequest { Path = path, Name = "n", DestinationPath = filePath }, null, default);
        Assert.Equal(Path.Combine(fixture.Target, name), await fixture.FetchAsync(entry.Id));
    }
}
