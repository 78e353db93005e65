namespace FutureHouse.LocalPlatform.Objects;

/// <summary>What is known of a stored object.</summary>
/// <param name="Name">Name of the object.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Crc32cBase64">CRC32C, big-endian, base64: as in <c>x-goog-hash</c>.</param>
/// <param name="Md5Base64">MD5, base64; null for an object made by multipart upload.</param>
/// <param name="Generation">Grows with every object of this name.</param>
/// <param name="ETag">Entity tag, quoted.</param>
/// <param name="Created">When the object came to be.</param>
public sealed record ObjectInfo(string Name, long Size, string Crc32cBase64, string? Md5Base64, long Generation, string ETag, DateTimeOffset Created);
