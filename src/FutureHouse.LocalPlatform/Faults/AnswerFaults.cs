using System.Globalization;
using System.IO.Compression;
using FutureHouse.LocalPlatform.Objects.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>Faults that answer instead of the service: the request is not carried out.</summary>
internal static class AnswerFaults
{
    public static Fault Status(int status) => (call, _) =>
    {
        call.Fire();
        return WriteAsync(call, status);
    };

    /// <summary>Up: keeps so many bytes, then refuses. Down: answers so when nothing has been sent, else breaks off.</summary>
    public static Fault StatusAfter(int status, long bytes) => async (call, next) =>
    {
        call.At(bytes, () =>
        {
            call.Fire();
            throw new BodyBrokenOffException();
        });
        await WireFaults.CarryOutAsync(call, next).ConfigureAwait(false);
        if (call.Fired && !call.Context.Response.HasStarted)
        {
            call.Context.Response.Clear();
            await WriteAsync(call, status).ConfigureAwait(false);
        }
    };

    public static Fault RetryAfter(int status, int seconds, bool asDate) => (call, _) =>
    {
        call.Fire();
        call.Context.Response.Headers.RetryAfter = asDate
            ? DateTimeOffset.UtcNow.AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture)
            : seconds.ToString(CultureInfo.InvariantCulture);
        return WriteAsync(call, status);
    };

    public static Task ExpiredToken(FaultCall call, RequestDelegate next)
    {
        call.Fire();
        return call.IsStorage
            ? XmlError.WriteAsync(call.Context, 400, "ExpiredToken", "The provided token has expired.")
            : WriteAsync(call, 401);
    }

    /// <summary>What a captive portal or a proxy sends: success, and no JSON.</summary>
    public static Task Html(FaultCall call, RequestDelegate next)
    {
        call.Fire();
        call.Context.Response.ContentType = "text/html; charset=utf-8";
        return call.Context.Response.WriteAsync("<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>", call.Context.RequestAborted);
    }

    /// <summary>So many zeros, compressed to a thousandth of that.</summary>
    public static Fault Zeros(long bytes) => async (call, _) =>
    {
        call.Fire();
        call.Context.Response.ContentType = "application/json";
        call.Context.Response.Headers.ContentEncoding = "gzip";
        var zip = new GZipStream(call.Context.Response.Body, CompressionLevel.Fastest);
        await using (zip.ConfigureAwait(false))
        {
            var zeros = new byte[64 * 1024];
            for (var left = bytes; left > 0; left -= zeros.Length)
            {
                await zip.WriteAsync(zeros.AsMemory(0, (int)Math.Min(left, zeros.Length)), call.Context.RequestAborted).ConfigureAwait(false);
            }
        }
    };

    /// <summary>An error as the route's own: XML from storage, a detail from the API.</summary>
    private static Task WriteAsync(FaultCall call, int status)
    {
        var reason = ReasonPhrases.GetReasonPhrase(status);
        if (call.IsStorage)
        {
            return XmlError.WriteAsync(call.Context, status, CodeOf(status, reason), $"{reason}.");
        }

        call.Context.Response.StatusCode = status;
        return call.Context.Response.WriteAsJsonAsync(new { detail = reason }, call.Context.RequestAborted);
    }

    private static string CodeOf(int status, string reason) => status switch
    {
        403 => "AccessDenied",
        404 => "NoSuchUpload",
        408 => "RequestTimeout",
        429 => "SlowDown",
        500 => "InternalError",
        _ => reason.Replace(" ", "", StringComparison.Ordinal),
    };
}
