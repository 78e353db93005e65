using System.Security;
using System.Text.Json;

namespace FutureHouse.Platform;

/// <summary>Where the data of an entry to be made lies already (Protocol §5): registered, not moved. Members that are <see langword="null"/> are left out of the request.</summary>
public sealed record ExistingLocation
{
    /// <summary>Kind of store; one that has a word in the protocol.</summary>
    public required StorageType StorageType { get; init; }

    /// <summary>Kind of data.</summary>
    public required ContentType ContentType { get; init; }

    /// <summary>What names the data in its store: <c>bucket_name</c>, <c>table_name</c> and so on.</summary>
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }

    /// <summary>Name of an object, or a link's address.</summary>
    public string? Location { get; init; }

    /// <summary>Schema of the data, as any JSON.</summary>
    public JsonElement? ContentSchema { get; init; }

    /// <summary>A key that a link's address asks for; sent as the member <c>api_key</c> of the metadata.</summary>
    public SecureString? ApiKey { get; init; }

    /// <summary>Whether all files below a prefix, or of a whole bucket, are meant.</summary>
    public bool IsCollection => StorageType == StorageType.Gcs && Location is null;

    /// <summary>All files of a bucket, or those whose names begin with a prefix.</summary>
    /// <param name="bucket">Name of the bucket.</param>
    /// <param name="prefix">Beginning of the names; <see langword="null"/> for all.</param>
    /// <returns>The location.</returns>
    public static ExistingLocation Files(string bucket, string? prefix) => new()
    {
        StorageType = StorageType.Gcs,
        ContentType = ContentType.Directory,
        Metadata = prefix is null ? Members(("bucket_name", bucket)) : Members(("bucket_name", bucket), ("prefix", prefix)),
    };

    /// <summary>One file of a bucket.</summary>
    /// <param name="bucket">Name of the bucket.</param>
    /// <param name="name">Name of the object.</param>
    /// <returns>The location.</returns>
    public static ExistingLocation File(string bucket, string name) =>
        new() { StorageType = StorageType.Gcs, ContentType = ContentType.File, Metadata = Members(("bucket_name", bucket)), Location = name };

    /// <summary>A row of a PostgreSQL table.</summary>
    /// <param name="table">Name of the table.</param>
    /// <param name="row">The row's id.</param>
    /// <returns>The location.</returns>
    public static ExistingLocation Row(string table, string row) =>
        new() { StorageType = StorageType.PgTable, ContentType = ContentType.Text, Metadata = Members(("table_name", table), ("row_id", row)) };

    /// <summary>A BigQuery table.</summary>
    /// <param name="project">Project.</param>
    /// <param name="dataset">Dataset.</param>
    /// <param name="table">Table.</param>
    /// <returns>The location.</returns>
    public static ExistingLocation BigQuery(string project, string dataset, string table) =>
        new() { StorageType = StorageType.BigQuery, ContentType = ContentType.Text, Metadata = Members(("project_id", project), ("dataset_id", dataset), ("table_id", table)) };

    /// <summary>An Elasticsearch index.</summary>
    /// <param name="name">Name of the index.</param>
    /// <returns>The location.</returns>
    public static ExistingLocation Index(string name) =>
        new() { StorageType = StorageType.ElasticSearch, ContentType = ContentType.Index, Metadata = Members(("index_name", name)) };

    /// <summary>A link.</summary>
    /// <param name="url">The address.</param>
    /// <param name="instructions">How to use it, or <see langword="null"/>.</param>
    /// <param name="apiKey">The key that it asks for, or <see langword="null"/>; stays the caller's.</param>
    /// <param name="metadata">Metadata of one's own to keep with the link, or <see langword="null"/>; not changed.</param>
    /// <returns>The location.</returns>
    public static ExistingLocation Link(string url, string? instructions, SecureString? apiKey, IReadOnlyDictionary<string, object?>? metadata)
    {
        var members = new Dictionary<string, object?>(metadata ?? new Dictionary<string, object?>(), StringComparer.Ordinal);
        if (instructions is not null)
        {
            members["instructions"] = instructions;
        }

        return new() { StorageType = StorageType.Link, ContentType = ContentType.Text, Location = url, Metadata = members.Count == 0 ? null : members, ApiKey = apiKey };
    }

    /// <summary>Members of the metadata that its store needs and that are missing or empty (Protocol §5).</summary>
    /// <returns>Their names; none where all is there, and for a store that this release does not know.</returns>
    public IReadOnlyList<string> MissingMembers()
    {
        string[] required = StorageType switch
        {
            StorageType.Gcs => ["bucket_name"],
            StorageType.PgTable => ["table_name", "row_id"],
            StorageType.BigQuery => ["project_id", "dataset_id", "table_id"],
            StorageType.ElasticSearch => ["index_name"],
            _ => [],
        };
        return [.. required.Where(name => Metadata is null || !Metadata.TryGetValue(name, out var value) || value is null || (value is string text && string.IsNullOrWhiteSpace(text)))];
    }

    /// <summary>Kind of store and of data; never a key.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{StorageType}/{ContentType}";

    private static Dictionary<string, object?> Members(params (string Name, string Value)[] members) => members.ToDictionary(m => m.Name, object? (m) => m.Value, StringComparer.Ordinal);
}
