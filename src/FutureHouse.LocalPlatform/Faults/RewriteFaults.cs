using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>Faults after the fact: the request is carried out, and its answer altered or lost.</summary>
internal static class RewriteFaults
{
    /// <summary>Half the body, as valid HTTP.</summary>
    public static Task Truncated(FaultCall call, RequestDelegate next) => RewriteAsync(call, next, body => body[..(body.Length / 2)]);

    /// <summary>One part URL less.</summary>
    public static Task FewerUrls(FaultCall call, RequestDelegate next) => RewriteUrlsAsync(call, next, urls => urls.RemoveAt(urls.Count - 1));

    /// <summary>One part URL more.</summary>
    public static Task MoreUrls(FaultCall call, RequestDelegate next) => RewriteUrlsAsync(call, next, urls => urls.Add(urls[^1]!.DeepClone()));

    /// <summary>The request is carried out; then the connection is reset.</summary>
    public static async Task Lost(FaultCall call, RequestDelegate next)
    {
        call.Fire();
        await BufferAsync(call.Context, next).ConfigureAwait(false);
        WireFaults.Cut(call.Context);
    }

    /// <summary>Answers a ranged GET with the whole object, as a cache or proxy may.</summary>
    public static Task IgnoreRange(FaultCall call, RequestDelegate next)
    {
        if (call.Context.Request.Headers.Remove("Range"))
        {
            call.Fire();
        }

        return next(call.Context);
    }

    private static Task RewriteUrlsAsync(FaultCall call, RequestDelegate next, Action<JsonArray> rewrite) => RewriteAsync(call, next, body =>
    {
        if (JsonNode.Parse(body) is not JsonObject answer || answer["part_urls"] is not JsonArray { Count: > 0 } urls)
        {
            return null;
        }

        rewrite(urls);
        return JsonSerializer.SerializeToUtf8Bytes(answer);
    });

    /// <param name="call">The request.</param>
    /// <param name="next">Carries it out.</param>
    /// <param name="rewrite">The new body; null where there is nothing to rewrite, and the fault waits.</param>
    private static async Task RewriteAsync(FaultCall call, RequestDelegate next, Func<byte[], byte[]?> rewrite)
    {
        var body = await BufferAsync(call.Context, next).ConfigureAwait(false);
        if (body.Length > 0 && call.Context.Response.StatusCode is >= 200 and < 300 && rewrite(body) is { } rewritten)
        {
            call.Fire();
            body = rewritten;
        }

        call.Context.Response.ContentLength = body.Length;
        await call.Context.Response.Body.WriteAsync(body, call.Context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<byte[]> BufferAsync(HttpContext context, RequestDelegate next)
    {
        var original = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var buffer = new MemoryStream();
        var feature = new StreamResponseBodyFeature(buffer);
        context.Features.Set<IHttpResponseBodyFeature>(feature);
        try
        {
            await next(context).ConfigureAwait(false);
            await feature.CompleteAsync().ConfigureAwait(false);
        }
        finally
        {
            context.Features.Set(original);
        }

        return buffer.ToArray();
    }
}
