using FutureHouse.Packaging.Zip;

namespace FutureHouse.Transfer.Download;

/// <summary>Fetches an archive and unpacks it; what only looks like one by its name stays the file it is (Protocol §4, "Download").</summary>
internal sealed class CollectionDownload(TransferContext context, FetchRequest request, DataLocation location, IProgress<TransferProgress>? progress)
{
    private const string Extension = ".zip";

    /// <summary>Whether an entry's one location is to be taken for an archive: a collection's, and a file whose name ends in <c>.zip</c>.</summary>
    public static bool Applies(FetchRequest request) => request.Extract
        && request.Entry.Locations.Count == 1
        && (request.Entry.IsCollection == true || SafeFileName.Of(request.Entry, null).EndsWith(Extension, StringComparison.OrdinalIgnoreCase));

    /// <summary>Fetches and unpacks.</summary>
    /// <returns>Full path of the file or folder that was made.</returns>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var destination = request.DestinationDirectory!;
        var temporary = Path.Combine(destination, $".{Guid.NewGuid():N}.fhpart");
        try
        {
            Directory.CreateDirectory(temporary);
            var archive = await new ObjectDownload(context, request with { DestinationDirectory = temporary, ChooseName = null }, location, progress).RunAsync(cancellationToken).ConfigureAwait(false);
            if (!ZipFormat.IsZip(archive))
            {
                return TargetFile.Adopt(context, request, archive);
            }

            var options = request.Unpacking with { Force = request.Force, ChooseName = request.ChooseName };
            return await CollectionReader.UnpackAsync(archive, destination, FolderName(), options, progress is null ? null : new Unpacking(progress), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TargetFile.CannotWrite(request, destination, e);
        }
        finally
        {
            TargetFolder.Remove(context.FileSystem, temporary);
        }
    }

    private string FolderName()
    {
        var name = SafeFileName.Of(request.Entry with { FilePath = null }, null);
        return name.Length > Extension.Length && name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name[..^Extension.Length] : name;
    }

    private sealed class Unpacking(IProgress<TransferProgress> progress) : IProgress<CollectionProgress>
    {
        public void Report(CollectionProgress value) => progress.Report(new TransferProgress(TransferPhase.Unpacking, value.BytesDone, value.BytesTotal));
    }
}
