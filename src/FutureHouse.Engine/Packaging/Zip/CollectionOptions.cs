using FutureHouse.Errors;

namespace FutureHouse.Packaging.Zip;

/// <summary>How a collection's archive is written.</summary>
public sealed record CollectionOptions
{
    /// <summary>How many threads compress; 0 for one a core. The archive's bytes do not depend on it.</summary>
    public int Workers { get; init; }

    /// <summary>Bytes that may be held at once, read or compressed and not yet written.</summary>
    public long MemoryBudget { get; init; } = 64L << 20;

    /// <summary>
    /// Told of every file that is left out, because it vanished, changed or cannot be read; one at a time. The others are not affected.
    /// Without it the first such file is thrown.
    /// </summary>
    public Action<FutureHouseException>? Failed { get; init; }
}

/// <summary>What went into an archive.</summary>
/// <param name="Files">Files in it.</param>
/// <param name="Directories">Directories in it.</param>
/// <param name="SourceBytes">Bytes of the files.</param>
/// <param name="ArchiveBytes">Bytes of the archive.</param>
/// <param name="Failed">Files that were left out.</param>
/// <param name="ContentDigest">SHA-256, in hexadecimal digits, over name, size and CRC-32 of each entry in order: the same of the same content, whatever way it is compressed.</param>
public sealed record CollectionSummary(long Files, long Directories, long SourceBytes, long ArchiveBytes, long Failed, string ContentDigest);

/// <summary>How far packing or unpacking is.</summary>
/// <param name="ItemsDone">Files and directories that are done.</param>
/// <param name="ItemsTotal">Files and directories in all.</param>
/// <param name="BytesDone">Bytes of the files, uncompressed, that are done.</param>
/// <param name="BytesTotal">Bytes of the files, uncompressed, in all.</param>
public readonly record struct CollectionProgress(long ItemsDone, long ItemsTotal, long BytesDone, long BytesTotal);
