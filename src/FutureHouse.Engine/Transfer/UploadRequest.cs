namespace FutureHouse.Transfer;

/// <summary>One file to be sent (Protocol §2, §4).</summary>
public sealed record UploadRequest
{
    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>Name of the entry.</summary>
    public required string Name { get; init; }

    /// <summary>Free text about the entry.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// The <c>file_path</c> to store, with <c>/</c> between parts; by default the file's name. Never a path of this
    /// machine.
    /// </summary>
    public string? DestinationPath { get; init; }

    /// <summary>Dataset to be in.</summary>
    public Guid? DatasetId { get; init; }

    /// <summary>Project to belong to.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>Entry to be below.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>
    /// The caller's own metadata; a copy is sent, with <c>size</c> (bytes) and, for the bucket, <c>crc32c</c> (base64,
    /// big-endian) added, and <c>file_mode</c> and <c>file_modified</c> where the caller has none.
    /// </summary>
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }

    /// <summary>Vector for similarity search.</summary>
    public IReadOnlyList<float>? Embedding { get; init; }

    /// <summary>Whether the file is the archive of a collection, which always goes to the bucket.</summary>
    public bool IsCollection { get; init; }

    /// <summary>
    /// What is there already: a file that is there unchanged is not sent, and the upload gives its entry.
    /// </summary>
    public StoredFiles? Stored { get; init; }

    /// <summary>
    /// What the journal of an upload knows the file by, where that is not its path: a temporary archive stands for the
    /// directory that is in it, and an item of a hierarchy has its path there.
    /// </summary>
    internal string? JournalKey { get; init; }

    /// <summary>The journal of the hierarchy that the file is an item of.</summary>
    internal Upload.HierarchyJournal? Hierarchy { get; init; }

    /// <summary>
    /// Done with the active entry before the upload's journal goes, for what is not done until then: killed in it, the
    /// same command does it again.
    /// </summary>
    internal Func<DataEntry, Task>? Settle { get; init; }

    /// <summary>Of a collection, what tells whether another holds the same, whatever way it is compressed.</summary>
    internal string? ContentDigest { get; init; }
}

/// <summary>What a file becomes (Protocol §2, "Text or file").</summary>
public enum UploadKind
{
    /// <summary>Text in the service's database.</summary>
    Text,

    /// <summary>An object in the bucket.</summary>
    Bucket,
}

/// <summary>What sending a file would do.</summary>
/// <param name="Path">Full path of the file.</param>
/// <param name="Kind">What it becomes.</param>
/// <param name="Size">Bytes.</param>
public sealed record UploadPlan(string Path, UploadKind Kind, long Size);
