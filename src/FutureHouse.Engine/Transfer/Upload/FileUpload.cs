using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.Transfer.Upload;

/// <summary>Sends one file, as text or to the bucket, and leaves its entry either active, or failed, or (cancelled) ready to go on with.</summary>
internal sealed class FileUpload(TransferContext context)
{
    private static readonly TimeSpan MarkingPatience = TimeSpan.FromSeconds(30);

    // Once multipart upload has proved not to work and the session has, the next files need not ask again.
    private volatile bool _sessionOnly;

    public static UploadPlan Describe(SourceFile source, string? text) => new(source.Path, text is null ? UploadKind.Bucket : UploadKind.Text, source.Size);

    /// <summary>What the upload writes into the metadata by itself would replace the caller's own value, and nobody would know.</summary>
    /// <exception cref="InvalidRequestException">The metadata has one of these members.</exception>
    public static void CheckMetadata(IReadOnlyDictionary<string, object?>? metadata, string path)
    {
        foreach (var name in (string[])["size", "crc32c"])
        {
            if (metadata?.ContainsKey(name) == true)
            {
                throw new InvalidRequestException(TransferContext.Format(TransferMessages.ReservedMetadata, path, name)) { Target = path };
            }
        }
    }

    public async Task<DataEntry> RunAsync(UploadRequest request, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(request.Name))
        {
            // Before a gigabyte is hashed for it.
            throw new InvalidRequestException(TransferContext.Format(TransferMessages.EmptyName, request.Path)) { Target = request.Path };
        }

        CheckMetadata(request.Metadata, request.Path);
        using var source = SourceFile.Open(context.FileSystem, request.Path, cancellationToken);
        var counter = new ByteCounter(source.Size, progress);
        counter.Phase(TransferPhase.Waiting);

        // Once, for whoever asks: what tells that a file has changed is what it is then sent by.
        var hashes = new Lazy<Task<FileHashes>>(() =>
        {
            counter.Restart(TransferPhase.Hashing);
            return FileHasher.HashAsync(source, PartPlan.For(source.Size), counter.Add, cancellationToken);
        });
        if (request.Stored is { } stored && await stored.FindAsync(context, request, FilePath(request), source.Size, hashes, cancellationToken).ConfigureAwait(false) is { } there)
        {
            return there;
        }

