namespace FutureHouse.Platform;

/// <summary>A revision to be made (Protocol §7): of text, or of another entry's bytes. Sending the same twice makes one.</summary>
public sealed record RevisionUpdate
{
    /// <summary>Identifier of the new revision; a new one by default.</summary>
    public Guid RevisionId { get; init; } = Guid.NewGuid();

    /// <summary>The revision that was read before the change; must be the latest published.</summary>
    public required Guid BaseRevisionId { get; init; }

    /// <summary>The new text.</summary>
    public string? Content { get; init; }

    /// <summary>The active entry whose text or bytes the revision takes.</summary>
    public Guid? SourceEntryId { get; init; }

    /// <summary>New name of the entry.</summary>
    public string? Name { get; init; }

    /// <summary>New description of the entry.</summary>
    public string? Description { get; init; }

    /// <summary>Whether it is shown at once; else it is a draft, which only who may edit the entry sees.</summary>
    public bool Publish { get; init; } = true;
}
