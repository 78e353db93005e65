using System.Runtime.ExceptionServices;
using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// Makes a file a revision of an entry: as text by the rule for files; else it is sent as an entry of its own, whose bytes the revision then shares, and that entry is removed again.
/// </summary>
internal sealed class FileRevision(TransferContext context, FileUpload upload)
{
    private static readonly TimeSpan RemovalPatience = TimeSpan.FromSeconds(30);

    public async Task<DataEntry> RunAsync(RevisionUploadRequest request, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        string? text;
        using (var source = SourceFile.Open(context.FileSystem, request.Path, cancellationToken))
        {
            text = TextFile.IsCandidate(source.Path, source.Size) ? await TextFile.ReadAsync(source, cancellationToken).ConfigureAwait(false) : null;
        }

        // Before a gigabyte is sent for nothing.
        var entry = await context.Client.GetEntryAsync(request.EntryId, default, cancellationToken).ConfigureAwait(false);
        var update = new RevisionUpdate
        {
            BaseRevisionId = Base(request, entry),
            Content = text,
            Name = request.Name,
            Description = request.Description,
            Publish = request.Publish,
        };
        if (text is not null)
        {
            return await context.Client.UpdateEntryAsync(request.EntryId, update, cancellationToken).ConfigureAwait(false);
        }

        DataEntry? revised = null;
        ExceptionDispatchInfo? refused = null;
        await SendAsync(
            request,
            entry,
            async carrier =>
            {
                // What passes leaves what was sent, and its journal: the same command goes on with it.
                try
                {
                    revised = await context.Client.UpdateEntryAsync(request.EntryId, update with { SourceEntryId = carrier.Id }, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (e is OperationCanceledException || (e is FutureHouseException && !UploadLifecycle.IsInterruption(e)))
                {
                    refused = ExceptionDispatchInfo.Capture(e);
                }

                await RemoveAsync(carrier.Id, request).ConfigureAwait(false);
            },
            progress,
            cancellationToken).ConfigureAwait(false);
        refused?.Throw();
        return revised!;
    }

    private static Guid Base(RevisionUploadRequest request, DataEntry entry)
    {
        if (entry.RevisionId is not { } latest)
        {
            throw new InvalidRequestException(TransferContext.Format(RevisionMessages.NoRevisions, request.EntryId)) { Target = request.EntryId };
        }

        return request.BaseRevisionId is { } asked && asked != latest
            ? throw new ConflictException(TransferContext.Format(RevisionMessages.StaleBase, request.EntryId, asked, latest, entry.Version, entry.ModifiedAt)) { Target = request.EntryId }
            : latest;
    }

    private async Task SendAsync(RevisionUploadRequest request, DataEntry entry, Func<DataEntry, Task> revise, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var file = Path.GetFileName(request.Path);
        var carrier = new UploadRequest
        {
            Path = request.Path,
            Name = request.Name ?? entry.Name,
            // The revision takes the path from the carrier: the entry's stays where it is of the same kind.
            DestinationPath = entry.FilePath is { } path && string.Equals(Path.GetExtension(path), Path.GetExtension(file), StringComparison.OrdinalIgnoreCase) ? path : file,
            // In the entry's own dataset, as one would be made for it otherwise, and stay.
            DatasetId = entry.DatasetId,
            // An upload of the same file that was begun as an entry of its own is none of this one's.
            JournalKey = $"revision of {entry.Id:D}\n{request.Path}",
            IsCollection = entry.IsCollection == true && Path.GetExtension(file).Equals(".zip", StringComparison.OrdinalIgnoreCase),
            Settle = revise,
        };
        try
        {
            await upload.RunAsync(carrier, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (FutureHouseException e) when (e.EntryId is { } failed && failed != request.EntryId && !UploadLifecycle.IsInterruption(e))
        {
            // It is marked as failed, and nobody has use for it: what is told is what went wrong, not what became of it.
            if (await RemoveAsync(failed, request).ConfigureAwait(false))
            {
                ExceptionDispatchInfo.Throw(e.InnerException is FutureHouseException cause ? cause : new UploadFailedException(e.InnerException?.Message ?? e.Message, e) { Target = request.Path });
            }

            throw;
        }
    }

    /// <summary>Removes what carried the bytes. Not with the caller's token: it must not stay because the command was cancelled.</summary>
    private async Task<bool> RemoveAsync(Guid carrier, RevisionUploadRequest request)
    {
        using var patience = new CancellationTokenSource(RemovalPatience);
        try
        {
            await context.Client.DeleteEntryAsync(carrier, patience.Token).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is FutureHouseException or OperationCanceledException)
        {
            request.LeftBehind?.Invoke(carrier, e.Message);
            return false;
        }
    }
}
