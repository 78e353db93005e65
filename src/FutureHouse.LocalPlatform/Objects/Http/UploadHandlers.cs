using System.Globalization;
using FutureHouse.LocalPlatform.Objects.Hashing;
using FutureHouse.LocalPlatform.Objects.Multipart;
using FutureHouse.LocalPlatform.Objects.Sessions;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>The storage routes that take bytes: parts and sessions.</summary>
internal sealed class UploadHandlers(MultipartUploads multipart, ResumableSessions sessions)
{
    public const string ResumableHeader = "x-goog-resumable";
    private const string HashHeader = "x-goog-hash";

    /// <summary>PUT of a part by its presigned URL.</summary>
    public async Task PutPartAsync(HttpContext context, string objectName, string uploadId, string partNumber)
    {
        var request = context.Request;
        var number = int.TryParse(partNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        var part = await multipart.PutPartAsync(
            objectName, uploadId, number, request.Headers.ContentMD5.ToString(), request.ContentLength, request.Body, context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.ETag = part.ETag;
        context.Response.Headers[HashHeader] = $"crc32c={Crc32C.ToBase64(part.Crc32C)},md5={part.Md5Base64}";
        context.Response.ContentLength = 0;
    }

    /// <summary>POST of a signed URL that starts a session.</summary>
    public async Task StartSessionAsync(HttpContext context, string bucket, string objectName)
    {
        var request = context.Request;
        if (request.Headers[ResumableHeader] != "start")
        {
            throw new BucketException(400, "InvalidArgument", "Invalid argument.", "x-goog-resumable: the only value is start.");
        }

        var encoding = request.Headers.ContentEncoding.ToString() is { Length: > 0 } text && text != "identity" ? text : null;
        var id = await sessions.StartAsync(
            objectName, request.ContentType, encoding, DeclaredHash.Parse(request.Headers[HashHeader]), context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase}/{bucket}/{Signing.Rfc3986.EscapePath(objectName)}?{BucketEndpoints.SessionParameter}={id}";
        context.Response.Headers["X-GUploader-UploadID"] = id;
        context.Response.ContentLength = 0;
    }

    /// <summary>PUT to a session URI.</summary>
    public async Task PutSessionAsync(HttpContext context, string objectName, string id)
    {
        var (request, response) = (context.Request, context.Response);
        var range = ContentRange.Parse(request.Headers.ContentRange.FirstOrDefault(), request.ContentLength);
        if (request.ContentLength is { } length && length != (range.IsQuery ? 0 : range.Last - range.First + 1 ?? length))
        {
            throw ContentRange.Invalid("Content-Range: the body has another length than the range.");
        }

        var declared = DeclaredHash.Parse(request.Headers[HashHeader]);
        var answer = await sessions.PutAsync(objectName, id, range, declared, request.Body, context.RequestAborted).ConfigureAwait(false);
        if (answer.OffsetTooFar is { } offset)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(
                string.Create(CultureInfo.InvariantCulture, $"The Content-Range header begins at byte {offset}, but only {answer.Held} byte(s) are held."),
                context.RequestAborted).ConfigureAwait(false);
            return;
        }

        response.ContentLength = 0;
        if (answer.Finished is { } record)
        {
            ObjectHeaders.Write(response, record);
            return;
        }

        // Without Location: .NET would follow it.
        response.StatusCode = StatusCodes.Status308PermanentRedirect;
        if (answer.Held > 0)
        {
            response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"bytes=0-{answer.Held - 1}");
        }
    }

    /// <summary>DELETE of a session URI.</summary>
    public async Task CancelSessionAsync(HttpContext context, string objectName, string id)
    {
        await sessions.CancelAsync(objectName, id, context.RequestAborted).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
        context.Response.ContentLength = 0;
    }
}
