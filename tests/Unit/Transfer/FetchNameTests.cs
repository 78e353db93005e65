using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Packaging.Placing;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>A file comes back under its own name, and never with another's bytes.</summary>
public sealed class FetchNameTests
{
    private static readonly string[] Odd = [" a.bin", "a.bin", "a.bin ", "x\\y.bin", "...", "C:\\z.bin", "con", "a:b?.bin", "tab\there.bin", ".bin", "-rf.bin", "é.bin", "e\u0301.bin"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hierarchy_of_odd_names_comes_back_as_it_was()
    {
        Requirement.Met(OperatingSystem.IsLinux(), "linux", "these names are Linux's");
        await using var fixture = await TransferFixture.StartAsync();
        var root = Make(fixture, Odd);
        var sent = await fixture.Engine.UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        var log = new TreeLog();
        var made = await fixture.Engine.FetchTreeAsync(new() { Root = sent.Root, DestinationDirectory = fixture.Target }, log, Ct);
        Assert.Empty(log.Warnings);
        Assert.Empty(log.Errors);
        Assert.Equal(Content(root), Content(made.Path));
    }

    [Fact]
    public async Task Single_files_of_odd_names_come_back_as_they_were()
    {
        Requirement.Met(OperatingSystem.IsLinux(), "linux", "these names are Linux's");
        await using var fixture = await TransferFixture.StartAsync();
        var root = Make(fixture, Odd);
        var naming = new Naming();
        foreach (var name in Odd)
        {
            var entry = await fixture.Client.GetEntryAsync((await fixture.UploadAsync(Path.Combine(root, name))).Id, ct: Ct);
            var item = Assert.Single(await fixture.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = fixture.Target, Naming = naming }, null, Ct));
            Assert.Equal((Path.Combine(fixture.Target, name), null), (item.Path, item.OriginalName));
            Assert.Empty(item.Warnings);
        }

