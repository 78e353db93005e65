using FutureHouse.Errors;
using FutureHouse.Packaging;

namespace FutureHouse.Transfer;

/// <summary>A directory to be sent as a collection: one archive, one entry (Protocol §2, "directory, collection").</summary>
public sealed record CollectionUploadRequest
{
    /// <summary>Full path of the directory.</summary>
    public required string Root { get; init; }

    /// <summary>Name of the entry; the archive is called <c>NAME.zip</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What goes into the archive, with paths relative to the directory.</summary>
    public required IEnumerable<TreeItem> Items { get; init; }

    /// <summary>Free text about the entry.</summary>
    public string? Description { get; init; }

    /// <summary>Folder to store the archive below, with <c>/</c> between parts.</summary>
    public string? DestinationPath { get; init; }

    /// <summary>Dataset to be in.</summary>
    public Guid? DatasetId { get; init; }

    /// <summary>Project to belong to.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>Entry to be below.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The caller's own metadata; a copy is sent, with <c>size</c> (bytes of the archive) and <c>crc32c</c> added, and <c>content_digest</c> where the caller has none.</summary>
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }

    /// <summary>What is there already: an archive that is there unchanged is not sent, and the upload gives its entry.</summary>
    public StoredFiles? Stored { get; init; }

    /// <summary>Vector for similarity search.</summary>
    public IReadOnlyList<float>? Embedding { get; init; }

    /// <summary>Told of every file that could not be packed, because it vanished, changed or cannot be read; the rest is packed. Without it the first such file ends the upload.</summary>
    public Action<FutureHouseException>? Failed { get; init; }

    /// <summary>Folder of the temporary archive; by default one in the user's local application data.</summary>
    public string? TemporaryDirectory { get; init; }
}
