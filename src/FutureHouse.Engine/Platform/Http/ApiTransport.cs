using System.Diagnostics;
using System.Globalization;
using FutureHouse.Resilience;

namespace FutureHouse.Platform.Http;

/// <summary>Sends one request once, and reads the whole answer or hands it on as it comes. Network failures and time-outs become typed errors here; statuses are the caller's.</summary>
internal sealed class ApiTransport : IDisposable
{
    internal const string IdempotencyKey = "Idempotency-Key";
    private const long MaxErrorSize = 256 * 1024;
    private static readonly string[] RequestIdHeaders = ["x-request-id", "x-correlation-id", "x-cloud-trace-context", "cf-ray"];

    private readonly PlatformClientOptions _options;
    private readonly HttpClient _http;

    public ApiTransport(PlatformClientOptions options)
    {
        _options = options;
        _http = HttpClients.ForApi(options);
        Errors = new ErrorMapper(options.ServiceUri);
    }

    /// <summary>Turns answers into typed errors.</summary>
    public ErrorMapper Errors { get; }

    /// <summary>How far the service's clock is ahead of ours, from the last answer that told the time.</summary>
    public TimeSpan ClockOffset { get; private set; }

    /// <summary>Sends the call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="token">Access token, or <see langword="null"/> for the log-in.</param>
    /// <param name="ct">Ends it at once.</param>
    /// <returns>The answer, of any status.</returns>
    public async Task<ApiAnswer> SendAsync(ApiCall call, string? token, CancellationToken ct)
    {
        using var exchange = new ApiExchange(this, call, _options.TimeProvider);
        using var response = await exchange.SendAsync(_http, token, ct).ConfigureAwait(false);
        return await ReadAsync(exchange, response, ct).ConfigureAwait(false);
    }

    /// <summary>Sends a call whose answer is read as it comes.</summary>
    /// <param name="call">The call.</param>
    /// <param name="token">Access token.</param>
    /// <param name="ct">Ends it at once.</param>
    /// <returns>A 2xx answer's body, to be disposed of by the caller; or the whole answer of any other status.</returns>
    public async Task<(ApiStream? Stream, ApiAnswer Answer)> OpenAsync(ApiCall call, string? token, CancellationToken ct)
    {
        var exchange = new ApiExchange(this, call, _options.TimeProvider);
        HttpResponseMessage? response = null;
        ApiStream? stream = null;
        try
        {
            response = await exchange.SendAsync(_http, token, ct).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return (null, await ReadAsync(exchange, response, ct).ConfigureAwait(false));
            }

            var body = await exchange.GuardAsync(response.Content.ReadAsStreamAsync, ct).ConfigureAwait(false);
            exchange.Log(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            stream = new ApiStream(exchange, response, body);
            return (stream, Answer(response, default, call));
        }
        finally
        {
            if (stream is null)
            {
                response?.Dispose();
                exchange.Dispose();
            }
        }
    }

    /// <summary>Notes what became of a call.</summary>
    internal void Log(ApiCall call, long started, string result) => _options.Log?.Invoke(string.Format(
        CultureInfo.CurrentCulture, Messages.LogCall, call.Method, call.ShownRoute ?? call.Route, result, Stopwatch.GetElapsedTime(started).TotalMilliseconds));

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<ApiAnswer> ReadAsync(ApiExchange exchange, HttpResponseMessage response, CancellationToken ct)
    {
        // Of an error only words are wanted: a page of a proxy's may be of any size.
        var most = response.IsSuccessStatusCode ? _options.MaxAnswerSize : Math.Min(MaxErrorSize, _options.MaxAnswerSize);
        var (body, isWhole) = await exchange.GuardAsync(token => BoundedBody.ReadAsync(response.Content, most, exchange.Alive, token), ct).ConfigureAwait(false);
        exchange.Log(((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
        var answer = Answer(response, body, exchange.Call);
        return isWhole || !response.IsSuccessStatusCode ? answer : throw Errors.TooLarge(exchange.Call, answer, most);
    }

    private ApiAnswer Answer(HttpResponseMessage response, ReadOnlyMemory<byte> body, ApiCall call)
    {
        var now = _options.TimeProvider.GetUtcNow();
        if (response.Headers.Date is { } date)
        {
            ClockOffset = date - now;
        }

        return new ApiAnswer(response.StatusCode, body, response.Content.Headers.ContentType?.MediaType)
        {
            RequestId = RequestIdHeaders.Select(name => First(response, name)).FirstOrDefault(value => value is not null),
            RetryAfter = RetryAfter.Read(response.Headers, now),
            Date = response.Headers.Date,
            RepeatsIdempotencyKey = call.IdempotencyKey is not null && First(response, IdempotencyKey) == call.IdempotencyKey,
        };
    }

    private static string? First(HttpResponseMessage response, string header) =>
        response.Headers.TryGetValues(header, out var values) ? values.FirstOrDefault(value => value.Length is > 0 and <= 200) : null;
}
