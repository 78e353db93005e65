using FutureHouse.Errors;
using FutureHouse.Packaging;

namespace FutureHouse.Transfer;

/// <summary>A directory to be sent as a hierarchy: an entry for itself, and one for each directory and file in it (Protocol §2, "directory, hierarchical").</summary>
public sealed record TreeUploadRequest
{
    /// <summary>Full path of the directory.</summary>
    public required string Root { get; init; }

    /// <summary>Name of the root entry.</summary>
    public required string Name { get; init; }

    /// <summary>Description of the root entry; where it is <see langword="null"/> the manifest's, and without that none, as the Python client does.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// What is in the directory, a directory before what is in it, and with nothing else between: as a walk in depth gives it. Read from one thread, while entries are being made,
    /// and only so far ahead as there is work for.
    /// </summary>
    public required IEnumerable<TreeItem> Items { get; init; }

    /// <summary>Folder to store the files below, with <c>/</c> between parts; by default none, so that each is stored under its path below <see cref="Root"/>.</summary>
    public string? DestinationPath { get; init; }

    /// <summary>Dataset of the root entry; all else is in the one that the service answers for the root.</summary>
    public Guid? DatasetId { get; init; }

    /// <summary>Project of every entry.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>Entry that the root entry is to be below.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Tags of every entry.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Metadata of every entry; what the manifest says of an item goes over it.</summary>
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }

    /// <summary>Vector of the root entry, for similarity search.</summary>
    public IReadOnlyList<float>? Embedding { get; init; }

    /// <summary>Descriptions and metadata; what it does not name gets a generated description.</summary>
    public Manifest? Manifest { get; init; }

    /// <summary>What is there already: directories that are there take what is new in them, and files that are there unchanged are not sent.</summary>
    public StoredFiles? Stored { get; init; }

    /// <summary>Entries made at once, at most.</summary>
    public int Concurrency { get; init; } = 16;
}

/// <summary>Is told of what becomes of a directory's items, one call at a time.</summary>
public interface ITreeUploadObserver
{
    /// <summary>An entry is made and its data sent: first the root's, and every other after its directory's.</summary>
    /// <param name="item">The item; <see langword="null"/> for the root.</param>
    /// <param name="entry">Its entry.</param>
    void Uploaded(TreeItem? item, DataEntry entry);

    /// <summary>An item could not be sent; the others go on. Of a directory it is one error, which says how many items in it were not sent.</summary>
    /// <param name="item">The item.</param>
    /// <param name="error">Why, with the item's path as target.</param>
    void Failed(TreeItem item, FutureHouseException error);

    /// <summary>A file is about to be sent.</summary>
    /// <param name="item">The file.</param>
    /// <returns>What is told of its progress, from several threads; or <see langword="null"/>.</returns>
    IProgress<TransferProgress>? Starting(TreeItem item);
}

/// <summary>What became of a directory.</summary>
/// <param name="Root">The root entry.</param>
/// <param name="Uploaded">Entries made, the root's included.</param>
/// <param name="Failed">Items that failed, each of which was an error.</param>
/// <param name="NotSent">Items that were not tried, as the entry of a directory above them failed.</param>
public sealed record TreeUploadResult(DataEntry Root, long Uploaded, long Failed, long NotSent);
