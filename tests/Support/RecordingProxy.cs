using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FutureHouse.Tests.Support;

/// <summary>A request as a client sent it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path, without the query.</param>
/// <param name="Query">Query, without the question mark.</param>
/// <param name="Headers">Headers by lower-case name.</param>
/// <param name="Body">The bytes of the body.</param>
public sealed record RecordedRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>Stands between a client and the platform, hands everything on unchanged, and keeps what the client sent.</summary>
public sealed class RecordingProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _onward = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();

    private RecordingProxy(WebApplication app) => _app = app;

    /// <summary>Address to give to the client.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What was sent so far, in the order it came.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>Starts a proxy.</summary>
    /// <param name="target">The platform.</param>
    /// <returns>The running proxy.</returns>
    public static async Task<RecordingProxy> StartAsync(Uri target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var proxy = new RecordingProxy(app);
        app.Run(context => proxy.ForwardAsync(context, target));
        await app.StartAsync();
        proxy.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return proxy;
    }

    /// <summary>Forgets what was sent.</summary>
    public void Clear() => _requests.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _onward.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, Uri target)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var incoming = context.Request;
        _requests.Enqueue(new RecordedRequest(
            incoming.Method,
            incoming.Path,
            incoming.QueryString.Value?.TrimStart('?') ?? string.Empty,
            incoming.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal),
            body.ToArray()));

        using var request = new HttpRequestMessage(new HttpMethod(incoming.Method), new Uri(target, $"{incoming.Path.ToUriComponent()}{incoming.QueryString}"));
        request.Content = new ByteArrayContent(body.ToArray());
        foreach (var (name, value) in incoming.Headers)
        {
            // The host stays the one the client used, as signed URLs cover it.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var answer = await _onward.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        if (context.Response.StatusCode is not (204 or 304) && incoming.Method != "HEAD")
        {
            await answer.Content.CopyToAsync(context.Response.Body);
        }
    }
}
