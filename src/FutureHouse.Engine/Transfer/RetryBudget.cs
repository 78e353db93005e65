namespace FutureHouse.Transfer;

/// <summary>Failures in a row that a transfer still has; progress fills it up again.</summary>
internal sealed class RetryBudget(TransferOptions options, TimeProvider clock)
{
    private int _failures;

    /// <summary>Bytes moved: the next failure counts as the first.</summary>
    public void Progress() => Volatile.Write(ref _failures, 0);

    /// <summary>Counts a failure and waits before the next attempt.</summary>
    /// <returns>False where the budget is used up, without a wait.</returns>
    public async Task<bool> FailedAsync(TimeSpan? retryAfter, CancellationToken cancellationToken)
    {
        var failures = Interlocked.Increment(ref _failures);
        if (failures >= options.MaxFailures)
        {
            return false;
        }

        var own = Math.Min(options.MaxRetryDelay.TotalMilliseconds, options.BaseRetryDelay.TotalMilliseconds * Math.Pow(2, failures - 1));
        var wait = retryAfter ?? TimeSpan.FromMilliseconds(own * (0.5 + (Random.Shared.NextDouble() / 2)));
        await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
