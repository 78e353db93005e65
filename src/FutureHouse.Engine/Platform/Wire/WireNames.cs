namespace FutureHouse.Platform.Wire;

/// <summary>The protocol's words for enumerations (Protocol §2), both ways.</summary>
internal static class WireNames
{
    private static readonly (string Name, EntryStatus Value)[] Statuses =
        [("pending", EntryStatus.Pending), ("active", EntryStatus.Active), ("failed", EntryStatus.Failed), ("disabled", EntryStatus.Disabled)];

    private static readonly (string Name, ShareStatus Value)[] Shares =
        [("private", ShareStatus.Private), ("public", ShareStatus.Public), ("shared", ShareStatus.Shared)];

    private static readonly (string Name, StorageType Value)[] Storages =
    [
        ("bigquery", StorageType.BigQuery), ("gcs", StorageType.Gcs), ("link", StorageType.Link), ("pg_table", StorageType.PgTable),
        ("raw_content", StorageType.RawContent), ("elastic_search", StorageType.ElasticSearch),
    ];

    private static readonly (string Name, ContentType Value)[] Contents =
    [
        ("bq_dataset", ContentType.BqDataset), ("bq_table", ContentType.BqTable), ("text", ContentType.Text), ("text_w_embeddings", ContentType.TextWithEmbeddings),
        ("directory", ContentType.Directory), ("file", ContentType.File), ("index", ContentType.Index), ("index_w_embeddings", ContentType.IndexWithEmbeddings),
    ];

    private static readonly (string Name, SearchOperator Value)[] Operators =
    [
        ("equals", SearchOperator.EqualTo), ("contains", SearchOperator.Contains), ("fulltext", SearchOperator.FullText), ("starts_with", SearchOperator.StartsWith),
        ("ends_with", SearchOperator.EndsWith), ("greater_than", SearchOperator.GreaterThan), ("less_than", SearchOperator.LessThan), ("between", SearchOperator.Between), ("in", SearchOperator.In),
    ];

    /// <summary>The word for an operator, or <see langword="null"/> for one that has none.</summary>
    public static string? Of(SearchOperator comparison) => Name(Operators, comparison);

    /// <summary>The words for operators.</summary>
    public static IEnumerable<string> OperatorNames => Operators.Select(pair => pair.Name);

    /// <summary>The operator of a word without its <c>_</c>, or of its name here.</summary>
    public static bool TryOperator(string word, out SearchOperator comparison)
    {
        foreach (var (name, value) in Operators)
        {
            if (word.Equals(name.Replace("_", string.Empty, StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase) || word.Equals(value.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                comparison = value;
                return true;
            }
        }

        comparison = default;
        return false;
    }

    /// <summary>The word for a status, or <see langword="null"/> for one that has none.</summary>
    public static string? Of(EntryStatus status) => Name(Statuses, status);

    /// <summary>The word for a share status, or <see langword="null"/> for one that has none.</summary>
    public static string? Of(ShareStatus share) => Name(Shares, share);

    /// <summary>The word for a kind of store, or <see langword="null"/> for one that has none.</summary>
    public static string? Of(StorageType storage) => Name(Storages, storage);

    /// <summary>The word for a kind of data, or <see langword="null"/> for one that has none.</summary>
    public static string? Of(ContentType content) => Name(Contents, content);

    /// <summary>The status of a word; <see cref="EntryStatus.Unknown"/> for one of a newer service.</summary>
    public static EntryStatus Status(string? name) => Value(Statuses, name);

    /// <summary>The share status of a word.</summary>
    public static ShareStatus Share(string? name) => Value(Shares, name);

    /// <summary>The kind of store of a word.</summary>
    public static StorageType Storage(string? name) => Value(Storages, name);

    /// <summary>The kind of data of a word.</summary>
    public static ContentType Content(string? name) => Value(Contents, name);

    private static T Value<T>((string Name, T Value)[] names, string? name)
        where T : struct, Enum
    {
        foreach (var pair in names)
        {
            if (string.Equals(pair.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return pair.Value;
            }
        }

        return default;
    }

    private static string? Name<T>((string Name, T Value)[] names, T value)
        where T : struct, Enum
    {
        foreach (var pair in names)
        {
            if (EqualityComparer<T>.Default.Equals(pair.Value, value))
            {
                return pair.Name;
            }
        }

        return null;
    }
}
