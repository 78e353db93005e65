using System.Text;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;
using FutureHouse.Resilience;

namespace FutureHouse.Platform;

/// <content>Routes that have no method here, with the same log-in, retries and errors.</content>
public sealed partial class PlatformClient
{
    // What may be sent twice with the effect of once (RFC 9110, 9.2.2). PATCH is not among them: what it does twice is the route's affair.
    private static readonly HashSet<HttpMethod> Idempotent = [HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Put, HttpMethod.Delete];

    /// <summary>
    /// Calls any route of the service (Protocol §1). What may be repeated is; another call is sent again only where it is certain that it was not processed.
    /// </summary>
    /// <param name="raw">The call.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The answer, whose status is 2xx.</returns>
    /// <exception cref="InvalidRequestException">The path leads elsewhere or logs in, the body is no JSON, or the service refuses something.</exception>
    public async Task<RawAnswer> CallAsync(RawCall raw, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var route = Route(raw);
        var path = route.Split('?')[0];
        var call = Call(raw.Method, route, RevisionMessages.OpRaw, $"{raw.Method} /{path}", raw.Path) with
        {
            Body = Json(raw),
            Timeout = _options.ReadTimeout,
            ShownRoute = path.Length == route.Length ? null : path + "?…", // a signed address of the service's own storage is a secret
        };
        FutureHouseException? doubt = null;
        try
        {
            return await _retries.ExecuteAsync(
                async token =>
                {
                    try
                    {
                        return Raw(call, await SendAsync(call, token).ConfigureAwait(false));
                    }
                    catch (FutureHouseException e) when (e.Repeat == Repeatability.InDoubt)
                    {
                        doubt = e;
                        throw;
                    }
                    catch (NotFoundException e) when (doubt is not null && raw.Method == HttpMethod.Delete && e.ServiceDetail is not (null or "Not Found"))
                    {
                        // The first request did it and its answer was lost.
                        return new RawAnswer(204, null, default);
                    }
                },
                failure => failure.Repeat == Repeatability.NotProcessed || Idempotent.Contains(raw.Method),
                ct).ConfigureAwait(false);
        }
        catch (FutureHouseException e) when (e.Repeat == Repeatability.InDoubt && !Idempotent.Contains(raw.Method))
        {
            throw ErrorMapper.LeftInDoubt(e, null, call.Operation);
        }
    }

    /// <summary>Path and query below the service's address.</summary>
    private string Route(RawCall raw)
    {
        var given = WireText.Require(raw.Path).Trim();
        var service = _options.ServiceUri;

        // Two slashes, or backslashes, would begin another host.
        if (given.TrimStart('/', '\\') is not { Length: > 0 } path)
        {
            throw new InvalidRequestException(RevisionMessages.PathEmpty);
        }

        if (!Uri.TryCreate(service, path, out var address) || address.UserInfo.Length > 0 || address.Fragment.Length > 0 || path.Contains('\\', StringComparison.Ordinal)
            || address.Scheme != service.Scheme || address.Authority != service.Authority || !address.AbsolutePath.StartsWith(service.AbsolutePath, StringComparison.Ordinal))
        {
            throw new InvalidRequestException(Format(RevisionMessages.PathElsewhere, given.Split('?', '#')[0], service)) { Target = given.Split('?', '#')[0] };
        }

        var below = address.PathAndQuery[service.AbsolutePath.Length..];
        if (Uri.UnescapeDataString(below.Split('?')[0]).Trim('/').Equals("auth/login", StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidRequestException(Format(RevisionMessages.PathLogIn, given)) { Target = given };
        }

        var query = new StringBuilder(below);
        foreach (var (name, value) in raw.Query.Where(pair => pair.Value is not null))
        {
            query.Append(query.ToString().Contains('?', StringComparison.Ordinal) ? '&' : '?').Append(Uri.EscapeDataString(WireText.Require(name))).Append('=').Append(Uri.EscapeDataString(WireText.Require(value!)));
        }

        return query.ToString();
    }

    private static byte[] Json(RawCall raw)
    {
        if (raw.Body is null)
        {
            return [];
        }

        if (raw.Method == HttpMethod.Get || raw.Method == HttpMethod.Head)
        {
            throw new InvalidRequestException(Format(RevisionMessages.BodyNotAllowed, raw.Method)) { Target = raw.Path };
        }

        try
        {
            using var document = JsonDocument.Parse(raw.Body);
            return StrictUtf8.GetBytes(raw.Body);
        }
        catch (JsonException e)
        {
            throw new InvalidRequestException(Format(RevisionMessages.BodyNotJson, raw.Path.Split('?')[0], e.LineNumber + 1, e.BytePositionInLine + 1)) { Target = raw.Path };
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidRequestException(Format(Messages.NotUnicode, raw.Path.Split('?')[0], e.Index), e) { Target = raw.Path };
        }
    }

    /// <summary>An answer that says it is JSON has to be; a web page is a proxy's, not the service's.</summary>
    private RawAnswer Raw(ApiCall call, ApiAnswer answer)
    {
        var saysJson = answer.MediaType is { } type && (type == "application/json" || type.EndsWith("+json", StringComparison.Ordinal));
        var isJson = !answer.Body.IsEmpty && IsJson(answer.Body);
        return (saysJson && !isJson && !answer.Body.IsEmpty) || answer.MediaType == "text/html"
            ? throw _transport.Errors.Unreadable(call, answer)
            : new RawAnswer((int)answer.Status, answer.MediaType, answer.Body) { IsJson = isJson };
    }

    private static bool IsJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
