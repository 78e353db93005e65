using System.Diagnostics;
using System.Net.Http.Headers;

namespace FutureHouse.Platform.Http;

/// <summary>One request and its answer: watches for silence, and makes what breaks them off a typed error.</summary>
internal sealed class ApiExchange : IDisposable
{
    private readonly ApiTransport _transport;
    private readonly CancellationTokenSource _silence;
    private readonly long _started = Stopwatch.GetTimestamp();

    public ApiExchange(ApiTransport transport, ApiCall call, TimeProvider time)
    {
        _transport = transport;
        Call = call;
        _silence = new CancellationTokenSource(call.Timeout, time);
    }

    /// <summary>The request.</summary>
    public ApiCall Call { get; }

    /// <summary>Bytes have moved: the time of silence starts anew.</summary>
    public void Alive() => _silence.CancelAfter(Call.Timeout);

    /// <summary>Nothing is waited for: no silence counts until <see cref="Alive"/>.</summary>
    public void Rest() => _silence.CancelAfter(Timeout.InfiniteTimeSpan);

    /// <summary>Sends the request.</summary>
    /// <param name="http">The client.</param>
    /// <param name="token">Access token, or <see langword="null"/> for the log-in.</param>
    /// <param name="ct">Ends it at once.</param>
    /// <returns>The answer, its body still to be read.</returns>
    public Task<HttpResponseMessage> SendAsync(HttpClient http, string? token, CancellationToken ct) => GuardAsync(
        async linked =>
        {
            using var request = new HttpRequestMessage(Call.Method, Call.Route) { Content = new RequestBody(Call.Body, Alive) };
            if (token is not null)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            }

            if (Call.IdempotencyKey is not null)
            {
                request.Headers.Add(ApiTransport.IdempotencyKey, Call.IdempotencyKey);
            }

            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, linked).ConfigureAwait(false);
            Alive();
            return response;
        },
        ct);

    /// <summary>Does a part of the exchange.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="part">The part; its token ends with silence too.</param>
    /// <param name="ct">Ends it at once.</param>
    /// <returns>What it gave.</returns>
    public async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> part, CancellationToken ct)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, _silence.Token);
        try
        {
            return await part(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException e) when (_silence.IsCancellationRequested)
        {
            Log(Messages.LogTimedOut);
            throw _transport.Errors.TimedOut(Call, e);
        }
        catch (OperationCanceledException e)
        {
            // The handler's own time-out for making a connection: nothing was sent.
            Log(Messages.LogNotConnected);
            throw _transport.Errors.Unreachable(Call, Messages.ReasonConnectTimeout, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            Log(e.GetType().Name);
            throw _transport.Errors.Network(Call, e);
        }
    }

    /// <summary>Notes what became of it.</summary>
    /// <param name="result">The status, or what went wrong.</param>
    public void Log(string result) => _transport.Log(Call, _started, result);

    /// <inheritdoc/>
    public void Dispose() => _silence.Dispose();
}
