namespace FutureHouse.LocalPlatform.Storage;

/// <summary>An entry as it is kept. Times are UTC ticks, which sort in every database.</summary>
internal sealed class EntryRow
{
    public Guid Id { get; set; }

    public required string Name { get; set; }

    public string? Description { get; set; }

    public string? Content { get; set; }

    public string? EmbeddingJson { get; set; }

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

    public Guid RevisionId { get; set; }

    /// <summary>Name in the bucket, for entries whose bytes are or will be there.</summary>
    public string? ObjectName { get; set; }

    public List<LocationRow> Locations { get; set; } = [];

    public List<AccessorRow> Accessors { get; set; } = [];
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

    public long CreatedTicks { get; set; }
}

/// <summary>A user (by e-mail address) or an organisation that may read an entry.</summary>
internal sealed class AccessorRow
{
    public const string User = "user";
    public const string Organization = "organization";

    public Guid EntryId { get; set; }

    public required string Kind { get; set; }

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
