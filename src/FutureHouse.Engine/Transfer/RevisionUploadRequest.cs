namespace FutureHouse.Transfer;

/// <summary>A file whose text or bytes become a revision of an entry (Protocol §7).</summary>
public sealed record RevisionUploadRequest
{
    /// <summary>The entry.</summary>
    public required EntryId EntryId { get; init; }

    /// <summary>Full path of the file.</summary>
    public required string Path { get; init; }

    /// <summary>The revision that was read before the change; by default the latest.</summary>
    public Guid? BaseRevisionId { get; init; }

    /// <summary>New name of the entry.</summary>
    public string? Name { get; init; }

    /// <summary>New description of the entry.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it is shown at once; else it is a draft.</summary>
    public bool Publish { get; init; } = true;

    /// <summary>Told of an entry that was made to carry the bytes and could not be removed again: its identifier, and why.</summary>
    public Action<Guid, string>? LeftBehind { get; init; }
}
