using FutureHouse.Errors;
using FutureHouse.Packaging.Placing;
using FutureHouse.Packaging.Zip;

namespace FutureHouse.Transfer.Download;

/// <summary>Fetches an archive and unpacks it; what only looks like one by its name stays the file it is (Protocol §4, "Download").</summary>
internal sealed class CollectionDownload(TransferContext context, FetchRequest request, DataLocation location, IProgress<TransferProgress>? progress)
{
    private const string Extension = ".zip";
    private const string Archive = "archive.zip";

    /// <summary>Whether an entry's one location is to be taken for an archive: a collection's, and a file whose name ends in <c>.zip</c>.</summary>
    public static bool Applies(FetchRequest request) => request.Extract
        && request.Entry.Locations.Count == 1
        && (request.Entry.IsCollection == true || StoredName.OfFile(request.Entry).EndsWith(Extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>Fetches and unpacks.</summary>
    /// <returns>The file or folder that was made, and an item with an error for each thing of it that could not be put in its place.</returns>
    public async Task<IReadOnlyList<FetchedItem>> RunAsync(CancellationToken cancellationToken)
    {
        var destination = request.DestinationDirectory
            ?? throw new DownloadFailedException(TransferContext.Format(TransferMessages.NeedsDestination, request.Entry.Name)) { Target = request.Entry.Id, EntryId = request.Entry.Id };
        try
        {
            using var temporary = new PartFolder(context.FileSystem, destination);
            string? stored = null;
            string Keep(string name)
            {
                stored = name;
                return Archive;
            }

            var archive = await new ObjectDownload(context, request with { DestinationDirectory = temporary.Content, PlannedName = Keep }, location, progress).RunAsync(cancellationToken).ConfigureAwait(false);
            if (!ZipFormat.IsZip(archive.Path))
            {
                return [FileDownload.Item(request, TargetFile.Adopt(context, request, archive.Path, stored!, temporary.IgnoresCase))];
            }

            return await UnpackAsync(archive.Path, stored!, destination, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TargetFile.CannotWrite(request, destination, e);
        }
    }

    private async Task<IReadOnlyList<FetchedItem>> UnpackAsync(string archive, string stored, string destination, CancellationToken cancellationToken)
    {
        var failures = new List<FetchedItem>();
        (string Name, bool IsDirectory)? top = null;
        var options = request.Unpacking with
        {
            Force = request.Force,
            ArchiveName = stored,
            Failed = error => failures.Add(new FetchedItem(request.Entry, null, null) { Error = error }),
            ChooseName = (name, isDirectory, ignoresCase) =>
            {
                top = (name, isDirectory);
                return request.Names.Take(destination, name, isFile: !isDirectory, ignoresCase);
            },
        };
        var path = await CollectionReader.UnpackAsync(archive, destination, FolderName(), options, progress is null ? null : new Unpacking(progress), cancellationToken).ConfigureAwait(false);
        var (original, isDirectory) = top!.Value;
        return [FileDownload.Item(request, new PlacedFile(path, Path.GetFileName(path) == original ? null : original), isFile: !isDirectory), .. failures];
    }

    private string FolderName()
    {
        var name = StoredName.OfEntry(request.Entry);
        return name.Length > Extension.Length && name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name[..^Extension.Length] : name;
    }

    private sealed class Unpacking(IProgress<TransferProgress> progress) : IProgress<CollectionProgress>
    {
        public void Report(CollectionProgress value) => progress.Report(new TransferProgress(TransferPhase.Unpacking, value.BytesDone, value.BytesTotal));
    }
}
