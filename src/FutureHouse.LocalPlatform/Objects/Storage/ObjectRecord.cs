using System.Globalization;

namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>A finished object. Its bytes stay where the upload put them: the record lists the segments, so finishing copies nothing.</summary>
/// <param name="Name">Name of the object.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Crc32C">Base64, big-endian; empty where it is not known (yet).</param>
/// <param name="Md5">Base64; null for a multipart object.</param>
/// <param name="Generation">Microseconds since 1970, growing.</param>
/// <param name="ETag">Quoted.</param>
/// <param name="ContentType">Media type.</param>
/// <param name="ContentEncoding"><c>gzip</c> or null.</param>
/// <param name="Created">When it came to be.</param>
/// <param name="UploadId">Upload whose folder holds the segments.</param>
/// <param name="Segments">The files, in order.</param>
internal sealed record ObjectRecord(
    string Name,
    long Size,
    string Crc32C,
    string? Md5,
    long Generation,
    string ETag,
    string ContentType,
    string? ContentEncoding,
    DateTimeOffset Created,
    string UploadId,
    IReadOnlyList<Segment> Segments)
{
    public const string DefaultContentType = "application/octet-stream";

    /// <summary>Value of <c>x-goog-hash</c>.</summary>
    public string GoogHash => Md5 is null ? $"crc32c={Crc32C}" : $"crc32c={Crc32C},md5={Md5}";

    /// <summary>Value of <c>x-goog-stored-content-encoding</c>.</summary>
    public string StoredContentEncoding => ContentEncoding ?? "identity";

    public string GenerationText => Generation.ToString(CultureInfo.InvariantCulture);

    public ObjectInfo ToInfo() => new(Name, Size, Crc32C, Md5, Generation, ETag, Created);
}
