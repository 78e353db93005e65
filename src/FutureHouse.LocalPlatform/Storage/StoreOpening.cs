using FutureHouse.LocalPlatform.Hosting;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>Brings a database up to date before it is used.</summary>
internal sealed class StoreOpening(StoreFolder folder, LocalPlatformOptions options)
{
    // Any number that no other program on the server takes.
    private const long LockKey = 0x4648_4C50_0001;

    // Version of the file whose entries have their embeddings as vectors too, not as text alone.
    private const int WithVectors = 1;
    private static readonly TimeSpan MigrationTime = TimeSpan.FromMinutes(10);

    /// <exception cref="DatabaseUnavailableException">The server cannot be used.</exception>
    /// <exception cref="ArgumentException">The database belongs to another folder.</exception>
    public async Task OpenAsync(PlatformDbContext context, CancellationToken cancellationToken)
    {
        if (options.Database is not { } server)
        {
            folder.CreateDatabaseFile();
            await UpdateAsync(context, cancellationToken);
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
            return;
        }

        try
        {
            // One after the other: platforms that start at the same time wait for the first.
            await context.Database.OpenConnectionAsync(cancellationToken);
            context.Database.SetCommandTimeout(MigrationTime);
            await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({LockKey})", cancellationToken);
            try
            {
                await UpdateAsync(context, cancellationToken);
                await BindAsync(context, cancellationToken);
            }
            finally
            {
                await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({LockKey})", CancellationToken.None);
            }
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or System.Net.Sockets.SocketException or TimeoutException or InvalidOperationException { InnerException: Npgsql.NpgsqlException })
        {
            throw DatabaseServer.Unusable(server, e);
        }
        finally
        {
            await context.Database.CloseConnectionAsync();
            context.Database.SetCommandTimeout(null);
        }
    }

    private static async Task UpdateAsync(PlatformDbContext context, CancellationToken cancellationToken)
    {
        await context.Database.MigrateAsync(cancellationToken);
        if (context.Database.IsSqlite() && await context.Database.SqlQuery<int>($"SELECT user_version AS Value FROM pragma_user_version").SingleAsync(cancellationToken) < WithVectors)
        {
            await AddVectorsAsync(context, cancellationToken);

            // Noted once it is done: a start that is killed in the middle leaves it to the next.
            await context.Database.ExecuteSqlRawAsync($"PRAGMA user_version={WithVectors}", cancellationToken);
        }
    }

    /// <summary>The folder holds the objects of this database and of no other: each knows the other by an identifier made at the first start.</summary>
    private async Task BindAsync(PlatformDbContext context, CancellationToken cancellationToken)
    {
        await context.Database.ExecuteSqlAsync($"""CREATE TABLE IF NOT EXISTS "StoreFolder" ("Only" boolean PRIMARY KEY DEFAULT true CHECK ("Only"), "Id" text NOT NULL)""", cancellationToken);
        var known = await context.Database.SqlQuery<string>($"""SELECT "Id" AS "Value" FROM "StoreFolder" """).SingleOrDefaultAsync(cancellationToken);
        if (known is null && folder.IsBound)
        {
            throw new ArgumentException($"The store '{folder.Path}' belongs to another database than the one of --database; give that one, or another folder.");
        }

        if (known is not null && known != folder.DatabaseId)
        {
            throw new ArgumentException($"The database of --database belongs to another store than '{folder.Path}'; give the folder it was first used with, or another database.");
        }

        if (known is null)
        {
            await context.Database.ExecuteSqlAsync($"""INSERT INTO "StoreFolder" ("Id") VALUES ({folder.DatabaseId})""", cancellationToken);
        }

        folder.Bind();
    }

    private static async Task AddVectorsAsync(PlatformDbContext context, CancellationToken cancellationToken)
    {
        foreach (var key in await context.Entries.Where(e => e.EmbeddingJson != null).Select(e => e.Key).ToListAsync(cancellationToken))
        {
            var entry = await context.Entries.SingleAsync(e => e.Key == key, cancellationToken);
            entry.UnitEmbedding = Vectors.Unit(entry.EmbeddingJson);
            await context.SaveChangesAsync(cancellationToken);
            context.ChangeTracker.Clear();
        }
    }
}
