using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.Resilience;

/// <summary>
/// Bounds the repetition of one operation by time without progress, not by a count of attempts: an outage may last as
/// long as <see cref="PlatformClientOptions.Patience"/>, and progress starts the time anew. Waits grow exponentially,
/// with jitter; a wait that the service asks for replaces ours. Safe for use by many threads.
/// </summary>
internal sealed class Patience(PlatformClientOptions options)
{
    /// <summary>
    /// Two attempts more or so: for what has never answered, which is more likely mistyped than down, and for a local
    /// platform that has gone, which comes back at another address.
    /// </summary>
    public static readonly TimeSpan Brief = TimeSpan.FromSeconds(5);

    /// <summary>An outage of a minute: for what is more likely a fault of the service than an outage of it.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromSeconds(75);

    private readonly object _lock = new();
    private long? _failingSince;
    private int _failures;

    /// <summary>Failures in a row so far.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Something was achieved: the next failure counts as the first.</summary>
    public void Progress()
    {
        lock (_lock)
        {
            _failingSince = null;
            _failures = 0;
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="hasAnswered">Whether the service has ever answered, so that its address is right.</param>
    /// <param name="most">Bound on a service that answers with 5xx, less than the patience.</param>
    /// <returns>How long to wait before the next attempt; <see langword="null"/> where the patience is at its end, or
    /// the service asks to wait longer than anyone should.</returns>
    public TimeSpan? Next(FutureHouseException failure, bool hasAnswered, TimeSpan? most = null)
    {
        var limit = LimitOf(failure, hasAnswered);
        limit = failure is ServiceUnavailableException && most < limit ? most.Value : limit;
        if (failure.WaitHint > options.MaxRetryAfter)
        {
            return null;
        }

        lock (_lock)
        {
            _failingSince ??= options.TimeProvider.GetTimestamp();
            var wait = failure.WaitHint ?? Own(++_failures);
            return options.TimeProvider.GetElapsedTime(_failingSince.Value) + wait > limit ? null : wait;
        }
    }

    private TimeSpan LimitOf(FutureHouseException failure, bool hasAnswered)
    {
        var limit = failure switch
        {
            NetworkException when !hasAnswered || options.IsLocal => Brief,
            ServiceUnavailableException { StatusCode: < (System.Net.HttpStatusCode)300 } => Brief, // a page of a proxy, or another service
            ServiceUnavailableException { StatusCode: System.Net.HttpStatusCode.InternalServerError } => Short,
            _ => options.Patience,
        };
        return limit < options.Patience ? limit : options.Patience;
    }

    private TimeSpan Own(int failures)
    {
        var most = Math.Min(options.MaxRetryDelay.TotalMilliseconds, options.BaseRetryDelay.TotalMilliseconds * Math.Pow(2, failures - 1));
        return TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
