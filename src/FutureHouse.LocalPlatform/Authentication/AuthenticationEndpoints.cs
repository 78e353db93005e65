using FutureHouse.LocalPlatform.Api;

namespace FutureHouse.LocalPlatform.Authentication;

/// <summary>Log-in, the caller of a request, and the caller's organisations (Protocol §1).</summary>
internal static class AuthenticationEndpoints
{
    /// <summary>The user who calls. Only for endpoints that require one.</summary>
    public static PlatformUser Caller(this HttpContext context) => ((CallerIdentity)context.User.Identity!).User;

    public static void MapAuthentication(this IEndpointRouteBuilder app)
    {
        app.MapPost("/auth/login", async (HttpContext context, UserDirectory users, AccessTokens tokens) =>
        {
            using var body = await RequestBody.ReadAsync(context);
            var key = body.String("api_key", required: true);
            body.ThrowIfInvalid();

            // As the service does, a key is taken as it comes: a newline after it makes it another key.
            var user = users.ByKey(key!) ?? throw new ApiException(StatusCodes.Status403Forbidden, "Invalid API key");
            return Results.Json(new { access_token = tokens.Issue(user), expires_in = tokens.LifetimeSeconds });
        }).AllowAnonymous();

        app.MapGet("/v0.1/organizations", (HttpContext context) => Results.Json(new[] { new { name = context.Caller().Organization } }));
    }
}
