namespace FutureHouse;

/// <summary>A group of entries (Protocol §3). Immutable.</summary>
public sealed record Dataset
{
    /// <summary>Identifier.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name; never empty.</summary>
    public required string Name { get; init; }

    /// <summary>Free text about the dataset.</summary>
    public string? Description { get; init; }

    /// <summary>Owner; not in the answer to a creation.</summary>
    public string? UserId { get; init; }

    /// <summary>When the dataset was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the dataset was last changed.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Its entries; empty in the answer to a creation.</summary>
    public IReadOnlyList<DataEntry> Entries { get; init; } = [];

    /// <summary>Name and identifier.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{Name} ({Id:D})";
}
