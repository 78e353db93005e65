using System.Data.Common;
using System.Globalization;
using System.Text;

namespace FutureHouse.Bench.Search;

/// <summary>Writes entries straight into the platform's tables: its triggers make the index.</summary>
internal static class Rows
{
    private const int Batch = 100;

    /// <summary>How an entry is told apart: five digits or more.</summary>
    public static string Number(int index) => index.ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>Nine entries in ten are the first owner's.</summary>
    public static async Task FillAsync(DbConnection connection, int entries, string owner, string other)
    {
        var isSqlite = connection.GetType().Name.StartsWith("Sqlite", StringComparison.Ordinal);
        object Id(Guid id) => isSqlite ? id.ToString("D").ToUpperInvariant() : id;
        var (dataset, now, random) = (Guid.CreateVersion7(), DateTime.UtcNow.Ticks, new Random(1));
        await using (var first = connection.CreateCommand())
        {
            first.CommandText = """INSERT INTO "Datasets" ("Id", "Name", "UserId", "CreatedTicks", "ModifiedTicks") VALUES (@id, 'many', @owner, 0, 0)""";
            Add(first, "id", Id(dataset));
            Add(first, "owner", owner);
            await first.ExecuteNonQueryAsync();
        }

        for (var start = 0; start < entries;)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            for (var end = Math.Min(entries, start + 10_000); start < end; start += Batch)
            {
                await using var command = connection.CreateCommand();
                command.Transaction = transaction;
                var sql = new StringBuilder("""
                    INSERT INTO "Entries" ("Id", "Name", "Description", "Content", "TagsJson", "UserId", "RevisionId", "DatasetId", "Status", "IsCollection", "ShareStatus", "CreatedTicks", "ModifiedTicks", "Version", "Generation") VALUES
                    """);
                Add(command, "dataset", Id(dataset));
                Add(command, "no", false);
                Add(command, "ticks", now);
                for (var i = start; i < start + Batch; i++)
                {
                    sql.Append(CultureInfo.InvariantCulture, $"{(i == start ? ' ' : ',')}(@i{i}, @n{i}, @d{i}, @c{i}, @t{i}, @u{i}, @i{i}, @dataset, 'active', @no, 'private', @ticks, @ticks, 0, 0)");
                    Add(command, $"i{i}", Id(Guid.CreateVersion7()));
                    Add(command, $"n{i}", $"Sample-{Number(i)} plate");
                    Add(command, $"d{i}", $"Description of {Number(i)}");
                    Add(command, $"c{i}", Content(i, random));
                    Add(command, $"t{i}", $"[\"tag{i % 100}\",\"group{i % 7}\"]");
                    Add(command, $"u{i}", i % 10 == 3 ? other : owner);
                }

                command.CommandText = sql.ToString();
                await command.ExecuteNonQueryAsync();
            }

            await transaction.CommitAsync();
        }

        if (!isSqlite)
        {
            await using var analyze = connection.CreateCommand();
            analyze.CommandTimeout = 600;
            analyze.CommandText = "VACUUM ANALYZE"; // as the server does by itself after a while
            await analyze.ExecuteNonQueryAsync();
        }
    }

    /// <summary>About 1 KiB: words of a vocabulary of 5,000, one of a hundred rare ones, and a marker of its own.</summary>
    private static string Content(int index, Random random)
    {
        var text = new StringBuilder(1100);
        while (text.Length < 1000)
        {
            text.Append("word").Append(random.Next(5000)).Append(' ');
        }

        return text.Append("rare").Append(index % 100).Append(" marker ").Append(Number(index)).ToString();
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("@" + name, value);
        command.Parameters.Add(parameter);
    }
}
