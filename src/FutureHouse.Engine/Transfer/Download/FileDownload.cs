using System.Text;
using FutureHouse.Errors;

namespace FutureHouse.Transfer.Download;

/// <summary>Fetches what an entry holds (Protocol §6).</summary>
internal sealed class FileDownload(TransferContext context)
{
    public async Task<IReadOnlyList<FetchedItem>> RunAsync(FetchRequest request, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (request.Entry.Status == EntryStatus.Active && !IsComplete(request.Entry))
        {
            request = request with { Entry = await context.Client.GetEntryAsync(request.Entry.Id, default, cancellationToken).ConfigureAwait(false) };
        }

        var entry = request.Entry;
        var kind = entry.StorageType ?? (entry.Locations.Count > 0 ? entry.Locations[0].StorageType : null);
        if (entry.Status is EntryStatus.Pending or EntryStatus.Failed or EntryStatus.Disabled)
        {
            throw new DownloadFailedException(TransferContext.Format(TransferMessages.NotActive, entry.Name, entry.Status)) { Target = entry.Id, EntryId = entry.Id, Status = entry.Status };
        }

        if (request.DestinationDirectory is { } folder && !context.FileSystem.Directory.Exists(folder))
        {
            throw new DownloadFailedException(TransferContext.Format(TransferMessages.NoFolder, folder)) { Target = folder, EntryId = entry.Id };
        }

        if (entry.Locations.Count > 1)
        {
            return await new LocationsDownload(context, request, progress).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        if (kind is StorageType.Gcs)
        {
            var location = entry.Locations.Count > 0 ? entry.Locations[0] : new DataLocation { StorageType = StorageType.Gcs };
            return CollectionDownload.Applies(request)
                ? await new CollectionDownload(context, request, location, progress).RunAsync(cancellationToken).ConfigureAwait(false)
                : [Item(request, await new ObjectDownload(context, request, location, progress).RunAsync(cancellationToken).ConfigureAwait(false))];
        }

        if (kind is StorageType.BigQuery or StorageType.ElasticSearch or StorageType.Link)
        {
            return [new FetchedItem(entry, null, null) { Source = new ExternalSource(entry, entry.Locations.Count > 0 ? entry.Locations[0] : null) }];
        }

        if (kind is not (StorageType.RawContent or StorageType.PgTable or null))
        {
            throw new UnsupportedStorageException(TransferContext.Format(TransferMessages.Unsupported, entry.Name, kind)) { Target = entry.Id, EntryId = entry.Id };
        }

        if (entry.GetText() is not { } text)
        {
            // A directory node, or a row that holds nothing: there is nothing to give (Protocol §6).
            return kind == StorageType.PgTable ? [] : throw new DownloadFailedException(TransferContext.Format(TransferMessages.NoText, entry.Name)) { Target = entry.Id, EntryId = entry.Id };
        }

        return [request.DestinationDirectory is null ? new FetchedItem(entry, text, null) : Item(request, await WriteTextAsync(request, text, cancellationToken).ConfigureAwait(false))];
    }

    /// <summary>What is told of a file in its place.</summary>
    public static FetchedItem Item(FetchRequest request, PlacedFile placed, bool isFile = true) => new(request.Entry, null, placed.Path)
    {
        OriginalName = placed.OriginalName,

        // What was planned is told by whoever planned it.
        Warnings = placed.OriginalName is { } original && request.PlannedName is null ? [request.Names.Explain(original, Path.GetFileName(placed.Path), isFile)] : [],
    };

    /// <summary>Whether the entry came with what is to be fetched: one out of a listing has no locations, and may have no text.</summary>
    private static bool IsComplete(DataEntry entry) => entry.Locations.Count > 0
        && entry.Locations.All(l => l.StorageType switch
        {
            StorageType.Gcs => l.SignedUrl is not null,
            StorageType.RawContent or StorageType.PgTable => entry.GetText() is not null,
            _ => true,
        });

    private async Task<PlacedFile> WriteTextAsync(FetchRequest request, string text, CancellationToken cancellationToken)
    {
        using var target = TargetFile.Reserve(context, request, StoredName.OfFile(request.Entry));
        try
        {
            // Without a mark of our own: one that was in the file is in the text.
            await target.Stream.WriteAsync(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text), cancellationToken).ConfigureAwait(false);
            return target.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw target.CannotWrite(e);
        }
    }
}
