namespace FutureHouse.LocalPlatform.Storage;

/// <summary>An entry as it is kept. Times are UTC ticks, which sort in every database.</summary>
internal sealed class EntryRow
{
    /// <summary>Counts up in the order of creation: what pages and search indexes go by. Never shown.</summary>
    public long Key { get; set; }

    public Guid Id { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public string? Content { get; set; }

    /// <summary>The embedding as it was sent.</summary>
    public string? EmbeddingJson { get; set; }

    /// <summary>The embedding scaled to length 1, so that a cosine is a sum of products; <see langword="null"/> for none and for one of zeros.</summary>
    public float[]? UnitEmbedding { get; set; }

    public required string Status { get; set; }

    public bool IsCollection { get; set; }

    public string? TagsJson { get; set; }

    public Guid? ParentId { get; set; }

    public Guid? ProjectId { get; set; }

    public Guid DatasetId { get; set; }

    public string? FilePath { get; set; }

    public required string UserId { get; set; }

    public long CreatedTicks { get; set; }

    public long ModifiedTicks { get; set; }

    public required string ShareStatus { get; set; }

    public string? ShortAlias { get; set; }

    public string? MetadataJson { get; set; }

    /// <summary>The latest published revision, whose name, text and bytes the row has (Protocol §7).</summary>
    public Guid RevisionId { get; set; }

    /// <summary>Version of that revision.</summary>
    public int Version { get; set; }

    /// <summary>The latest published revision, where an answer shows another than that.</summary>
    [System.ComponentModel.DataAnnotations.Schema.NotMapped]
    public Guid? CurrentRevisionId { get; set; }

    /// <summary>Counts the changes of the entry's revisions.</summary>
    public int Generation { get; set; }

    /// <summary>Name in the bucket, for entries whose bytes are or will be there.</summary>
    public string? ObjectName { get; set; }

    public List<LocationRow> Locations { get; set; } = [];

    public List<AccessorRow> Accessors { get; set; } = [];
}

/// <summary>
/// A revision that is not the one shown by its entry's row: a superseded one, a draft; or the shown one, once there is another. An entry with no such row has one revision, its own
/// (Protocol §7).
/// </summary>
internal sealed class RevisionRow
{
    public Guid Id { get; set; }

    public Guid EntryId { get; set; }

    public int Version { get; set; }

    public Guid? ParentRevisionId { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public string? Content { get; set; }

    public string? FilePath { get; set; }

    public string? ObjectName { get; set; }

    public string? MetadataJson { get; set; }

    public string? EmbeddingJson { get; set; }

    public required string StorageType { get; set; }

    public required string ContentType { get; set; }

    public string? Location { get; set; }

    public string? LocationMetadataJson { get; set; }

    public required string CreatedBy { get; set; }

    public string? TrajectoryId { get; set; }

    public long CreatedTicks { get; set; }

    /// <summary><see langword="null"/> for a draft.</summary>
    public long? PublishedTicks { get; set; }

    /// <summary>Hash of the request that made it: the same again changes nothing.</summary>
    public string? RequestHash { get; set; }
}

/// <summary>What an actor (a task's run) did with an entry (Protocol §6).</summary>
internal sealed class ProvenanceRow
{
    public long Key { get; set; }

    public required string ActorId { get; set; }

    public required string Operation { get; set; }

    public Guid EntryId { get; set; }

    public required string UserId { get; set; }

    public long AtTicks { get; set; }
}

/// <summary>A row of a table that <c>pg_table</c> sources may name, loaded at the start (Protocol §5).</summary>
internal sealed class SourceTableRow
{
    public required string Table { get; set; }

    public required string RowId { get; set; }

    public required string Json { get; set; }
}

/// <summary>A place where an entry's data is.</summary>
internal sealed class LocationRow
{
    public Guid Id { get; set; }

    public Guid EntryId { get; set; }

    public required string StorageType { get; set; }

    public required string ContentType { get; set; }

    public string? Location { get; set; }

    public string? MetadataJson { get; set; }

    /// <summary>Order among the entry's locations.</summary>
    public int Ordinal { get; set; }

    public long CreatedTicks { get; set; }
}

/// <summary>A user (by e-mail address) or an organisation that may read an entry.</summary>
internal sealed class AccessorRow
{
    public const string User = "user";
    public const string Organization = "organization";

    /// <summary>Longest value: it is part of an index.</summary>
    public const int MaxLength = 320;

    /// <summary>The form in which a value is kept and asked for.</summary>
    public static string Key(string value) => value.Trim().ToLowerInvariant();

    public Guid EntryId { get; set; }

    public required string Kind { get; set; }

    /// <summary>In lower case, as addresses and names are compared without regard to it.</summary>
    public required string Value { get; set; }
}

/// <summary>A dataset as it is kept.</summary>
internal sealed class DatasetRow
{
    public Guid Id { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public required string UserId { get; set; }

    public long CreatedTicks { get; set; }

    public long ModifiedTicks { get; set; }
}

/// <summary>What a request with an Idempotency-Key made (Protocol §2); kept for a day.</summary>
internal sealed class IdempotencyRow
{
    public required string UserId { get; set; }

    public required string Key { get; set; }

    public required string BodyHash { get; set; }

    public Guid EntryId { get; set; }

    public long CreatedTicks { get; set; }
}

/// <summary>An object whose entry is gone and that is still to be removed: written with the entry's removal, so that a crash between leaves nothing behind.</summary>
internal sealed class DoomedObjectRow
{
    public required string ObjectName { get; set; }
}
