using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Packaging.Zip;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// Packs a directory into a temporary archive and sends that. The archive of an unchanged tree is the same to the byte,
/// so that a cancelled upload goes on later.
/// </summary>
internal sealed class CollectionUpload(FileUpload upload)
{
    private const string Extension = ".zip";

    public async Task<DataEntry> RunAsync(CollectionUploadRequest request, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Name))
        {
            throw new InvalidRequestException(TransferContext.Format(TransferMessages.EmptyName, request.Root)) { Target = request.Root };
        }

        FileUpload.CheckMetadata(request.Metadata, request.Root);
        using var file = Reserve(request);
        var newest = DateTimeOffset.UnixEpoch;
        CollectionSummary packed;
        try
        {
            packed = await CollectionWriter.WriteAsync(
                file.Stream,
                Watched(request.Items, item => newest = item.Modified > newest ? item.Modified : newest),
                new CollectionOptions { Failed = request.Failed },
                progress is null ? null : new Packing(progress),
                cancellationToken).ConfigureAwait(false);
            file.CloseStream();
            File.SetLastWriteTimeUtc(file.Path, newest.UtcDateTime); // what the journal knows the archive by
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UploadFailedException(TransferContext.Format(TransferMessages.NotPacked, request.Root, e.Message), e) { Target = request.Root };
        }

        try
        {
            return await upload.RunAsync(Upload(request, file.Path) with { ContentDigest = packed.ContentDigest }, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (FutureHouseException e) when (Equals(e.Target, file.Path))
        {
            throw new UploadFailedException(e.Message.Replace(file.Path, request.Root, StringComparison.Ordinal), e)
            {
                Target = request.Root,
                EntryId = e.EntryId,
                StatusCode = e.StatusCode,
                ServiceDetail = e.ServiceDetail,
                RequestId = e.RequestId,
                IsTransient = e.IsTransient,
            };
        }
    }

    /// <summary>The stored path: the name, with one <c>.zip</c> at its end, below the caller's folder.</summary>
    public static string StoredPath(string name, string? folder)
    {
        var file = Transfer.Upload.StoredPath.Part(name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? name : name + Extension);
        return string.IsNullOrWhiteSpace(folder) ? file : $"{Transfer.Upload.StoredPath.Of(folder).TrimEnd('/')}/{file}";
    }

    private static CollectionFile Reserve(CollectionUploadRequest request)
    {
        try
        {
            return CollectionFile.Create(request.TemporaryDirectory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UploadFailedException(TransferContext.Format(TransferMessages.NotPacked, request.Root, e.Message), e) { Target = request.Root };
        }
    }

    private static UploadRequest Upload(CollectionUploadRequest request, string archive) => new()
    {
        Path = archive,
        Name = request.Name,
        Description = request.Description,
        DestinationPath = StoredPath(request.Name, request.DestinationPath),
        DatasetId = request.DatasetId,
        ProjectId = request.ProjectId,
        ParentId = request.ParentId,
        Tags = request.Tags,
        Metadata = request.Metadata,
        Embedding = request.Embedding,
        IsCollection = true,
        JournalKey = request.Root,
        Stored = request.Stored,
    };

    private static IEnumerable<TreeItem> Watched(IEnumerable<TreeItem> items, Action<TreeItem> see)
    {
        foreach (var item in items)
        {
            see(item);
            yield return item;
        }
    }

    private sealed class Packing(IProgress<TransferProgress> progress) : IProgress<CollectionProgress>
    {
        public void Report(CollectionProgress value) => progress.Report(new TransferProgress(TransferPhase.Packing, value.BytesDone, value.BytesTotal));
    }
}
