using System.Globalization;
using FutureHouse.Errors;
using FutureHouse.Platform;
using Polly;
using Polly.Retry;

namespace FutureHouse.Resilience;

/// <summary>
/// The one retry policy, of calls to the service (Protocol §1) and of exchanges with its storage (Protocol §4): what
/// may pass is repeated as long as <see cref="Patience"/> lasts. A failure that outlasts it is repeated by nobody else.
/// </summary>
internal sealed class RetryPipeline
{
    private static readonly ResiliencePropertyKey<Operation> Current = new("FutureHouse.Operation");

    private readonly PlatformClientOptions _options;
    private readonly ResiliencePipeline _pipeline;
    private volatile bool _hasAnswered;

    public RetryPipeline(PlatformClientOptions options)
    {
        _options = options;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => ValueTask.FromResult(IsRepeated(arguments)),
                DelayGenerator = static arguments => ValueTask.FromResult<TimeSpan?>(Of(arguments.Context).Wait),
                OnRetry = arguments =>
                {
                    Tell((FutureHouseException)arguments.Outcome.Exception!, Of(arguments.Context));
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
    }

    /// <summary>Runs the attempt until it succeeds, cannot be repeated, or the patience is at its end.</summary>
    /// <typeparam name="T">What an attempt gives.</typeparam>
    /// <param name="attempt">One attempt; fails with a <see cref="FutureHouseException"/>.</param>
    /// <param name="mayRepeat">Says of a failure that could be repeated whether it may be; by default every one.</param>
    /// <param name="ct">Ends the attempt, or the wait between two.</param>
    /// <param name="patience">The operation's patience, where an attempt may make progress and fail all the same.</param>
    /// <param name="most">Bound on a service that answers with 5xx, where that may be no outage.</param>
    /// <returns>The result of the attempt that succeeded.</returns>
    public async Task<T> ExecuteAsync<T>(
        Func<CancellationToken, ValueTask<T>> attempt, Func<FutureHouseException, bool>? mayRepeat, CancellationToken ct, Patience? patience = null, TimeSpan? most = null)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, ct);
        try
        {
            context.Properties.Set(Current, new Operation(patience ?? new Patience(_options), mayRepeat, most));
            var result = await _pipeline.ExecuteAsync(
                static async (context, attempt) => await attempt(context.CancellationToken).ConfigureAwait(false), context, attempt).ConfigureAwait(false);
            _hasAnswered = true;
            return result;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private bool IsRepeated(RetryPredicateArguments<object> arguments)
    {
        if (arguments.Outcome.Exception is not FutureHouseException { Repeat: not Repeatability.Never, GaveUp: false } failure)
        {
            return false;
        }

        var operation = Of(arguments.Context);
        if (operation.MayRepeat?.Invoke(failure) == false)
        {
            return false;
        }

        if (operation.Patience.Next(failure, _hasAnswered, operation.Most) is { } wait)
        {
            operation.Wait = wait;
            return true;
        }

        failure.GaveUp = true;
        return false;
    }

    private void Tell(FutureHouseException failure, Operation operation)
    {
        _options.Log?.Invoke(string.Format(CultureInfo.CurrentCulture, Messages.LogRetry, failure.Message, operation.Wait.TotalSeconds, operation.Patience.Failures + 1));
        _options.Waiting?.Invoke(new RetryWait(failure.Message, operation.Wait));
    }

    private static Operation Of(ResilienceContext context) => context.Properties.GetValue(Current, null!);

    private sealed class Operation(Patience patience, Func<FutureHouseException, bool>? mayRepeat, TimeSpan? most)
    {
        public Patience Patience { get; } = patience;

        public Func<FutureHouseException, bool>? MayRepeat { get; } = mayRepeat;

        public TimeSpan? Most { get; } = most;

        public TimeSpan Wait { get; set; }
    }
}
