namespace FutureHouse.Platform;

/// <summary>An entry to be made (Protocol §2). Members that are <see langword="null"/> are left out of the request.</summary>
public sealed record CreateEntryRequest
{
    /// <summary>Name; must not be empty.</summary>
    public required string Name { get; init; }

    /// <summary>Free text about the entry.</summary>
    public string? Description { get; init; }

    /// <summary>Text stored in the database.</summary>
    public string? Content { get; init; }

    /// <summary>Vector for similarity search.</summary>
    public IReadOnlyList<float>? Embedding { get; init; }

    /// <summary>Name or path to keep in the bucket, with <c>/</c> between parts.</summary>
    public string? FilePath { get; init; }

    /// <summary>Where the data lies already; see <see cref="PlatformClient.RegisterSourceAsync"/>.</summary>
    public ExistingLocation? Existing { get; init; }

    /// <summary>Whether the entry is one archive of many files; sent always.</summary>
    public bool IsCollection { get; init; }

    /// <summary>Entry to be below.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>Project to belong to.</summary>
    public Guid? ProjectId { get; init; }

    /// <summary>Dataset to be in; without one the service makes one.</summary>
    public Guid? DatasetId { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The caller's own metadata; nulls inside are kept. Never changed by the engine, which sends a copy with <c>size</c> and <c>crc32c</c> added.</summary>
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }

    /// <summary>The key that every attempt carries, also one of a later process: the same key makes one entry. Without one each call has its own.</summary>
    public Guid? IdempotencyKey { get; init; }

    /// <summary>When an earlier process asked for the entry under this key and was not told the answer: a service that does not honour the key may have made it.</summary>
    internal DateTimeOffset? AskedBefore { get; init; }
}

/// <summary>Which revision of an entry is asked for (Protocol §7): by version, by identifier, or neither for the latest published.</summary>
/// <param name="Version">Version, 0 and up.</param>
/// <param name="RevisionId">Revision.</param>
public readonly record struct RevisionSelector(int? Version, Guid? RevisionId);

/// <summary>Who may read an entry that is shared (Protocol §2).</summary>
/// <param name="Users">E-mail addresses, or <see langword="null"/> for none named.</param>
/// <param name="Organizations">Organisations, or <see langword="null"/> for none named.</param>
public sealed record PermittedAccessors(IReadOnlyList<string>? Users, IReadOnlyList<string>? Organizations);

/// <summary>A multipart upload that the service has begun (Protocol §4).</summary>
/// <param name="UploadId">Identifier of the upload.</param>
/// <param name="PartUrls">One presigned URL a part, in order: bearer secrets.</param>
public sealed record MultipartUpload(string UploadId, IReadOnlyList<Uri> PartUrls)
{
    /// <summary>The number of parts; never an address.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{PartUrls.Count} parts";
}

/// <summary>A part that the storage has (Protocol §4).</summary>
/// <param name="PartNumber">Number, from 1.</param>
/// <param name="ETag">As the storage sent it, quotes and all.</param>
/// <param name="Checksum">MD5 of the part, base64.</param>
public sealed record CompletedPart(int PartNumber, string ETag, string Checksum);
