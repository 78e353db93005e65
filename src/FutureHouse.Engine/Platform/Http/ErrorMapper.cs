using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FutureHouse.Errors;
using FutureHouse.Resilience;

namespace FutureHouse.Platform.Http;

/// <summary>Turns what went wrong into one typed error of one sentence: what, which, and the service's own words (Protocol §1).</summary>
internal sealed class ErrorMapper
{
    private readonly string _host;

    public ErrorMapper(Uri service) => _host = service.IsDefaultPort ? service.Host : service.Authority;

    /// <summary>An answer that is not 2xx.</summary>
    public FutureHouseException Refused(ApiCall call, ApiAnswer answer)
    {
        var body = ServiceErrorBody.Read(answer, call.Secret);
        var status = (int)answer.Status;
        var text = body.Detail is null
            ? Format(Messages.FailedStatus, call.Operation, _host, status, NoJson(answer))
            : Format(Messages.FailedDetail, call.Operation, body.Detail);
        return answer.Status switch
        {
            HttpStatusCode.Unauthorized => new AuthenticationFailedException(Format(Messages.NotAuthenticated, call.Operation, body.Detail ?? "401"))
                { Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId },
            HttpStatusCode.Forbidden => new ForbiddenException(body.Detail is null ? Format(Messages.Forbidden, call.Operation) : text)
                { Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId },
            HttpStatusCode.NotFound => new NotFoundException(
                body.Detail is "Not Found" or null ? Format(Messages.NoRoute, call.Operation, _host) : text)
                { Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId },
            HttpStatusCode.Conflict => new ConflictException(text)
                { Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId },
            HttpStatusCode.TooManyRequests => new ThrottledException(Throttled(call, answer))
            {
                Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId,
                RetryAfter = answer.RetryAfter, WaitHint = answer.RetryAfter, Repeat = Repeatability.NotProcessed,
            },
            HttpStatusCode.RequestTimeout => new ServiceTimeoutException(text)
            {
                Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId,
                WaitHint = answer.RetryAfter, Repeat = Repeatability.InDoubt,
            },
            _ when status is >= 400 and < 500 => new InvalidRequestException(text)
                { Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId, Fields = body.Fields },
            _ => new ServiceUnavailableException(status is >= 300 and < 400 ? Format(Messages.Redirected, call.Operation, _host, status) : text)
            {
                Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId,
                WaitHint = answer.RetryAfter, Repeat = status is 500 or 502 or 503 or 504 ? Repeatability.InDoubt : Repeatability.Never,
            },
        };
    }

    /// <summary>The log-in was refused: 400, 401, 403 and 422 all say that the key is no good.</summary>
    public static AuthenticationFailedException LogInRefused(ApiCall call, ApiAnswer answer)
    {
        var body = ServiceErrorBody.Read(answer, call.Secret);
        return new(Format(Messages.LogInRefused, call.Operation, body.Detail ?? ((int)answer.Status).ToString(CultureInfo.InvariantCulture)))
            { Target = call.Target, StatusCode = answer.Status, ServiceDetail = body.Detail, RequestId = answer.RequestId };
    }

    /// <summary>A 2xx answer that cannot be read: a web page, half a JSON, or JSON of another shape.</summary>
    public ServiceUnavailableException Unreadable(ApiCall call, ApiAnswer answer, Exception? inner = null) =>
        new(Format(Messages.Unreadable, call.Operation, _host, (int)answer.Status, NoJson(answer)), inner)
            { Target = call.Target, StatusCode = answer.Status, RequestId = answer.RequestId, Repeat = Repeatability.InDoubt };

    /// <summary>An answer that is larger than any of the protocol's can be; it was not read to its end.</summary>
    public ServiceUnavailableException TooLarge(ApiCall call, ApiAnswer answer, long most) =>
        new(Format(Messages.AnswerTooLarge, call.Operation, _host, most)) { Target = call.Target, StatusCode = answer.Status, RequestId = answer.RequestId };

    /// <summary>No byte for as long as the call allows.</summary>
    public ServiceTimeoutException TimedOut(ApiCall call, Exception inner) =>
        new(Format(Messages.TimedOut, call.Operation, _host, call.Timeout.TotalSeconds), inner) { Target = call.Target, Repeat = Repeatability.InDoubt };

    /// <summary>No connection came about: nothing was sent.</summary>
    public NetworkException Unreachable(ApiCall call, string reason, Exception inner) =>
        new(Format(Messages.Unreachable, call.Operation, _host, reason), inner) { Target = call.Target, Repeat = Repeatability.NotProcessed };

    /// <summary>The connection failed, before or after the request was sent.</summary>
    public NetworkException Network(ApiCall call, Exception error)
    {
        var reason = error.GetBaseException() is SocketException socket ? socket.Message : error.Message;
        return (error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError => Unreachable(call, reason, error),
            HttpRequestError.SecureConnectionError => Unreachable(call, Format(Messages.ReasonTls, error.GetBaseException().Message), error),
            _ => new(Format(Messages.CutOff, call.Operation, _host, Redactor.Clean(reason, call.Secret)), error) { Target = call.Target, Repeat = Repeatability.InDoubt },
        };
    }

    /// <summary>A creation whose answer was lost, and which could not be looked for either: of the same kind as the failure, and final.</summary>
    /// <param name="failure">What happened to the creation.</param>
    /// <param name="lookUp">What happened to the look-up, or <see langword="null"/> where there is no way to look.</param>
    /// <param name="operation">What the caller wants, for messages.</param>
    public static FutureHouseException LeftInDoubt(FutureHouseException failure, Exception? lookUp, string operation)
    {
        var text = lookUp is null
            ? Format(Messages.InDoubt, operation, failure.Message)
            : Format(Messages.InDoubtNoLookUp, operation, failure.Message, lookUp.Message);
        return failure switch
        {
            ServiceTimeoutException => new ServiceTimeoutException(text, failure)
                { Target = failure.Target, StatusCode = failure.StatusCode, ServiceDetail = failure.ServiceDetail, RequestId = failure.RequestId, IsTransient = true },
            NetworkException => new NetworkException(text, failure) { Target = failure.Target, IsTransient = true },
            _ => new ServiceUnavailableException(text, failure)
                { Target = failure.Target, StatusCode = failure.StatusCode, ServiceDetail = failure.ServiceDetail, RequestId = failure.RequestId, IsTransient = true },
        };
    }

    private static string Throttled(ApiCall call, ApiAnswer answer) => answer.RetryAfter is { } wait
        ? Format(Messages.ThrottledFor, call.Operation, Math.Ceiling(wait.TotalSeconds))
        : Format(Messages.Throttled, call.Operation);

    // What the body is, in words: its text is the proxy's or the page's, and of no use in a message.
    private static string NoJson(ApiAnswer answer)
    {
        var first = answer.Body.Span.TrimStart(" \t\r\n\uFEFF"u8);
        return first.IsEmpty ? Messages.BodyEmpty
            : first[0] == '<' || answer.MediaType == "text/html" ? Messages.BodyHtml
            : first[0] is (byte)'{' or (byte)'[' ? Messages.BodyBadJson
            : Messages.BodyText;
    }

    private static string Format(string format, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, format, arguments);
}
