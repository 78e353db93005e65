using System.Globalization;

namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>Makes V4 signed URLs (gcs-transfer, "V4 signed URLs").</summary>
internal sealed class UrlSigner(SigningKey key, TimeProvider clock)
{
    /// <summary>The longest life a V4 signature may have.</summary>
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    /// <summary>The text is the signature's: Uri must neither unescape it nor fold its dots.</summary>
    private static readonly UriCreationOptions AsSigned = new() { DangerousDisablePathAndQueryCanonicalization = true };

    public Uri Sign(
        Uri serviceBase,
        string method,
        string bucket,
        string objectName,
        TimeSpan lifetime,
        IEnumerable<KeyValuePair<string, string>>? headers = null,
        IEnumerable<KeyValuePair<string, string>>? query = null)
    {
        var resource = SignedResource.Create(UrlStyle.Path, serviceBase.Authority, bucket, objectName);
        var path = serviceBase.AbsolutePath.TrimEnd('/') + resource.CanonicalPath;
        var signedHeaders = new List<KeyValuePair<string, string>>(headers ?? []) { new("host", resource.Host) };
        var seconds = (long)Math.Clamp(lifetime.TotalSeconds, 1, LongestLifetime.TotalSeconds);

        // Whole seconds: the date in the URL is what the signature covers.
        var now = clock.GetUtcNow();
        var parameters = new List<KeyValuePair<string, string>>(query ?? [])
        {
            new(SignedQuery.Algorithm, StringToSign.HmacAlgorithm),
            new(SignedQuery.Credential, $"{key.AccessId}/{StringToSign.Scope(now)}"),
            new(SignedQuery.Date, StringToSign.FormatTime(now)),
            new(SignedQuery.Expires, seconds.ToString(CultureInfo.InvariantCulture)),
            new(SignedQuery.SignedHeaders, string.Join(';', signedHeaders.Select(h => h.Key.ToLowerInvariant()).Order(StringComparer.Ordinal))),
        };

        var canonical = CanonicalRequest.Build(method, path, parameters, signedHeaders);
        var signature = StringToSign.Sign(key.Secret, now, StringToSign.Build(StringToSign.HmacAlgorithm, now, canonical));
        return new Uri(
            $"{serviceBase.Scheme}://{resource.Host}{path}?{CanonicalRequest.Query(parameters)}&{SignedQuery.Signature}={signature}",
            AsSigned);
    }
}
