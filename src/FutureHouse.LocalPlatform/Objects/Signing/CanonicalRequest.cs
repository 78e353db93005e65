using System.Text;

namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>The canonical request of V4 signing: what is signed, in one agreed form.</summary>
internal static class CanonicalRequest
{
    public const string UnsignedPayload = "UNSIGNED-PAYLOAD";

    /// <summary>A signed header with this name gives the payload's hash.</summary>
    public const string PayloadHashHeader = "x-goog-content-sha256";

    /// <param name="method">HTTP method.</param>
    /// <param name="canonicalPath">Escaped path.</param>
    /// <param name="query">Query parameters unescaped, without the signature.</param>
    /// <param name="headers">The signed headers with their values.</param>
    public static string Build(
        string method,
        string canonicalPath,
        IEnumerable<KeyValuePair<string, string>> query,
        IEnumerable<KeyValuePair<string, string>> headers)
    {
        var ordered = headers
            .Select(header => (Name: header.Key.ToLowerInvariant(), Value: Fold(header.Value)))
            .OrderBy(header => header.Name, StringComparer.Ordinal)
            .ToList();
        var payload = ordered.Find(header => header.Name == PayloadHashHeader).Value ?? UnsignedPayload;

        var text = new StringBuilder()
            .Append(method).Append('\n')
            .Append(canonicalPath).Append('\n')
            .Append(Query(query)).Append('\n');
        foreach (var (name, value) in ordered)
        {
            text.Append(name).Append(':').Append(value).Append('\n');
        }

        return text.Append('\n')
            .AppendJoin(';', ordered.Select(header => header.Name)).Append('\n')
            .Append(payload)
            .ToString();
    }

    /// <summary>Query string: escaped, sorted by code point.</summary>
    public static string Query(IEnumerable<KeyValuePair<string, string>> query) => string.Join('&', query
        .Select(pair => (Name: Rfc3986.Escape(pair.Key), Value: Rfc3986.Escape(pair.Value)))
        .OrderBy(pair => pair.Name, StringComparer.Ordinal)
        .ThenBy(pair => pair.Value, StringComparer.Ordinal)
        .Select(pair => $"{pair.Name}={pair.Value}"));

    /// <summary>Trims a header's value and folds each run of white space into one space.</summary>
    private static string Fold(string value) =>
        string.Join(' ', value.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
