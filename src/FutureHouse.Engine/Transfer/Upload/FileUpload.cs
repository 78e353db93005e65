using System.Text;
using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// Sends one file, as text or to the bucket, and leaves its entry either active, or failed, or (cancelled) ready to go
/// on with.
/// </summary>
internal sealed class FileUpload(TransferContext context)
{
    // Once multipart upload has proved not to work and the session has, the next files need not ask again.
    private volatile bool _sessionOnly;

    public static UploadPlan Describe(SourceFile source, string? text) => new(source.Path, text is null ? UploadKind.Bucket : UploadKind.Text, source.Size);

    /// <summary>
    /// What the upload writes into the metadata by itself would replace the caller's own value, and nobody would know.
    /// </summary>
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
        var upload = request.Hierarchy?.Of(request.JournalKey!, source.Path);
        var begun = upload is null ? null : await upload.ResumeAsync(Identity(request, source), PartPlan.For(source.Size).Count, request.ParentId, cancellationToken).ConfigureAwait(false);
        if (begun is null && request.Stored is { } stored && await stored.FindAsync(context, request, FilePath(request), source.Size, hashes, cancellationToken).ConfigureAwait(false) is { } there)
        {
            return there;
        }

        if (begun is not null && upload!.State.PartMd5.Count == 0)
        {
            return begun; // a text
        }

        if (begun is null && !request.IsCollection && TextFile.IsCandidate(source.Path, source.Size))
        {
            var large = source.Size >= TextFile.Large;
            if (large)
            {
                await context.LargeTexts.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            try
            {
                if (await AsTextAsync(request, source, upload, counter, cancellationToken).ConfigureAwait(false) is { } made)
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

        if (upload is not null)
        {
            return await ToBucketAsync(request, source, upload, begun, hashes, counter, cancellationToken).ConfigureAwait(false);
        }

        using var journal = await OpenAsync(request, cancellationToken).ConfigureAwait(false);
        upload = new UploadLifecycle(context, source.Path, journal.Steps.Aggregate(new UploadState(), (state, line) => state.After(line)), journal.AppendAsync, journal.Remove);
        begun = await upload.ResumeAsync(Identity(request, source), PartPlan.For(source.Size).Count, request.ParentId, cancellationToken).ConfigureAwait(false);
        return await ToBucketAsync(request, source, upload, begun, hashes, counter, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The journal of this very upload: what differs in anything that is said of the entry, or is another user's, is
    /// another upload.
    /// </summary>
    private async Task<Journal> OpenAsync(UploadRequest request, CancellationToken cancellationToken) => Journal.Open(
        context,
        Encoding.UTF8.GetBytes(context.Client.ServiceName),
        Encoding.UTF8.GetBytes(await context.Client.GetCallerAsync(cancellationToken).ConfigureAwait(false)),
        Encoding.UTF8.GetBytes(request.JournalKey ?? request.Path),
        PlatformClient.CreationBody(Entry(request, null)));

    /// <summary>
    /// The entry of a file that is text in all its bytes; null for one that goes to the bucket after all.
    /// </summary>
    private async Task<DataEntry?> AsTextAsync(UploadRequest request, SourceFile source, UploadLifecycle? upload, ByteCounter counter, CancellationToken cancellationToken)
    {
        using var place = await context.Gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        if (await TextFile.ReadAsync(source, cancellationToken).ConfigureAwait(false) is not { } text)
        {
            return null;
        }

        counter.Phase(TransferPhase.Sending);
        var wanted = Entry(request, source.Size) with { Content = text };
        var made = upload is null
            ? await context.Client.CreateEntryAsync(wanted, cancellationToken).ConfigureAwait(false)
            : await upload.CreateAsync(wanted, Identity(request, source), null, cancellationToken).ConfigureAwait(false);
        context.Gate.Succeeded(source.Size);
        counter.Restart(TransferPhase.Sending, source.Size);
        return made;
    }

    private async Task<DataEntry> ToBucketAsync(
        UploadRequest request, SourceFile source, UploadLifecycle upload, DataEntry? begun, Lazy<Task<FileHashes>> hashing, ByteCounter counter, CancellationToken cancellationToken)
    {
        var isResumed = begun is not null;
        if (begun is null)
        {
            var hashes = upload.State.Step == UploadStep.Asked ? null : await hashing.Value.ConfigureAwait(false);
            var wanted = Entry(request, source.Size, hashes?.Crc32C ?? upload.State.Crc32C);
            begun = await upload.CreateAsync(wanted, Identity(request, source), hashes, cancellationToken).ConfigureAwait(false);
        }

        DataEntry active;
        try
        {
            // A journal whose entry is active is the result; it is looked at where nothing was noted between the bytes
            // and that.
            if (isResumed && begun.Status == EntryStatus.Active && (upload.State.Step >= UploadStep.Stored || await StoredObject.IsAsync(context, upload.State, source, cancellationToken).ConfigureAwait(false)))
            {
                active = begun;
            }
            else
            {
                if (upload.State.Step < UploadStep.Stored)
                {
                    await SendAsync(upload, SignedUrl(begun), source, counter, cancellationToken).ConfigureAwait(false);
                    await upload.StoredAsync().ConfigureAwait(false);
                }

                counter.Phase(TransferPhase.Finishing);
                active = await upload.ActivateAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is FutureHouseException or IOException or HttpRequestException)
        {
            throw await upload.StopAsync(e).ConfigureAwait(false);
        }

        if (request.Settle is { } settle)
        {
            await settle(active).ConfigureAwait(false);
        }

        upload.Close();
        return active;
    }

    private async Task SendAsync(UploadLifecycle upload, Uri? startUrl, SourceFile source, ByteCounter counter, CancellationToken cancellationToken)
    {
        if (upload.State.Session is null && !_sessionOnly)
        {
            try
            {
                await new MultipartUploader(context, source, PartPlan.For(source.Size), upload, counter, hasOther: startUrl is not null).RunAsync(upload.State, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (MultipartUnavailableException e)
            {
                startUrl ??= SignedUrl(await context.Client.GetEntryAsync(upload.State.EntryId, default, cancellationToken).ConfigureAwait(false));
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

        await new ResumableUploader(context, source, upload, counter).RunAsync(upload.State, startUrl, cancellationToken).ConfigureAwait(false);
        _sessionOnly = true;
    }

    // An archive is made again, and is another file then.
    private static FileIdentity Identity(UploadRequest request, SourceFile source) => request is { JournalKey: not null, Hierarchy: null } ? source.Identity with { Inode = 0 } : source.Identity;

    private static Uri? SignedUrl(DataEntry entry) => entry.Locations.FirstOrDefault(l => l.StorageType == StorageType.Gcs && l.SignedUrl is not null)?.SignedUrl;

    private static string FilePath(UploadRequest request) =>
        string.IsNullOrWhiteSpace(request.DestinationPath) ? Path.GetFileName(request.Path) : StoredPath.Of(request.DestinationPath);

    private static CreateEntryRequest Entry(UploadRequest request, long? size, uint? crc32C = null)
    {
        // A copy: the caller's own is never written to.
        var metadata = new Dictionary<string, object?>(request.Metadata ?? new Dictionary<string, object?>(), StringComparer.Ordinal);
        if (size is not null)
        {
            metadata["size"] = size;
            FileMetadata.Add(metadata, request); // beside the size: what is of the file is no part of what the journal knows the upload by
        }

        if (crc32C is { } sum)
        {
            metadata["crc32c"] = Crc32C.ToBase64(sum);
        }

        return new CreateEntryRequest
        {
            Name = request.Name,
            Description = request.Description,
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
