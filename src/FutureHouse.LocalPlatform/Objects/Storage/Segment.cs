namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>A file that holds a run of an object's bytes.</summary>
/// <param name="File">File name in the upload's folder; a full path for a file that is not the store's.</param>
/// <param name="Size">Bytes.</param>
internal sealed record Segment(string File, long Size);
