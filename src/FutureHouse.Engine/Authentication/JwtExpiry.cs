using System.Text.Json;

namespace FutureHouse.Authentication;

/// <summary>Reads when a JWT expires (RFC 7519, <c>exp</c>). The signature is the service's to check.</summary>
internal static class JwtExpiry
{
    /// <summary>The expiry of a token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The time, or <see langword="null"/> for a token that does not tell it.</returns>
    public static DateTimeOffset? Read(string token)
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
            return claims.RootElement.ValueKind == JsonValueKind.Object && claims.RootElement.TryGetProperty("exp", out var expiry)
                && expiry.ValueKind == JsonValueKind.Number && expiry.TryGetDouble(out var seconds)
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
                : null;
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException)
        {
            return null;
        }
    }
}
