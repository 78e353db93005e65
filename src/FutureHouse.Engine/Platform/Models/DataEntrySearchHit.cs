using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;

namespace FutureHouse;

/// <summary>An entry that a search found (Protocol §6). Immutable. A hit may lack what reading the entry tells: its locations, a long text.</summary>
public sealed record DataEntrySearchHit : DataEntry
{
    /// <summary>Makes a hit of an entry.</summary>
    /// <param name="entry">What the service tells of the entry.</param>
    [SetsRequiredMembers]
    public DataEntrySearchHit(DataEntry entry)
        : base(entry)
    {
    }

    /// <summary>How well the entry fits: only the order counts, except of similarity, where it is the cosine; <see langword="null"/> where the service does not tell.</summary>
    public double? Score { get; init; }

    /// <summary>Where asked for: parts of the fields in which something was found, by field, with what was found between <c>&lt;em&gt;</c> and <c>&lt;/em&gt;</c>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Highlights { get; init; } = ReadOnlyDictionary<string, IReadOnlyList<string>>.Empty;
}
