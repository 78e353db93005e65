namespace FutureHouse;

/// <summary>State of an entry (Protocol §2).</summary>
public enum EntryStatus
{
    /// <summary>A value this release does not know; its text is in <see cref="DataEntry.UnknownValues"/>.</summary>
    Unknown = 0,
    /// <summary>The entry is made; its bytes are still to come.</summary>
    Pending,
    /// <summary>Text or bytes are there.</summary>
    Active,
    /// <summary>The bytes will not come.</summary>
    Failed,
    /// <summary>Switched off by the service.</summary>
    Disabled,
}

/// <summary>Where the data of a location is kept (Protocol §2).</summary>
public enum StorageType
{
    /// <summary>A value this release does not know; its text is in <see cref="DataEntry.UnknownValues"/>.</summary>
    Unknown = 0,
    /// <summary>Google BigQuery (<c>bigquery</c>).</summary>
    BigQuery,
    /// <summary>Google Cloud Storage (<c>gcs</c>).</summary>
    Gcs,
    /// <summary>A link to an address (<c>link</c>).</summary>
    Link,
    /// <summary>A row of a PostgreSQL table (<c>pg_table</c>).</summary>
    PgTable,
    /// <summary>Text in the service's own database (<c>raw_content</c>).</summary>
    RawContent,
    /// <summary>Elasticsearch (<c>elastic_search</c>).</summary>
    ElasticSearch,
}

/// <summary>What kind of data a location holds (Protocol §2).</summary>
public enum ContentType
{
    /// <summary>A value this release does not know; its text is in <see cref="DataEntry.UnknownValues"/>.</summary>
    Unknown = 0,
    /// <summary>A BigQuery dataset (<c>bq_dataset</c>).</summary>
    BqDataset,
    /// <summary>A BigQuery table (<c>bq_table</c>).</summary>
    BqTable,
    /// <summary>Text (<c>text</c>).</summary>
    Text,
    /// <summary>Text with embeddings (<c>text_w_embeddings</c>).</summary>
    TextWithEmbeddings,
    /// <summary>A directory (<c>directory</c>).</summary>
    Directory,
    /// <summary>A file (<c>file</c>).</summary>
    File,
    /// <summary>A search index (<c>index</c>).</summary>
    Index,
    /// <summary>A search index with embeddings (<c>index_w_embeddings</c>).</summary>
    IndexWithEmbeddings,
}

/// <summary>Who may read an entry (Protocol §2).</summary>
public enum ShareStatus
{
    /// <summary>A value this release does not know; its text is in <see cref="DataEntry.UnknownValues"/>.</summary>
    Unknown = 0,
    /// <summary>The owner alone.</summary>
    Private,
    /// <summary>Everyone.</summary>
    Public,
    /// <summary>The users and organisations it was shared with.</summary>
    Shared,
}
