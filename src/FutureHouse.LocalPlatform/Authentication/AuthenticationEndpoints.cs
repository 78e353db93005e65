using FutureHouse.LocalPlatform.Api;

namespace FutureHouse.LocalPlatform.Authentication;

/// <summary>Log-in, the caller of a request, and the caller's organisations (Protocol §1).</summary>
internal static class AuthenticationEndpoints
{
    private const string ApiPrefix = "/v0.1";
    private static readonly object CallerKey = new();

    /// <summary>Refuses calls without a valid token, and leaves word of who calls.</summary>
    public static void UseAuthenticatedCaller(this WebApplication app)
    {
        var tokens = app.Services.GetRequiredService<AccessTokens>();
        var users = app.Services.GetRequiredService<UserDirectory>();
        app.Use((context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments(ApiPrefix, StringComparison.Ordinal))
            {
                return next(context);
            }

            var header = context.Request.Headers.Authorization.ToString();
            if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            {
                throw new ApiException(StatusCodes.Status401Unauthorized, "Not authenticated");
            }

            var state = tokens.Check(header["Bearer ".Length..].Trim(), out var id);
            if (state != TokenState.Valid || users.ById(id) is not { } user)
            {
                throw new ApiException(StatusCodes.Status401Unauthorized, state == TokenState.Expired ? "Token has expired" : "Invalid token");
            }

            context.Items[CallerKey] = user;
            return next(context);
        });
    }

    public static PlatformUser Caller(this HttpContext context) => (PlatformUser)context.Items[CallerKey]!;

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
        });

        app.MapGet("/v0.1/organizations", (HttpContext context) => Results.Json(new[] { new { name = context.Caller().Organization } }));
    }
}
