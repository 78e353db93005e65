using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Packaging.Zip;
using FutureHouse.Platform;
using FutureHouse.Tests.Unit.Packaging;
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

    [Fact]
    public async Task An_archive_beyond_the_limits_is_refused_and_comes_when_they_are_raised()
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.Platform.Directory.Combine("zeros.zip");
        await File.WriteAllBytesAsync(path, HandmadeZip.Make(new HandmadeEntry("zeros", new byte[20 * MiB]) with { Deflate = true }, HandmadeEntry.Text("other")), Bench.None);
        var entry = await bench.Client.GetEntryAsync((await bench.UploadAsync(path)).Id);
        var request = new FetchRequest { Entry = entry, DestinationDirectory = bench.Out, Extract = true, Unpacking = new UnpackOptions { RatioFloor = MiB, MaxRatio = 100 } };
        var error = await Assert.ThrowsAsync<UnsafeArchiveException>(() => bench.Engine.FetchAsync(request, null, Bench.None));
        Assert.Contains("FetchRequest.Unpacking", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(bench.Out));

        var fetched = Assert.Single(await bench.Engine.FetchAsync(request with { Unpacking = request.Unpacking with { MaxRatio = 2000 } }, null, Bench.None));
        Assert.Equal(20 * MiB, new FileInfo(Path.Combine(fetched.Path!, "zeros")).Length);
    }

    [Theory]
    [InlineData("tree", null, "tree.zip")]
    [InlineData("tree.zip", null, "tree.zip")]
    [InlineData("OD 600/700", "a/b/", "a/b/OD 600_700.zip")]
    public void The_stored_path_has_one_ending(string name, string? folder, string expected) => Assert.Equal(expected, TransferEngine.CollectionPath(name, folder));

    private static string Temporary(Bench bench) => bench.Platform.Directory.Combine("temporary");

    private static CollectionUploadRequest Request(Bench bench)
    {
        var root = bench.Platform.Directory.Combine("tree");
        return new CollectionUploadRequest { Root = root, Name = "tree", Items = TreeWalker.Walk(root, new TreeWalkOptions(), Bench.None), TemporaryDirectory = Temporary(bench) };
    }
}
