using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace FutureHouse.LocalPlatform.Authentication;

/// <summary>
/// Reads the caller from the access token (Protocol §1). Every endpoint requires a caller unless it is marked with <c>AllowAnonymous</c>, and so does every path that has no endpoint: what is
/// added later is closed until it says otherwise, and no spelling of a path opens one.
/// </summary>
internal sealed class BearerAuthentication(AccessTokens tokens, UserDirectory users) : IAuthenticationHandler
{
    private const string Scheme = "Bearer";
    private HttpContext _context = null!;

    public static void AddTo(IServiceCollection services)
    {
        // Without AddAuthentication, which also sets up keys that protect cookies, in files of the user's home.
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<BearerAuthentication>(Scheme, null);
            options.DefaultScheme = Scheme;
        });
        services.AddTransient<BearerAuthentication>();
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build());
    }

    public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
    {
        _context = context;
        return Task.CompletedTask;
    }

    public Task<AuthenticateResult> AuthenticateAsync() => Task.FromResult(Authenticate());

    public async Task ChallengeAsync(AuthenticationProperties? properties)
    {
        var detail = Authenticate().Failure?.Message ?? "Not authenticated";
        _context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        _context.Response.Headers.WWWAuthenticate = Scheme;
        await _context.Response.WriteAsJsonAsync(new { detail }, _context.RequestAborted);
    }

    /// <summary>Never asked for: the one policy there is asks only for a caller.</summary>
    public Task ForbidAsync(AuthenticationProperties? properties) => ChallengeAsync(properties);

    private AuthenticateResult Authenticate()
    {
        var header = _context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        var state = tokens.Check(header[Scheme.Length..].Trim(), out var id);
        return state == TokenState.Valid && users.ById(id) is { } user
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new CallerIdentity(user)), Scheme))
            : AuthenticateResult.Fail(state == TokenState.Expired ? "Token has expired" : "Invalid token");
    }
}

/// <summary>A user who has shown a token.</summary>
internal sealed class CallerIdentity(PlatformUser user) : ClaimsIdentity("Bearer")
{
    public PlatformUser User => user;
}
