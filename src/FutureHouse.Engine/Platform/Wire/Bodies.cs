using System.Text.Json.Serialization;

namespace FutureHouse.Platform.Wire;

/// <summary>Body of a log-in (Protocol §1).</summary>
internal sealed record LogInBody(string ApiKey);

/// <summary>Body that creates an entry (Protocol §2).</summary>
internal sealed record CreateEntryBody
{
    public required string Name { get; init; }

    public string? Description { get; init; }

    public string? Content { get; init; }

    public IReadOnlyList<float>? Embedding { get; init; }

    public bool IsCollection { get; init; }

    public Guid? ParentId { get; init; }

    public Guid? ProjectId { get; init; }

    public Guid? DatasetId { get; init; }

    public string? FilePath { get; init; }

    public ExistingLocationBody? ExistingLocation { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    [JsonConverter(typeof(MetadataConverter))]
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }
}

/// <summary>Body that changes an entry (Protocol §2): one of its members at a time.</summary>
internal sealed record PatchEntryBody
{
    public string? Status { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public string? ShareStatus { get; init; }

    public AccessorsBody? PermittedAccessors { get; init; }
}

/// <summary>Who may read an entry; nulls are sent (Protocol §2).</summary>
internal sealed record AccessorsBody(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyList<string>? Users,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] IReadOnlyList<string>? Organizations);

/// <summary>Body that creates a dataset (Protocol §3).</summary>
internal sealed record CreateDatasetBody(string Name, string? Description, Guid? Id, string? UserId);

/// <summary>Body that begins a multipart upload (Protocol §4).</summary>
internal sealed record InitiateBody(IReadOnlyList<string> PartHashes);

/// <summary>Body that completes a multipart upload (Protocol §4).</summary>
internal sealed record CompleteBody(string UploadId, IReadOnlyList<CompletePartBody> Parts);

/// <summary>A part of a multipart upload (Protocol §4).</summary>
internal sealed record CompletePartBody(int PartNumber, [property: JsonPropertyName("etag")] string ETag, string Checksum);
