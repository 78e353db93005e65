namespace FutureHouse.Platform;

/// <summary>A call of a route that has no method of its own.</summary>
public sealed record RawCall
{
    /// <summary>HTTP method.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Get;

    /// <summary>Path below the service's address, with or without a query; an absolute address only of the service itself.</summary>
    public required string Path { get; init; }

    /// <summary>Parameters to add to the query, in order; those that are <see langword="null"/> are left out.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Query { get; init; } = [];

    /// <summary>JSON to send, or <see langword="null"/>.</summary>
    public string? Body { get; init; }
}

/// <summary>The answer to a call of one's own: a 2xx status, and the body.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="MediaType">Media type, or <see langword="null"/>.</param>
/// <param name="Body">The body as it came; may carry addresses that grant access by themselves.</param>
public sealed record RawAnswer(int StatusCode, string? MediaType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether the body is JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Status, media type and length; never the body.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{StatusCode} {MediaType}, {Body.Length} bytes";
}
