using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace FutureHouse.LocalPlatform.Faults;

/// <summary>Faults after the fact: the request is carried out, and its answer altered or lost.</summary>
internal static class RewriteFaults
{
    /// <summary>Without these there is nothing to be had of an answer.</summary>
    private static readonly HashSet<string> Needed = ["id", "access_token", "content", "signed_url", "upload_id", "part_urls", "status", "storage_type", "location"];

    /// <summary>Half the body, as valid HTTP.</summary>
    public static Task Truncated(FaultCall call, RequestDelegate next) => RewriteAsync(call, next, body => body[..(body.Length / 2)]);

    /// <summary>One part URL less.</summary>
    public static Task FewerUrls(FaultCall call, RequestDelegate next) => RewriteUrlsAsync(call, next, urls => urls.RemoveAt(urls.Count - 1));

    /// <summary>One part URL more.</summary>
    public static Task MoreUrls(FaultCall call, RequestDelegate next) => RewriteUrlsAsync(call, next, urls => urls.Add(urls[^1]!.DeepClone()));

    /// <summary>Signed addresses of another machine, by plain http (192.0.2.0/24 is nobody's, RFC 5737).</summary>
    public static Task InsecureUrls(FaultCall call, RequestDelegate next) => RewriteAsync(call, next, body =>
    {
        var text = Encoding.UTF8.GetString(body);
        var here = $"{call.Context.Request.Scheme}://{call.Context.Request.Host}/";
        return text.Contains(here, StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(text.Replace(here, "http://192.0.2.1/", StringComparison.Ordinal)) : null;
    });

    /// <summary>Members that nothing depends on have a type that is none of theirs: those of the answer, and of what is in it.</summary>
    public static Task OddMembers(FaultCall call, RequestDelegate next) => RewriteAsync(call, next, body =>
    {
        var answer = JsonNode.Parse(body)!;
        MakeOdd(answer);
        return JsonSerializer.SerializeToUtf8Bytes(answer);
    });

    private static void MakeOdd(JsonNode? node)
    {
        foreach (var item in node is JsonArray list ? [.. list] : Array.Empty<JsonNode?>())
        {
            MakeOdd(item);
        }

        foreach (var (name, value) in node is JsonObject members ? members.ToArray() : [])
        {
            if (value is JsonObject or JsonArray { Count: > 0 } && name is not ("tags" or "metadata" or "permitted_accessors"))
            {
                MakeOdd(value);
            }
            else if (!Needed.Contains(name))
            {
                node![name] = new JsonObject { ["odd"] = new JsonArray(1, "two", null) };
            }
        }
    }

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
