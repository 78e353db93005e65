using System.Text.Json;

namespace FutureHouse.Authentication;

/// <summary>Reads what a JWT says (RFC 7519). The signature is the service's to check.</summary>
internal static class JwtClaims
{
    /// <summary>The expiry of a token (<c>exp</c>).</summary>
    /// <param name="token">The token.</param>
    /// <returns>The time, or <see langword="null"/> for a token that does not tell it.</returns>
    public static DateTimeOffset? Expiry(string token) => Read(token, "exp") is { ValueKind: JsonValueKind.Number } expiry && expiry.TryGetDouble(out var seconds)
        && seconds is > -6e10 and < 2.5e11
        ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
        : null;

    /// <summary>Whose token it is (<c>sub</c>).</summary>
    /// <param name="token">The token.</param>
    /// <returns>The user, or <see langword="null"/> for a token that does not tell it.</returns>
    public static string? Subject(string token) =>
        Read(token, "sub") is { ValueKind: JsonValueKind.String } subject && subject.GetString() is { Length: > 0 } user ? user : null;

    private static JsonElement? Read(string token, string claim)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            var text = parts[1].Replace('-', '+').Replace('_', '/');
            using var claims = JsonDocument.Parse(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '=')));
            return claims.RootElement.ValueKind == JsonValueKind.Object && claims.RootElement.TryGetProperty(claim, out var value) ? value.Clone() : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException)
        {
            return null;
        }
    }
}
