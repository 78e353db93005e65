using FutureHouse.Packaging;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Permissions and times go up in the metadata and come back.</summary>
public sealed class FileStatusTests
{
    private static readonly DateTime Time = new(2001, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hierarchy_keeps_executable_bits_and_times()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "modes are of Unix");
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "run.sh", "notes.txt", "bin/tool.bin", "private/key.bin", "empty/");
        Mode(Path.Combine(root, "run.sh"), "755");
        Mode(Path.Combine(root, "notes.txt"), "644");
        Mode(Path.Combine(root, "bin", "tool.bin"), "755");
        Mode(Path.Combine(root, "private", "key.bin"), "600");
        Mode(Path.Combine(root, "private"), "700");
        foreach (var path in Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).OrderByDescending(p => p.Length).Append(root))
        {
            Directory.SetLastWriteTimeUtc(path, Time);
        }

        var sent = await fixture.Engine.UploadTreeAsync(Trees.Request(root), new TreeLog(), Ct);
        var log = new TreeLog();
        var made = await fixture.Engine.FetchTreeAsync(new() { Root = sent.Root, DestinationDirectory = fixture.Target }, log, Ct);
        Assert.Empty(log.Errors);
        Assert.Equal(Status(root), Status(made.Path));
    }

    [Fact]
    public async Task A_single_file_keeps_them_too()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "modes are of Unix");
        await using var fixture = await TransferFixture.StartAsync();
        foreach (var name in new[] { "run.txt", "run.bin" })
        {
            var path = fixture.Platform.Directory.RandomFile(name, 100);
            await File.WriteAllTextAsync(path, "text", Ct);
            Mode(path, "750");
            File.SetLastWriteTimeUtc(path, Time);
            var back = await fixture.FetchAsync((await fixture.UploadAsync(path)).Id);
            Assert.Equal((Time, "750"), (File.GetLastWriteTimeUtc(back), Mode(back)));
        }
    }

    [Fact]
    public async Task A_callers_own_members_stay_and_what_is_no_mode_or_time_says_nothing()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var path = fixture.Platform.Directory.RandomFile("a.bin", 100);
        var entry = await fixture.Engine.UploadAsync(
            new UploadRequest { Path = path, Name = "a", Metadata = new Dictionary<string, object?> { ["file_mode"] = "mine", ["file_modified"] = 7 } }, null, Ct);
        var read = await fixture.Client.GetEntryAsync(entry.Id, ct: Ct);
        Assert.Equal("mine", read.Metadata!["file_mode"]);
        Assert.Equal("7", read.Metadata!["file_modified"]!.ToString());
        var back = await fixture.FetchAsync(entry.Id);
        Assert.InRange(File.GetLastWriteTimeUtc(back), DateTime.UtcNow.AddDays(-1), DateTime.UtcNow.AddDays(1));
    }

    [Theory]
    [InlineData("0777")] // others' right to write is not given
    [InlineData("4755")]
    public async Task No_more_is_permitted_than_of_a_new_file(string mode)
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "modes are of Unix");
        await using var fixture = await TransferFixture.StartAsync();
        var path = fixture.Platform.Directory.RandomFile("a.bin", 100);
        var entry = await fixture.Engine.UploadAsync(new UploadRequest { Path = path, Name = "a", Metadata = new Dictionary<string, object?> { ["file_mode"] = mode } }, null, Ct);
        var plain = fixture.Platform.Directory.RandomFile("plain", 1);
        var back = Convert.ToInt32(Mode(await fixture.FetchAsync(entry.Id)), 8);
        var made = Convert.ToInt32(Mode(plain), 8);
        Assert.Equal(made | ((made & 0x124) >> 2), back);
    }

    [Fact]
    public async Task A_collection_is_the_same_whatever_way_it_is_compressed()
    {
        await using var bench = await Bench.StartAsync();
        var dataset = (await bench.Client.CreateDatasetAsync("d", null, null, Ct)).Id;
        bench.File("tree/a.bin", 1000, seed: 1);
        var root = bench.Platform.Directory.Combine("tree");

        async Task<DataEntry> SendAsync(bool skip) => await bench.Engine.UploadCollectionAsync(
            new CollectionUploadRequest
            {
                Root = root, Name = "tree", Items = TreeWalker.Walk(root, new TreeWalkOptions(), Bench.None), DatasetId = dataset,
                TemporaryDirectory = bench.Platform.Directory.Combine("temporary"), Stored = skip ? await bench.Engine.ReadStoredAsync(dataset, Ct) : null,
            },
            null,
            Ct);

        var first = await SendAsync(skip: false);

        // Another time makes other bytes of the archive, as another deflater would.
        File.SetLastWriteTimeUtc(Path.Combine(root, "a.bin"), Time);
        Assert.Equal(first.Id, (await SendAsync(skip: true)).Id);
        bench.File("tree/a.bin", 1000, seed: 2);
        Assert.NotEqual(first.Id, (await SendAsync(skip: true)).Id);
    }

    private static void Mode(string path, string octal)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32(octal, 8));
        }
    }

    private static string Mode(string path) => OperatingSystem.IsWindows() ? string.Empty : Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static List<string> Status(string root) => [.. Directory.EnumerateFileSystemEntries(root, "*", SearchOption.AllDirectories).Append(root)
        .Select(p => $"{Path.GetRelativePath(root, p)} {Mode(p)} {Directory.GetLastWriteTimeUtc(p):O}").Order(StringComparer.Ordinal)];
}
