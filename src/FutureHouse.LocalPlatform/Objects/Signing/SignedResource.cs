namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>A bucket or an object as a signed URL names it.</summary>
/// <param name="Host">Value of the Host header.</param>
/// <param name="CanonicalPath">Escaped path.</param>
internal sealed record SignedResource(string Host, string CanonicalPath)
{
    /// <param name="style">Where the bucket's name goes.</param>
    /// <param name="host">Host of the service (for <see cref="UrlStyle.BucketBound"/>: of the bucket), with a port that is not the default.</param>
    /// <param name="bucket">Name of the bucket.</param>
    /// <param name="objectName">Name of the object; null for the bucket itself.</param>
    public static SignedResource Create(UrlStyle style, string host, string bucket, string? objectName)
    {
        var inBucket = objectName is null ? "" : "/" + Rfc3986.EscapePath(objectName);
        return style switch
        {
            UrlStyle.Path => new(host, "/" + Rfc3986.Escape(bucket) + inBucket),
            UrlStyle.VirtualHosted => new($"{bucket}.{host}", inBucket.Length == 0 ? "/" : inBucket),
            _ => new(host, inBucket.Length == 0 ? "/" : inBucket),
        };
    }
}
