using System.Text.Json;
using System.Text.Json.Nodes;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Revisions;

/// <summary>Goes between an entry's own row, which has what its latest published revision has, and the rows of its revisions (Protocol §7).</summary>
internal static class RevisionView
{
    /// <summary>The revision that the entry's row has, as a row of its own.</summary>
    public static RevisionRow Shown(EntryRow entry)
    {
        var location = entry.Locations.OrderBy(l => l.Ordinal).First();
        return new RevisionRow
        {
            Id = entry.RevisionId,
            EntryId = entry.Id,
            Version = entry.Version,
            Name = entry.Name,
            Description = entry.Description,
            Content = entry.Content,
            FilePath = entry.FilePath,
            ObjectName = entry.ObjectName,
            MetadataJson = entry.MetadataJson,
            EmbeddingJson = entry.EmbeddingJson,
            StorageType = location.StorageType,
            ContentType = location.ContentType,
            Location = location.Location,
            LocationMetadataJson = location.MetadataJson,
            CreatedBy = entry.UserId,
            CreatedTicks = entry.CreatedTicks,
            PublishedTicks = entry.CreatedTicks,
        };
    }

    /// <summary>The entry with what a revision has, to be answered; never to be saved.</summary>
    public static EntryRow Of(EntryRow entry, RevisionRow revision) => revision.Id == entry.RevisionId ? entry : new EntryRow
    {
        Id = entry.Id,
        Name = revision.Name,
        Description = revision.Description,
        Content = revision.Content,
        EmbeddingJson = revision.EmbeddingJson,
        Status = entry.Status,
        IsCollection = IsCollection(revision),
        TagsJson = entry.TagsJson,
        ParentId = entry.ParentId,
        ProjectId = entry.ProjectId,
        DatasetId = entry.DatasetId,
        FilePath = revision.FilePath,
        UserId = entry.UserId,
        CreatedTicks = entry.CreatedTicks,
        ModifiedTicks = entry.ModifiedTicks,
        ShareStatus = entry.ShareStatus,
        ShortAlias = entry.ShortAlias,
        MetadataJson = revision.MetadataJson,
        RevisionId = revision.Id,
        CurrentRevisionId = entry.RevisionId,
        Version = revision.Version,
        Generation = entry.Generation,
        ObjectName = revision.ObjectName,
        Locations = [Location(revision)],
        Accessors = entry.Accessors,
    };

    /// <summary>Where a revision's data is. The id of its location is the revision's: it has no row.</summary>
    public static LocationRow Location(RevisionRow revision) => new()
    {
        Id = revision.Id,
        EntryId = revision.EntryId,
        StorageType = revision.StorageType,
        ContentType = revision.ContentType,
        Location = revision.Location,
        MetadataJson = revision.LocationMetadataJson,
        CreatedTicks = revision.CreatedTicks,
    };

    /// <summary>Makes a revision the one that the entry's row has.</summary>
    public static void Apply(EntryRow entry, RevisionRow revision)
    {
        entry.Name = revision.Name;
        entry.Description = revision.Description;
        entry.Content = revision.Content;
        entry.FilePath = revision.FilePath;
        entry.ObjectName = revision.ObjectName;
        entry.MetadataJson = revision.MetadataJson;
        entry.EmbeddingJson = revision.EmbeddingJson;
        entry.UnitEmbedding = Vectors.Unit(revision.EmbeddingJson);
        entry.IsCollection = IsCollection(revision);
        entry.RevisionId = revision.Id;
        entry.Version = revision.Version;

        // The first location's row stays and changes: an entry is never without one.
        var location = entry.Locations.OrderBy(l => l.Ordinal).First();
        location.StorageType = revision.StorageType;
        location.ContentType = revision.ContentType;
        location.Location = revision.Location;
        location.MetadataJson = revision.LocationMetadataJson;
    }

    /// <summary>The entry's metadata with the <c>size</c> and <c>crc32c</c> of other bytes, where these are told.</summary>
    public static string? Measured(string? metadata, JsonNode? size, JsonNode? crc32C)
    {
        var members = metadata is null ? [] : JsonNode.Parse(metadata)!.AsObject();
        members.Remove("size");
        members.Remove("crc32c");
        foreach (var (name, value) in new[] { ("size", size), ("crc32c", crc32C) })
        {
            if (value is not null)
            {
                members[name] = value.DeepClone();
            }
        }

        return metadata is null && members.Count == 0 ? null : members.ToJsonString(Plain);
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static bool IsCollection(RevisionRow revision) => revision is { StorageType: "gcs", ContentType: "directory" };
}
