using FutureHouse.LocalPlatform.Objects.Multipart;
using FutureHouse.LocalPlatform.Objects.Signing;
using Microsoft.AspNetCore.Http.Features;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>The storage routes, <c>/BUCKET/OBJECT</c>: tells requests apart, checks their signature, turns refusals into XML.</summary>
internal sealed partial class BucketEndpoints(UrlVerifier verifier, DownloadHandler downloads, UploadHandlers uploads, ILogger<BucketEndpoints> logger)
{
    /// <summary>Query parameter of a session URI.</summary>
    public const string SessionParameter = "upload_id";

    /// <summary>Query parameters of a part's URL.</summary>
    public const string UploadParameter = "uploadId";

    /// <summary>Query parameter of a part's URL.</summary>
    public const string PartParameter = "partNumber";

    /// <param name="context">The request.</param>
    /// <param name="bucket">The bucket's name, the first segment of the path.</param>
    /// <param name="mapped">What serves a bucket that is only read; <see langword="null"/> for the store's own.</param>
    public async Task HandleAsync(HttpContext context, string bucket, DownloadHandler? mapped = null)
    {
        try
        {
            await RouteAsync(context, bucket, mapped).ConfigureAwait(false);
        }
        catch (BucketException e) when (!context.Response.HasStarted)
        {
            await XmlError.WriteAsync(context, e).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException && !context.Response.HasStarted)
        {
            // The object was deleted while the request was under way, and its uploads with it.
            await XmlError.WriteAsync(context, HttpMethods.IsGet(context.Request.Method)
                ? new BucketException(404, "NoSuchKey", "The specified key does not exist.")
                : MultipartUploads.NoSuchUpload()).ConfigureAwait(false);
        }
        catch (BodyBrokenOffException)
        {
            // An injected fault; it ends the answer as it wants it.
        }
        catch (Exception e) when (e is OperationCanceledException || (e is IOException && IsBrokenOff(context, e)))
        {
            // The other side is gone. Nobody reads an answer, but 200 would be a lie.
            if (context.Response.HasStarted)
            {
                context.Abort();
            }
            else
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
            }
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogFailure(e, context.Request.Method);
            await XmlError.WriteAsync(context, 500, "InternalError", "We encountered an internal error. Please try again.").ConfigureAwait(false);
        }
    }

    private Task RouteAsync(HttpContext context, string bucket, DownloadHandler? mapped)
    {
        var method = context.Request.Method;
        var (rawPath, rawQuery) = SplitTarget(context);
        var query = Rfc3986.ParseQuery(rawQuery);
        var prefix = $"{context.Request.PathBase.ToUriComponent()}/{Rfc3986.Escape(bucket)}/";
        var objectName = rawPath.StartsWith(prefix, StringComparison.Ordinal) ? Rfc3986.Unescape(rawPath[prefix.Length..]) : "";
        if (objectName.Length == 0)
        {
            throw new BucketException(404, "NoSuchKey", "The specified key does not exist.");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }

        string? Parameter(string name) => query.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();
        var session = mapped is null ? Parameter(SessionParameter) : null;
        if (session is not null && HttpMethods.IsPut(method))
        {
            return uploads.PutSessionAsync(context, objectName, session);
        }

        if (session is not null && HttpMethods.IsDelete(method))
        {
            return uploads.CancelSessionAsync(context, objectName, session);
        }

        // Who may read an object may also ask for its headers, with the same URL.
        verifier.Verify(HttpMethods.IsHead(method) ? HttpMethods.Get : method, rawPath, query, name => HeaderValue(context.Request, name));
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
        {
            return (mapped ?? downloads).HandleAsync(context, objectName, query);
        }

        if (mapped is not null)
        {
            throw new BucketException(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
        }

        if (HttpMethods.IsPost(method))
        {
            return uploads.StartSessionAsync(context, bucket, objectName);
        }

        if (HttpMethods.IsPut(method) && Parameter(UploadParameter) is { } upload && Parameter(PartParameter) is { } part)
        {
            return uploads.PutPartAsync(context, objectName, upload, part);
        }

        throw new BucketException(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
    }

    /// <summary>Path and query as they came: the server's own reading of them has lost the escapes that were signed.</summary>
    private static (string Path, string? Query) SplitTarget(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!target.StartsWith('/') && Uri.TryCreate(target, UriKind.Absolute, out var absolute))
        {
            target = absolute.PathAndQuery; // Absolute form, as proxies are sent it.
        }

        var question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (target, null) : (target[..question], target[(question + 1)..]);
    }

    private static string? HeaderValue(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>Whether it was the request's body that broke off, and not the store's disk.</summary>
    private static bool IsBrokenOff(HttpContext context, Exception e) =>
        e is BadHttpRequestException or Microsoft.AspNetCore.Connections.ConnectionResetException
        || context.RequestAborted.IsCancellationRequested;

    [LoggerMessage(Level = LogLevel.Error, Message = "A {Method} of the bucket failed")]
    private partial void LogFailure(Exception exception, string method);
}
