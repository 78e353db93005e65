using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FutureHouse.LocalPlatform.Authentication;

/// <summary>Why a token does not count.</summary>
internal enum TokenState
{
    Valid,
    Invalid,
    Expired,
}

/// <summary>Makes and checks access tokens: JSON Web Tokens signed with HMAC-SHA256 (Protocol §1).</summary>
internal sealed class AccessTokens(string secret, TimeSpan lifetime, TimeProvider clock)
{
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
    private readonly byte[] _key = Encoding.UTF8.GetBytes(secret);

    /// <summary>Seconds a new token lives.</summary>
    public int LifetimeSeconds => (int)lifetime.TotalSeconds;

    public string Issue(PlatformUser user)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var payload = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["sub"] = user.Id,
            ["iat"] = now,
            ["exp"] = now + LifetimeSeconds,
            ["jti"] = Guid.NewGuid(),
        });
        var signed = $"{Header}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Sign(signed)}";
    }

    public TokenState Check(string token, out string userId)
    {
        userId = string.Empty;
        var end = token.LastIndexOf('.');
        if (end <= 0 || !token.StartsWith(Header + ".", StringComparison.Ordinal) || end <= Header.Length)
        {
            return TokenState.Invalid;
        }

        var expected = Encoding.ASCII.GetBytes(Sign(token[..end]));
        if (!CryptographicOperations.FixedTimeEquals(expected, Encoding.UTF8.GetBytes(token[(end + 1)..])))
        {
            return TokenState.Invalid;
        }

        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(token.AsSpan(Header.Length + 1, end - Header.Length - 1)));
        userId = payload.RootElement.GetProperty("sub").GetString()!;
        return clock.GetUtcNow().ToUnixTimeSeconds() < payload.RootElement.GetProperty("exp").GetInt64() ? TokenState.Valid : TokenState.Expired;
    }

    private string Sign(string text) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.ASCII.GetBytes(text)));
}
