using FutureHouse.LocalPlatform.Objects.Hashing;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects.Sessions;

/// <summary>Resumable sessions (gcs-transfer, "Resumable upload" and "When client and service disagree").</summary>
internal sealed class ResumableSessions(ObjectStore store, RunningDigests digests, TimeProvider clock, TimeSpan lifetime)
{
    /// <summary>Every chunk but the last is a multiple of so many bytes.</summary>
    public const int Granularity = 256 * 1024;

    private const string BodyFile = "body";

    /// <summary>Starts a session.</summary>
    /// <returns>Its id, a bearer secret.</returns>
    public Task<string> StartAsync(string objectName, string? contentType, string? contentEncoding, DeclaredHash declared, CancellationToken ct) =>
        store.CreateUploadAsync(
            new UploadState(
                UploadKind.Session, objectName, clock.GetUtcNow(), contentType, contentEncoding, Crc32C: declared.Crc32C, Md5: declared.Md5),
            ct);

    /// <summary>Takes a chunk, tells how far the session got, or finishes it.</summary>
    public async Task<SessionAnswer> PutAsync(
        string objectName, string id, ContentRange range, DeclaredHash declared, Stream body, CancellationToken ct)
    {
        var state = await FindAsync(objectName, id, ct).ConfigureAwait(false);
        if (await FinishedAsync(objectName, id, ct).ConfigureAwait(false) is { } done)
        {
            return done; // S.1, S.4: whatever is sent, the object stays as it is.
        }

        var folder = store.UploadFolder(objectName, id);
        if (range.IsQuery && HeldIn(folder) is var got && got != range.Total)
        {
            return SessionAnswer.Incomplete(got); // S.2, S.3: the client compares. No lock: a stalled PUT must not hold up the question.
        }

        using var held = await FolderLock.AcquireAsync(folder, ct).ConfigureAwait(false);
        if (await FinishedAsync(objectName, id, ct).ConfigureAwait(false) is { } meanwhile)
        {
            return meanwhile;
        }

        await using var file = DurableFile.OpenOrCreate(Path.Combine(folder, BodyFile));
        var digest = digests.Take(id);
        try
        {
            if (!range.IsQuery && await ReceiveAsync(file, range, digest, body, ct).ConfigureAwait(false) is { } refused)
            {
                return refused;
            }

            // Without a Content-Range the body is the object, and its end the object's end.
            var total = range.Total ?? (range.Last is null && !range.IsQuery ? file.Length : null);
            return file.Length == total && (range.IsQuery || range.IsFinal)
                ? SessionAnswer.Done(await FinishAsync(state, id, file, digest, declared, ct).ConfigureAwait(false))
                : SessionAnswer.Incomplete(file.Length);
        }
        finally
        {
            digests.Keep(id, digest);
        }
    }

    /// <summary>Ends a session and removes its bytes.</summary>
    public async Task CancelAsync(string objectName, string id, CancellationToken ct)
    {
        await FindAsync(objectName, id, ct).ConfigureAwait(false);
        if (await FinishedAsync(objectName, id, ct).ConfigureAwait(false) is not null)
        {
            throw NoSuchUpload();
        }

        using (await FolderLock.AcquireAsync(store.UploadFolder(objectName, id), ct).ConfigureAwait(false))
        {
            store.DeleteUpload(objectName, id);
        }

        digests.Forget(id);
    }

