using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>Checks V4 signed URLs in full: method, path, headers, query and expiry (gcs-transfer, "V4 signed URLs").</summary>
internal sealed class UrlVerifier(SigningKey key, TimeProvider clock)
{
    /// <summary>How far the signer's clock may be ahead of ours.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(15);

    /// <summary>Returns when the request may pass.</summary>
    /// <param name="method">HTTP method as sent.</param>
    /// <param name="rawPath">Path as sent, still escaped.</param>
    /// <param name="query">Query parameters, unescaped, the signature among them.</param>
    /// <param name="header">Value of a header by its lower-case name, or null where the request has none.</param>
    /// <exception cref="BucketException">400 <c>InvalidArgument</c>, <c>MalformedSecurityHeader</c> or <c>ExpiredToken</c>; 403 <c>AccessDenied</c> or <c>SignatureDoesNotMatch</c>.</exception>
    public void Verify(
        string method,
        string rawPath,
        IReadOnlyList<KeyValuePair<string, string>> query,
        Func<string, string?> header)
    {
        if (Find(query, SignedQuery.Signature) is not { } signature)
        {
            throw new BucketException(403, "AccessDenied", "Access denied.", "Anonymous caller does not have access to the object.");
        }

        if (Required(query, SignedQuery.Algorithm) != StringToSign.HmacAlgorithm)
        {
            throw Malformed(SignedQuery.Algorithm);
        }

        if (!StringToSign.TryParseTime(Required(query, SignedQuery.Date), out var signedAt))
        {
            throw Malformed(SignedQuery.Date);
        }

        if (!long.TryParse(Required(query, SignedQuery.Expires), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            throw Malformed(SignedQuery.Expires);
        }

        var credential = Required(query, SignedQuery.Credential);
        var headers = SignedHeaders(Required(query, SignedQuery.SignedHeaders), header);

        // The path is unescaped and escaped again: clients differ in what they escape, not in what they mean.
        var canonical = CanonicalRequest.Build(
            method,
            Rfc3986.EscapePath(Rfc3986.Unescape(rawPath)),
            query.Where(pair => pair.Key != SignedQuery.Signature),
            headers);
        var expected = StringToSign.Sign(key.Secret, signedAt, StringToSign.Build(StringToSign.HmacAlgorithm, signedAt, canonical));
        var matches = FixedTimeEquals(expected, signature) & FixedTimeEquals($"{key.AccessId}/{StringToSign.Scope(signedAt)}", credential);
        if (!matches)
        {
            throw new BucketException(
                403,
                "SignatureDoesNotMatch",
                "Access denied.",
                "The request signature we calculated does not match the signature you provided. Check your secret and signing method.");
        }

        if (seconds < 1 || seconds > UrlSigner.LongestLifetime.TotalSeconds)
        {
            throw Malformed(SignedQuery.Expires);
        }

        CheckTime(signedAt, seconds);
    }

    private void CheckTime(DateTimeOffset signedAt, long seconds)
    {
        var now = clock.GetUtcNow();
        if (now >= signedAt.AddSeconds(seconds))
        {
            var at = signedAt.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture);
            throw new BucketException(400, "ExpiredToken", "The provided token has expired.", $"Request signature expired at: {at}");
        }

        if (signedAt - now > ClockSkew)
        {
            throw new BucketException(403, "AccessDenied", "Access denied.", "The request signature is not yet valid.");
        }
    }

    private static List<KeyValuePair<string, string>> SignedHeaders(string list, Func<string, string?> header)
    {
        var names = list.Split(';');
        if (!names.Contains("host", StringComparer.Ordinal))
        {
            throw MissingHeader("host", "Header must be among the signed headers.");
        }

        return [.. names.Select(name => KeyValuePair.Create(
            name,
            header(name) ?? throw MissingHeader(name, "Header was included in signedheaders, but not in the request.")))];
    }

    private static bool FixedTimeEquals(string expected, string actual) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(actual));

    private static string? Find(IReadOnlyList<KeyValuePair<string, string>> query, string name) =>
        query.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();

    private static string Required(IReadOnlyList<KeyValuePair<string, string>> query, string name) =>
        Find(query, name) ?? throw Malformed(name);

    private static BucketException Malformed(string parameter) =>
        new(400, "InvalidArgument", "Invalid argument.", $"Invalid query parameter: {parameter}");

    private static BucketException MissingHeader(string name, string details) =>
        new(400, "MalformedSecurityHeader", "Your request has a malformed header.", $"{name}: {details}");
}
