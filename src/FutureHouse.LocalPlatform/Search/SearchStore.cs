using System.Data.Common;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>Runs searches in the database. Only over what the caller may read: that is part of the query, so that no page has gaps and no count tells of others' entries.</summary>
internal static class SearchStore
{
    /// <summary>How far a cosine computed in single precision may be off.</summary>
    private const double Rounding = 1e-6;

    /// <summary>The page of a search, best first; of those that fit alike, the oldest first, so that what is added does not move the pages.</summary>
    public static Task<List<Found>> FindAsync(PlatformDbContext database, SearchQuery query, PlatformUser caller, CancellationToken cancellationToken)
    {
        var dialect = Dialect(database);
        var clauses = query.Criteria.Select(dialect.Clause).ToList();
        if (query.AnyOf && clauses.Count > 1)
        {
            clauses = [Union(clauses)];
        }

        if (query.Words is { } words)
        {
            clauses.Add(dialect.Words(words, null));
        }

        var scores = clauses.Select(c => c.Score).OfType<string>().ToList();
        var sql = $"""
            SELECT e."Key", {(scores.Count == 0 ? "1.0" : string.Join(" + ", scores))} AS score
            FROM "Entries" e {string.Concat(clauses.Select(c => c.Join))}
            WHERE {string.Join(" AND ", clauses.Select(c => $"({c.Where})").Append(Visible(dialect, caller)))}
            ORDER BY {(scores.Count == 0 ? string.Empty : "score DESC, ")}{dialect.KeyOrder}
            LIMIT {dialect.Bind(query.Limit)} OFFSET {dialect.Bind(query.Offset)}
            """;
        return ReadAsync(database, sql, dialect, null, cancellationToken);
    }

    /// <summary>The entries that are most like a vector.</summary>
    public static async Task<List<Found>> FindSimilarAsync(PlatformDbContext database, SimilarityQuery query, PlatformUser caller, CancellationToken cancellationToken)
    {
        var dialect = Dialect(database);
        var clauses = query.Filters.Select(dialect.Clause).ToList();
        var sql = $"""
            WITH scored AS MATERIALIZED (
                SELECT e."Key" AS k, {dialect.Cosine(query.Embedding)} AS s
                FROM "Entries" e
                WHERE {string.Join(" AND ", clauses.Select(c => c.Where).Prepend(dialect.HasEmbedding(query.Embedding.Length)).Append(Visible(dialect, caller)))})
            SELECT k, s FROM scored WHERE s >= {dialect.Bind(query.MinScore - Rounding)} ORDER BY s DESC, k LIMIT {dialect.Bind(query.Size)}
            """;
        var found = await ReadAsync(database, sql, dialect, query.Embedding, cancellationToken);
        return [.. found.Select(f => f with { Score = Math.Clamp(f.Score, query.MinScore, 1) })];
    }

    private static SearchDialect Dialect(PlatformDbContext database) => database.Database.IsSqlite() ? new SqliteDialect() : new PostgresDialect();

    /// <summary>What fits one of several; what fits more of them comes first.</summary>
    private static SqlClause Union(IEnumerable<SqlClause> clauses)
    {
        var sets = clauses.Select(c => $"""SELECT e."Key" AS k, {c.Score ?? "1.0"} AS s FROM "Entries" e {c.Join} WHERE {c.Where}""");
        return new SqlClause("1 = 1", $"""JOIN (SELECT k, sum(s) AS s FROM ({string.Join(" UNION ALL ", sets)}) sets GROUP BY k) fits ON fits.k = e."Key" """, "fits.s");
    }

    /// <summary>The rule of <see cref="EntryAccess.MayRead"/> as SQL.</summary>
    private static string Visible(SearchDialect dialect, PlatformUser caller) => caller.Admin ? "1 = 1" : $"""
        ({dialect.Unindexed("e.\"UserId\"")} = {dialect.Bind(caller.Id)} OR {dialect.Unindexed("e.\"ShareStatus\"")} = 'public' OR ({dialect.Unindexed("e.\"ShareStatus\"")} = 'shared' AND e."Id" IN (
            SELECT a."EntryId" FROM "AccessorRow" a WHERE (a."Kind" = '{AccessorRow.User}' AND a."Value" = {dialect.Bind(AccessorRow.Key(caller.Email))})
                OR (a."Kind" = '{AccessorRow.Organization}' AND a."Value" = {dialect.Bind(AccessorRow.Key(caller.Organization))}))))
        """;

    private static async Task<List<Found>> ReadAsync(PlatformDbContext database, string sql, SearchDialect dialect, float[]? unit, CancellationToken cancellationToken)
    {
        await database.Database.OpenConnectionAsync(cancellationToken);
        var connection = database.Database.GetDbConnection();
        if (connection is SqliteConnection sqlite)
        {
            SqliteFunctions.RegisterMetadata(sqlite, ((SqliteDialect)dialect).Matchers);
            if (unit is not null)
            {
                SqliteFunctions.RegisterCosine(sqlite, unit);
            }
        }

        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in dialect.Parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        var found = new List<Found>();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new Found(reader.GetInt64(0), reader.IsDBNull(1) ? 0 : Convert.ToDouble(reader.GetValue(1), System.Globalization.CultureInfo.InvariantCulture)));
        }

        return found;
    }
}
