namespace FutureHouse;

/// <summary>A revision of an entry (Protocol §7): what it held from one change to the next. Immutable.</summary>
public sealed record DataRevision
{
    /// <summary>Identifier of the revision.</summary>
    public required Guid Id { get; init; }

    /// <summary>The entry it is a revision of.</summary>
    public required Guid EntryId { get; init; }

    /// <summary>Counts the published revisions, from 0; a draft's is the one it gets if it is published next.</summary>
    public int? Version { get; init; }

    /// <summary>The revision it was made from; <see langword="null"/> for the first.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Name of the entry in it.</summary>
    public string? Name { get; init; }

    /// <summary>User who made it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was published; <see langword="null"/> for a draft.</summary>
    public DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Bytes: of the file, or of the text as UTF-8.</summary>
    public long? Size { get; init; }

    /// <summary>The same as <see cref="Id"/>, under the name that parameters have.</summary>
    public Guid RevisionId => Id;

    /// <summary>Version and identifier; never content.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => PublishedAt is null ? $"draft ({Id:D})" : $"version {Version} ({Id:D})";
}
