using System.Collections.ObjectModel;

namespace FutureHouse;

/// <summary>
/// An entry of the platform: text, a file, a directory or a link to data elsewhere (Protocol §2). Immutable.
/// What the service does not tell is <see langword="null"/>, never made up.
/// </summary>
public record DataEntry
{
    /// <summary>Identifier given by the service.</summary>
    public required Guid Id { get; init; }

    /// <summary>Name; never empty.</summary>
    public required string Name { get; init; }

    /// <summary>Free text about the entry.</summary>
    public string? Description { get; init; }

    /// <summary>State; <see cref="EntryStatus.Active"/> once text or bytes are there.</summary>
    public EntryStatus Status { get; init; }

    /// <summary>Where the first location keeps the data.</summary>
    public StorageType? StorageType { get; init; }

    /// <summary>What the first location holds.</summary>
    public ContentType? ContentType { get; init; }

    /// <summary>Whether the entry is one archive of many files.</summary>
    public bool? IsCollection { get; init; }

    /// <summary>Name or path kept with the entry, with <c>/</c> between parts.</summary>
    public string? FilePath { get; init; }

    /// <summary>Bytes: of the file, of the zip, or of the text as UTF-8.</summary>
    public long? Size { get; init; }

    /// <summary>Tags, in the service's order.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The caller's own metadata; values are strings, numbers, booleans, null, lists and dictionaries.</summary>
    public ReadOnlyDictionary<string, object?>? Metadata { get; init; }

    /// <summary>Dataset the entry is in.</summary>
    public Guid? DatasetId { get; init; }

    /// <summary>Project the entry belongs to.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>Entry this one is below.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Owner.</summary>
    public string? UserId { get; init; }

    /// <summary>Who may read the entry.</summary>
    public ShareStatus? ShareStatus { get; init; }

    /// <summary>Short name that stands for <see cref="Id"/> in calls.</summary>
    public string? ShortAlias { get; init; }

    /// <summary>Version of the revision shown; 0 is what the entry was made with (Protocol §7).</summary>
    public int? Version { get; init; }

    /// <summary>Revision shown (Protocol §7).</summary>
    public Guid? RevisionId { get; init; }

    /// <summary>When the entry was made.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the entry was last changed.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Where the data is; empty where the answer carried none (entries inside a dataset's answer).</summary>
    public IReadOnlyList<DataLocation> Locations { get; init; } = [];

    /// <summary>Values of enumerations that are newer than this release: property name to the service's text. Usually empty.</summary>
    public IReadOnlyDictionary<string, string> UnknownValues { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>How a task names the entry: <c>data_entry:UUID</c> (Protocol §6).</summary>
    public string Uri => EntryId.UriPrefix + Id.ToString("D");

    /// <summary>Schema of a BigQuery source, where the service tells it of the entry.</summary>
    internal object? BigQuerySchema { get; init; }

    /// <summary>Text of the entry where the answer carried it; held, not shown.</summary>
    internal string? Content { get; init; }

    /// <summary>The text that came with the entry, or <see langword="null"/> where none did (a file, or an entry listed without its text).</summary>
    /// <returns>The text as stored.</returns>
    public string? GetText() => Content;

    /// <summary>Name and identifier; never content or an address.</summary>
    /// <returns>A line for display.</returns>
    public sealed override string ToString() => $"{Name} ({Id:D})";
}
