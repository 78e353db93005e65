namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>What is fixed when an upload begins; how far it got is in the files beside it.</summary>
/// <param name="Kind">Multipart or session.</param>
/// <param name="ObjectName">Object to be made.</param>
/// <param name="Created">When it began.</param>
/// <param name="ContentType">Media type of the object to be.</param>
/// <param name="ContentEncoding">Content-Encoding of the object to be (<c>gzip</c>), where it has one.</param>
/// <param name="PartHashes">Multipart: base64 MD5 of each part.</param>
/// <param name="Crc32C">Session: CRC32C declared at the start, base64.</param>
/// <param name="Md5">Session: MD5 declared at the start, base64.</param>
internal sealed record UploadState(
    UploadKind Kind,
    string ObjectName,
    DateTimeOffset Created,
    string? ContentType = null,
    string? ContentEncoding = null,
    IReadOnlyList<string>? PartHashes = null,
    string? Crc32C = null,
    string? Md5 = null);
