using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>The string to sign of V4 signing, and its HMAC signature.</summary>
internal static class StringToSign
{
    public const string HmacAlgorithm = "GOOG4-HMAC-SHA256";
    public const string Location = "auto";
    private const string Service = "storage";
    private const string Terminator = "goog4_request";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    public static string FormatTime(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static bool TryParseTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>Credential scope, <c>date/auto/storage/goog4_request</c>.</summary>
    public static string Scope(DateTimeOffset time) => $"{FormatTime(time)[..8]}/{Location}/{Service}/{Terminator}";

    public static string Build(string algorithm, DateTimeOffset time, string canonicalRequest) =>
        $"{algorithm}\n{FormatTime(time)}\n{Scope(time)}\n" +
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonicalRequest)));

    /// <summary>Signature in lower-case hex: the key is chained over date, location, service and terminator.</summary>
    public static string Sign(string secret, DateTimeOffset time, string stringToSign)
    {
        var key = Encoding.UTF8.GetBytes("GOOG4" + secret);
        foreach (var step in (ReadOnlySpan<string>)[FormatTime(time)[..8], Location, Service, Terminator, stringToSign])
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(step));
        }

        return Convert.ToHexStringLower(key);
    }
}
