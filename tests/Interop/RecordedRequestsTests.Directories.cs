using System.Globalization;
using System.Text.RegularExpressions;
using FutureHouse.Packaging;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <content>Directories, as one collection and as a hierarchy.</content>
public sealed partial class RecordedRequestsTests
{
    [Theory]
    [InlineData("store_file_content, directory as collection", "0.18", "tree", null)]
    [InlineData("store_file_content, directory as collection, override and name with .zip", "0.18", "tree.zip", "up")]
    [InlineData("store_file_content, directory as collection", "0.11", "tree", null)]
    [InlineData("store_file_content, directory as collection, override and name with .zip", "0.11", "tree.zip", "up")]
    public async Task A_directory_as_collection(string operation, string release, string name, string? destination)
    {
        DataEntry? made = null;
        await CompareAsync(
            operation,
            async (_, transfers, folder) => made = await transfers.UploadCollectionAsync(
                new CollectionUploadRequest { Root = Tree(folder), Name = name, DestinationPath = destination, Items = TreeWalker.Walk(Tree(folder), new TreeWalkOptions(), default) },
                null,
                default),
            release: release,
            differ: recorded =>
            {
                var size = made!.Size!.Value.ToString(CultureInfo.InvariantCulture);
                var ours = recorded.Select(r => Regex.Replace(r, "size:[0-9]+", $"size:{size}")).ToList();
                return release == "0.18"
                    ? [.. ours.Select(r => r.StartsWith("PUT", StringComparison.Ordinal) ? $"{r[..(r.LastIndexOf(' ') + 1)]}{size}" : r)]
                    : BySession(ours, made.Size.Value);
            });
    }

    [Fact]
    public Task A_directory_as_hierarchy() => CompareAsync(
        "store_file_content, directory as hierarchy",
        static (_, transfers, folder) => transfers.UploadTreeAsync(
            new TreeUploadRequest
            {
                Root = Tree(folder), Name = "tree", ProjectId = Project, Tags = ["x"], Metadata = new Dictionary<string, object?> { ["k"] = 1 },
                Items = TreeWalker.Walk(Tree(folder), new TreeWalkOptions(), default),
            },
            new NoFailure(),
            default),
        differ: static recorded => [.. recorded.Select(InHierarchy)],
        inAnyOrder: true);

    /// <summary>What ours has of a file in a hierarchy that the client has not: the path in the directory and the size.</summary>
    private static string InHierarchy(string request)
    {
        var path = Regex.Match(request, "file_path:\"tree/(?<path>[^\"]+)\"");
        var size = path.Groups["path"].Value switch { ".gitignore" => 6, "sub/b.bin" => 3, "a.txt" => 2, _ => 0 };
        return size == 0 ? request : request.Replace("{k:1}", string.Create(CultureInfo.InvariantCulture, $"{{k:1,size:{size}}}"), StringComparison.Ordinal).Replace("\"tree/", "\"", StringComparison.Ordinal);
    }

    private static string Tree(TempDirectory folder)
    {
        Directory.CreateDirectory(folder.Combine("tree", "sub"));
        File.WriteAllText(folder.Combine("tree", ".gitignore"), "*.log\n");
        File.WriteAllText(folder.Combine("tree", "a.txt"), "a\n");
        File.WriteAllText(folder.Combine("tree", "x.log"), "not sent");
        File.WriteAllBytes(folder.Combine("tree", "sub", "b.bin"), [1, 2, 3]);
        return folder.Combine("tree");
    }

    private sealed class NoFailure : ITreeUploadObserver
    {
        public void Uploaded(TreeItem? item, DataEntry entry)
        {
            // What is sent is looked at.
        }

        public void Failed(TreeItem item, Errors.FutureHouseException error) => throw error;

        public IProgress<TransferProgress>? Starting(TreeItem item) => null;
    }
}
