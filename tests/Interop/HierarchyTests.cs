using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>A directory as a hierarchy: ours and the official Python client's are the same, and each reads the other's.</summary>
public sealed class HierarchyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ours_and_the_Python_clients_are_the_same_and_each_reads_the_other()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = key });
        var transfers = new TransferEngine(client, new TransferOptions { JournalDirectory = platform.Directory.Combine("journals") });
        var root = platform.Directory.Combine("data");
        foreach (var path in new[] { "a.txt", "b.bin", "sub/c.txt", "sub/d.bin", "sub/deep/e.md", "told/f.txt" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, path))!);
            await File.WriteAllTextAsync(Path.Combine(root, path), $"text of {path}\n", Ct);
        }

        Directory.CreateDirectory(Path.Combine(root, "empty"));
        var manifest = platform.Directory.Combine("manifest.json");
        await File.WriteAllTextAsync(manifest, """{"data": {"a.txt": "first", "sub": {"c.txt": {"description": "see"}}, "told": {"description": "told of"}}}""", Ct);

        var observer = new Observer();
        var ours = await transfers.UploadTreeAsync(new() { Root = root, Name = "tree", Description = "d", Items = Walk(root), Manifest = Manifest.Load(manifest, "data") }, observer, Ct);
        Assert.Empty(observer.Errors);
        var theirs = Guid.Parse(await PythonClient.RunAsync("FH_TEST_PYTHONPATH", platform, """
            os.chdir(folder)
            print(client.store_file_content("tree", folder / "data", description="d", manifest_filename="manifest.json").data_storage.id)
            """));
        Assert.Equal(await StoredAsync(client, theirs), await StoredAsync(client, ours.Root.Id));

        var target = Directory.CreateDirectory(platform.Directory.Combine("fetched")).FullName;
        var fetched = await transfers.FetchTreeAsync(new() { Root = await client.GetEntryAsync(theirs, default, Ct), DestinationDirectory = target }, observer, Ct);
        Assert.Empty(observer.Errors);
        Assert.Equal(Content(root), Content(fetched.Path));

        var wanted = string.Join(", ", observer.Files.Select(file => $"(\"{file.Path}\", \"{file.Id}\")"));
        var differing = await PythonClient.RunAsync("FH_TEST_PYTHONPATH", platform, $"""
            for path, id in [{wanted}]:
                got = client.fetch_data_from_storage(uuid.UUID(id))
                text = got.read_text() if isinstance(got, pathlib.Path) else got.content
                if text != (folder / "data" / path).read_text(): print(path, repr(text))
            """);
        Assert.Equal("", differing);
        Assert.Equal(6, observer.Files.Count);
    }

    /// <summary>Path of names, description (its names in order: the Python client has them in the disk's) and text of each entry below a root.</summary>
    private static async Task<List<string>> StoredAsync(PlatformClient client, Guid root)
    {
        var top = await client.GetEntryAsync(root, default, Ct);
        var all = (await client.GetDatasetAsync(top.DatasetId!.Value, Ct)).Entries.ToDictionary(entry => entry.Id);
        return [.. all.Values.Select(entry => $"{PathOf(entry)}|{Sorted(entry.Description)}|{entry.GetText()}|{entry.Status}|{entry.IsCollection}|{entry.FilePath is null}").Order(StringComparer.Ordinal)];

        string PathOf(DataEntry entry) => entry.ParentId is { } parent ? $"{PathOf(all[parent])}/{entry.Name}" : entry.Name;
    }

    private static string? Sorted(string? description) => description is not null && description.StartsWith("Directory containing: ", StringComparison.Ordinal)
        ? "Directory containing: " + string.Join(", ", description["Directory containing: ".Length..].Split(", ").Order(StringComparer.Ordinal))
        : description;

    private static List<string> Content(string root) =>
        [.. Walk(root).Select(item => $"{item.RelativePath}|{(item.IsDirectory ? "" : File.ReadAllText(item.FullPath))}").Order(StringComparer.Ordinal)];

    private static IEnumerable<TreeItem> Walk(string root, string below = "")
    {
        foreach (var info in new DirectoryInfo(Path.Combine(root, below)).EnumerateFileSystemInfos().OrderBy(info => info.Name, StringComparer.Ordinal))
        {
            var path = below.Length == 0 ? info.Name : $"{below}/{info.Name}";
            yield return new TreeItem(path, info.FullName, info is DirectoryInfo, (info as FileInfo)?.Length ?? 0, info.LastWriteTimeUtc, null);
            foreach (var item in info is DirectoryInfo ? Walk(root, path) : [])
            {
                yield return item;
            }
        }
    }

    private sealed class Observer : ITreeUploadObserver, ITreeFetchObserver
    {
        public List<FutureHouseException> Errors { get; } = [];

        public List<(string Path, Guid Id)> Files { get; } = [];

        public void Uploaded(TreeItem? item, DataEntry entry)
        {
            if (item is { IsDirectory: false })
            {
                Files.Add((item.RelativePath, entry.Id));
            }
        }

        public void Failed(TreeItem item, FutureHouseException error) => Errors.Add(error);

        public IProgress<TransferProgress>? Starting(TreeItem item) => null;

        public void Fetched(DataEntry entry, string relativePath)
        {
            // What is on disk is looked at.
        }

        public void Failed(DataEntry entry, FutureHouseException error) => Errors.Add(error);

        public void Renamed(DataEntry entry, string warning)
        {
        }

        public IProgress<TransferProgress>? Starting(DataEntry entry) => null;
    }
}
