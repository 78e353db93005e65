using System.Net;

namespace FutureHouse.Platform.Http;

/// <summary>A whole answer of the service.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The body; whole.</param>
/// <param name="MediaType">Media type, or <see langword="null"/>.</param>
internal sealed record ApiAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, string? MediaType)
{
    /// <summary>The service's identifier of the request.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long the service asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The service's time when it answered.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Whether the answer repeats the request's <c>Idempotency-Key</c>: the service honours it.</summary>
    public bool RepeatsIdempotencyKey { get; init; }

    /// <summary>Whether the status is 2xx; redirects are not success (Protocol §1).</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
