namespace FutureHouse.Packaging;

/// <summary>A file or directory of a tree that is to be uploaded.</summary>
/// <param name="RelativePath">Its path below the tree's root, with <c>/</c> between parts, whatever the machine.</param>
/// <param name="FullPath">Where it is on this machine. Of a link that is followed, the link's own path.</param>
/// <param name="IsDirectory">Whether it is a directory.</param>
/// <param name="Size">Bytes; 0 of a directory.</param>
/// <param name="Modified">When its content last changed.</param>
/// <param name="Mode">Its Unix permissions; <see langword="null"/> where the machine has none.</param>
public sealed record TreeItem(string RelativePath, string FullPath, bool IsDirectory, long Size, DateTimeOffset Modified, UnixFileMode? Mode);
