namespace FutureHouse.Packaging.Zip;

/// <summary>An entry as the archive's directory has it.</summary>
internal sealed class ZipEntry
{
    /// <summary>The name as it is stored.</summary>
    public required ReadOnlyMemory<byte> RawName { get; init; }

    /// <summary>Path with <c>/</c> between parts, none at the end.</summary>
    public required string Path { get; init; }

    public required bool IsDirectory { get; init; }

    public required ushort Flags { get; init; }

    public required ushort Method { get; init; }

    public required uint Crc { get; init; }

    public required long Size { get; init; }

    public required long CompressedSize { get; init; }

    /// <summary>Where its local header is, from the start of the file.</summary>
    public required long Offset { get; init; }

    /// <summary>Permissions without setuid, setgid and sticky; <see langword="null"/> where the archive has none.</summary>
    public required UnixFileMode? Mode { get; init; }

    public required DateTime ModifiedUtc { get; init; }

    /// <summary>Where its bytes end at the latest: the next entry's header, or the directory.</summary>
    public long Bound { get; set; }
}
