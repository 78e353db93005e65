using FutureHouse.Packaging;
using FutureHouse.Platform;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Directories as one archive, against the real platform.</summary>
public sealed class CollectionTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task A_cancelled_collection_goes_on_with_the_same_entry_in_a_later_engine_and_leaves_no_archive()
    {
        await using var bench = await Bench.StartAsync();
        bench.File("tree/a.bin", 12 * MiB, seed: 1);
        bench.File("tree/sub/b.bin", 3 * MiB, seed: 2);
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Engine.UploadCollectionAsync(
            Request(bench),
            new Callback(p =>
            {
                if (p is { Phase: TransferPhase.Sending, BytesDone: > 0 })
                {
                    cancel.Cancel();
                }
            }),
            cancel.Token));
        Assert.Empty(Directory.EnumerateFiles(Temporary(bench)));

        var entry = await bench.Another(new TransferOptions()).UploadCollectionAsync(Request(bench), null, TestContext.Current.CancellationToken);
        Assert.Equal(1, await bench.CountAsync("entries.create"));
        Assert.Equal(EntryStatus.Active, entry.Status);
        Assert.Empty(bench.Journals);
        Assert.Empty(Directory.EnumerateFiles(Temporary(bench)));

        var fetched = Assert.Single(await bench.Engine.FetchAsync(new FetchRequest { Entry = await bench.Client.GetEntryAsync(entry.Id), DestinationDirectory = bench.Out, Extract = true }, null, Bench.None));
        Assert.Equal(await File.ReadAllBytesAsync(bench.Platform.Directory.Combine("tree", "sub", "b.bin")), await File.ReadAllBytesAsync(Path.Combine(fetched.Path!, "sub", "b.bin")));
        Assert.Equal([fetched.Path!], Directory.GetFileSystemEntries(bench.Out));
    }

    [Theory]
    [InlineData("tree", null, "tree.zip")]
    [InlineData("tree.zip", null, "tree.zip")]
    [InlineData("tree", "a\\b/", "a/b/tree.zip")]
    public void The_stored_path_has_one_ending(string name, string? folder, string expected) => Assert.Equal(expected, TransferEngine.CollectionPath(name, folder));

    private static string Temporary(Bench bench) => bench.Platform.Directory.Combine("temporary");

    private static CollectionUploadRequest Request(Bench bench)
    {
        var root = bench.Platform.Directory.Combine("tree");
        return new CollectionUploadRequest { Root = root, Name = "tree", Items = TreeWalker.Walk(root, new TreeWalkOptions(), Bench.None), TemporaryDirectory = Temporary(bench) };
    }
}
