using System.Net.Http.Headers;
using FutureHouse.Errors;
using FutureHouse.Platform.Http;
using FutureHouse.Resilience;

namespace FutureHouse.Transfer;

/// <summary>
/// The only place that speaks with the storage (Protocol §4): sends one request under a guard against standing still,
/// judges the answer, and repeats an operation whose trouble may pass as long as its patience lasts.
/// </summary>
/// <param name="context">Shared by all transfers.</param>
/// <param name="item">The file or entry, for messages.</param>
/// <param name="stall">How long a request may stand still.</param>
/// <param name="giveUp">Makes the error of an operation whose patience is at its end, of the trouble and the number of
/// failures in a row.</param>
internal sealed class StorageExchange(TransferContext context, string item, TimeSpan stall, Func<string, int, FutureHouseException> giveUp)
{
    /// <summary>Time without progress so far; progress starts it anew.</summary>
    public Patience Patience { get; } = new(context.Client.Options);

    /// <summary>Runs an operation, of one request or more, until it succeeds or the patience is at its end.</summary>
    /// <exception cref="FutureHouseException">The patience is at its end: transient. Or what the operation throws.</exception>
    public async Task<T> RepeatAsync<T>(Func<CancellationToken, ValueTask<T>> operation, CancellationToken cancellationToken)
    {
        try
        {
            return await context.Client.Retries.ExecuteAsync(operation, static failure => failure is StorageTroubleException, cancellationToken, Patience).ConfigureAwait(false);
        }
        catch (StorageTroubleException e)
        {
            throw giveUp(e.Trouble, Patience.Failures);
        }
    }

    /// <summary>Sends one request, once.</summary>
    /// <param name="make">Makes the request; its argument is called whenever bytes have moved.</param>
    /// <param name="take">Reads an answer; gives nothing where the answer is a refusal.</param>
    /// <param name="refused">Says what a refusal comes to that repeating would not mend.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <exception cref="StorageTroubleException">It may go well the next time.</exception>
    public async Task<T> SendAsync<T>(
        Func<Action, HttpRequestMessage> make,
        Func<HttpResponseMessage, StallGuard, ValueTask<Taken<T>>> take,
        Func<StorageAnswer, ValueTask<T>> refused,
        CancellationToken cancellationToken)
    {
        using var place = await context.Gate.EnterAsync(cancellationToken).ConfigureAwait(false);
        using var guard = new StallGuard(stall, cancellationToken);
        using var request = make(guard.Moved);
        if (!ServiceAddress.IsUsable(request.RequestUri!, context.Client.ServiceUri))
        {
            throw new ServiceUnavailableException(TransferContext.Format(TransferMessages.AddressNotSecure, item, request.RequestUri!.Scheme, request.RequestUri.Authority)) { Target = item };
        }

        StorageAnswer refusal;
        try
        {
            using var answer = await context.Client.StorageHttp.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, guard.Token).ConfigureAwait(false);
            var taken = await take(answer, guard).ConfigureAwait(false);
            if (taken.IsTaken)
            {
                return taken.Value;
            }

            refusal = await StorageAnswer.ReadAsync(answer, context.Clock, guard.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new StorageTroubleException(item, Broken(e, guard) ?? e.Message, e);
        }

        if (refusal.IsPressure)
        {
            context.Gate.SlowDown();
        }

        return refusal.Failure == StorageFailure.Transient
            ? throw new StorageTroubleException(item, refusal.ToString()) { StatusCode = refusal.Status, WaitHint = refusal.RetryAfter }
            : await refused(refusal).ConfigureAwait(false);
    }

    /// <summary>A trouble that is worth another attempt.</summary>
    public StorageTroubleException Trouble(string trouble) => new(item, trouble);

    /// <summary>Begins a resumable session by a signed URL.</summary>
    public static HttpRequestMessage StartSession(Uri url)
    {
        var empty = new ByteArrayContent([]);
        empty.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var request = TransferContext.Request(HttpMethod.Post, url, empty);
        request.Headers.TryAddWithoutValidation("x-goog-resumable", "start");
        return request;
    }

    /// <summary>Why an exchange broke, in words; null where the exception is another matter. What the body's source threw comes out as it was.</summary>
    private string? Broken(Exception exception, StallGuard guard)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is FutureHouseException ours)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(ours);
            }
        }

        return exception switch
        {
            OperationCanceledException when guard.Stalled => TransferContext.Format(TransferMessages.Stalled, stall.TotalSeconds),
            // The handler's own time-out for making a connection.
            OperationCanceledException { InnerException: TimeoutException } => TransferContext.Format(TransferMessages.NetworkDown, Messages.ReasonConnectTimeout),
            HttpRequestException or IOException => TransferContext.Format(TransferMessages.NetworkDown, Root(exception)),
            _ => null,
        };
    }

    private static string Root(Exception exception)
    {
        var root = exception.GetBaseException();
        return root is HttpRequestException http ? http.HttpRequestError.ToString() : root.Message;
    }
}

/// <summary>What became of an answer: its value, or nothing where it is a refusal.</summary>
internal readonly record struct Taken<T>(bool IsTaken, T Value)
{
    public static Taken<T> Refusal => new(false, default!);

    public static implicit operator Taken<T>(T value) => new(true, value);
}

/// <summary>The storage did not do its part, and may the next time: the connection broke or stood still, or the answer says so.</summary>
internal sealed class StorageTroubleException : FutureHouseException
{
    public StorageTroubleException(string item, string trouble, Exception? inner = null)
        : base(TransferContext.Format(TransferMessages.LogRepeated, item, trouble), inner)
    {
        Trouble = trouble;
        Repeat = Repeatability.InDoubt;
    }

    /// <summary>What went wrong, in a few words.</summary>
    public string Trouble { get; }

    public override string ErrorId => "FhNetwork";
}
