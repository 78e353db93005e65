using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Packaging;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>A directory that is sent as a hierarchy and is interrupted: the same command goes on, and makes no entry twice.</summary>
public sealed class HierarchyJournalTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(UploadModes.Multipart, 1)]
    [InlineData(UploadModes.Multipart, 20)]
    [InlineData(UploadModes.Multipart, 45)]
    [InlineData(UploadModes.Session, 30)]
    public async Task The_same_command_goes_on(UploadModes modes, int after)
    {
        await using var fixture = await TransferFixture.StartAsync(modes);
        var (root, paths) = Tree(fixture);
        await InterruptAsync(fixture, Trees.Request(root), after);
        Assert.Single(Directory.EnumerateFiles(fixture.Journals));

        var log = new TreeLog();
        var result = await fixture.NewEngine().UploadTreeAsync(Trees.Request(root), log, Ct);
        Assert.Empty(log.Errors);
        Assert.Equal(paths, log.Made.Select(made => made.Path).Order(StringComparer.Ordinal));
        await EnsureOnceAsync(fixture, result.Root.DatasetId!.Value, paths.Count);
        foreach (var path in paths.Where(path => Path.GetExtension(path).Length > 0))
        {
            Assert.Equal(new FileInfo(Path.Combine(root, path)).Length, log[path].Size);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Journals));

        // It has ended: the same again is another.
        var another = await fixture.NewEngine().UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        Assert.NotEqual(result.Root.Id, another.Root.Id);
        await EnsureOnceAsync(fixture, another.Root.DatasetId!.Value, paths.Count);
    }

    [Theory]
    [InlineData("metadata")]
    [InlineData("embedding")]
    [InlineData("manifest")]
    [InlineData("folder")]
    public async Task With_anything_else_said_of_it_it_is_another_hierarchy(string difference)
    {
        await using var fixture = await TransferFixture.StartAsync();
        var (root, paths) = Tree(fixture);
        var request = Trees.Request(root);
        await InterruptAsync(fixture, request, 20);
        var manifest = fixture.Platform.Directory.Combine("m.yaml");
        await File.WriteAllTextAsync(manifest, "d1: described", Ct);
        var other = difference switch
        {
            "metadata" => request with { Metadata = new Dictionary<string, object?> { ["run"] = 2 } },
            "embedding" => request with { Embedding = [1, 0] },
            "manifest" => request with { Manifest = Manifest.Load(manifest, "data") },
            _ => request with { DestinationPath = "elsewhere" },
        };
        var result = await fixture.NewEngine().UploadTreeAsync(other, new TreeLog(), Ct);
        await EnsureOnceAsync(fixture, result.Root.DatasetId!.Value, paths.Count);
    }

    [Fact]
    public async Task What_has_changed_or_is_gone_since_leaves_no_pending_entry()
    {
        await using var fixture = await TransferFixture.StartAsync(UploadModes.Multipart);
        var root = Trees.Make(fixture, "a.txt", "b.bin", "c.bin", "d.bin");
        var dataset = await fixture.Client.CreateDatasetAsync("d", null, null, Ct);
        var request = Trees.Request(root) with { DatasetId = dataset.Id };
        await fixture.Platform.InjectAsync([.. Enumerable.Repeat(("entries.complete", "delay-600000ms"), 3)]);
        using var cancel = new CancellationTokenSource();
        var running = fixture.NewEngine().UploadTreeAsync(request, new TreeLog(), cancel.Token);
        while ((await fixture.Platform.PendingFaultsAsync()).Count > 0)
        {
            await Task.Yield();
        }

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await File.WriteAllTextAsync(Path.Combine(root, "b.bin"), "other, and longer than before", Ct);
        File.Delete(Path.Combine(root, "c.bin"));

        var log = new TreeLog();
        await fixture.NewEngine().UploadTreeAsync(request with { Items = Trees.Walk(root) }, log, Ct);
        Assert.Equal(["", "a.txt", "b.bin", "d.bin"], log.Made.Select(made => made.Path).Order(StringComparer.Ordinal));
        var entries = (await fixture.Client.GetDatasetAsync(dataset.Id, Ct)).Entries;
        Assert.Equal(["b.bin", "c.bin"], entries.Where(entry => entry.Status == EntryStatus.Failed).Select(entry => entry.Name).Order());
        Assert.Equal(4, entries.Count(entry => entry.Status == EntryStatus.Active));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Journals));
    }

    [Fact]
    public async Task An_item_that_failed_is_what_the_same_command_sends()
    {
        await using var fixture = await TransferFixture.StartAsync(UploadModes.Multipart);
        var root = Trees.Make(fixture, "a.txt", "sub/b.bin", "sub/c.bin");
        await fixture.Platform.InjectAsync(("entries.complete", "return-422"));
        var log = new TreeLog();
        var first = await fixture.Engine.UploadTreeAsync(Trees.Request(root), log, Ct);
        var failed = Assert.Single(log.Errors).Path;
        Assert.Single(Directory.EnumerateFiles(fixture.Journals));

        var again = new TreeLog();
        var second = await fixture.NewEngine().UploadTreeAsync(Trees.Request(root), again, Ct);
        Assert.Equal(first.Root.Id, second.Root.Id);
        Assert.Empty(again.Errors);
        Assert.Equal(5, again.Made.Count);
        Assert.DoesNotContain(log.Made, made => made.Path == failed);
        var entries = (await fixture.Client.GetDatasetAsync(first.Root.DatasetId!.Value, Ct)).Entries;
        Assert.Equal(5, entries.Count(entry => entry.Status == EntryStatus.Active));
        Assert.Single(entries, entry => entry.Status == EntryStatus.Failed);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Journals));
    }

    [Fact]
    public async Task A_root_that_was_removed_meanwhile_is_made_again_with_all_that_is_in_it()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var (root, paths) = Tree(fixture);
        var dataset = await fixture.Client.CreateDatasetAsync("d", null, null, Ct);
        var request = Trees.Request(root) with { DatasetId = dataset.Id };
        await InterruptAsync(fixture, request, 25);
        foreach (var entry in (await fixture.Client.GetDatasetAsync(dataset.Id, Ct)).Entries)
        {
            await fixture.Client.DeleteEntryAsync(entry.Id, Ct);
        }

        var log = new TreeLog();
        await fixture.NewEngine().UploadTreeAsync(request, log, Ct);
        Assert.Equal(paths, log.Made.Select(made => made.Path).Order(StringComparer.Ordinal));
        var there = (await fixture.Client.GetDatasetAsync(dataset.Id, Ct)).Entries.Where(entry => entry.Status == EntryStatus.Active).ToDictionary(entry => entry.Id, entry => entry.ParentId);
        Assert.All(log.Made.Where(made => made.Path.Length > 0), made => Assert.True(there.ContainsKey(there[made.Entry.Id]!.Value)));
    }

    [Fact]
    public async Task A_log_in_that_is_refused_in_the_middle_is_one_error()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var (root, paths) = Tree(fixture);
        await fixture.Platform.InjectAsync([.. Enumerable.Repeat(("entries.create", "delay-1ms"), 20)]);
        var log = new TreeLog();
        var request = Trees.Request(root) with { Items = Refusing() };
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => fixture.Engine.UploadTreeAsync(request, log, Ct));
        Assert.Empty(log.Errors);
        Assert.Single(Directory.EnumerateFiles(fixture.Journals));

        await fixture.ClearFaultsAsync();
        var again = new TreeLog();
        var result = await fixture.NewEngine().UploadTreeAsync(Trees.Request(root), again, Ct);
        await EnsureOnceAsync(fixture, result.Root.DatasetId!.Value, paths.Count);

        // From the tenth item on nobody is let in.
        IEnumerable<TreeItem> Refusing()
        {
            var count = 0;
            foreach (var item in Trees.Walk(root))
            {
                if (++count == 10)
                {
                    fixture.InjectAlwaysAsync(("auth.login", "return-401"), ("entries.create", "return-401")).GetAwaiter().GetResult();
                }

                yield return item;
            }
        }
    }

    private static (string Root, List<string> Paths) Tree(TransferFixture fixture)
    {
        string[] files = [.. Enumerable.Range(0, 48).Select(i => $"d{i % 4}/e{i % 2}/f{i:00}.{(i % 3 == 0 ? "txt" : "bin")}"), "empty/", "top.md"];
        var root = Trees.Make(fixture, files);
        return (root, [.. Trees.Walk(root).Select(item => item.RelativePath).Prepend("").Order(StringComparer.Ordinal)]);
    }

    private static async Task InterruptAsync(TransferFixture fixture, TreeUploadRequest request, int after)
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => fixture.NewEngine().UploadTreeAsync(request with { Concurrency = 8 }, new CancellingLog(cancel, after), cancel.Token));
    }

    /// <summary>Every path has one entry, all are active.</summary>
    private static async Task EnsureOnceAsync(TransferFixture fixture, Guid dataset, int count)
    {
        var entries = (await fixture.Client.GetDatasetAsync(dataset, Ct)).Entries;
        Assert.Equal(count, entries.Count);
        Assert.All(entries, entry => Assert.Equal(EntryStatus.Active, entry.Status));
        Assert.Equal(count, entries.Select(entry => (entry.ParentId, entry.Name)).Distinct().Count());
    }

    private sealed class CancellingLog(CancellationTokenSource cancel, int after) : TreeLog
    {
        public override void Uploaded(TreeItem? item, DataEntry entry)
        {
            base.Uploaded(item, entry);
            if (Made.Count == after)
            {
                cancel.Cancel();
            }
        }
    }
}