        if (!request.IsCollection && TextFile.IsCandidate(source.Path, source.Size))
        {
            var large = source.Size >= TextFile.Large;
            if (large)
            {
                await context.LargeTexts.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            try
            {
                if (await AsTextAsync(request, source, counter, cancellationToken).ConfigureAwait(false) is { } made)
                {
                    return made;
                }
            }
            finally
            {
                if (large)
                {
                    context.LargeTexts.Release();
                }
            }
        }

        return await ToBucketAsync(request, source, hashes, counter, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The entry of a file that is text in all its bytes; null for one that goes to the bucket after all.</summary>
    private async Task<DataEntry?> AsTextAsync(UploadRequest request, SourceFile source, ByteCounter counter, CancellationToken cancellationToken)
    {
        using var place = await context.Gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (await TextFile.ReadAsync(source, cancellationToken).ConfigureAwait(false) is not { } text)
        {
            return null;
        }

        counter.Phase(TransferPhase.Sending);
        var made = await context.Client.CreateEntryAsync(Entry(request, source, text, null), cancellationToken).ConfigureAwait(false);
        context.Gate.Succeeded(source.Size);
        counter.Restart(TransferPhase.Sending, source.Size);
        return made;
    }

    private async Task<DataEntry> ToBucketAsync(UploadRequest request, SourceFile source, Lazy<Task<FileHashes>> hashing, ByteCounter counter, CancellationToken cancellationToken)
    {
        var plan = PartPlan.For(source.Size);
        using var journal = new UploadJournal(context, request, FilePath(request));
        var (state, startUrl) = await BegunAsync(journal, source, plan, cancellationToken).ConfigureAwait(false);
        if (state is null)
        {
            var hashes = await hashing.Value.ConfigureAwait(false);
            state = new UploadState
            {
                EntryId = Guid.Empty,
                CreationKey = Guid.NewGuid(),
                Size = source.Size,
                ModifiedTicks = source.Identity.ModifiedTicks,
                Inode = request.JournalKey is null && source.Identity.Inode != 0 ? source.Identity.Inode : null,
                PartMd5 = hashes.PartMd5,
                Crc32C = hashes.Crc32C,
            };

            // Before it is asked for: cancelled or killed in between, the same command finds the entry that was made, and makes no second.
            await journal.WriteAsync(state, CancellationToken.None).ConfigureAwait(false);
            (state, startUrl) = await CreateAsync(request, source, state, journal, cancellationToken).ConfigureAwait(false);
        }
        else if (state.EntryId == Guid.Empty)
        {
            try
            {
                (state, startUrl) = await CreateAsync(request, source, state, journal, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is InvalidRequestException or NotFoundException or ConflictException)
            {
                // The key was for other metadata, or the entry has been removed since.
                state = state with { CreationKey = Guid.NewGuid() };
                (state, startUrl) = await CreateAsync(request, source, state, journal, cancellationToken).ConfigureAwait(false);
            }
        }

        try
        {
            await SendAsync(state, startUrl, source, plan, journal, counter, cancellationToken).ConfigureAwait(false);
            counter.Phase(TransferPhase.Finishing);
            var active = await context.Client.SetEntryStatusAsync(state.EntryId, EntryStatus.Active, cancellationToken).ConfigureAwait(false);
            journal.Remove();
            return active;
        }
        catch (Exception e) when (e is FutureHouseException or IOException or HttpRequestException)
        {
            throw await GivenUpAsync(e, state.EntryId, source, journal).ConfigureAwait(false);
        }
    }

    private async Task<(UploadState State, Uri? StartUrl)> CreateAsync(UploadRequest request, SourceFile source, UploadState state, UploadJournal journal, CancellationToken cancellationToken)
    {
        try
        {
            var wanted = Entry(request, source, null, Crc32C.ToBase64(state.Crc32C)) with { IdempotencyKey = state.CreationKey };
            var entry = await context.Client.CreateEntryAsync(wanted, cancellationToken).ConfigureAwait(false);
            state = state with { EntryId = entry.Id };
            await journal.WriteAsync(state, CancellationToken.None).ConfigureAwait(false);
            return (state, SignedUrl(entry));
        }
        catch (Exception e) when (e is InvalidRequestException or NotFoundException or ConflictException or ForbiddenException or AuthenticationFailedException)
        {
            journal.Remove(); // nothing was made
            throw;
        }
    }

    private async Task SendAsync(UploadState state, Uri? startUrl, SourceFile source, PartPlan plan, UploadJournal journal, ByteCounter counter, CancellationToken cancellationToken)
    {
        if (state.Session is null && !_sessionOnly)
        {
            try
            {
                await new MultipartUploader(context, source, plan, journal, counter).RunAsync(state, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MultipartUnavailableException e)
            {
                startUrl ??= SignedUrl(await context.Client.GetEntryAsync(state.EntryId, default, cancellationToken).ConfigureAwait(false));
                if (startUrl is null)
                {
                    throw new UploadFailedException(TransferContext.Format(TransferMessages.NoWayUp, source.Path, e.Reason.StatusCode is { } status ? (int)status : e.Reason.ErrorId), e.Reason)
                    {
                        Target = source.Path,
                        StatusCode = e.Reason.StatusCode,
                        ServiceDetail = e.Reason.ServiceDetail,
                        RequestId = e.Reason.RequestId,
                        IsTransient = e.Reason.IsTransient,
                    };
                }
            }
        }

        await new ResumableUploader(context, source, journal, counter).RunAsync(state, startUrl, cancellationToken).ConfigureAwait(false);
        _sessionOnly = true;
    }

    /// <summary>The upload that an earlier call began and did not end, where its entry still waits for it.</summary>
    private async Task<(UploadState? State, Uri? StartUrl)> BegunAsync(UploadJournal journal, SourceFile source, PartPlan plan, CancellationToken cancellationToken)
    {
        if (await journal.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } state)
        {
            return (null, null);
        }

        var isOfThisFile = state.IsOf(source.Identity) && state.PartMd5.Count == plan.Count;
        if (state.EntryId == Guid.Empty)
        {
            return isOfThisFile ? (state, null) : (null, null);
        }

        try
        {
            var entry = await context.Client.GetEntryAsync(state.EntryId, default, cancellationToken).ConfigureAwait(false);
            if (entry.Status == EntryStatus.Pending && isOfThisFile)
            {
                context.Log(TransferMessages.LogResumed, source.Path);
                return (state, SignedUrl(entry));
            }

            if (entry.Status == EntryStatus.Pending)
            {
                // The file is another by now: nobody can finish what was begun for the one before.
                await context.Client.SetEntryStatusAsync(state.EntryId, EntryStatus.Failed, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is NotFoundException or ForbiddenException or ConflictException)
        {
            // Removed since, or another's by now.
        }

        journal.Remove();
        return (null, null);
    }

    /// <summary>Marks the entry as failed and says so; where that cannot be done, the journal stays, and the same command goes on.</summary>
    private async Task<Exception> GivenUpAsync(Exception cause, Guid entryId, SourceFile source, UploadJournal journal)
    {
        // Not the caller's token: an entry must not stay pending because the failure came with a cancellation.
        using var patience = new CancellationTokenSource(MarkingPatience);
        string message;
        try
        {
            await context.Client.SetEntryStatusAsync(entryId, EntryStatus.Failed, patience.Token).ConfigureAwait(false);
            journal.Remove();
            message = TransferContext.Format(TransferMessages.MarkedFailed, cause.Message, entryId);
        }
        catch (Exception e) when (e is FutureHouseException or OperationCanceledException)
        {
            message = TransferContext.Format(TransferMessages.NotMarked, cause.Message, entryId);
        }

        var known = cause as FutureHouseException;
        return cause switch
        {
            FileChangedException => new FileChangedException(message, cause) { Target = source.Path, EntryId = entryId },
            PathUnreadableException => new PathUnreadableException(message, cause) { Target = source.Path, EntryId = entryId },
            ChecksumMismatchException => new ChecksumMismatchException(message, cause) { Target = source.Path, EntryId = entryId },
            _ => new UploadFailedException(message, cause) { Target = source.Path, EntryId = entryId, StatusCode = known?.StatusCode, ServiceDetail = known?.ServiceDetail, RequestId = known?.RequestId, IsTransient = known is { IsTransient: true } },
        };
    }

    private static Uri? SignedUrl(DataEntry entry) => entry.Locations.FirstOrDefault(l => l.StorageType == StorageType.Gcs && l.SignedUrl is not null)?.SignedUrl;

    private static string FilePath(UploadRequest request) =>
        string.IsNullOrWhiteSpace(request.DestinationPath) ? Path.GetFileName(request.Path) : request.DestinationPath.Replace('\\', '/');

    private static CreateEntryRequest Entry(UploadRequest request, SourceFile source, string? text, string? crc32C)
    {
        // A copy: the caller's own is never written to.
        var metadata = new Dictionary<string, object?>(request.Metadata ?? new Dictionary<string, object?>(), StringComparer.Ordinal) { ["size"] = source.Size };
        if (crc32C is not null)
        {
            metadata["crc32c"] = crc32C;
        }

        return new CreateEntryRequest
        {
            Name = request.Name,
            Description = request.Description,
            Content = text,
            Embedding = request.Embedding,
            FilePath = FilePath(request),
            IsCollection = request.IsCollection,
            ParentId = request.ParentId,
            ProjectId = request.ProjectId,
            DatasetId = request.DatasetId,
            Tags = request.Tags,
            Metadata = metadata,
        };
    }
}
