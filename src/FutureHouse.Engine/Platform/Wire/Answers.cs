using System.Text.Json;
using System.Text.Json.Serialization;

namespace FutureHouse.Platform.Wire;

/// <summary>
/// An entry as answers carry it (Protocol §2): alone, or inside <see cref="DataStorage"/> with its locations beside it. Everything is optional,
/// so that a service that leaves a member out is still understood.
/// </summary>
internal record EntryAnswer
{
    [JsonConverter(typeof(LenientObject<EntryAnswer>))]
    public EntryAnswer? DataStorage { get; init; }

    [JsonConverter(typeof(LenientObjects<LocationAnswer>))]
    public IReadOnlyList<LocationAnswer?>? StorageLocations { get; init; }

    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? Content { get; init; }

    public string? Status { get; init; }

    public bool? IsCollection { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public string? ParentId { get; init; }

    public string? ProjectId { get; init; }

    public string? DatasetId { get; init; }

    public string? FilePath { get; init; }

    public string? UserId { get; init; }

    public string? CreatedAt { get; init; }

    public string? ModifiedAt { get; init; }

    public string? ShareStatus { get; init; }

    public string? ShortAlias { get; init; }

    public string? StorageType { get; init; }

    public string? ContentType { get; init; }

    public string? RevisionId { get; init; }

    public int? Version { get; init; }

    public JsonElement? BigquerySchema { get; init; }

    [JsonConverter(typeof(MetadataConverter))]
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }
}

/// <summary>A place where data is kept (Protocol §2).</summary>
internal sealed record LocationAnswer
{
    public string? Id { get; init; }

    public string? CreatedAt { get; init; }

    [JsonConverter(typeof(LenientObject<StorageConfigAnswer>))]
    public StorageConfigAnswer? StorageConfig { get; init; }
}

/// <summary>What a place is (Protocol §2).</summary>
internal sealed record StorageConfigAnswer
{
    public string? StorageType { get; init; }

    public string? ContentType { get; init; }

    public string? Location { get; init; }

    public string? SignedUrl { get; init; }

    public JsonElement? ContentSchema { get; init; }

    [JsonConverter(typeof(MetadataConverter))]
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }
}

/// <summary>A dataset (Protocol §3): flat, or inside <see cref="Dataset"/> with its entries beside it.</summary>
internal sealed record DatasetAnswer
{
    [JsonConverter(typeof(LenientObject<DatasetAnswer>))]
    public DatasetAnswer? Dataset { get; init; }

    [JsonConverter(typeof(LenientObjects<EntryAnswer>))]
    public IReadOnlyList<EntryAnswer?>? DataStorageEntries { get; init; }

    [JsonConverter(typeof(LenientObjects<EntryAnswer>))]
    public IReadOnlyList<EntryAnswer?>? Entries { get; init; }

    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public string? UserId { get; init; }

    public string? CreatedAt { get; init; }

    public string? ModifiedAt { get; init; }
}

/// <summary>Answer to a log-in (Protocol §1).</summary>
internal sealed record LogInAnswer
{
    public string? AccessToken { get; init; }

    /// <summary>Seconds.</summary>
    public double? ExpiresIn { get; init; }
}

/// <summary>An organisation (Protocol §1).</summary>
internal sealed record OrganizationAnswer
{
    public string? Name { get; init; }
}

/// <summary>The state of an entry (Protocol §2).</summary>
internal sealed record StatusAnswer
{
    public string? Status { get; init; }
}

/// <summary>A multipart upload begun (Protocol §4).</summary>
internal sealed record InitiateAnswer
{
    public string? UploadId { get; init; }

    public IReadOnlyList<string>? PartUrls { get; init; }
}
