using System.Globalization;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;
using FutureHouse.Resilience;

namespace FutureHouse.Authentication;

/// <summary>
/// Holds the access token (Protocol §1): logs in with the API key, renews the token before it expires, and on request when the service refused it.
/// However many calls need a new token at once, one log-in serves them all.
/// </summary>
internal sealed class TokenProvider : IDisposable
{
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(30);

    // A token with less left than this might expire on its way.
    private static readonly TimeSpan LastUse = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly PlatformClientOptions _options;
    private readonly ApiTransport _transport;
    private readonly RetryPipeline _retries;
    private readonly SecureString? _apiKey;
    private AccessToken? _current;
    private Task<AccessToken>? _logIn;

    public TokenProvider(PlatformClientOptions options, ApiTransport transport, RetryPipeline retries)
    {
        _options = options;
        _transport = transport;
        _retries = retries;
        if (options.Token is { } ready)
        {
            _current = Ready(ready);
        }
        else
        {
            // A copy: the caller may dispose of its own.
            _apiKey = options.ApiKey?.Copy() ?? throw new NotConnectedException(string.Format(CultureInfo.CurrentCulture, Messages.NoCredential, options.ServiceUri));
        }
    }

    /// <summary>Whether a new token can be got: not for a ready token.</summary>
    public bool CanRenew => _apiKey is not null;

    /// <summary>When the token at hand expires, if there is one and it tells.</summary>
    public DateTimeOffset? ExpiresAt
    {
        get
        {
            lock (_gate)
            {
                return _current?.ExpiresAt;
            }
        }
    }

    /// <summary>A token that is good for a while.</summary>
    /// <param name="ct">Ends the wait; a log-in that others wait for goes on.</param>
    /// <returns>The token.</returns>
    public Task<string> GetAsync(CancellationToken ct)
    {
        Task<AccessToken> logIn;
        lock (_gate)
        {
            var now = _options.TimeProvider.GetUtcNow();
            if (_current is not null && !(_current.RenewAt <= now))
            {
                return Task.FromResult(_current.Value);
            }

            if (!CanRenew)
            {
                // An expiry here may be this machine's clock: the service has the last word while there is any doubt.
                return Task.FromResult(_current!.Value);
            }

            logIn = LogInOnce();
            if (_current?.ExpiresAt - LastUse > now)
            {
                // Still good while the next is being fetched, and for another try should that fail.
                return Task.FromResult(_current!.Value);
            }
        }

        return ValueAsync(logIn, ct);
    }

    /// <summary>Who logs in, in words that are the same in every process and for every token: the user that the token names, else a hash of the key.</summary>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>The user; no secret.</returns>
    public async Task<string> GetCallerAsync(CancellationToken ct)
    {
        var token = await GetAsync(ct).ConfigureAwait(false);
        return JwtClaims.Subject(token) ?? Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(_apiKey is null ? token : Secrets.Reveal(_apiKey))));
    }

    /// <summary>A token other than one that the service refused.</summary>
    /// <param name="refused">The refused token.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>A newer token.</returns>
    public Task<string> RenewAsync(string refused, CancellationToken ct)
    {
        Task<AccessToken> logIn;
        lock (_gate)
        {
            // Another call may have renewed it while this one was on its way.
            if (_logIn is null && _current is not null && _current.Value != refused)
            {
                return Task.FromResult(_current.Value);
            }

            logIn = LogInOnce();
        }

        return ValueAsync(logIn, ct);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
        _apiKey?.Dispose();
    }

    private static async Task<string> ValueAsync(Task<AccessToken> logIn, CancellationToken ct) => (await logIn.WaitAsync(ct).ConfigureAwait(false)).Value;

    // Under the gate. The log-in belongs to no single caller, so that the one who began it can leave without failing the others.
    private Task<AccessToken> LogInOnce()
    {
        if (_logIn is null)
        {
            var closed = _closed.Token;
            _logIn = Task.Run(() => LogInAndKeepAsync(closed), closed);
            // Looked at here, so that a failure nobody waits for any more is not an unobserved one.
            _ = _logIn.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        return _logIn;
    }

    private async Task<AccessToken> LogInAndKeepAsync(CancellationToken ct)
    {
        AccessToken? token = null;
        try
        {
            return token = await LogInAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            // Both at once: who asks in between must not be given the token that was refused.
            lock (_gate)
            {
                _current = token ?? _current;
                _logIn = null;
            }
        }
    }

    private async Task<AccessToken> LogInAsync(CancellationToken ct)
    {
        var key = Secrets.Reveal(_apiKey!);
        if (key.Length == 0)
        {
            throw new AuthenticationFailedException(Messages.ApiKeyEmpty) { Target = _options.ServiceUri };
        }

        var body = PlatformJson.Write(new LogInBody(key), PlatformJson.Wire.LogInBody);
        try
        {
            var call = new ApiCall(HttpMethod.Post, "auth/login", string.Format(CultureInfo.CurrentCulture, Messages.OpLogIn, _options.ServiceUri))
            {
                Body = body,
                Timeout = _options.CallTimeout,
                Target = _options.ServiceUri,
                Secret = key,
            };
            return await _retries.ExecuteAsync(async token => Read(call, await _transport.SendAsync(call, null, token).ConfigureAwait(false)), null, ct).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    private AccessToken Read(ApiCall call, ApiAnswer answer)
    {
        if (answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity)
        {
            throw ErrorMapper.LogInRefused(call, answer);
        }

        if (!answer.IsSuccess)
        {
            throw _transport.Errors.Refused(call, answer);
        }

        LogInAnswer? read;
        try
        {
            read = JsonSerializer.Deserialize(answer.Body.Span, PlatformJson.Wire.LogInAnswer);
        }
        catch (JsonException e)
        {
            // Without the exception's own text, which may quote the body.
            throw _transport.Errors.Unreadable(call, answer, e);
        }

        if (string.IsNullOrWhiteSpace(read?.AccessToken))
        {
            throw new ServiceUnavailableException(string.Format(CultureInfo.CurrentCulture, Messages.LogInWithoutToken, call.Operation))
                { Target = call.Target, StatusCode = answer.Status, RequestId = answer.RequestId };
        }

        var value = Sendable(read.AccessToken.Trim());
        var now = _options.TimeProvider.GetUtcNow();
        var lifetime = read.ExpiresIn is > 0 and < 1e9 ? TimeSpan.FromSeconds(read.ExpiresIn.Value) : JwtClaims.Expiry(value) - now ?? DefaultLifetime;
        var margin = lifetime / 5 < LongestMargin ? lifetime / 5 : LongestMargin;
        return new AccessToken(value, now + lifetime, now + lifetime - margin);
    }

    private static AccessToken Ready(SecureString token)
    {
        var value = Sendable(Secrets.Reveal(token));
        return new AccessToken(value, JwtClaims.Expiry(value), null);
    }

    // A header takes one line of visible ASCII; anything else would be an exception that quotes the token.
    private static string Sendable(string value) => value.Length > 0 && value.All(c => c is > ' ' and < '\u007F')
        ? value
        : throw new AuthenticationFailedException(Messages.TokenMalformed);

    private sealed record AccessToken(string Value, DateTimeOffset? ExpiresAt, DateTimeOffset? RenewAt)
    {
        public override string ToString() => nameof(AccessToken);
    }
}
