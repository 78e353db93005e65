using System.Text.Json;
using System.Text.Json.Serialization;

namespace FutureHouse.Platform.Wire;

/// <summary>Body that makes or publishes a revision (Protocol §7); <c>publish</c> is sent always.</summary>
internal sealed record RevisionBody
{
    public required Guid RevisionId { get; init; }

    public required Guid BaseRevisionId { get; init; }

    public string? Content { get; init; }

    public Guid? SourceEntryId { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public bool Publish { get; init; }
}

/// <summary>A page of revisions (Protocol §7).</summary>
internal sealed record RevisionListAnswer
{
    [JsonConverter(typeof(LenientObjects<RevisionAnswer>))]
    public IReadOnlyList<RevisionAnswer?>? Revisions { get; init; }
}

/// <summary>A revision (Protocol §7).</summary>
internal sealed record RevisionAnswer
{
    public string? Id { get; init; }

    public string? EntryId { get; init; }

    public int? Version { get; init; }

    public string? ParentRevisionId { get; init; }

    [JsonConverter(typeof(LenientObject<SnapshotAnswer>))]
    public SnapshotAnswer? Snapshot { get; init; }

    public string? CreatedBy { get; init; }

    public string? CreatedAt { get; init; }

    public string? PublishedAt { get; init; }

    /// <exception cref="JsonException">It has no identifier.</exception>
    public DataRevision ToRevision(Guid? entryId)
    {
        if (!Guid.TryParse(Id, out var id) || ((Guid.TryParse(EntryId, out var parsed) ? parsed : entryId) is not { } entry))
        {
            throw new JsonException("A revision without id.");
        }

        return new DataRevision
        {
            Id = id,
            EntryId = entry,
            Version = Version,
            ParentId = Guid.TryParse(ParentRevisionId, out var parent) ? parent : null,
            Name = Snapshot?.Name,
            CreatedBy = CreatedBy,
            CreatedAt = WireMapper.Time(CreatedAt),
            PublishedAt = WireMapper.Time(PublishedAt),
            Size = Snapshot?.Size,
        };
    }
}

/// <summary>What an entry had in a revision (Protocol §7).</summary>
internal sealed record SnapshotAnswer
{
    public string? Name { get; init; }

    public string? Content { get; init; }

    [JsonConverter(typeof(MetadataConverter))]
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }

    [JsonIgnore]
    public long? Size => Content is not null ? System.Text.Encoding.UTF8.GetByteCount(Content)
        : Metadata is not null && Metadata.TryGetValue("size", out var size) && size is long and >= 0 ? (long)size
        : null;
}

/// <summary>What actors did (Protocol §6).</summary>
internal sealed record ProvenanceAnswer
{
    [JsonConverter(typeof(LenientObjects<ProvenanceItemAnswer>))]
    public IReadOnlyList<ProvenanceItemAnswer?>? Data { get; init; }
}

/// <summary>One thing that an actor did with an entry (Protocol §6).</summary>
internal sealed record ProvenanceItemAnswer
{
    [JsonConverter(typeof(LenientObject<EntryAnswer>))]
    public EntryAnswer? DataStorage { get; init; }
}
