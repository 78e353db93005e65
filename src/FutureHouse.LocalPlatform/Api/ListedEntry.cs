using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>An entry of a list, with the kind of storage of its first location.</summary>
internal sealed record ListedEntry(EntryRow Entry, string? StorageType, string? ContentType)
{
    /// <summary>The entries as a list has them. The kind by queries of its own: a join would put all locations of all entries in order first.</summary>
    public static IQueryable<ListedEntry> Of(IQueryable<EntryRow> entries) => entries.Select(e => new ListedEntry(
        e,
        e.Locations.OrderBy(l => l.Ordinal).Select(l => l.StorageType).FirstOrDefault(),
        e.Locations.OrderBy(l => l.Ordinal).Select(l => l.ContentType).FirstOrDefault()));

    public Dictionary<string, object?> Answer() => EntryAnswers.Listed(Entry, StorageType, ContentType);
}
