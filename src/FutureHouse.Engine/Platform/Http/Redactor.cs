using System.Text.RegularExpressions;

namespace FutureHouse.Platform.Http;

/// <summary>Makes a service's words fit for a message: one line, bounded, and without keys, tokens and the queries of signed URLs.</summary>
internal static partial class Redactor
{
    private const int MaxLength = 500;

    /// <summary>Cleans a text.</summary>
    /// <param name="text">Text of the service.</param>
    /// <param name="secret">A secret of the call that the service might echo.</param>
    /// <returns>The text, or <see langword="null"/> where nothing is left.</returns>
    public static string? Clean(string? text, string? secret)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (!string.IsNullOrEmpty(secret))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        text = UrlQuery().Replace(text, "$1?***");
        text = Token().Replace(text, "***");
        text = Controls().Replace(text, " ").Trim();
        return text.Length == 0 ? null : text.Length > MaxLength ? string.Concat(text.AsSpan(0, MaxLength), "…") : text;
    }

    [GeneratedRegex(@"(https?://[^\s?""'<>]+)\?[^\s""'<>]+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UrlQuery();

    [GeneratedRegex(@"\beyJ[\w-]{8,}(\.[\w-]+){0,2}|(?<=\bBearer\s+)[\w.~+/=-]{8,}", RegexOptions.CultureInvariant)]
    private static partial Regex Token();

    [GeneratedRegex(@"[\p{Cc}\p{Zl}\p{Zp}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Controls();
}
