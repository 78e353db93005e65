using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;
using FutureHouse.Resilience;

namespace FutureHouse.Platform;

/// <summary>
/// The typed calls of the platform's API (Protocol §1 to §4). Safe for use by many threads at once. Every call logs in as needed, is repeated as the protocol
/// allows, can be cancelled, and fails with a <see cref="FutureHouseException"/>.
/// </summary>
public sealed partial class PlatformClient : IDisposable
{
    private readonly PlatformClientOptions _options;
    private readonly ApiTransport _transport;
    private readonly RetryPipeline _retries;
    private readonly TokenProvider _tokens;

    // Routes that have shown that they honour an Idempotency-Key: one that does says nothing about another.
    private readonly ConcurrentDictionary<string, bool> _keyedRoutes = new(StringComparer.Ordinal);

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="options">Service and credential.</param>
    /// <exception cref="InvalidRequestException">The address is none, or plain http to another machine.</exception>
    /// <exception cref="NotConnectedException">There is neither key nor token.</exception>
    public PlatformClient(PlatformClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options with { ServiceUri = CheckedServiceUri(options.ServiceUri) };
        ServiceUri = options.ServiceUri;
        _transport = new ApiTransport(_options);
        _retries = new RetryPipeline(_options);
        _ledger = new CreationLedger(_options.TimeProvider);
        try
        {
            _tokens = new TokenProvider(_options, _transport, _retries);
        }
        catch
        {
            _transport.Dispose();
            throw;
        }

        StorageHttp = HttpClients.ForStorage(_options);
    }

    /// <summary>Address of the service.</summary>
    public Uri ServiceUri { get; }

    /// <summary>What the service is known by in every session.</summary>
    internal string ServiceName => _options.ServiceName ?? ServiceUri.AbsoluteUri;

    /// <summary>When the access token at hand expires; it is renewed before. <see langword="null"/> before the first log-in.</summary>
    public DateTimeOffset? TokenExpiresAt => _tokens.ExpiresAt;

    /// <summary>For signed URLs: no log-in, no redirects, no cookies, no time-out of its own.</summary>
    internal HttpClient StorageHttp { get; }

    /// <summary>The service answered 429 or 503: whoever sends many requests sends fewer.</summary>
    internal event Action? SlowDownAsked;

    /// <summary>The options in force.</summary>
    internal PlatformClientOptions Options => _options;

    /// <summary>The retry policy, which exchanges with the storage share.</summary>
    internal RetryPipeline Retries => _retries;

    /// <summary>Who the calls are made as: the same in every process, and no secret.</summary>
    internal Task<string> GetCallerAsync(CancellationToken ct) => _tokens.GetCallerAsync(ct);

    /// <summary>Logs in, unless there is a good token (Protocol §1).</summary>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>A task that ends when there is a token.</returns>
    /// <exception cref="AuthenticationFailedException">The service refuses the key.</exception>
    public Task LogInAsync(CancellationToken ct) => _tokens.GetAsync(ct);

    /// <summary>Names of the caller's organisations (Protocol §1): a cheap check of the log-in.</summary>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The names, in the service's order.</returns>
    public Task<IReadOnlyList<string>> GetOrganizationsAsync(CancellationToken ct) => GetOrganizationsAsync(null, ct);

    /// <summary>The same, for show: a service that fails is asked for so long only.</summary>
    internal async Task<IReadOnlyList<string>> GetOrganizationsAsync(TimeSpan? most, CancellationToken ct)
    {
        var call = Call(HttpMethod.Get, "v0.1/organizations?filter=True", Messages.OpOrganizations, null, ServiceUri);
        var answer = await _retries.ExecuteAsync(
            async token => Read(call, await SendAsync(call, token).ConfigureAwait(false), PlatformJson.Wire.OrganizationAnswerArray, static answer => answer), null, ct, most: most).ConfigureAwait(false);
        return answer.Select(organization => organization?.Name).OfType<string>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _tokens.Dispose();
        _transport.Dispose();
        StorageHttp.Dispose();
    }

    private static Uri CheckedServiceUri(Uri? uri)
    {
        if (uri is null || !uri.IsAbsoluteUri || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp))
        {
            // A user name or query might be a secret: only the rest is shown.
            var shown = uri is { IsAbsoluteUri: true } ? uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : uri?.OriginalString;
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.ServiceUriNotAbsolute, shown));
        }

        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.ServiceUriNotSecure, uri)) { Target = uri };
        }

        // Routes are relative to it: without the slash the last segment of a base path would be lost.
        return uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
    }

    private ApiCall Call(HttpMethod method, string route, string operation, object? name, object? target) =>
        new(method, route, string.Format(CultureInfo.CurrentCulture, operation, name)) { Timeout = _options.CallTimeout, Target = target };

    /// <summary>A call that may be repeated at will.</summary>
    private Task<T> CallAsync<T>(ApiCall call, JsonTypeInfo<T> type, CancellationToken ct)
        where T : class =>
        _retries.ExecuteAsync(async token => Read(call, await SendAsync(call, token).ConfigureAwait(false), type, static answer => answer), null, ct);

    private Task<TResult> CallAsync<T, TResult>(ApiCall call, JsonTypeInfo<T> type, Func<T, TResult> map, CancellationToken ct)
        where T : class =>
        _retries.ExecuteAsync(async token => Read(call, await SendAsync(call, token).ConfigureAwait(false), type, map), null, ct);

    /// <summary>One attempt: with a good token, and once more with a new one where the service refuses it (Protocol §1).</summary>
    private async Task<ApiAnswer> SendAsync(ApiCall call, CancellationToken ct)
    {
        var token = await _tokens.GetAsync(ct).ConfigureAwait(false);
        var answer = await _transport.SendAsync(call, token, ct).ConfigureAwait(false);
        if (answer.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && _tokens.CanRenew)
        {
            token = await _tokens.RenewAsync(token, ct).ConfigureAwait(false);
            answer = await _transport.SendAsync(call, token, ct).ConfigureAwait(false);
        }

        if (answer.RepeatsIdempotencyKey)
        {
            _keyedRoutes[call.Route] = true;
        }

        return answer.IsSuccess ? answer : throw Refusal(call, answer, token);
    }

    private FutureHouseException Refusal(ApiCall call, ApiAnswer answer, string token)
    {
        if (answer.Status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
        {
            SlowDownAsked?.Invoke();
        }

        var error = _transport.Errors.Refused(call with { Secret = token }, answer);
        return error is AuthenticationFailedException && !_tokens.CanRenew
            ? new AuthenticationFailedException(string.Format(CultureInfo.CurrentCulture, Messages.TokenRefused, call.Operation, error.ServiceDetail ?? "401"))
                { Target = error.Target, StatusCode = error.StatusCode, ServiceDetail = error.ServiceDetail, RequestId = error.RequestId }
            : error;
    }

    private TResult Read<T, TResult>(ApiCall call, ApiAnswer answer, JsonTypeInfo<T> type, Func<T, TResult> map)
        where T : class
    {
        try
        {
            return map(JsonSerializer.Deserialize(answer.Body.Span, type) ?? throw new JsonException("null"));
        }
        catch (JsonException e)
        {
            throw _transport.Errors.Unreadable(call, answer, e);
        }
    }
}
