using System.Globalization;
using Npgsql;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>Reads rows from a real PostgreSQL server: by a typed, parameterised query, and never more of a row than is given.</summary>
internal sealed class PostgresTables : IAsyncDisposable
{
    private readonly NpgsqlDataSource _server;
    private readonly long _largestRow;

    public PostgresTables(SourceOptions options)
    {
        var seconds = (int)Math.Clamp(Math.Ceiling(options.PostgresTimeout.TotalSeconds), 1, 600);
        var connection = new NpgsqlConnectionStringBuilder(options.Postgres)
        {
            Timeout = seconds,
            CommandTimeout = seconds,
            CancellationTimeout = 2000, // milliseconds to wait for the server to end what took too long, before the connection is given up
            PersistSecurityInfo = false,
            IncludeErrorDetail = false,
        };
        _server = NpgsqlDataSource.Create(connection);
        _largestRow = options.LargestRow;
    }

    /// <summary>The row whose <c>id</c> is the one given, compared as the column's own type has it.</summary>
    /// <param name="table">Name of a table that is allowed; quoted here all the same.</param>
    /// <param name="rowId">The id as text.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    /// <returns>The row as JSON, or <see langword="null"/> where there is none.</returns>
    /// <exception cref="SourceRowException">There is no such table, the id is none of its type, the row is too large, or the server cannot be reached or does not answer in time.</exception>
    public async Task<string?> FindAsync(string table, string rowId, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _server.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            var quoted = '"' + table.Replace("\"", "\"\"", StringComparison.Ordinal) + '"';
            var type = await IdTypeAsync(connection, table, quoted, cancellationToken).ConfigureAwait(false);

            // The type's name comes from the server's own catalogue, as it wants it written; the id goes beside the query, never in it.
            await using var command = new NpgsqlCommand(
                $"""
                SELECT octet_length(r.json)::bigint, CASE WHEN octet_length(r.json) <= $2 THEN r.json END
                FROM (SELECT row_to_json(t)::text AS json FROM {quoted} AS t WHERE t."id" = CAST($1::text AS {type}) LIMIT 1) AS r
                """,
                connection);
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = rowId });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _largestRow });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            return !await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? null
                : await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) ? throw SourceRowException.TooLarge(table, reader.GetInt64(0), _largestRow)
                : reader.GetString(1);
        }
        catch (PostgresException e)
        {
            throw Explain(e, table, rowId);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or System.Net.Sockets.SocketException or IOException)
        {
            var slow = e is TimeoutException || e.InnerException is TimeoutException;
            throw new SourceRowException($"The PostgreSQL server that has the table '{table}' {(slow ? "did not answer in time" : "cannot be reached")}", isServerAtFault: true);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<string> IdTypeAsync(NpgsqlConnection connection, string table, string quoted, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """SELECT to_regclass($1) IS NOT NULL, (SELECT format_type(a.atttypid, -1) FROM pg_attribute AS a WHERE a.attrelid = to_regclass($1) AND a.attname = 'id' AND NOT a.attisdropped)""",
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = quoted });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return !reader.GetBoolean(0) ? throw new SourceRowException($"The PostgreSQL server has no table '{table}'", isServerAtFault: false)
            : await reader.IsDBNullAsync(1, cancellationToken).ConfigureAwait(false) ? throw new SourceRowException($"The table '{table}' has no column 'id'", isServerAtFault: false)
            : reader.GetString(1);
    }

    /// <summary>What the server refuses, in our words: its own may quote what it was asked.</summary>
    private static SourceRowException Explain(PostgresException e, string table, string rowId) => e.SqlState switch
    {
        ['2', '2', ..] => new($"row_id '{Shown(rowId)}' is no value of the type that the column 'id' of the table '{table}' has", isServerAtFault: false),
        PostgresErrorCodes.InsufficientPrivilege => new($"The platform's user of the PostgreSQL server may not read the table '{table}'", isServerAtFault: false),
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable => new($"The PostgreSQL server that has the table '{table}' did not answer in time", isServerAtFault: true),
        ['2', '8', ..] => new("The PostgreSQL server refuses the platform's log-in", isServerAtFault: true),
        PostgresErrorCodes.InvalidCatalogName => new("The PostgreSQL server has not the database that the platform was told", isServerAtFault: true),
        ['5', '3', ..] or ['5', '7', ..] or ['0', '8', ..] => new($"The PostgreSQL server that has the table '{table}' cannot serve now ({e.SqlState})", isServerAtFault: true),
        _ => new(string.Create(CultureInfo.InvariantCulture, $"The PostgreSQL server could not read the row from the table '{table}' ({e.SqlState})"), isServerAtFault: false),
    };

    /// <summary>Enough of what was sent to know it by.</summary>
    public static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
