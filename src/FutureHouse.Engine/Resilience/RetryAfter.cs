using System.Net.Http.Headers;

namespace FutureHouse.Resilience;

/// <summary>Reads <c>Retry-After</c>, which is seconds or a date (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>How long the answer asks to wait.</summary>
    /// <param name="headers">Headers of the answer.</param>
    /// <param name="now">The time here; used where the answer has no <c>Date</c> of its own.</param>
    /// <returns>The wait, never negative, or <see langword="null"/> where none is asked for.</returns>
    public static TimeSpan? Read(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var value = headers.RetryAfter;
        if (value?.Delta is { } delta)
        {
            return delta < TimeSpan.Zero ? TimeSpan.Zero : delta;
        }

        if (value?.Date is not { } date)
        {
            return null;
        }

        // Measured on the service's own clock where it tells the time, so that a clock here that is off does no harm.
        var wait = date - (headers.Date ?? now);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}
