using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using FutureHouse.Errors;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// Sends a file through a resumable session (Protocol §4): one PUT of all the rest, and after every failure a question how far the storage got.
/// </summary>
internal sealed class ResumableUploader(TransferContext context, SourceFile source, UploadLifecycle lifecycle, ByteCounter counter)
{
    private const int MaximumSessions = 3;

    private int _mismatches;

    // How far bytes were ever given to the wire in the session: more than that the storage cannot hold of ours.
    private long _given;

    /// <summary>Begins a session, or goes on with the one in <paramref name="state"/>, and ends with the object whole.</summary>
    /// <param name="state">The upload.</param>
    /// <param name="startUrl">Signed URL that begins a session.</param>
    /// <param name="cancellationToken">Leaves the session as it is, to go on later.</param>
    public async Task RunAsync(UploadState state, Uri? startUrl, CancellationToken cancellationToken)
    {
        var budget = context.NewBudget();
        var sessions = 0;
        while (true)
        {
            var known = state.Session is not null;
            if (!known)
            {
                if (++sessions > MaximumSessions)
                {
                    throw Failed(TransferContext.Format(TransferMessages.SessionRefused, source.Path, "404"));
                }

                var session = await StartAsync(startUrl, state.EntryId, budget, cancellationToken).ConfigureAwait(false);
                state = state with { Session = session };
                await lifecycle.SessionBegunAsync(session).ConfigureAwait(false);
            }

            if (await SendAsync(state, known, budget, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            // The session is gone: another, from the first byte.
            context.Log(TransferMessages.LogSessionGone, source.Path);
            state = state with { Session = null };
            startUrl = null;
        }
    }

    /// <returns>False where the session is gone.</returns>
    private async Task<bool> SendAsync(UploadState state, bool ask, RetryBudget budget, CancellationToken cancellationToken)
    {
        // After a restart what was sent before is not known: anything up to the size may be there.
        _given = ask ? source.Size : 0;
        var offset = 0L;
        var furthest = 0L; // most that the storage said it holds: only more is progress, what was sent into the wire is none
        while (true)
        {
            if (ask)
            {
                var (answer, trouble, wait) = await ExchangeAsync(state, null, cancellationToken).ConfigureAwait(false);
                if (answer is null)
                {
                    await OrGiveUpAsync(budget, trouble, wait, cancellationToken).ConfigureAwait(false);
                    continue;
                }

                if (answer.Gone)
                {
                    return false;
                }

                if (answer.Finished)
                {
                    Verify(answer, state);
                    return true;
                }

                offset = Position(answer);
                if (offset > furthest)
                {
                    furthest = offset;
                    budget.Progress();
                }
            }

            source.ThrowIfChanged();
            counter.Restart(TransferPhase.Sending, offset);
            var (sent, why, pause) = await ExchangeAsync(state, offset, cancellationToken).ConfigureAwait(false);
            if (sent is null)
            {
                await OrGiveUpAsync(budget, why, pause, cancellationToken).ConfigureAwait(false);
                ask = true;
                continue;
            }

            if (sent.Gone)
            {
                return false;
            }

            if (sent.Finished)
            {
                Verify(sent, state);
                return true;
            }

            // The storage kept less than was sent: the rest goes again.
            var kept = Position(sent);
            if (kept <= furthest)
            {
                await OrGiveUpAsync(budget, "308", null, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                furthest = kept;
                budget.Progress();
            }

            offset = kept;
            ask = false;
        }
    }

    /// <summary>One PUT: the rest of the file from an offset, or, without one, the question how far the storage got.</summary>
    private async Task<(SessionAnswer? Answer, string? Trouble, TimeSpan? Wait)> ExchangeAsync(UploadState state, long? from, CancellationToken cancellationToken)
    {
        using var place = await context.Gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        using var guard = new StallGuard(context.Options.UploadStall, cancellationToken);
        var total = source.Size;
        var sent = 0L;
        HttpContent body = from is { } offset && offset < total
            ? new FileSlice(source, offset, total - offset, bytes =>
            {
                guard.Moved();
                sent += bytes;
                Give(offset + sent);
                counter.Add(bytes);
            })
            : new ByteArrayContent([]);
        Give(from ?? -FileHasher.BufferSize);
        body.Headers.TryAddWithoutValidation(
            "Content-Range",
            from is { } first && first < total ? string.Create(CultureInfo.InvariantCulture, $"bytes {first}-{total - 1}/{total}") : string.Create(CultureInfo.InvariantCulture, $"bytes */{total}"));
        using var request = TransferContext.Request(HttpMethod.Put, state.Session!, body);
        if (from is not null)
        {
            request.Headers.TryAddWithoutValidation("x-goog-hash", "crc32c=" + Crc32C.ToBase64(state.Crc32C));
        }

        try
        {
            using var answer = await context.SendAsync(request, guard.Token).ConfigureAwait(false);
            var status = (int)answer.StatusCode;
            if (status is 200 or 201)
            {
                context.Gate.Succeeded(sent);
                return (new SessionAnswer(true, false, 0, GoogHash.Crc32C(answer), StoredLength(answer)), null, null);
            }

            if (status == 308)
            {
                return (new SessionAnswer(false, false, Held(answer), null, null), null, null);
            }

            var refusal = await StorageAnswer.ReadAsync(answer, context.Clock, guard.Token).ConfigureAwait(false);
            if (refusal.IsPressure)
            {
                context.Gate.SlowDown();
            }

            // 412 after a last chunk whose answer was lost may mean that the object is there already: the question tells.
            return refusal.Failure switch
            {
                StorageFailure.Gone => (new SessionAnswer(false, true, 0, null, null), null, null),
                StorageFailure.Transient => (null, refusal.ToString(), refusal.RetryAfter),
                _ when status == 412 && from is not null => (null, refusal.ToString(), null),
                // The wire did it, once: the session is over with it.
                StorageFailure.BadDigest => await MismatchAsync(state, refusal, cancellationToken).ConfigureAwait(false) is { } mismatch
                    ? throw mismatch
                    : (new SessionAnswer(false, true, 0, null, null), null, null),
                _ => throw Failed(TransferContext.Format(TransferMessages.SessionRefused, source.Path, refusal)),
            };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return TransferContext.Broken(e, guard, context.Options.UploadStall) is { } trouble ? (null, trouble, null) : throw new UploadFailedException(e.Message, e) { Target = source.Path };
        }
    }

    private async Task<Uri> StartAsync(Uri? url, Guid entryId, RetryBudget budget, CancellationToken cancellationToken)
    {
        var renewed = false;
        while (true)
        {
            url ??= await SignedUrlAsync(entryId, cancellationToken).ConfigureAwait(false);
            string? trouble;
            TimeSpan? wait = null;
            using (var guard = new StallGuard(context.Options.UploadStall, cancellationToken))
            {
                var empty = new ByteArrayContent([]);
                empty.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                using var request = TransferContext.Request(HttpMethod.Post, url, empty);
                request.Headers.TryAddWithoutValidation("x-goog-resumable", "start");
                try
                {
                    using var answer = await context.SendAsync(request, guard.Token).ConfigureAwait(false);
                    if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created && answer.Headers.Location is { } session)
                    {
                        return session.IsAbsoluteUri ? session : new Uri(url, session);
                    }

                    var refusal = await StorageAnswer.ReadAsync(answer, context.Clock, guard.Token).ConfigureAwait(false);
                    if (refusal.Failure == StorageFailure.UrlRefused && !renewed)
                    {
                        renewed = true;
                        url = null;
                        continue;
                    }

                    if (refusal.Failure != StorageFailure.Transient)
                    {
                        throw Failed(TransferContext.Format(TransferMessages.SessionRefused, source.Path, refusal));
                    }

                    trouble = refusal.ToString();
                    wait = refusal.RetryAfter;
                }
                catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    trouble = TransferContext.Broken(e, guard, context.Options.UploadStall);
                }
            }

            await OrGiveUpAsync(budget, trouble, wait, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Uri> SignedUrlAsync(Guid entryId, CancellationToken cancellationToken)
    {
        var entry = await context.Client.GetEntryAsync(entryId, default, cancellationToken).ConfigureAwait(false);
        return entry.Locations.FirstOrDefault(l => l.SignedUrl is not null)?.SignedUrl
            ?? throw Failed(TransferContext.Format(TransferMessages.SessionRefused, source.Path, "404"));
    }

    /// <summary>Where to go on. More than was ever sent means that the bytes there are not ours.</summary>
    private long Position(SessionAnswer answer) =>
        answer.Held <= _given ? answer.Held : throw Failed(TransferContext.Format(TransferMessages.SessionAhead, source.Path));

    /// <summary>Bytes up to here are written; those of the next piece may be under way.</summary>
    private void Give(long upTo) => Volatile.Write(ref _given, Math.Max(Volatile.Read(ref _given), Math.Min(source.Size, upTo + FileHasher.BufferSize)));

    private void Verify(SessionAnswer answer, UploadState state)
    {
        StoredObject.ThrowIfOther(answer.Crc32C, state.Crc32C, source);
        if (answer.StoredLength is { } length && length != source.Size)
        {
            throw Failed(TransferContext.Format(TransferMessages.SessionAhead, source.Path));
        }

        // The bytes are those that were hashed; what the file is by now must be the same.
        source.ThrowIfChanged();
    }

    /// <returns>The error, or null where the session may be tried again from the first byte.</returns>
    private async Task<FutureHouseException?> MismatchAsync(UploadState state, StorageAnswer refusal, CancellationToken cancellationToken)
    {
        var plan = PartPlan.For(source.Size);
        var now = await FileHasher.HashAsync(source, plan, _ => { }, cancellationToken).ConfigureAwait(false);
        return now.Crc32C != state.Crc32C ? source.Changed()
            : ++_mismatches == 1 ? null
            : new ChecksumMismatchException(TransferContext.Format(TransferMessages.SessionRefused, source.Path, refusal)) { Target = source.Path };
    }

    private async Task OrGiveUpAsync(RetryBudget budget, string? trouble, TimeSpan? wait, CancellationToken cancellationToken)
    {
        context.Log(TransferMessages.LogRepeated, source.Path, trouble);
        if (!await budget.FailedAsync(wait, cancellationToken).ConfigureAwait(false))
        {
            throw new UploadFailedException(TransferContext.Format(TransferMessages.SessionFailed, source.Path, trouble, budget.Failures)) { Target = source.Path, IsTransient = true };
        }
    }

    private UploadFailedException Failed(string message) => new(message) { Target = source.Path };

    private static long Held(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Range", out var values) && values.First().Split('-') is [_, var last] && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var end) ? end + 1 : 0;

    private static long? StoredLength(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("x-goog-stored-content-length", out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    private sealed record SessionAnswer(bool Finished, bool Gone, long Held, string? Crc32C, long? StoredLength);
}
