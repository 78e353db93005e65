using FutureHouse.Errors;

namespace FutureHouse.Packaging.Zip;

/// <summary>How an archive is unpacked, and what is too much.</summary>
public sealed record UnpackOptions
{
    /// <summary>
    /// Whether a directory that has the name already is merged, and files in it that the archive has too are replaced. Its other files stay, and so do read-only ones and links.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>
    /// Told of everything that could not be put in its place; the rest is. Without it, nothing is put in its place where something is in the way, and the first such thing is thrown.
    /// </summary>
    public Action<FutureHouseException>? Failed { get; init; }

    /// <summary>What the archive is called in messages; by default its path.</summary>
    public string? ArchiveName { get; init; }

    /// <summary>
    /// Says which name to use instead of the archive's own, such as <c>a (2)</c> where <c>a</c> was made in the same call: of the name, whether it is a directory's, and whether the file system
    /// ignores case. Called once.
    /// </summary>
    public Func<string, bool, bool, string>? ChooseName { get; init; }

    /// <summary>How many threads unpack; 0 for one a core.</summary>
    public int Workers { get; init; }

    /// <summary>Bytes that the files may have together, uncompressed. What does not fit the destination's free space is refused anyway.</summary>
    public long MaxTotalBytes { get; init; } = 1L << 40;

    /// <summary>How many times its size an archive, or an entry, may grow. Deflate reaches 1,032, of nothing but zeros.</summary>
    public double MaxRatio { get; init; } = 1000;

    /// <summary>Bytes, uncompressed, below which <see cref="MaxRatio"/> does not matter.</summary>
    public long RatioFloor { get; init; } = 100L << 20;

    /// <summary>Files and directories that an archive may have, with those that are only part of a path.</summary>
    public int MaxEntries { get; init; } = 2_000_000;
}
