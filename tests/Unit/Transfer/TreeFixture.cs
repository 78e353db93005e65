using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Transfer;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Trees on disk, and what becomes of them.</summary>
internal static class Trees
{
    /// <summary>Makes files, and directories of what ends in a slash.</summary>
    public static string Make(TransferFixture fixture, params string[] paths)
    {
        var root = fixture.Platform.Directory.Combine("data");
        Directory.CreateDirectory(root);
        foreach (var path in paths)
        {
            var full = Path.Combine(root, path);
            Directory.CreateDirectory(path.EndsWith('/') ? full : Path.GetDirectoryName(full)!);
            if (!path.EndsWith('/'))
            {
                File.WriteAllText(full, $"text of {path}\r\n");
            }
        }

        return root;
    }

    /// <summary>A plain walk in depth, sorted.</summary>
    public static IEnumerable<TreeItem> Walk(string root, string below = "")
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

    public static TreeUploadRequest Request(string root) => new() { Root = root, Name = Path.GetFileName(root), Items = Walk(root) };
}

/// <summary>Keeps what it is told.</summary>
internal class TreeLog : ITreeUploadObserver, ITreeFetchObserver
{
    public List<(string Path, DataEntry Entry)> Made { get; } = [];

    public List<(string Path, FutureHouseException Error)> Errors { get; } = [];

    public List<string> Started { get; } = [];

    public List<string> Warnings { get; } = [];

    public DataEntry this[string path] => Made.Single(made => made.Path == path).Entry;

    public virtual void Uploaded(TreeItem? item, DataEntry entry) => Made.Add((item?.RelativePath ?? "", entry));

    public void Renamed(DataEntry entry, string warning) => Warnings.Add(warning);

    public void Failed(TreeItem item, FutureHouseException error) => Errors.Add((item.RelativePath, error));

    public IProgress<TransferProgress>? Starting(TreeItem item)
    {
        Started.Add(item.RelativePath);
        return null;
    }

    public void Fetched(DataEntry entry, string relativePath) => Made.Add((relativePath, entry));

    public void Failed(DataEntry entry, FutureHouseException error) => Errors.Add((entry.Name, error));

    public IProgress<TransferProgress>? Starting(DataEntry entry)
    {
        Started.Add(entry.Name);
        return null;
    }
}
