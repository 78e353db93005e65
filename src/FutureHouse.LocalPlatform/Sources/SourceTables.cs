using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>The tables that <c>pg_table</c> sources may name (Protocol §5): the platform's own, loaded from files, and those of a PostgreSQL server.</summary>
internal sealed class SourceTables(PlatformStore store, LocalPlatformOptions options) : IAsyncDisposable
{
    /// <summary>The one table that the production service has today.</summary>
    public const string DefaultTable = "trajectories";

    private const int Batch = 500;
    private readonly SourceOptions _sources = options.Sources;
    private readonly PostgresTables? _server = options.Sources.Postgres is null ? null : new PostgresTables(options.Sources);

    /// <summary>Loads the rows of the tables that have a file, each table in one piece: it replaces what the store has of it.</summary>
    /// <exception cref="ArgumentException">A file is not as it must be; the message names the line.</exception>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var table in _sources.Tables.Where(t => t.RowsFile is not null))
        {
            await store.WriteAsync(
                async database =>
                {
                    await database.SourceTables.Where(r => r.Table == table.Name).ExecuteDeleteAsync(cancellationToken);
                    foreach (var rows in RowsFile.Read(table.RowsFile!, _sources.LargestRow).Chunk(Batch))
                    {
                        database.SourceTables.AddRange(rows.Select(r => new SourceTableRow { Table = table.Name, RowId = r.Id, Json = r.Json }));
                        await database.SaveChangesAsync(cancellationToken);
                        database.ChangeTracker.Clear();
                    }

                    return true;
                },
                cancellationToken);
        }
    }

    /// <summary>A row as JSON.</summary>
    /// <returns>The text, or <see langword="null"/> where there is no such row.</returns>
    /// <exception cref="ApiException">422: the table is not one of those allowed.</exception>
    /// <exception cref="SourceRowException">The row cannot be given.</exception>
    public async Task<string?> FindAsync(string table, string rowId, CancellationToken cancellationToken)
    {
        var named = _sources.Tables.FirstOrDefault(t => t.Name == table);
        if (_server is not null && named?.RowsFile is null && (named is not null || table == DefaultTable))
        {
            return await _server.FindAsync(table, rowId, cancellationToken);
        }

        // Of the store's own tables those of an earlier start are still there.
        var isAllowed = named is not null || table == DefaultTable || await store.ReadAsync(database => database.SourceTables.AnyAsync(r => r.Table == table, cancellationToken), cancellationToken);
        if (!isAllowed)
        {
            var known = await store.ReadAsync(database => database.SourceTables.Select(r => r.Table).Distinct().ToListAsync(cancellationToken), cancellationToken);
            var allowed = known.Concat(_sources.Tables.Select(t => t.Name)).Append(DefaultTable).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
            throw ApiException.Invalid($"The table '{PostgresTables.Shown(table)}' is not allowed; allowed are: {string.Join(", ", allowed)}");
        }

        var key = RowsFile.Key(rowId);
        return await store.ReadAsync(database => database.SourceTables.Where(r => r.Table == table && r.RowId == key).Select(r => r.Json).SingleOrDefaultAsync(cancellationToken), cancellationToken);
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
