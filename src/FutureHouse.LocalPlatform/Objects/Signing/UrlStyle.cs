namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>Where a signed URL carries the bucket's name.</summary>
internal enum UrlStyle
{
    /// <summary><c>https://host/bucket/object</c>.</summary>
    Path,

    /// <summary><c>https://bucket.host/object</c>.</summary>
    VirtualHosted,

    /// <summary><c>https://host-of-the-bucket/object</c>.</summary>
    BucketBound,
}
