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
    private readonly ConcurrentQueue<RecordedRequest> _answered = new();

    private RecordingProxy(WebApplication app) => _app = app;

    /// <summary>Address to give to the client.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What was sent so far, in the order it came.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>What was answered so far: the client has the answer, or is gone.</summary>
    public IReadOnlyList<RecordedRequest> Answered => [.. _answered];

    /// <summary>Waited for with each request that has come whole, before it is handed on.</summary>
    public Func<RecordedRequest, Task>? Arriving { get; set; }

    /// <summary>How many bytes of a request's body are handed on before the connection to the platform is cut; all where it says nothing.</summary>
    public Func<RecordedRequest, int?>? Cut { get; set; }

    /// <summary>Waited for with each answer of the platform, before the client is told.</summary>
    public Func<RecordedRequest, Task>? Answering { get; set; }

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
        var recorded = new RecordedRequest(
            incoming.Method,
            incoming.Path,
            incoming.QueryString.Value?.TrimStart('?') ?? string.Empty,
            incoming.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal),
            body.ToArray());
        _requests.Enqueue(recorded);
        await (Arriving?.Invoke(recorded) ?? Task.CompletedTask);

        using var request = new HttpRequestMessage(new HttpMethod(incoming.Method), new Uri(target, $"{incoming.Path.ToUriComponent()}{incoming.QueryString}"));
        var kept = Cut?.Invoke(recorded);
        request.Content = kept is not null ? new CutContent(recorded.Body, kept.Value) : new ByteArrayContent(recorded.Body);
        foreach (var (name, value) in incoming.Headers)
        {
            // The host stays the one the client used, as signed URLs cover it.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, value.ToArray()))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value.ToArray());
            }
        }

        using var answer = await _onward.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, kept is not null ? CancellationToken.None : context.RequestAborted);
        await (Answering?.Invoke(recorded) ?? Task.CompletedTask);
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

        _answered.Enqueue(recorded);
    }

    /// <summary>A body that breaks off.</summary>
    private sealed class CutContent(byte[] bytes, int kept) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, kept));
            await stream.FlushAsync();
            throw new IOException("Cut.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
