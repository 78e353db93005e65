namespace FutureHouse.LocalPlatform.Objects;

/// <summary>A part as the caller lists it on completion.</summary>
/// <param name="PartNumber">1 to 10,000.</param>
/// <param name="ETag">The part's ETag as its PUT answered it, with or without quotes.</param>
/// <param name="Checksum">Base64 MD5 of the part, where the caller sends it.</param>
public sealed record CompletedPart(int PartNumber, string ETag, string? Checksum);
