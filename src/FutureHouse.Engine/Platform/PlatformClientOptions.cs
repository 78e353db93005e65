using System.Security;

namespace FutureHouse.Platform;

/// <summary>What a <see cref="PlatformClient"/> needs: a service, and either an API key or a ready token (Protocol §1).</summary>
public sealed record PlatformClientOptions
{
    /// <summary>Address of the service: <c>https</c>, or <c>http</c> on loopback.</summary>
    public required Uri ServiceUri { get; init; }

    /// <summary>
    /// What the service is known by where its address changes, as that of a local platform does from session to session:
    /// its store. By default the address.
    /// </summary>
    internal string? ServiceName { get; init; }

    /// <summary>Whether the service is a local platform, which ends with the session that started it.</summary>
    internal bool IsLocal => ServiceName is not null;

    /// <summary>API key; white space around it is dropped. Not needed with <see cref="Token"/>.</summary>
    public SecureString? ApiKey { get; init; }

    /// <summary>A ready access token (JWT). It cannot be renewed: when it expires, calls fail.</summary>
    public SecureString? Token { get; init; }

    /// <summary>Clock and timers.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// How long an operation is repeated without progress before it fails: so long an outage is outlived. Less where the
    /// service has never answered or was a local platform (5 seconds), and where it answers with an internal error (75 seconds).
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Median of the first wait between two attempts; the next are longer.</summary>
    public TimeSpan BaseRetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest wait of our own between two attempts.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest <c>Retry-After</c> that is waited for; a longer one is an error at once.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may take to be made.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the service may be silent in a call (Protocol §1: 30 s). Bytes that move, either way, start it anew.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The same for reading an entry (Protocol §1: 100 s).</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>The same for completing a multipart upload, which the storage may take minutes for (Protocol §4).</summary>
    public TimeSpan CompleteTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Largest answer that is read into memory, in bytes after decompression; a larger one is an error. The entries of a
    /// dataset are read one by one: the limit of each is the same.
    /// </summary>
    public long MaxAnswerSize { get; init; } = 512L * 1024 * 1024;

    /// <summary>Receives a line for each call and each retry: method, route, status. Never a key, a token or a signed URL.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Told before each wait for a service or storage that does not do its part. Never a key, a token or a signed URL.</summary>
    public Action<RetryWait>? Waiting { get; init; }
}

/// <summary>A wait between two attempts.</summary>
/// <param name="Reason">Why the last attempt failed, in one sentence.</param>
/// <param name="Delay">How long the wait is.</param>
public readonly record struct RetryWait(string Reason, TimeSpan Delay);
