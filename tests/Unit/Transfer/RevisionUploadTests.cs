using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Files that become revisions (Protocol §7).</summary>
public sealed class RevisionUploadTests : IAsyncLifetime
{
    private readonly List<(Guid, string)> _left = [];
    private Bench _bench = null!;
    private Dataset _dataset = null!;

    public async ValueTask InitializeAsync()
    {
        _bench = await Bench.StartAsync();
        _dataset = await _bench.Client.CreateDatasetAsync("d", null, null, Bench.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.EnsureCleanAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task A_file_becomes_a_revision_and_nothing_else_stays()
    {
        var entry = await SendAsync(_bench.File("a.bin", 1000));
        var file = _bench.File("b.bin", 12_000_000, seed: 2);
        var revised = await ReviseAsync(entry, file);
        Assert.Equal((1, "a.bin", "a.bin", 12_000_000L), (revised.Version, revised.Name, revised.FilePath, revised.Size)); // of one kind: the stored path stays
        await _bench.EnsureSameAsync(file, entry);
        var old = await _bench.FetchAsync(await _bench.Client.GetEntryAsync(entry.Id, new RevisionSelector(0, null)), force: true);
        Assert.Equal(await File.ReadAllBytesAsync(_bench.Platform.Directory.Combine("a.bin")), await File.ReadAllBytesAsync(old));
        Assert.Equal([entry.Id], await EntriesAsync());
    }

    [Fact]
    public async Task A_text_file_goes_as_text_and_other_kinds_change_the_entry()
    {
        var entry = await SendAsync(_bench.Text("a.txt", "zero"));
        var revised = await ReviseAsync(entry, _bench.Text("b.md", "one\r\n"), r => r with { Name = "m", Description = "why" });
        Assert.Equal(("one\r\n", "m", "why", "a.txt"), (revised.GetText(), revised.Name, revised.Description, revised.FilePath));
        Assert.Equal(1, await _bench.CountAsync("entries.create"));

        var image = _bench.File("c.png", 500);
        revised = await ReviseAsync(entry, image);
        Assert.Equal((StorageType.Gcs, "c.png"), (revised.StorageType, revised.FilePath));
        await _bench.EnsureSameAsync(image, entry);
        Assert.Equal("text again", (await ReviseAsync(entry, _bench.Text("d.txt", "text again"))).GetText());
        Assert.Equal([entry.Id], await EntriesAsync());
    }

    [Fact]
    public async Task A_stale_base_is_found_before_anything_is_sent()
    {
        var entry = await SendAsync(_bench.File("a.bin", 10));
        var newest = await ReviseAsync(entry, _bench.File("b.bin", 20));
        var before = await _bench.CountAsync("entries.create");
        var error = await Assert.ThrowsAsync<ConflictException>(() => ReviseAsync(entry, _bench.File("c.bin", 30), r => r with { BaseRevisionId = entry.RevisionId }));
        Assert.Contains($"{newest.RevisionId:D}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await _bench.CountAsync("entries.create"));
    }

    [Theory]
    [InlineData("return-403")]
    [InlineData("return-422")]
    [InlineData("return-409")]
    public async Task What_was_sent_is_removed_when_the_revision_is_refused(string fault)
    {
        var entry = await SendAsync(_bench.File("a.bin", 10));
        // The first PATCH of the call sets the carrier active; a 403 is answered with another log-in and another try.
        await _bench.InjectAsync([("entries.patch", "delay-1ms"), ("entries.patch", fault), .. fault == "return-403" ? new[] { ("entries.patch", fault) } : []]);
        await Assert.ThrowsAnyAsync<FutureHouseException>(() => ReviseAsync(entry, _bench.File("b.bin", 20)));
        Assert.Equal([entry.Id], await EntriesAsync());
        Assert.Empty(_left);
    }

    [Fact]
    public async Task What_was_sent_is_removed_when_the_upload_fails()
    {
        var entry = await SendAsync(_bench.File("a.bin", 10));
        await _bench.InjectAsync(("entries.complete", "return-422"));
        var error = await Assert.ThrowsAnyAsync<FutureHouseException>(() => ReviseAsync(entry, _bench.File("b.bin", 20)));
        Assert.DoesNotContain("marked as failed", error.Message, StringComparison.Ordinal); // there is no such entry any more
        Assert.Equal([entry.Id], await EntriesAsync());
    }

    [Fact]
    public async Task What_cannot_be_removed_is_told()
    {
        var entry = await SendAsync(_bench.File("a.bin", 10));
        await _bench.InjectAsync(("entries.delete", "return-422"));
        var revised = await ReviseAsync(entry, _bench.File("b.bin", 20));
        Assert.Equal(1, revised.Version);
        var (carrier, why) = Assert.Single(_left);
        Assert.NotEmpty(why);
        Assert.Equal(new[] { entry.Id, carrier }.Order(), (await EntriesAsync()).Order());
    }

    [Theory]
    [InlineData("entries.patch", "lose-answer")]
    [InlineData("entries.create", "lose-answer")]
    [InlineData("entries.delete", "lose-answer")]
    [InlineData("parts.put", "return-503")]
    public async Task A_lost_answer_makes_no_second_revision_and_leaves_no_entry(string operation, string fault)
    {
        var entry = await SendAsync(_bench.File("a.bin", 10));
        await _bench.InjectAsync((operation, fault), (operation, fault));
        var file = _bench.File("b.bin", 20, seed: 3);
        Assert.Equal(1, (await ReviseAsync(entry, file)).Version);
        await _bench.EnsureSameAsync(file, entry);
        Assert.Equal(2, (await _bench.Client.GetRevisionPageAsync(entry.Id, 10, 0, true, Bench.None)).Count);
        Assert.Equal([entry.Id], await EntriesAsync());
    }

    [Fact]
    public async Task A_missing_file_or_a_directory_is_an_error_of_the_path()
    {
        var entry = await SendAsync(_bench.File("a.bin", 10));
        await Assert.ThrowsAsync<PathNotFoundException>(() => ReviseAsync(entry, _bench.Platform.Directory.Combine("none.bin")));
        await Assert.ThrowsAsync<PathUnreadableException>(() => ReviseAsync(entry, _bench.Platform.Directory.Path));
        Assert.Equal([entry.Id], await EntriesAsync());
    }

    private Task<DataEntry> SendAsync(string path) => _bench.Engine.UploadAsync(Bench.Request(path) with { DatasetId = _dataset.Id }, null, Bench.None);

    private Task<DataEntry> ReviseAsync(DataEntry entry, string path, Func<RevisionUploadRequest, RevisionUploadRequest>? change = null)
    {
        var request = new RevisionUploadRequest { EntryId = entry.Id, Path = path, LeftBehind = (id, why) => _left.Add((id, why)) };
        return _bench.Engine.ReviseAsync(change?.Invoke(request) ?? request, null, Bench.None);
    }

    private async Task<IReadOnlyList<Guid>> EntriesAsync() => [.. (await _bench.Client.GetDatasetAsync(_dataset.Id, Bench.None)).Entries.Select(e => e.Id)];
}
