using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using FutureHouse.Errors;

namespace FutureHouse.Transfer.Download;

/// <summary>
/// Fetches one object by its signed URL (Protocol §4, "Download"): streamed into a temporary file, resumed where the connection broke, its CRC32C
/// compared with the stored one, renamed when whole.
/// </summary>
internal sealed class ObjectDownload(TransferContext context, FetchRequest request, DataLocation location, IProgress<TransferProgress>? progress)
{
    private const int BufferSize = 256 * 1024;
    private readonly RetryBudget _budget = context.NewBudget();
    private Uri? _url = location.SignedUrl;
    private TargetFile? _target;
    private Crc32C _crc;
    private long _position;
    private string? _etag;
    private string? _expectedCrc;
    private long? _storedLength;
    private bool _gzip;
    private bool _renewed;
    private bool _whole;

    private string Name => request.Entry.Name;

    /// <returns>The file.</returns>
    public async Task<PlacedFile> RunAsync(CancellationToken cancellationToken)
    {
        if (request.DestinationDirectory is null)
        {
            throw new DownloadFailedException(TransferContext.Format(TransferMessages.NeedsDestination, Name)) { Target = request.Entry.Id, EntryId = request.Entry.Id };
        }

        try
        {
            while (!_whole)
            {
                var (trouble, wait) = await AttemptAsync(cancellationToken).ConfigureAwait(false);
                if (trouble is not null)
                {
                    context.Log(TransferMessages.LogRepeated, Name, trouble);
                }

                if (trouble is not null && !await _budget.FailedAsync(wait, cancellationToken).ConfigureAwait(false))
                {
                    throw new DownloadFailedException(TransferContext.Format(TransferMessages.DownloadFailed, Name, trouble, _budget.Failures)) { Target = request.Entry.Id, EntryId = request.Entry.Id, IsTransient = true };
                }
            }

            Verify();
            if (_gzip)
            {
                await DecompressAsync(cancellationToken).ConfigureAwait(false);
            }

            return _target!.Commit();
        }
        catch (Exception e) when (_target is not null && e is IOException or UnauthorizedAccessException)
        {
            throw _target!.CannotWrite(e);
        }
        finally
        {
            _target?.Dispose();
        }
    }

    private async Task<(string? Trouble, TimeSpan? Wait)> AttemptAsync(CancellationToken cancellationToken)
    {
        var url = _url ??= await FreshUrlAsync(cancellationToken).ConfigureAwait(false);
        using var place = await context.Gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        using var guard = new StallGuard(context.Options.DownloadStall, cancellationToken);
        using var message = TransferContext.Request(HttpMethod.Get, url);

        // The bytes as they are stored: the checksum is of those.
        message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("gzip"));
        if (_position > 0)
        {
            message.Headers.Range = new RangeHeaderValue(_position, null);
            if (_etag is not null)
            {
                message.Headers.TryAddWithoutValidation("If-Match", _etag); // what is resumed must be what was begun
            }
        }

