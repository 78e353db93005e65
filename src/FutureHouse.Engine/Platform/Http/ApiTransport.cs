using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using FutureHouse.Resilience;

namespace FutureHouse.Platform.Http;

/// <summary>Sends one request once and reads the whole answer. Network failures and time-outs become typed errors here; statuses are the caller's.</summary>
internal sealed class ApiTransport : IDisposable
{
    private const string IdempotencyKey = "Idempotency-Key";
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
        using var silence = new CancellationTokenSource(call.Timeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, silence.Token);
        void Alive() => silence.CancelAfter(call.Timeout);

        using var request = new HttpRequestMessage(call.Method, call.Route) { Content = new RequestBody(call.Body, Alive) };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (call.IdempotencyKey is not null)
        {
            request.Headers.Add(IdempotencyKey, call.IdempotencyKey);
        }

        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked.Token).ConfigureAwait(false);
            Alive();
            var body = await ReadAsync(response.Content, Alive, linked.Token).ConfigureAwait(false);
            Log(call, started, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            return Answer(response, body, call);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e) when (silence.IsCancellationRequested)
        {
            Log(call, started, Messages.LogTimedOut);
            throw Errors.TimedOut(call, e);
        }
        catch (OperationCanceledException e)
        {
            // The handler's own time-out for making a connection: nothing was sent.
            Log(call, started, Messages.LogNotConnected);
            throw Errors.Unreachable(call, Messages.ReasonConnectTimeout, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Log(call, started, e.GetType().Name);
            throw Errors.Network(call, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, Action alive, CancellationToken ct)
    {
        var stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // The length told sizes the buffer, within reason: it may be wrong.
            using var buffer = new MemoryStream((int)Math.Clamp(content.Headers.ContentLength ?? 4096, 256, 16 * 1024 * 1024));
            var slice = new byte[32 * 1024];
            int read;
            while ((read = await stream.ReadAsync(slice, ct).ConfigureAwait(false)) > 0)
            {
                alive();
                buffer.Write(slice, 0, read);
            }

            return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        }
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

    private void Log(ApiCall call, long started, string result) => _options.Log?.Invoke(string.Format(
        CultureInfo.CurrentCulture, Messages.LogCall, call.Method, call.ShownRoute ?? call.Route, result, Stopwatch.GetElapsedTime(started).TotalMilliseconds));
}
