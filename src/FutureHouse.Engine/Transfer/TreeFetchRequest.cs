using FutureHouse.Errors;

namespace FutureHouse.Transfer;

/// <summary>A hierarchy to be fetched as a directory (Protocol §2, "directory, hierarchical").</summary>
public sealed record TreeFetchRequest
{
    /// <summary>The root entry.</summary>
    public required DataEntry Root { get; init; }

    /// <summary>The entries of its dataset, among others those below it; where it is <see langword="null"/>, the dataset is read.</summary>
    public IReadOnlyList<DataEntry>? Entries { get; init; }

    /// <summary>Folder to make the directory in, which must exist.</summary>
    public required string DestinationDirectory { get; init; }

    /// <summary>
    /// Whether a directory of that name is merged, and files in it that have the same path replaced. Its other files stay, and so do read-only ones and links, each of which is a failure.
    /// </summary>
    public bool Force { get; init; }

    /// <summary>Files fetched at once, at most.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Names given so far; the same for all fetches that are not to overwrite each other's files. Without one, the fetch is by itself.</summary>
    public Naming? Naming { get; init; }

    /// <summary><see cref="Naming"/>, once the engine has seen to it that there is one.</summary>
    internal Naming Names => Naming!;
}

/// <summary>Is told of what becomes of a hierarchy's entries, one call at a time.</summary>
public interface ITreeFetchObserver
{
    /// <summary>A file is fetched.</summary>
    /// <param name="entry">Its entry.</param>
    /// <param name="relativePath">Its path below the directory, with <c>/</c> between parts. It is there when the whole is.</param>
    void Fetched(DataEntry entry, string relativePath);

    /// <summary>An entry could not be fetched; the others go on, and the directory is made without it.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="error">Why.</param>
    void Failed(DataEntry entry, FutureHouseException error);

    /// <summary>Something has another name than the stored one: this system cannot hold it, or it is taken.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="warning">The two names, and why, in words.</param>
    void Renamed(DataEntry entry, string warning);

    /// <summary>A file is about to be fetched.</summary>
    /// <param name="entry">Its entry.</param>
    /// <returns>What is told of its progress, from several threads; or <see langword="null"/>.</returns>
    IProgress<TransferProgress>? Starting(DataEntry entry);
}

/// <summary>A directory that was made of a hierarchy.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Files">Files in it that were fetched.</param>
/// <param name="Directories">Directories in it, itself not counted.</param>
/// <param name="Failed">Entries that failed, each of which was an error.</param>
/// <param name="OriginalName">The stored name of the directory, where it has another.</param>
public sealed record TreeFetchResult(string Path, long Files, long Directories, long Failed, string? OriginalName = null);