        Assert.Equal(Content(root), Content(fixture.Target));
    }

    [Theory]
    [InlineData("OD 600/700", "OD 600_700")]
    [InlineData("../../etc/passwd", ".._.._etc_passwd")]
    [InlineData("/etc/passwd", "_etc_passwd")]
    [InlineData("..", "__")]
    public async Task An_entry_s_name_is_never_a_path(string name, string expected)
    {
        await using var fixture = await TransferFixture.StartAsync();
        var entry = await fixture.Client.CreateEntryAsync(new CreateEntryRequest { Name = name, Content = "text" }, Ct);
        var item = Assert.Single(await fixture.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = fixture.Target }, null, Ct));
        Assert.Equal((Path.Combine(fixture.Target, expected), name), (item.Path, item.OriginalName));
        Assert.Contains($"'{expected}'", Assert.Single(item.Warnings), StringComparison.Ordinal);
        Assert.Equal([item.Path!], Directory.EnumerateFileSystemEntries(fixture.Target));

        var root = await fixture.Client.CreateEntryAsync(new CreateEntryRequest { Name = name }, Ct);
        File.Delete(item.Path!);
        var log = new TreeLog();
        var made = await fixture.Engine.FetchTreeAsync(new() { Root = root, DestinationDirectory = fixture.Target }, log, Ct);
        Assert.Equal((Path.Combine(fixture.Target, expected), name), (made.Path, made.OriginalName));
        Assert.Single(log.Warnings);
    }

    [Fact]
    public async Task A_collection_s_name_is_never_a_path()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b.txt");
        var sent = await fixture.Engine.UploadCollectionAsync(new CollectionUploadRequest { Root = root, Name = "OD 600/700", Items = TreeWalker.Walk(root, new TreeWalkOptions(), Ct) }, null, Ct);
        Assert.Equal("OD 600_700.zip", sent.FilePath);
        var entry = await fixture.Client.GetEntryAsync(sent.Id, ct: Ct);
        var item = Assert.Single(await fixture.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = fixture.Target, Extract = true }, null, Ct));
        Assert.Equal((Path.Combine(fixture.Target, "OD 600_700"), "OD 600/700"), (item.Path, item.OriginalName));
        Assert.Single(item.Warnings);
    }

    [Fact]
    public async Task A_name_that_can_be_kept_is_kept_and_the_other_is_said_to_have_changed()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var top = await fixture.Client.CreateEntryAsync(new CreateEntryRequest { Name = "top" }, Ct);
        foreach (var name in new[] { "a/b", "a_b" })
        {
            await fixture.Client.CreateEntryAsync(new CreateEntryRequest { Name = name, Content = name, ParentId = top.Id, DatasetId = top.DatasetId }, Ct);
        }

        var log = new TreeLog();
        var made = await fixture.Engine.FetchTreeAsync(new() { Root = top, DestinationDirectory = fixture.Target }, log, Ct);
        Assert.Equal("a_b", await File.ReadAllTextAsync(Path.Combine(made.Path, "a_b"), Ct));
        Assert.Equal("a/b", await File.ReadAllTextAsync(Path.Combine(made.Path, "a_b (2)"), Ct));
        Assert.Contains("'a/b' is written as 'a_b (2)'", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_the_target_of_a_single_file_stays()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var own = fixture.Platform.Directory.RandomFile("own", 10);
        var before = await File.ReadAllBytesAsync(own, Ct);
        File.CreateSymbolicLink(Path.Combine(fixture.Target, "a.bin"), own);
        var entry = await fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 100));
        await Assert.ThrowsAsync<DestinationExistsException>(() => fixture.FetchAsync(entry.Id, force: true));
        Assert.Equal(before, await File.ReadAllBytesAsync(own, Ct));
        Assert.Equal(own, new FileInfo(Path.Combine(fixture.Target, "a.bin")).LinkTarget);
    }

    [Fact]
    public async Task A_fetch_sweeps_what_a_killed_one_left()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var left = Path.Combine(fixture.Target, ".0123456789abcdef0123456789abcdef.fhpart");
        await File.WriteAllTextAsync(left, "half", Ct);
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddDays(-8));
        var entry = await fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 100));
        Assert.Equal([await fixture.FetchAsync(entry.Id)], Directory.EnumerateFileSystemEntries(fixture.Target));
    }

    [Fact]
    public async Task A_hierarchy_merged_into_links_and_read_only_files_leaves_them_and_says_so()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b.txt", "sub/c.txt", "sub/d.bin");
        var sent = await fixture.Engine.UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        var elsewhere = Directory.CreateDirectory(fixture.Platform.Directory.Combine("elsewhere")).FullName;
        var there = Directory.CreateDirectory(Path.Combine(fixture.Target, "data")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(there, "sub"), elsewhere);
        await File.WriteAllTextAsync(Path.Combine(there, "a.txt"), "own", Ct);
        File.SetAttributes(Path.Combine(there, "a.txt"), FileAttributes.ReadOnly);
        var log = new TreeLog();
        var made = await fixture.Engine.FetchTreeAsync(new() { Root = sent.Root, DestinationDirectory = fixture.Target, Force = true }, log, Ct);
        Assert.Equal((1, 3), (made.Files, made.Failed));
        Assert.Equal(["a.txt", "sub"], log.Errors.Select(e => e.Path).Order(StringComparer.Ordinal));
        Assert.All(log.Errors, e => Assert.IsType<DestinationExistsException>(e.Error));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
        Assert.Equal("own", await File.ReadAllTextAsync(Path.Combine(there, "a.txt"), Ct));
        Assert.True(File.Exists(Path.Combine(there, "b.txt")));
        File.SetAttributes(Path.Combine(there, "a.txt"), FileAttributes.Normal);
    }

    private static string Make(TransferFixture fixture, IEnumerable<string> names)
    {
        var root = Directory.CreateDirectory(fixture.Platform.Directory.Combine("odd")).FullName;
        foreach (var name in names)
        {
            File.WriteAllText(Path.Combine(root, name), $"this is {name}");
        }

        return root;
    }

    private static List<string> Content(string root) => [.. Directory.EnumerateFiles(root).Select(f => $"{Path.GetFileName(f)}={File.ReadAllText(f)}").Order(StringComparer.Ordinal)];
}
