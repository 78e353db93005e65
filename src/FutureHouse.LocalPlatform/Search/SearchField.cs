namespace FutureHouse.LocalPlatform.Search;

/// <summary>What a field of an entry holds, and so what it can be compared with.</summary>
internal enum FieldKind
{
    Text,
    Uuid,
    Boolean,
    Time,
    Number,
    Tags,
    Location,
    Metadata,
}

/// <summary>A field that criteria may name.</summary>
/// <param name="Name">Its name on the wire.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Column">Column of its row; of a location for <see cref="FieldKind.Location"/>.</param>
internal sealed record SearchField(string Name, FieldKind Kind, string Column)
{
    private const string MetadataPrefix = "metadata.";

    private static readonly Dictionary<string, SearchField> Known = new SearchField[]
    {
        new("name", FieldKind.Text, "Name") { HasTrigrams = true, HasWords = true },
        new("description", FieldKind.Text, "Description") { HasTrigrams = true, HasWords = true },
        new("content", FieldKind.Text, "Content") { HasTrigrams = true, HasWords = true },
        new("file_path", FieldKind.Text, "FilePath") { HasTrigrams = true },
        new("status", FieldKind.Text, "Status"),
        new("share_status", FieldKind.Text, "ShareStatus"),
        new("user_id", FieldKind.Text, "UserId"),
        new("short_alias", FieldKind.Text, "ShortAlias"),
        new("id", FieldKind.Uuid, "Id"),
        new("parent_id", FieldKind.Uuid, "ParentId"),
        new("project_id", FieldKind.Uuid, "ProjectId"),
        new("dataset_id", FieldKind.Uuid, "DatasetId"),
        new("revision_id", FieldKind.Uuid, "RevisionId"),
        new("is_collection", FieldKind.Boolean, "IsCollection"),
        new("created_at", FieldKind.Time, "CreatedTicks"),
        new("modified_at", FieldKind.Time, "ModifiedTicks"),
        new("version", FieldKind.Number, "Version"),
        new("size", FieldKind.Number, string.Empty),
        new("tags", FieldKind.Tags, "TagsJson") { HasWords = true },
        new("storage_type", FieldKind.Location, "StorageType"),
        new("content_type", FieldKind.Location, "ContentType"),
        new("location", FieldKind.Location, "Location"),
    }.ToDictionary(field => field.Name, StringComparer.Ordinal);

    /// <summary>Whether every three characters of it are in an index.</summary>
    public bool HasTrigrams { get; private init; }

    /// <summary>Whether its words are in an index.</summary>
    public bool HasWords { get; private init; }

    /// <summary>Name of a value inside of the metadata.</summary>
    public MetadataName? Metadata { get; private init; }

    /// <summary>Whether it holds text of people's, which is compared in its normal form (NFC).</summary>
    public bool IsNormalized => HasWords || HasTrigrams || Kind is FieldKind.Location or FieldKind.Metadata;

    public static string Names => string.Join(", ", Known.Keys.Append("metadata.NAME"));

    /// <summary>The field of a name; <see langword="null"/> where there is none.</summary>
    public static SearchField? Find(string name)
    {
        if (Known.TryGetValue(name, out var field))
        {
            return field;
        }

        return name.StartsWith(MetadataPrefix, StringComparison.Ordinal) && MetadataName.Parse(name[MetadataPrefix.Length..]) is { } metadata
            ? new SearchField(name, FieldKind.Metadata, "MetadataJson") { Metadata = metadata }
            : null;
    }
}
