using FutureHouse.Platform;

namespace FutureHouse.Transfer;

/// <summary>Failures in a row that a transfer still has; progress fills it up again.</summary>
internal sealed class RetryBudget(TransferOptions options, PlatformClientOptions service)
{
    private int _failures;

    /// <summary>Failures in a row so far.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Bytes moved: the next failure counts as the first.</summary>
    public void Progress() => Volatile.Write(ref _failures, 0);

    /// <summary>Counts a failure and waits before the next attempt.</summary>
    /// <returns>False, without a wait, where the budget is used up or the storage asks to wait longer than anyone should (as for API calls).</returns>
    public async Task<bool> FailedAsync(TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        var failures = Interlocked.Increment(ref _failures);
        if (failures >= options.MaxFailures || retryAfter > service.MaxRetryAfter)
        {
            return false;
        }

        var own = Math.Min(options.MaxRetryDelay.TotalMilliseconds, options.BaseRetryDelay.TotalMilliseconds * Math.Pow(2, failures - 1));
        var wait = retryAfter ?? TimeSpan.FromMilliseconds(own * (0.5 + (Random.Shared.NextDouble() / 2)));
        await Task.Delay(wait, service.TimeProvider, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
