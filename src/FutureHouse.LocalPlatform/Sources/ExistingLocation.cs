using System.Text.Json;
using FutureHouse.LocalPlatform.Api;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>An <c>existing_location</c> as it was sent, its members checked for being there and of the right kind (Protocol §5).</summary>
internal sealed class ExistingLocation
{
    private const string Member = "existing_location";

    private static readonly Dictionary<string, (string[] ContentTypes, string[] Required)> Kinds = new(StringComparer.Ordinal)
    {
        ["gcs"] = (["directory", "file"], ["bucket_name"]),
        ["pg_table"] = (["text"], ["table_name", "row_id"]),
        ["bigquery"] = (["text", "bq_table", "bq_dataset"], ["project_id", "dataset_id", "table_id"]),
        ["elastic_search"] = (["index", "index_w_embeddings"], ["index_name"]),
        ["link"] = (["text"], []),
    };

    private readonly JsonElement? _metadata;

    private ExistingLocation(string storageType, string contentType, string? location, JsonElement? metadata, JsonElement? schema)
    {
        StorageType = storageType;
        ContentType = contentType;
        Location = location;
        _metadata = metadata;
        MetadataJson = LocationMetadata.Pack(metadata, schema);
    }

    public string StorageType { get; }

    public string ContentType { get; }

    public string? Location { get; }

    /// <summary>Metadata and schema as they are kept.</summary>
    public string? MetadataJson { get; }

    /// <summary>A member of the metadata, as text; <see langword="null"/> where it is not there.</summary>
    public string? Text(string member) => LocationMetadata.Text(_metadata?.GetRawText(), member);

    /// <param name="existing">The member as it came: an object.</param>
    /// <param name="beforeMembers">What may refuse a kind of storage before its members are looked at.</param>
    /// <exception cref="ApiException">422, member by member.</exception>
    public static ExistingLocation Read(JsonElement existing, Action<string> beforeMembers)
    {
        var problems = new List<FieldProblem>();
        var storage = Text(existing, "storage_type", problems);
        if (storage is not null)
        {
            beforeMembers(storage);
        }

        var content = Text(existing, "content_type", problems);
        var location = Text(existing, "location", problems, isRequired: storage == "link");
        var metadata = Object(existing, problems);
        if (storage is not null && !Kinds.ContainsKey(storage))
        {
            throw ApiException.Invalid($"This platform does not serve existing sources of storage type '{PostgresTables.Shown(storage)}'; it serves: {string.Join(", ", Kinds.Keys)}");
        }

        if (storage is not null && content is not null && !Kinds[storage].ContentTypes.Contains(content))
        {
            problems.Add(Problem($"Of storage type '{storage}' content_type should be one of: {string.Join(", ", Kinds[storage].ContentTypes)}", "enum", "content_type"));
        }

        if (storage is not null)
        {
            problems.AddRange(Kinds[storage].Required.Select(name => Missing(metadata, name)).OfType<FieldProblem>());
            problems.AddRange(storage == "gcs" && metadata is { } given && given.TryGetProperty("prefix", out var prefix) && prefix.ValueKind is not (JsonValueKind.String or JsonValueKind.Null)
                ? [Problem("Input should be a valid string", "string_type", "metadata", "prefix")]
                : []);
        }

        if (metadata is { } members && members.TryGetProperty(LocationMetadata.SchemaMember, out _))
        {
            problems.Add(Problem("The name is the platform's own", "value_error", "metadata", LocationMetadata.SchemaMember));
        }

        var schema = existing.TryGetProperty("content_schema", out var value) && value.ValueKind != JsonValueKind.Null ? value : (JsonElement?)null;
        return problems.Count > 0 ? throw RequestBody.Refused(problems) : new ExistingLocation(storage!, content!, location, metadata, schema);
    }

    private static string? Text(JsonElement existing, string name, List<FieldProblem> problems, bool isRequired = true)
    {
        if (!existing.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            if (isRequired)
            {
                problems.Add(Problem("Field required", "missing", name));
            }

            return null;
        }

        var problem = Wrong(value, name);
        if (problem is not null)
        {
            problems.Add(problem);
        }

        return problem is null ? value.GetString() : null;
    }

    private static JsonElement? Object(JsonElement existing, List<FieldProblem> problems)
    {
        if (!existing.TryGetProperty("metadata", out var metadata) || metadata.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        if (metadata.ValueKind != JsonValueKind.Object)
        {
            problems.Add(Problem("Input should be a valid dictionary", "dict_type", "metadata"));
            return null;
        }

        return metadata;
    }

    private static FieldProblem? Missing(JsonElement? metadata, string name) =>
        metadata is not { } members || !members.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? Problem("Field required", "missing", "metadata", name)
        : name == "row_id" && value.ValueKind == JsonValueKind.Number ? null
        : Wrong(value, "metadata", name);

    private static FieldProblem? Wrong(JsonElement value, params string[] path) =>
        value.ValueKind != JsonValueKind.String ? Problem("Input should be a valid string", "string_type", path)
        : string.IsNullOrWhiteSpace(value.GetString()) ? Problem("String should have at least 1 character", "string_too_short", path)
        : null;

    private static FieldProblem Problem(string message, string type, params string[] path) => new(["body", Member, .. path], message, type);
}
