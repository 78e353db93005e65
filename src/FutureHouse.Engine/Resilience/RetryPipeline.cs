using System.Globalization;
using FutureHouse.Errors;
using FutureHouse.Platform;
using Polly;
using Polly.Retry;

namespace FutureHouse.Resilience;

/// <summary>
/// The one retry policy of API calls (Protocol §1): a few attempts, exponential back-off with jitter up to a bound, and the service's
/// <c>Retry-After</c> before our own delay. A wait beyond <see cref="PlatformClientOptions.MaxRetryAfter"/> is not waited for: the failure is shown at once.
/// </summary>
internal sealed class RetryPipeline
{
    private static readonly ResiliencePropertyKey<Func<FutureHouseException, bool>> MayRepeat = new("FutureHouse.MayRepeat");

    private readonly ResiliencePipeline _pipeline;

    public RetryPipeline(PlatformClientOptions options)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider };
        if (options.MaxAttempts > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.BaseRetryDelay,
                MaxDelay = options.MaxRetryDelay,
                ShouldHandle = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is FutureHouseException { Repeat: not Repeatability.Never } failure
                    && !(failure.WaitHint > options.MaxRetryAfter)
                    && (!arguments.Context.Properties.TryGetValue(MayRepeat, out var may) || may(failure))),
                DelayGenerator = arguments => ValueTask.FromResult((arguments.Outcome.Exception as FutureHouseException)?.WaitHint),
                OnRetry = arguments =>
                {
                    options.Log?.Invoke(string.Format(
                        CultureInfo.CurrentCulture,
                        Messages.LogRetry,
                        arguments.Outcome.Exception?.Message,
                        arguments.RetryDelay.TotalSeconds,
                        arguments.AttemptNumber + 2,
                        options.MaxAttempts));
                    return ValueTask.CompletedTask;
                },
            });
        }

        _pipeline = builder.Build();
    }

    /// <summary>Runs the attempt until it succeeds, cannot be repeated, or the attempts are used up.</summary>
    /// <typeparam name="T">What an attempt gives.</typeparam>
    /// <param name="attempt">One attempt; fails with a <see cref="FutureHouseException"/>.</param>
    /// <param name="mayRepeat">Says of a failure that could be repeated whether it may be; by default every one.</param>
    /// <param name="ct">Ends the attempt, or the wait between two.</param>
    /// <returns>The result of the attempt that succeeded.</returns>
    public async Task<T> ExecuteAsync<T>(Func<CancellationToken, ValueTask<T>> attempt, Func<FutureHouseException, bool>? mayRepeat, CancellationToken ct)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, ct);
        try
        {
            if (mayRepeat is not null)
            {
                context.Properties.Set(MayRepeat, mayRepeat);
            }

            return await _pipeline.ExecuteAsync(
                static async (context, attempt) => await attempt(context.CancellationToken).ConfigureAwait(false), context, attempt).ConfigureAwait(false);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
