using System.Globalization;
using System.IO.Compression;
using System.IO.Pipelines;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>GET and HEAD of an object (gcs-transfer, "Download").</summary>
internal class DownloadHandler(ObjectStore store)
{
    public const string DispositionParameter = "response-content-disposition";
    private const string Gzip = "gzip";

    public async Task HandleAsync(HttpContext context, string objectName, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        var record = await FindAsync(objectName, context.RequestAborted).ConfigureAwait(false)
            ?? throw new BucketException(404, "NoSuchKey", "The specified key does not exist.");

        var response = context.Response;
        ObjectHeaders.Write(response, record);
        response.ContentType = record.ContentType;
        response.Headers.AcceptRanges = "bytes";
        response.Headers.LastModified = Preconditions.LastModified(record).ToString("R", CultureInfo.InvariantCulture);
        response.Headers.CacheControl = "private, max-age=0";
        if (query.Where(pair => pair.Key == DispositionParameter).Select(pair => pair.Value).FirstOrDefault() is { } disposition)
        {
            response.Headers.ContentDisposition = disposition;
        }

        switch (Preconditions.Check(context.Request, record))
        {
            case StatusCodes.Status304NotModified:
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            case StatusCodes.Status412PreconditionFailed:
                throw new BucketException(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold.");
        }

        if (record.ContentEncoding == Gzip && !AcceptsGzip(context.Request))
        {
            await SendDecompressedAsync(context, record).ConfigureAwait(false);
            return;
        }

        if (record.ContentEncoding is { } encoding)
        {
            response.Headers.ContentEncoding = encoding;
        }

        await SendAsync(context, record).ConfigureAwait(false);
    }

    /// <summary>The object of a name; <see langword="null"/> where there is none.</summary>
    protected virtual Task<ObjectRecord?> FindAsync(string objectName, CancellationToken cancellationToken) => store.FindAsync(objectName, cancellationToken);

    private async Task SendAsync(HttpContext context, ObjectRecord record)
    {
        var (request, response) = (context.Request, context.Response);
        var range = Preconditions.RangeApplies(request.GetTypedHeaders(), record) ? ByteRange.Parse(request.Headers.Range, record.Size) : null;
        if (range is { IsSatisfiable: false })
        {
            response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{record.Size}");
            response.Headers.Remove("Content-Encoding");
            throw new BucketException(416, "InvalidRange", "The requested range cannot be satisfied.");
        }

        if (range is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = string.Create(
                CultureInfo.InvariantCulture, $"bytes {range.First}-{range.First + range.Length - 1}/{record.Size}");
        }

        range ??= new ByteRange(0, record.Size);
        response.ContentLength = range.Length;
        if (!HttpMethods.IsHead(request.Method))
        {
            await SegmentReader.CopyAsync(store, record, range, response.Body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>Stored as gzip, and the caller takes none: it gets the bytes unpacked, without a length and without ranges, as the storage service does it.</summary>
    private async Task SendDecompressedAsync(HttpContext context, ObjectRecord record)
    {
        context.Response.Headers.Remove("Accept-Ranges");
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        var pipe = new Pipe();
        var reading = FillAsync();
        await using var unpacked = new GZipStream(pipe.Reader.AsStream(), CompressionMode.Decompress);
        await unpacked.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
        await reading.ConfigureAwait(false);

        async Task FillAsync()
        {
            try
            {
                await SegmentReader.CopyAsync(store, record, new ByteRange(0, record.Size), pipe.Writer.AsStream(leaveOpen: true), context.RequestAborted).ConfigureAwait(false);
                await pipe.Writer.CompleteAsync().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                await pipe.Writer.CompleteAsync(e).ConfigureAwait(false);
            }
        }
    }

    private static bool AcceptsGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(item => (item.Value == Gzip || item.Value == "*") && item.Quality is not 0);
}
