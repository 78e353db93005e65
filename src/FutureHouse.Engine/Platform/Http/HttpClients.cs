using System.Net;

namespace FutureHouse.Platform.Http;

/// <summary>Makes the two HTTP clients: for the API, and for signed URLs. Neither follows redirects (Protocol §1) or keeps cookies.</summary>
internal static class HttpClients
{
    /// <summary>For calls of the API.</summary>
    /// <param name="options">Options of the client.</param>
    /// <returns>A client with no time-out of its own: each call has one.</returns>
    public static HttpClient ForApi(PlatformClientOptions options)
    {
        var handler = Handler(options);
        handler.AutomaticDecompression = DecompressionMethods.All;
        var client = new HttpClient(handler) { BaseAddress = options.ServiceUri, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add("x-client", "sdk");
        client.DefaultRequestHeaders.UserAgent.Add(new("FutureHouse.PowerShell", typeof(HttpClients).Assembly.GetName().Version?.ToString(3)));
        return client;
    }

    /// <summary>For signed URLs, which grant access by themselves: no header but those of the transfer, and bytes as they are stored.</summary>
    /// <param name="options">Options of the client.</param>
    /// <returns>A client with no time-out of its own.</returns>
    public static HttpClient ForStorage(PlatformClientOptions options) => new(Handler(options)) { Timeout = Timeout.InfiniteTimeSpan };

    private static SocketsHttpHandler Handler(PlatformClientOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = options.ConnectTimeout,
        // A new address in the DNS is found within minutes; a connection the service is about to close for idleness is not picked for a create.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(45),
        // No trace headers: a signed URL takes the signed headers only.
        ActivityHeadersPropagator = null,
        // A proxy cannot reach this machine's own loopback.
        UseProxy = !options.ServiceUri.IsLoopback,
    };
}