    /// <summary>Appends the chunk's bytes that are not held yet; those resent below are ignored.</summary>
    /// <returns>An answer if the chunk is out of place, else null.</returns>
    private static async Task<SessionAnswer?> ReceiveAsync(FileStream file, ContentRange range, ContentDigest digest, Stream body, CancellationToken ct)
    {
        var first = range.First!.Value;
        var position = file.Length;
        if (first > position)
        {
            return new SessionAnswer(null, position, OffsetTooFar: first); // S.5
        }

        if (range.Total < position)
        {
            return SessionAnswer.Incomplete(position); // S.2
        }

        var length = range.Last - first + 1;
        if (!range.IsFinal && length % Granularity != 0)
        {
            throw ContentRange.Invalid($"Content-Range: every chunk but the last is a multiple of {Granularity} bytes.");
        }

        var skip = position - first;
        try
        {
            // The end is looked for beyond the last byte, so that a body longer than its range is seen.
            var received = await StreamCopy.ReadAsync(body, length + 1 ?? long.MaxValue, Write, ct).ConfigureAwait(false);
            if (received != (length ?? received))
            {
                throw ContentRange.Invalid("Content-Range: the body has another length than the range.");
            }

            if (skip > 0)
            {
                return SessionAnswer.Incomplete(position); // All of it was held already, and more.
            }
        }
        finally
        {
            file.Flush(flushToDisk: true);
        }

        return null;

        async Task Write(ReadOnlyMemory<byte> bytes)
        {
            var ignored = (int)Math.Min(skip, bytes.Length);
            skip -= ignored;
            bytes = bytes[ignored..];
            var room = range.Last + 1 - position ?? long.MaxValue;
            bytes = bytes[..(int)Math.Min(Math.Max(room, 0), bytes.Length)];
            if (bytes.IsEmpty)
            {
                return;
            }

            await RandomAccess.WriteAsync(file.SafeFileHandle, bytes, position, CancellationToken.None).ConfigureAwait(false);
            if (digest.Length == position)
            {
                digest.Append(bytes.Span);
            }

            position += bytes.Length;
        }
    }

    private async Task<ObjectRecord> FinishAsync(
        UploadState state, string id, FileStream file, ContentDigest digest, DeclaredHash declared, CancellationToken ct)
    {
        file.Position = digest.Length;
        await StreamCopy.ReadAsync(
            file,
            long.MaxValue,
            bytes =>
            {
                digest.Append(bytes.Span);
                return Task.CompletedTask;
            },
            ct).ConfigureAwait(false);
        var md5 = digest.Md5();
        try
        {
            declared.Or(new DeclaredHash(state.Crc32C, state.Md5)).Check(digest.Crc32CBase64, Convert.ToBase64String(md5));
        }
        catch (BucketException)
        {
            // The bytes are wrong and cannot be sent again into this session: it is over.
            store.DeleteUpload(state.ObjectName, id);
            throw;
        }

        file.Flush(flushToDisk: true);
        return await store.PublishAsync(
            new ObjectRecord(
                state.ObjectName,
                digest.Length,
                digest.Crc32CBase64,
                Convert.ToBase64String(md5),
                Generation: 0,
                $"\"{Convert.ToHexStringLower(md5)}\"",
                state.ContentType ?? ObjectRecord.DefaultContentType,
                state.ContentEncoding,
                default,
                id,
                [new Segment(BodyFile, digest.Length)]),
            ct).ConfigureAwait(false);
    }

    private async Task<UploadState> FindAsync(string objectName, string id, CancellationToken ct)
    {
        if (await store.FindUploadAsync(objectName, id, ct).ConfigureAwait(false) is not { Kind: UploadKind.Session } state)
        {
            throw NoSuchUpload();
        }

        return clock.GetUtcNow() < state.Created + lifetime
            ? state
            : throw new BucketException(410, "NoSuchUpload", "The upload session has expired.");
    }

    private async Task<SessionAnswer?> FinishedAsync(string objectName, string id, CancellationToken ct) =>
        await store.FindAsync(objectName, ct).ConfigureAwait(false) is { } record && record.UploadId == id ? SessionAnswer.Done(record) : null;

    private static long HeldIn(string folder)
    {
        var file = new FileInfo(Path.Combine(folder, BodyFile));
        return file.Exists ? file.Length : 0;
    }

    private static BucketException NoSuchUpload() => new(404, "NoSuchUpload", "The requested upload was not found.");
}
