using FutureHouse.Errors;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

public sealed class TreeFetchTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_sent_comes_back()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b.bin", "sub/c.txt", "sub/deep/d.bin", "sub/deep/nothing/", "empty/");
        await File.WriteAllBytesAsync(Path.Combine(root, "zero.bin"), [], Ct);
        await File.WriteAllBytesAsync(Path.Combine(root, "zero.txt"), [], Ct);
        var sent = await fixture.Engine.UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        var log = new TreeLog();
        var result = await fixture.Engine.FetchTreeAsync(new() { Root = sent.Root, DestinationDirectory = fixture.Target }, log, Ct);
        Assert.Empty(log.Errors);
        Assert.Equal((Path.Combine(fixture.Target, "data"), 6, 4, 0), (result.Path, result.Files, result.Directories, result.Failed));
        Assert.Equal(Content(root), Content(result.Path));
        Assert.Equal([result.Path], Directory.EnumerateFileSystemEntries(fixture.Target));
        Assert.Equal(Content(root).Where(item => item.Bytes is not null).Select(item => item.Path), log.Made.Select(made => made.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_there_is_untouched_unless_forced_and_then_kept_beside()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt", "sub/c.txt");
        var sent = await fixture.Engine.UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        var there = Directory.CreateDirectory(Path.Combine(fixture.Target, "data", "sub")).FullName;
        await File.WriteAllTextAsync(Path.Combine(there, "c.txt"), "old", Ct);
        await File.WriteAllTextAsync(Path.Combine(there, "own.txt"), "own", Ct);
        var request = new TreeFetchRequest { Root = sent.Root, DestinationDirectory = fixture.Target };
        await Assert.ThrowsAsync<DestinationExistsException>(() => fixture.Engine.FetchTreeAsync(request, new TreeLog(), Ct));
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(there, "c.txt"), Ct));
        await fixture.Engine.FetchTreeAsync(request with { Force = true }, new TreeLog(), Ct);
        Assert.Equal("text of sub/c.txt\r\n", await File.ReadAllTextAsync(Path.Combine(there, "c.txt"), Ct));
        Assert.Equal("own", await File.ReadAllTextAsync(Path.Combine(there, "own.txt"), Ct));
        Assert.Single(Directory.EnumerateFileSystemEntries(fixture.Target));
        var naming = new Naming();
        naming.Take(fixture.Target, "data", isFile: false);
        var log = new TreeLog();
        var named = await fixture.Engine.FetchTreeAsync(request with { Naming = naming }, log, Ct);
        Assert.Equal((Path.Combine(fixture.Target, "data (2)"), "data"), (named.Path, named.OriginalName));
        Assert.Contains("'data (2)'", Assert.Single(log.Warnings), StringComparison.Ordinal);
        Assert.Equal(Content(root), Content(named.Path));
    }

    [Fact]
    public async Task Of_the_texts_of_a_dataset_none_is_held_while_others_are_fetched()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt", "sub/c.txt");
        var sent = await fixture.Engine.UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        var held = new Holding();
        var result = await fixture.Engine.FetchTreeAsync(new() { Root = sent.Root, DestinationDirectory = fixture.Target }, held, Ct);
        Assert.Equal(Content(root), Content(result.Path));
        Assert.Equal(["a.txt", "c.txt"], held.Entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.All(held.Entries, entry => Assert.True(string.IsNullOrEmpty(entry.GetText()) && (entry.Metadata?.Keys.Except(["file_mode", "file_modified"]).Any() != true) && entry.Description is null));
    }

    [Fact]
    public async Task A_file_that_cannot_be_fetched_is_one_error_and_the_rest_is_whole()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b.bin", "sub/c.txt");
        var sent = await fixture.Engine.UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        await fixture.Platform.InjectAsync(("objects.get", "return-404"));
        var log = new TreeLog();
        var result = await fixture.Engine.FetchTreeAsync(new() { Root = sent.Root, DestinationDirectory = fixture.Target }, log, Ct);
        Assert.Equal("b.bin", Assert.Single(log.Errors).Path);
        Assert.Equal((2, 1), (result.Files, result.Failed));
        File.Delete(Path.Combine(root, "b.bin"));
        Assert.Equal(Content(root), Content(result.Path));
        Assert.Single(Directory.EnumerateFileSystemEntries(fixture.Target));
    }

    [Fact]
    public async Task Names_never_leave_the_directory_nor_hide_each_other()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var top = await fixture.Client.CreateEntryAsync(new() { Name = "../../top" }, Ct);
        foreach (var (name, path) in new[] { ("x", "../../evil.txt"), ("y", "/etc/evil.txt"), ("z", "a\\..\\evil.txt"), ("..", null), ("evil.txt", null) })
        {
            await fixture.Client.CreateEntryAsync(new() { Name = name, FilePath = path, Content = name, ParentId = top.Id, DatasetId = top.DatasetId }, Ct);
        }

        var result = await fixture.Engine.FetchTreeAsync(new() { Root = top, DestinationDirectory = fixture.Target }, new TreeLog(), Ct);
        Assert.Equal(Path.Combine(fixture.Target, ".._.._top"), result.Path);
        Assert.Equal([result.Path], Directory.EnumerateFileSystemEntries(fixture.Target));
        var backslashes = OperatingSystem.IsWindows() ? "a_.._evil.txt" : "a\\..\\evil.txt";
        Assert.Equal(new[] { "__", backslashes, "evil (2).txt", "evil (3).txt", "evil.txt" }.Order(StringComparer.Ordinal), Content(result.Path).Select(item => item.Path));
    }

    [Fact]
    public async Task An_entry_with_text_and_others_below_it_is_a_file_and_a_directory()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var top = await fixture.Client.CreateEntryAsync(new() { Name = "top" }, Ct);
        var both = await fixture.Client.CreateEntryAsync(new() { Name = "notes.md", Content = "own", ParentId = top.Id, DatasetId = top.DatasetId }, Ct);
        await fixture.Client.CreateEntryAsync(new() { Name = "in.txt", Content = "below", ParentId = both.Id, DatasetId = top.DatasetId }, Ct);
        var result = await fixture.Engine.FetchTreeAsync(new() { Root = top, DestinationDirectory = fixture.Target }, new TreeLog(), Ct);
        Assert.Equal(["notes.md", "notes.md (2)", "notes.md (2)/in.txt"], Content(result.Path).Select(item => item.Path));
    }

    [Fact]
    public async Task A_fetch_that_is_cancelled_leaves_nothing()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b.bin");
        var sent = await fixture.Engine.UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        await fixture.Platform.InjectAsync(("objects.get", "stall-for-600s-after-0K"));
        using var cancel = new CancellationTokenSource();
        var fetch = fixture.Engine.FetchTreeAsync(new() { Root = sent.Root, DestinationDirectory = fixture.Target, Concurrency = 1 }, new Cancelling(cancel), cancel.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetch);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Target));
    }

    private static List<(string Path, string? Bytes)> Content(string root) =>
        [.. Trees.Walk(root).Select(item => (item.RelativePath, item.IsDirectory ? null : Convert.ToHexString(File.ReadAllBytes(item.FullPath)))).OrderBy(item => item.RelativePath, StringComparer.Ordinal)];

    private sealed class Cancelling(CancellationTokenSource cancel) : ITreeFetchObserver
    {
        public void Fetched(DataEntry entry, string relativePath) => cancel.Cancel();

        public void Failed(DataEntry entry, FutureHouseException error) => cancel.Cancel();

        public void Renamed(DataEntry entry, string warning)
        {
        }

        public IProgress<TransferProgress>? Starting(DataEntry entry) => null;
    }

    /// <summary>Keeps what is planned to be fetched.</summary>
    private sealed class Holding : ITreeFetchObserver
    {
        public List<DataEntry> Entries { get; } = [];

        public IProgress<TransferProgress>? Starting(DataEntry entry)
        {
            Entries.Add(entry);
            return null;
        }

        public void Fetched(DataEntry entry, string relativePath)
        {
        }

        public void Failed(DataEntry entry, FutureHouseException error) => Assert.Fail(error.Message);

        public void Renamed(DataEntry entry, string warning) => Assert.Fail(warning);
    }
}
