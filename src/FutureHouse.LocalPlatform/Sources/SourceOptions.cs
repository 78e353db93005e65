namespace FutureHouse.LocalPlatform.Sources;

/// <summary>Where data lies that entries may name without holding it (Protocol §5).</summary>
public sealed record SourceOptions
{
    /// <summary>Folders that stand for buckets, by the bucket's name; none: existing GCS locations are refused, as the production service refuses them.</summary>
    public IReadOnlyDictionary<string, string> Buckets { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Tables that <c>pg_table</c> sources may name, beside <see cref="SourceTables.DefaultTable"/>.</summary>
    public IReadOnlyList<SourceTable> Tables { get; init; } = [];

    /// <summary>Connection string of a PostgreSQL server that has the tables without rows of their own here; a secret. Without it they are the platform's own.</summary>
    public string? Postgres { get; init; }

    /// <summary>How long the server may take to be connected to, and again to answer.</summary>
    public TimeSpan PostgresTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The largest row that is given, in bytes of its JSON: more would be many times that in memory, here and at whoever asked.</summary>
    public long LargestRow { get; init; } = 16 * 1024 * 1024;

    /// <summary>The most files that one entry may stand for: more would not be listed within the time that clients wait (Protocol §1: 30 s).</summary>
    public int MostFiles { get; init; } = 50_000;

    /// <summary>Never the connection string.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{Buckets.Count} buckets, {Tables.Count} tables";
}

/// <summary>A table that <c>pg_table</c> sources may name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="RowsFile">File of its rows, a JSON object with an <c>id</c> a line; <see langword="null"/>: the PostgreSQL server has it.</param>
public sealed record SourceTable(string Name, string? RowsFile);
