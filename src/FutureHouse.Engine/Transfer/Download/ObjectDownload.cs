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
    private readonly StorageExchange _exchange = new(context, request.Entry.Name, context.Options.DownloadStall, (trouble, failures) =>
        new DownloadFailedException(TransferContext.Format(TransferMessages.DownloadFailed, request.Entry.Name, trouble, failures)) { Target = request.Entry.Id, EntryId = request.Entry.Id, IsTransient = true });

    private const int BufferSize = 256 * 1024;
    private Uri? _url = location.SignedUrl;
    private TargetFile? _target;
    private Crc32C _crc;
    private long _position;
    private long _furthest; // only more than ever is progress
    private string? _etag;
    private string? _expectedCrc;
    private long? _storedLength;
    private bool _gzip;
    private bool _renewed;

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
            await _exchange.RepeatAsync(
                async token =>
                {
                    while (!await AttemptAsync(token).ConfigureAwait(false))
                    {
                    }

                    return true;
                },
                cancellationToken).ConfigureAwait(false);
            Verify();
            if (_gzip)
            {
                await DecompressAsync(cancellationToken).ConfigureAwait(false);
            }

            return _target!.Commit();
        }
        catch (Exception e) when (_target is not null && e is (IOException or UnauthorizedAccessException))
        {
            throw _target!.CannotWrite(e);
        }
        finally
        {
            _target?.Dispose();
        }
    }

    /// <returns>Whether the object is whole; if not, another attempt is due at once.</returns>
    private async Task<bool> AttemptAsync(CancellationToken cancellationToken)
    {
        var url = _url ??= await FreshUrlAsync(cancellationToken).ConfigureAwait(false);
        return await _exchange.SendAsync(_ => Request(url), TakeAsync, Refused, cancellationToken).ConfigureAwait(false);
    }

    private HttpRequestMessage Request(Uri url)
    {
        var message = TransferContext.Request(HttpMethod.Get, url);

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

        return message;
    }

    private async ValueTask<Taken<bool>> TakeAsync(HttpResponseMessage answer, StallGuard guard)
    {
        switch (answer.StatusCode)
        {
            case HttpStatusCode.RequestedRangeNotSatisfiable when _position > 0:
                return _storedLength is null || _position == _storedLength ? true : throw Failed(TransferContext.Format(TransferMessages.DownloadRefused, Name, "416"));
            case HttpStatusCode.PreconditionFailed when _position > 0:
                StartAgain(); // the object was replaced meanwhile
                throw _exchange.Trouble(TransferMessages.DownloadShort);
            case HttpStatusCode.OK when _position > 0:
                StartAgain(); // the range was ignored: this is the whole again
                break;
            case HttpStatusCode.PartialContent when !IsTheRest(answer):
                StartAgain();
                throw _exchange.Trouble(TransferMessages.DownloadOtherRange);
            case HttpStatusCode.OK or HttpStatusCode.PartialContent:
                break;
            default:
                return Taken<bool>.Refusal;
        }

        Begin(answer);
        await ReceiveAsync(answer, guard).ConfigureAwait(false);
        return true;
    }

    /// <summary>Whether the range begins where it was asked, and is of the object that was begun.</summary>
    private bool IsTheRest(HttpResponseMessage answer)
    {
        var range = answer.Content.Headers.ContentRange;
        return range is { Unit: "bytes", From: { } from } && from == _position
            && (_storedLength is null || range.Length is null || range.Length == _storedLength)
            && (_etag is null || answer.Headers.ETag is not { IsWeak: false } etag || etag.ToString() == _etag)
            && (_expectedCrc is null || GoogHash.Crc32C(answer) is not { } crc || crc == _expectedCrc);
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

    private async Task ReceiveAsync(HttpResponseMessage answer, StallGuard guard)
    {
        var before = _position;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var body = await answer.Content.ReadAsStreamAsync(guard.Token).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                int read;
                while ((read = await body.ReadAsync(buffer.AsMemory(0, BufferSize), guard.Token).ConfigureAwait(false)) > 0)
                {
                    await WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                    _crc.Append(buffer.AsSpan(0, read));
                    _position += read;
                    guard.Moved();
                    if (_position > _furthest)
                    {
                        _furthest = _position;
                        _renewed = false; // bytes came: the next URL that runs out is replaced as well
                        _exchange.Patience.Progress();
                    }

                    progress?.Report(new TransferProgress(TransferPhase.Receiving, _position, _storedLength ?? -1));
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        context.Gate.Succeeded(_position - before);
        if (_position < _storedLength)
        {
            throw _exchange.Trouble(TransferMessages.DownloadShort);
        }
    }

    /// <summary>Writes a piece whole, however long the disk takes: half a piece would be in the file and not in the checksum.</summary>
    private async ValueTask WriteAsync(ReadOnlyMemory<byte> piece)
    {
        try
        {
            await _target!.Stream.WriteAsync(piece, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _target!.CannotWrite(e); // of the target, not of the connection
        }
    }

    private ValueTask<bool> Refused(StorageAnswer refusal)
    {
        if (refusal.Failure != StorageFailure.UrlRefused || _renewed)
        {
            throw Failed(TransferContext.Format(TransferMessages.DownloadRefused, Name, refusal));
        }

        _renewed = true;
        _url = null;
        return new(false);
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
        _expectedCrc = null;
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
