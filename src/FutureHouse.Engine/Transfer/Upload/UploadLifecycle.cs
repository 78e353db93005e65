using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// The states of one upload (<see cref="UploadStep"/>). It alone writes the upload's journal and decides what becomes
/// of journal and entry: each step is noted when it is done; what may still
/// succeed leaves the entry pending and the journal in place, so that the same command goes on; only what never can
/// marks the entry failed.
/// </summary>
/// <param name="context">The service.</param>
/// <param name="path">The file, for messages.</param>
/// <param name="state">Where an earlier process left off.</param>
/// <param name="note">Keeps a step.</param>
/// <param name="close">Told when the upload has ended, and nothing is left to go on with.</param>
/// <param name="find">Gives an entry that an earlier process made, or nothing where it is not there; by default the
/// service is asked.</param>
internal sealed class UploadLifecycle(
    TransferContext context, string path, UploadState state, Func<JournalLine, Task> note, Action close, Func<Guid, CancellationToken, Task<DataEntry?>>? find = null)
{
    private static readonly TimeSpan MarkingPatience = TimeSpan.FromSeconds(30);
    private readonly object _lock = new();

    public UploadState State { get; private set; } = state.At(context.Client.ServiceUri);

    /// <summary>
    /// Whether the error leaves the upload as it is, to be gone on with: the cause passes, or is the caller's to mend
    /// without the file's being another.
    /// </summary>
    public static bool IsInterruption(Exception cause) => cause switch
    {
        AuthenticationFailedException or PathUnreadableException => true,
        FutureHouseException known => known.IsTransient,
        _ => true, // of the network or the disk
    };

    /// <summary>Looks what has become of the entry that an earlier process made.</summary>
    /// <returns>The entry, pending or active, where it is this upload's; else <see langword="null"/>, and the upload
    /// begins anew.</returns>
    public async Task<DataEntry?> ResumeAsync(FileIdentity file, int parts, Guid? parent, CancellationToken cancellationToken)
    {
        var isOfThisFile = State.IsOf(file) && (State.PartMd5.Count == 0 || State.PartMd5.Count == parts);
        if (State.Step is UploadStep.None or UploadStep.Asked)
        {
            State = isOfThisFile ? State : new UploadState();
            return null;
        }

        try
        {
            var entry = find is null
                ? await context.Client.GetEntryAsync(State.EntryId, default, cancellationToken).ConfigureAwait(false)
                : await find(State.EntryId, cancellationToken).ConfigureAwait(false);
            isOfThisFile &= parent is null || entry?.ParentId is null || entry.ParentId == parent; // the directory may have been removed and made again
            if (isOfThisFile && entry?.Status is EntryStatus.Pending or EntryStatus.Active)
            {
                context.Log(TransferMessages.LogResumed, path);
                return entry;
            }

            if (entry?.Status == EntryStatus.Pending)
            {
                await AbandonAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NotFoundException or ForbiddenException)
        {
            // Removed since, or another's by now.
        }

        await StepAsync(new JournalLine { Ended = true }).ConfigureAwait(false);
        return null;
    }

    /// <summary>
    /// Marks an entry as failed whose file is gone or another by now: nobody can finish what was begun for it.
    /// </summary>
    public async Task AbandonAsync(CancellationToken cancellationToken)
    {
        try
        {
            await context.Client.SetEntryStatusAsync(State.EntryId, EntryStatus.Failed, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NotFoundException or ForbiddenException or ConflictException)
        {
            // Removed since, or another's by now.
        }
    }

    /// <summary>
    /// Asks for the entry. Noted before: cancelled or killed in between, the same command is given the entry that was
    /// made.
    /// </summary>
    public async Task<DataEntry> CreateAsync(CreateEntryRequest request, FileIdentity file, FileHashes? hashes, CancellationToken cancellationToken)
    {
        var (partMd5, crc32C) = (hashes?.PartMd5 ?? State.PartMd5, hashes?.Crc32C ?? State.Crc32C);
        while (true)
        {
            var isRepeated = State.Step == UploadStep.Asked;
            if (!isRepeated)
            {
                await StepAsync(new JournalLine { Asked = new AskedStep(Guid.NewGuid(), context.Clock.GetUtcNow(), file, partMd5, crc32C) }).ConfigureAwait(false);
            }

            try
            {
                var keyed = request with { IdempotencyKey = State.CreationKey, AskedBefore = isRepeated ? State.AskedAt : null };
                var entry = await context.Client.CreateEntryAsync(keyed, cancellationToken).ConfigureAwait(false);

                // A text or a directory is whole with that. Bytes are not there, whatever the service calls the entry.
                await StepAsync(new JournalLine { Entry = entry.Id, Active = partMd5.Count == 0 }).ConfigureAwait(false);
                return entry;
            }
            catch (FutureHouseException e) when (!e.IsTransient)
            {
                await StepAsync(new JournalLine { Ended = true }).ConfigureAwait(false); // nothing was made
                if (!isRepeated || e is AuthenticationFailedException)
                {
                    close();
                    throw;
                }

                // The key no longer stands for what it did, as the entry was removed since: a new one.
            }
        }
    }

    public Task BegunAsync(MultipartUpload upload) => 
        StepAsync(new JournalLine { UploadId = upload.UploadId, PartUrls = upload.PartUrls, Service = context.Client.ServiceUri });

    public Task SessionBegunAsync(Uri session) => StepAsync(new JournalLine { Session = session, Service = context.Client.ServiceUri });

    /// <summary>The storage has a part: it is never sent again.</summary>
    public Task PartStoredAsync(int index, string etag) => StepAsync(new JournalLine { Part = index, ETag = etag });

    /// <summary>The storage has some of the parts no more.</summary>
    public Task PartsLostAsync() => StepAsync(new JournalLine { PartsAgain = true });

    public Task StoredAsync() => StepAsync(new JournalLine { Stored = true });

    /// <summary>Makes the entry active; idempotent, and so repeated.</summary>
    public async Task<DataEntry> ActivateAsync(CancellationToken cancellationToken)
    {
        var entry = await context.Client.SetEntryStatusAsync(State.EntryId, EntryStatus.Active, cancellationToken).ConfigureAwait(false);
        await StepAsync(new JournalLine { Entry = entry.Id, Active = true }).ConfigureAwait(false);
        return entry;
    }

    /// <summary>The entry is the upload's result, and the caller has it.</summary>
    public void Close() => close();

    /// <summary>
    /// The upload could not be finished: leaves it to be gone on with, or marks the entry as failed, and says which.
    /// </summary>
    /// <returns>What to throw.</returns>
    public async Task<Exception> StopAsync(Exception cause)
    {
        var entry = State.EntryId;
        if (IsInterruption(cause))
        {
            return Told(cause, TransferMessages.Interrupted, entry, isTransient: true);
        }

        // Not the caller's token: an entry must not stay pending because the failure came with a cancellation.
        using var patience = new CancellationTokenSource(MarkingPatience);
        try
        {
            await context.Client.SetEntryStatusAsync(entry, EntryStatus.Failed, patience.Token).ConfigureAwait(false);
            await EndAsync().ConfigureAwait(false);
            return Told(cause, TransferMessages.MarkedFailed, entry, isTransient: false);
        }
        catch (NotFoundException)
        {
            await EndAsync().ConfigureAwait(false);
            return Told(cause, "{0}", entry, isTransient: false);
        }
        catch (Exception e) when (e is FutureHouseException or OperationCanceledException)
        {
            return Told(cause, TransferMessages.NotMarked, entry, isTransient: false);
        }
    }

    private Exception Told(Exception cause, string format, Guid entry, bool isTransient)
    {
        var message = TransferContext.Format(format, cause.Message, entry);
        var (status, detail, request) = cause is FutureHouseException known ? (known.StatusCode, known.ServiceDetail, known.RequestId) : default;
        return cause switch
        {
            AuthenticationFailedException refused => new AuthenticationFailedException(message, cause) { Target = refused.Target, EntryId = entry, StatusCode = status, ServiceDetail = detail, RequestId = request },
            FileChangedException => new FileChangedException(message, cause) { Target = path, EntryId = entry },
            PathUnreadableException => new PathUnreadableException(message, cause) { Target = path, EntryId = entry, IsTransient = isTransient },
            ChecksumMismatchException => new ChecksumMismatchException(message, cause) { Target = path, EntryId = entry },
            _ => new UploadFailedException(message, cause) { Target = path, EntryId = entry, StatusCode = status, ServiceDetail = detail, RequestId = request, IsTransient = isTransient },
        };
    }

    private async Task EndAsync()
    {
        await StepAsync(new JournalLine { Ended = true }).ConfigureAwait(false);
        close();
    }

    private Task StepAsync(JournalLine line)
    {
        lock (_lock)
        {
            State = State.After(line);
        }

        return note(line);
    }
}
