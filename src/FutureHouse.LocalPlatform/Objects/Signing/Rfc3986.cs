namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>Percent-encoding as V4 signing wants it: all but unreserved characters, upper-case hex.</summary>
internal static class Rfc3986
{
    public static string Escape(string text) => Uri.EscapeDataString(text);

    /// <summary>Escapes a path: slashes stay, also doubled and leading ones.</summary>
    public static string EscapePath(string path) => string.Join('/', path.Split('/').Select(Escape));

    /// <summary>Undoes percent-encoding. A plus sign is a plus sign: query strings of signed URLs are no forms.</summary>
    public static string Unescape(string text) => Uri.UnescapeDataString(text);

    /// <summary>The names and values of a raw query string, in order, unescaped.</summary>
    public static List<KeyValuePair<string, string>> ParseQuery(string? rawQuery)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var pair in (rawQuery ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            pairs.Add(equals < 0
                ? new(Unescape(pair), "")
                : new(Unescape(pair[..equals]), Unescape(pair[(equals + 1)..])));
        }

        return pairs;
    }
}
