using System.Collections.ObjectModel;
using System.Globalization;
using System.Security;

namespace FutureHouse;

/// <summary>
/// Data that the platform names and does not hold (Protocol §5, §6): a BigQuery table, an Elasticsearch index, a link. Immutable. What the service does not tell is
/// <see langword="null"/>; a link's key is held, not shown.
/// </summary>
public sealed class ExternalSource
{
    private readonly SecureString? _apiKey;

    /// <summary>Makes the source of an entry's location.</summary>
    internal ExternalSource(DataEntry entry, DataLocation? location)
    {
        EntryId = entry.Id;
        EntryName = entry.Name;
        StorageType = location?.StorageType ?? entry.StorageType ?? default;
        ContentType = location?.ContentType ?? entry.ContentType ?? default;
        Metadata = location?.Metadata;
        Schema = location?.ContentSchema ?? entry.BigQuerySchema;
        switch (StorageType)
        {
            case StorageType.BigQuery:
                Project = Member("project_id");
                Dataset = Member("dataset_id");
                Table = Member("table_id");
                break;
            case StorageType.ElasticSearch:
                Index = Member("index_name") ?? Member("index") ?? location?.Location;
                break;
            case StorageType.Link:
                Url = location?.Location ?? entry.GetText();
                Instructions = Member("instructions");
                _apiKey = location?.ApiKey;
                break;
        }
    }

    /// <summary>The entry that names it.</summary>
    public Guid EntryId { get; }

    /// <summary>Name of that entry.</summary>
    public string EntryName { get; }

    /// <summary>Kind of store.</summary>
    public StorageType StorageType { get; }

    /// <summary>Kind of data.</summary>
    public ContentType ContentType { get; }

    /// <summary>BigQuery: the project.</summary>
    public string? Project { get; }

    /// <summary>BigQuery: the dataset.</summary>
    public string? Dataset { get; }

    /// <summary>BigQuery: the table.</summary>
    public string? Table { get; }

    /// <summary>BigQuery: as the tool <c>bq</c> takes it, <c>project:dataset.table</c>; of a dataset <c>project:dataset</c>.</summary>
    public string? Bq => (Project, Dataset, Table) switch
    {
        (null, _, _) or (_, null, _) => null,
        (_, _, null) => $"{Project}:{Dataset}",
        _ => ContentType == ContentType.BqDataset ? $"{Project}:{Dataset}" : $"{Project}:{Dataset}.{Table}",
    };

    /// <summary>BigQuery: the address that database libraries connect to, <c>bigquery://project/dataset</c>.</summary>
    public string? ConnectionString => Project is null || Dataset is null ? null : $"bigquery://{Project}/{Dataset}";

    /// <summary>Elasticsearch: the index.</summary>
    public string? Index { get; }

    /// <summary>Link: the address.</summary>
    public string? Url { get; }

    /// <summary>Link: how to use it.</summary>
    public string? Instructions { get; }

    /// <summary>Link: whether a key came with it; see <see cref="GetApiKey"/>. The service may keep it from who may only read the entry.</summary>
    public bool HasApiKey => _apiKey is not null;

    /// <summary>Schema of the data, where it was registered with one: strings, numbers, booleans, null, lists and dictionaries.</summary>
    public object? Schema { get; }

    /// <summary>All that the service tells of the location; never a key.</summary>
    public ReadOnlyDictionary<string, object?>? Metadata { get; }

    /// <summary>The key that a link's address asks for.</summary>
    /// <returns>A copy, its caller's to dispose of; <see langword="null"/> where there is none, or it is not the caller's to see.</returns>
    public SecureString? GetApiKey() => _apiKey?.Copy();

    /// <summary>Kind and name; never a key.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{StorageType} {Bq ?? Index ?? Url ?? EntryName}";

    private string? Member(string name) => Metadata is { } metadata && metadata.TryGetValue(name, out var value) ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
}
