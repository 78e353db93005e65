using FutureHouse.Packaging;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>Directories between the clients: each unpacks the other's collection, and reads the other's hierarchy.</summary>
public sealed class DirectoryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(PythonClient.Releases), MemberType = typeof(PythonClient))]
    public async Task Each_unpacks_the_others_collection(string release)
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = key });
        var transfers = new TransferEngine(client);
        var tree = Tree(platform, "ours");
        var entry = await transfers.UploadCollectionAsync(new CollectionUploadRequest { Root = tree, Name = "ours", Items = TreeWalker.Walk(tree, new TreeWalkOptions(), Stop) }, null, Stop);
        Tree(platform, "theirs");

        var output = await PythonClient.RunAsync(release, platform, $$"""
            def names(top): return sorted(p.relative_to(top).as_posix() for p in pathlib.Path(top).rglob("*") if p.is_file())
            back = client.fetch_data_from_storage(uuid.UUID("{{entry.Id}}"))
            print(names(back) == names(folder / "ours") and all(sha(pathlib.Path(back) / n) == sha(folder / "ours" / n) for n in names(folder / "ours")))
            print(client.store_file_content("theirs", folder / "theirs", as_collection=True).data_storage.id)
            """);
        var lines = output.Split('\n');
        Assert.Equal("True", lines[0]);

        var target = Directory.CreateDirectory(platform.Directory.Combine("fetched")).FullName;
        var theirs = await client.GetEntryAsync(Guid.Parse(lines[^1]), default, Stop);
        var fetched = Assert.Single(await transfers.FetchAsync(new FetchRequest { Entry = theirs, DestinationDirectory = target, Extract = true }, null, Stop));
        Assert.Equal(Files(platform.Directory.Combine("theirs")), Files(fetched.Path!));
    }

    [Theory]
    [MemberData(nameof(PythonClient.Releases), MemberType = typeof(PythonClient))]
    public async Task Each_reads_the_others_hierarchy(string release)
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = key });
        var transfers = new TransferEngine(client);
        var tree = Tree(platform, "ours");
        var seen = new Seen();
        await transfers.UploadTreeAsync(new TreeUploadRequest { Root = tree, Name = "ours", Items = TreeWalker.Walk(tree, new TreeWalkOptions(), Stop) }, seen, Stop);
        var raw = Assert.Single(seen.Entries, e => e.Name == "raw.bin");
        var text = Assert.Single(seen.Entries, e => e.Name == "a.csv");
        Tree(platform, "theirs");

        var output = await PythonClient.RunAsync(release, platform, $$"""
            print(sha(client.fetch_data_from_storage(uuid.UUID("{{raw.Id}}"))) == sha(folder / "ours" / "data" / "raw.bin"))
            print(client.fetch_data_from_storage(uuid.UUID("{{text.Id}}")).content == (folder / "ours" / "data" / "a.csv").read_text())
            print(client.store_file_content("theirs", folder / "theirs", as_collection=False).data_storage.id)
            """);
        var lines = output.Split('\n');
        Assert.Equal(["True", "True"], lines[..2]);

        var target = Directory.CreateDirectory(platform.Directory.Combine("fetched")).FullName;
        var root = await client.GetEntryAsync(Guid.Parse(lines[^1]), default, Stop);
        var made = await transfers.FetchTreeAsync(new TreeFetchRequest { Root = root, DestinationDirectory = target }, new Quiet(), Stop);
        Assert.Equal(0, made.Failed);
        Assert.Equal(Files(platform.Directory.Combine("theirs")), Files(made.Path));
    }

    private static string Tree(PlatformFixture platform, string name)
    {
        platform.Directory.RandomFile(Path.Combine(name, "data", "raw.bin"), 70_000, seed: 3);
        platform.Directory.RandomFile(Path.Combine(name, "data", "deep", "er", "x.dat"), 10, seed: 4);
        File.WriteAllText(platform.Directory.Combine(name, "data", "a.csv"), "x,y\n1,2\n");
        File.WriteAllText(platform.Directory.Combine(name, "é 🧬.md"), "# Title\n");
        return platform.Directory.Combine(name);
    }

    private static SortedDictionary<string, string> Files(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            p => Path.GetRelativePath(folder, p).Replace('\\', '/'),
            p => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(p)))),
        StringComparer.Ordinal);

    private sealed class Seen : ITreeUploadObserver
    {
        public List<DataEntry> Entries { get; } = [];

        public void Uploaded(TreeItem? item, DataEntry entry) => Entries.Add(entry);

        public void Failed(TreeItem item, Errors.FutureHouseException error) => throw error;

        public IProgress<TransferProgress>? Starting(TreeItem item) => null;
    }

    private sealed class Quiet : ITreeFetchObserver
    {
        public void Fetched(DataEntry entry, string relativePath)
        {
        }

        public void Failed(DataEntry entry, Errors.FutureHouseException error) => throw error;

        public void Renamed(DataEntry entry, string warning)
        {
        }

        public IProgress<TransferProgress>? Starting(DataEntry entry) => null;
    }
}
