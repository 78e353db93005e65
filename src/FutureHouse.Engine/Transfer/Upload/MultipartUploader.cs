using System.Collections.Concurrent;
using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.Transfer.Upload;

/// <summary>Sends a file as a multipart upload by presigned part URLs (Protocol §4): several parts in flight, a part that fails is sent again by itself.</summary>
/// <param name="context">Shared by all transfers.</param>
/// <param name="source">The file.</param>
/// <param name="plan">Its parts.</param>
/// <param name="lifecycle">Keeps the steps.</param>
/// <param name="counter">Counts the bytes.</param>
/// <param name="hasOther">Whether a resumable session is offered, too: a service that fails to begin is asked a few times only.</param>
internal sealed class MultipartUploader(TransferContext context, SourceFile source, PartPlan plan, UploadLifecycle lifecycle, ByteCounter counter, bool hasOther)
{
    /// <summary>Begins the upload, or goes on with the one in <paramref name="state"/>, and ends with the object whole.</summary>
    /// <exception cref="MultipartUnavailableException">The service cannot begin a multipart upload.</exception>
    public async Task RunAsync(UploadState state, CancellationToken cancellationToken)
    {
        // URLs kept since another call are likely to have run out: that does not count.
        var renewals = state.UploadId is null ? 1 : 2;
        var resent = false;
        while (true)
        {
            state = state.UploadId is null ? await InitiateAsync(state, cancellationToken).ConfigureAwait(false) : state;
            try
            {
                state = await SendPartsAsync(state, cancellationToken).ConfigureAwait(false);
                await CompleteAsync(state, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PartUrlsExpiredException e) when (renewals-- > 0)
            {
                // The URLs have run out half-way: with a new upload every part goes again.
                context.Log(TransferMessages.LogUrlsRenewed, source.Path, e.Message);
                state = state with { UploadId = null, PartUrls = null, Done = new Dictionary<int, string>() };
            }
            catch (PartUrlsExpiredException e)
            {
                throw new UploadFailedException(e.Message) { Target = source.Path };
            }
            catch (InvalidRequestException e) when (!resent && e.ServiceDetail?.StartsWith("InvalidPart", StringComparison.Ordinal) == true)
            {
                // The storage does not have some of the parts after all: all that it may lack go again, once.
                resent = true;
                await lifecycle.PartsLostAsync().ConfigureAwait(false);
                state = state with { Done = new Dictionary<int, string>() };
            }

            counter.Restart(TransferPhase.Sending);
        }
    }

    private async Task<UploadState> InitiateAsync(UploadState state, CancellationToken cancellationToken)
    {
        var upload = await context.Client.InitiateMultipartUploadAsync(state.EntryId, state.PartMd5, hasOther, cancellationToken).ConfigureAwait(false);
        if (upload.PartUrls.Count != plan.Count)
        {
            throw new UploadFailedException(TransferContext.Format(TransferMessages.PartCount, upload.PartUrls.Count, plan.Count, source.Path)) { Target = source.Path };
        }

        state = state with { UploadId = upload.UploadId, PartUrls = upload.PartUrls };
        await lifecycle.BegunAsync(upload).ConfigureAwait(false);
        return state;
    }

    private async Task<UploadState> SendPartsAsync(UploadState state, CancellationToken cancellationToken)
    {
        var done = new ConcurrentDictionary<int, string>(state.Done);
        counter.Restart(TransferPhase.Sending);
        counter.Add(done.Keys.Sum(plan.Length));
        var missing = Enumerable.Range(0, plan.Count).Where(i => !done.ContainsKey(i));
        await Parallel.ForEachAsync(
            missing,
            new ParallelOptions { MaxDegreeOfParallelism = context.Options.PartsInFlight, CancellationToken = cancellationToken },
            async (index, token) =>
            {
                done[index] = await SendPartAsync(state, index, token).ConfigureAwait(false);
                await lifecycle.PartStoredAsync(index, done[index]).ConfigureAwait(false);
            }).ConfigureAwait(false);
        return state with { Done = new Dictionary<int, string>(done) };
    }

    private Task<string> SendPartAsync(UploadState state, int index, CancellationToken cancellationToken)
    {
        var exchange = new StorageExchange(context, source.Path, context.Options.UploadStall, (trouble, failures) =>
            new UploadFailedException(TransferContext.Format(TransferMessages.PartFailed, index + 1, source.Path, failures, trouble)) { Target = source.Path, IsTransient = true });
        return exchange.RepeatAsync(
            async token =>
            {
                source.ThrowIfChanged();
                var sent = 0L;
                try
                {
                    return await exchange.SendAsync(
                        moved =>
                        {
                            var slice = new FileSlice(source, plan.Offset(index), plan.Length(index), bytes =>
                            {
                                moved();
                                sent += bytes;
                                counter.Add(bytes);
                            });
                            slice.Headers.TryAddWithoutValidation("Content-MD5", state.PartMd5[index]);
                            return TransferContext.Request(HttpMethod.Put, state.PartUrls![index], slice);
                        },
                        (answer, _) =>
                        {
                            if (!answer.IsSuccessStatusCode || !answer.Headers.TryGetValues("ETag", out var etags))
                            {
                                return ValueTask.FromResult(Taken<string>.Refusal);
                            }

                            context.Gate.Succeeded(sent);
                            return ValueTask.FromResult<Taken<string>>(etags.First()); // as it came, quotes and all
                        },
                        async refusal => throw await JudgeAsync(exchange, refusal, state, index, token).ConfigureAwait(false),
                        token).ConfigureAwait(false);
                }
                catch
                {
                    counter.Add(-sent);
                    throw;
                }
            },
            cancellationToken);
    }

    /// <summary>What a refused part comes to.</summary>
    private async Task<Exception> JudgeAsync(StorageExchange exchange, StorageAnswer refusal, UploadState state, int index, CancellationToken cancellationToken)
    {
        switch (refusal.Failure)
        {
            case StorageFailure.BadDigest:
                // Another hash than before: the file changed. The same: the wire did it, and the part goes again.
                var (md5, _) = await FileHasher.HashPartAsync(source, plan, index, null, cancellationToken).ConfigureAwait(false);
                return md5 == state.PartMd5[index] ? exchange.Trouble(refusal.ToString()) : source.Changed();
            case StorageFailure.UrlRefused or StorageFailure.Gone:
                return new PartUrlsExpiredException(TransferContext.Format(TransferMessages.PartRefused, index + 1, source.Path, refusal));
            default:
                return new UploadFailedException(TransferContext.Format(TransferMessages.PartRefused, index + 1, source.Path, refusal)) { Target = source.Path, StatusCode = refusal.Status };
        }
    }

    private async Task CompleteAsync(UploadState state, CancellationToken cancellationToken)
    {
        source.ThrowIfChanged();
        counter.Phase(TransferPhase.Finishing);
        var parts = Enumerable.Range(0, plan.Count).Select(i => new CompletedPart(i + 1, state.Done[i], state.PartMd5[i])).ToList();
        try
        {
            await context.Client.CompleteMultipartUploadAsync(state.EntryId, state.UploadId!, parts, cancellationToken).ConfigureAwait(false);
        }
        catch (NotFoundException)
        {
            // Either an earlier, unanswered attempt completed it, or the upload is lost: what the storage holds tells.
            if (!await StoredObject.IsAsync(context, state, source, cancellationToken).ConfigureAwait(false))
            {
                throw new PartUrlsExpiredException(TransferContext.Format(TransferMessages.CompleteRefused, source.Path, "NoSuchUpload"));
            }
        }
    }

    /// <summary>The presigned URLs count no more; a new upload gives new ones.</summary>
    private sealed class PartUrlsExpiredException(string message) : Exception(message);
}