        try
        {
            using var answer = await context.SendAsync(message, guard.Token).ConfigureAwait(false);
            if (answer.StatusCode is HttpStatusCode.RequestedRangeNotSatisfiable && _position > 0)
            {
                _whole = _storedLength is null || _position == _storedLength;
                return _whole ? (null, null) : throw Failed(TransferContext.Format(TransferMessages.DownloadRefused, Name, "416"));
            }

            if (answer.StatusCode == HttpStatusCode.PreconditionFailed && _position > 0)
            {
                StartAgain(); // the object was replaced meanwhile
                return (TransferMessages.DownloadShort, null);
            }

            if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            {
                return await RefusedAsync(answer, guard.Token).ConfigureAwait(false);
            }

            if (answer.StatusCode == HttpStatusCode.OK && _position > 0)
            {
                StartAgain(); // the range was ignored: this is the whole again
            }

            Begin(answer);
            return await ReceiveAsync(answer, guard).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return TransferContext.Broken(e, guard, context.Options.DownloadStall) is { } trouble ? (trouble, null) : throw Failed(TransferContext.Format(TransferMessages.DownloadFailed, Name, e.Message, 1));
        }
    }

    /// <summary>Takes from the first answer what holds for the whole, and makes the target.</summary>
    private void Begin(HttpResponseMessage answer)
    {
        _etag = answer.Headers.ETag is { IsWeak: false } etag ? etag.ToString() : _etag;
        _expectedCrc = GoogHash.Crc32C(answer) ?? _expectedCrc;
        _gzip = answer.Headers.TryGetValues("x-goog-stored-content-encoding", out var stored) && stored.First() == "gzip" && answer.Content.Headers.ContentEncoding.Contains("gzip");
        _storedLength = answer.Content.Headers.ContentRange?.Length ?? (_position == 0 ? answer.Content.Headers.ContentLength : null) ?? _storedLength;
        _target ??= TargetFile.Reserve(context, request, StoredName.OfFile(request.Entry, answer.Content.Headers.ContentDisposition));
    }

    private async Task<(string? Trouble, TimeSpan? Wait)> ReceiveAsync(HttpResponseMessage answer, StallGuard guard)
    {
        var before = _position;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var body = await answer.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                while (true)
                {
                    int read;
                    try
                    {
                        read = await body.ReadAsync(buffer.AsMemory(0, BufferSize), guard.Token).ConfigureAwait(false);
                    }
                    catch (IOException e)
                    {
                        // Of the connection, not of the target.
                        return (TransferContext.Broken(e, guard, context.Options.DownloadStall), null);
                    }

                    if (read == 0)
                    {
                        break;
                    }

                    _crc.Append(buffer.AsSpan(0, read));
                    await _target!.Stream.WriteAsync(buffer.AsMemory(0, read), guard.Token).ConfigureAwait(false);
                    _position += read;
                    guard.Moved();
                    _budget.Progress();
                    progress?.Report(new TransferProgress(TransferPhase.Receiving, _position, _storedLength ?? -1));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _whole = _storedLength is null || _position >= _storedLength;
        context.Gate.Succeeded(_position - before);
        return _whole ? (null, null) : (TransferMessages.DownloadShort, null);
    }

    private async Task<(string? Trouble, TimeSpan? Wait)> RefusedAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var refusal = await StorageAnswer.ReadAsync(answer, context.Clock, cancellationToken).ConfigureAwait(false);
        if (refusal.IsPressure)
        {
            context.Gate.SlowDown();
        }

        if (refusal.Failure == StorageFailure.UrlRefused && !_renewed)
        {
            _renewed = true;
            _url = null;
            return (null, null);
        }

        return refusal.Failure == StorageFailure.Transient
            ? (refusal.ToString(), refusal.RetryAfter)
            : throw Failed(TransferContext.Format(TransferMessages.DownloadRefused, Name, refusal));
    }

    private async Task<Uri> FreshUrlAsync(CancellationToken cancellationToken)
    {
        var entry = await context.Client.GetEntryAsync(request.Entry.Id, new Platform.RevisionSelector(null, request.Entry.RevisionId), cancellationToken).ConfigureAwait(false);
        var fresh = entry.Locations.FirstOrDefault(l => l.Id is not null && l.Id == location.Id)
            ?? (entry.Locations is [var only] ? only : entry.Locations.FirstOrDefault(l => l.Location is not null && l.Location == location.Location)); // never another file of the entry
        return fresh?.SignedUrl ?? throw Failed(TransferContext.Format(TransferMessages.NoUrl, Name));
    }

    private void StartAgain()
    {
        _position = 0;
        _crc = default;
        _etag = null;
        _storedLength = null;
        _target?.Stream.SetLength(0);
    }

    private void Verify()
    {
        var actual = Crc32C.ToBase64(_crc.Value);
        if (_expectedCrc is not null && _expectedCrc != actual)
        {
            throw new ChecksumMismatchException(TransferContext.Format(TransferMessages.ChecksumDiffers, Name, actual, _expectedCrc)) { Target = request.Entry.Id, EntryId = request.Entry.Id };
        }
    }

    /// <summary>An object stored compressed was checked as stored; its user wants what was compressed.</summary>
    private async Task DecompressAsync(CancellationToken cancellationToken)
    {
        var compressed = _target!;
        compressed.Stream.Position = 0;
        var plain = compressed.Another();
        try
        {
            var gzip = new GZipStream(compressed.Stream, CompressionMode.Decompress, leaveOpen: true);
            await using (gzip.ConfigureAwait(false))
            {
                await gzip.CopyToAsync(plain.Stream, BufferSize, cancellationToken).ConfigureAwait(false);
            }

            compressed.Dispose();
            _target = plain;
        }
        catch (Exception e)
        {
            plain.Dispose();
            throw e is InvalidDataException ? Failed(TransferContext.Format(TransferMessages.DownloadWrite, compressed.Path, e.Message)) : e;
        }
    }

    private DownloadFailedException Failed(string message) => new(message) { Target = request.Entry.Id, EntryId = request.Entry.Id };
}
