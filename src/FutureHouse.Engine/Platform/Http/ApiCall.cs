namespace FutureHouse.Platform.Http;

/// <summary>One request to the service, as it is sent on every attempt.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Path and query below the service's address, without a leading slash; never a secret.</param>
/// <param name="Operation">What the caller wants, for messages: "read entry 'x'".</param>
internal sealed record ApiCall(HttpMethod Method, string Route, string Operation)
{
    /// <summary>JSON to send, UTF-8.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>How long the service may be silent.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The item the call is about.</summary>
    public object? Target { get; init; }

    /// <summary>Marks repetitions of one request (Protocol §2).</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>What the log shows instead of <see cref="Route"/>, where that may be a secret.</summary>
    public string? ShownRoute { get; init; }

    /// <summary>Text that must not appear in a message, should the service echo it.</summary>
    public string? Secret { get; init; }
}
