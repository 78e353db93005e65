namespace FutureHouse.LocalPlatform.Objects;

/// <summary>A multipart upload that has begun.</summary>
/// <param name="UploadId">Id of the upload.</param>
/// <param name="PartUrls">One presigned PUT URL a part, in order; bearer secrets.</param>
public sealed record MultipartTicket(string UploadId, IReadOnlyList<Uri> PartUrls);
