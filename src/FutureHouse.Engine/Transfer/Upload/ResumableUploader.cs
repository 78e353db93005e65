using System.Globalization;
using System.Net;
using FutureHouse.Errors;

namespace FutureHouse.Transfer.Upload;

/// <summary>
/// Sends a file through a resumable session (Protocol §4): one PUT of all the rest, and after every failure a question how far the storage got.
/// </summary>
internal sealed class ResumableUploader
{
    private const int MaximumSessions = 3;

    private readonly TransferContext context;
    private readonly SourceFile source;
    private readonly UploadLifecycle lifecycle;
    private readonly ByteCounter counter;
    private readonly StorageExchange _exchange;
    private int _mismatches;

    // How far bytes were ever given to the wire in the session: more than that the storage cannot hold of ours.
    private long _given;

    public ResumableUploader(TransferContext context, SourceFile source, UploadLifecycle lifecycle, ByteCounter counter)
    {
        (this.context, this.source, this.lifecycle, this.counter) = (context, source, lifecycle, counter);
        _exchange = new StorageExchange(context, source.Path, context.Options.UploadStall, (trouble, failures) =>
            new UploadFailedException(TransferContext.Format(TransferMessages.SessionFailed, source.Path, trouble, failures)) { Target = source.Path, IsTransient = true });
    }

    /// <summary>Begins a session, or goes on with the one in <paramref name="state"/>, and ends with the object whole.</summary>
    /// <param name="state">The upload.</param>
    /// <param name="startUrl">Signed URL that begins a session.</param>
    /// <param name="cancellationToken">Leaves the session as it is, to go on later.</param>
    public async Task RunAsync(UploadState state, Uri? startUrl, CancellationToken cancellationToken)
    {
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

                var session = await StartAsync(startUrl, state.EntryId, cancellationToken).ConfigureAwait(false);
                state = state with { Session = session };
                await lifecycle.SessionBegunAsync(session).ConfigureAwait(false);
            }

            if (await SendAsync(state, known, cancellationToken).ConfigureAwait(false))
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
    private async Task<bool> SendAsync(UploadState state, bool ask, CancellationToken cancellationToken)
    {
        // After a restart what was sent before is not known: anything up to the size may be there.
        _given = ask ? source.Size : 0;
        var offset = 0L;
        var furthest = 0L; // most that the storage said it holds: only more is progress, what was sent into the wire is none
        var answer = await _exchange.RepeatAsync(
            async token =>
            {
                if (ask)
                {
                    var held = await ExchangeAsync(state, null, token).ConfigureAwait(false);
                    if (held.IsEnd)
                    {
                        return held;
                    }

                    offset = Position(held);
                    Hold();
                }

                // Whatever becomes of it, the storage tells how far it got.
                ask = true;
                while (true)
                {
                    source.ThrowIfChanged();
                    counter.Restart(TransferPhase.Sending, offset);
                    var sent = await ExchangeAsync(state, offset, token).ConfigureAwait(false);
                    if (sent.IsEnd)
                    {
                        return sent;
                    }

                    // The storage kept less than was sent: the rest goes again.
                    offset = Position(sent);
                    if (!Hold())
                    {
                        ask = false;
                        throw _exchange.Trouble("308");
                    }
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (answer.Finished)
        {
            Verify(answer, state);
        }

        return answer.Finished;

        bool Hold()
        {
            if (offset <= furthest)
            {
                return false;
            }

            furthest = offset;
            _exchange.Patience.Progress();
            return true;
        }
    }

    /// <summary>One PUT: the rest of the file from an offset, or, without one, the question how far the storage got.</summary>
    private Task<SessionAnswer> ExchangeAsync(UploadState state, long? from, CancellationToken cancellationToken)
    {
        var sent = 0L;
        return _exchange.SendAsync<SessionAnswer>(
            moved => Request(state, from, bytes =>
            {
                moved();
                sent += bytes;
                Give(from!.Value + sent);
                counter.Add(bytes);
            }),
            (answer, _) =>
            {
                var status = (int)answer.StatusCode;
                if (status is 200 or 201)
                {
                    context.Gate.Succeeded(sent);
                    return new(new SessionAnswer(true, false, 0, GoogHash.Crc32C(answer), StoredLength(answer)));
                }

                return new(status == 308 ? new SessionAnswer(false, false, Held(answer), null, null) : Taken<SessionAnswer>.Refusal);
            },
            async refusal => refusal.Failure switch
            {
                StorageFailure.Gone => SessionAnswer.Over,
                // 412 after a last chunk whose answer was lost may mean that the object is there already: the question tells.
                _ when (int)refusal.Status == 412 && from is not null => throw _exchange.Trouble(refusal.ToString()),
                // The wire did it, once: the session is over with it.
                StorageFailure.BadDigest => await MismatchAsync(state, refusal, cancellationToken).ConfigureAwait(false) is { } mismatch ? throw mismatch : SessionAnswer.Over,
                _ => throw Failed(TransferContext.Format(TransferMessages.SessionRefused, source.Path, refusal)),
            },
            cancellationToken);
    }

    private HttpRequestMessage Request(UploadState state, long? from, Action<long> sent)
    {
        var total = source.Size;
        var rest = from is { } first && first < total ? first : (long?)null;
        HttpContent body = rest is { } offset ? new FileSlice(source, offset, total - offset, sent) : new ByteArrayContent([]);
        Give(from ?? -FileHasher.BufferSize);
        body.Headers.TryAddWithoutValidation(
            "Content-Range", rest is null ? string.Create(CultureInfo.InvariantCulture, $"bytes */{total}") : string.Create(CultureInfo.InvariantCulture, $"bytes {rest}-{total - 1}/{total}"));
        var request = TransferContext.Request(HttpMethod.Put, state.Session!, body);
        if (from is not null)
        {
            request.Headers.TryAddWithoutValidation("x-goog-hash", "crc32c=" + Crc32C.ToBase64(state.Crc32C));
        }

        return request;
    }

    private Task<Uri> StartAsync(Uri? url, Guid entryId, CancellationToken cancellationToken)
    {
        var renewed = false;
        return _exchange.RepeatAsync(
            async token =>
            {
                while (true)
                {
                    var start = url ??= await SignedUrlAsync(entryId, token).ConfigureAwait(false);
                    var session = await _exchange.SendAsync<Uri?>(
                        _ => StorageExchange.StartSession(start),
                        (answer, _) => new(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Created && answer.Headers.Location is { } location
                            ? location.IsAbsoluteUri ? location : new Uri(start, location)
                            : Taken<Uri?>.Refusal),
                        refusal => refusal.Failure == StorageFailure.UrlRefused && !renewed
                            ? new((Uri?)null)
                            : throw Failed(TransferContext.Format(TransferMessages.SessionRefused, source.Path, refusal)),
                        token).ConfigureAwait(false);
                    if (session is not null)
                    {
                        return session;
                    }

                    renewed = true;
                    url = null;
                }
            },
            cancellationToken);
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

    private UploadFailedException Failed(string message) => new(message) { Target = source.Path };

    private static long Held(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Range", out var values) && values.First().Split('-') is [_, var last] && long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var end) ? end + 1 : 0;

    private static long? StoredLength(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("x-goog-stored-content-length", out var values) && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    private sealed record SessionAnswer(bool Finished, bool Gone, long Held, string? Crc32C, long? StoredLength)
    {
        public static SessionAnswer Over { get; } = new(false, true, 0, null, null);

        public bool IsEnd => Finished || Gone;
    }
}
