using FutureHouse.LocalPlatform.Objects;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>Reads and writes the database; one writer at a time, as SQLite has it, any number of readers.</summary>
internal sealed class PlatformStore(IDbContextFactory<PlatformDbContext> contexts, IBucket bucket, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan IdempotencyLifetime = TimeSpan.FromDays(1);
    private readonly SemaphoreSlim _writer = new(1, 1);

    /// <summary>Brings the database up to date and finishes what a crash left undone.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await using (var context = await contexts.CreateDbContextAsync(cancellationToken))
        {
            var pending = await context.Database.GetPendingMigrationsAsync(cancellationToken);
            var lacksVectors = pending.Any(migration => migration.EndsWith("_Reach", StringComparison.Ordinal)); // before MigrateAsync, which empties the list
            await context.Database.MigrateAsync(cancellationToken);
            if (lacksVectors)
            {
                await AddVectorsAsync(context, cancellationToken);
            }

            if (context.Database.IsSqlite())
            {
                await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
            }

            var oldest = (clock.GetUtcNow() - IdempotencyLifetime).UtcTicks;
            await context.IdempotencyKeys.Where(k => k.CreatedTicks < oldest).ExecuteDeleteAsync(cancellationToken);
        }

        await RemoveDoomedObjectsAsync(cancellationToken);
    }

    public async Task<T> ReadAsync<T>(Func<PlatformDbContext, Task<T>> read, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        context.ChangeTracker.QueryTrackingBehavior = QueryTrackingBehavior.NoTracking;
        return await read(context);
    }

    /// <summary>Runs a change in one transaction.</summary>
    public async Task<T> WriteAsync<T>(Func<PlatformDbContext, Task<T>> change, CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken);
        try
        {
            await using var context = await contexts.CreateDbContextAsync(cancellationToken);
            await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
            var result = await change(context);
            await context.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        finally
        {
            _writer.Release();
        }
    }

    /// <summary>Removes the objects whose entries are gone.</summary>
    public async Task RemoveDoomedObjectsAsync(CancellationToken cancellationToken)
    {
        var names = await ReadAsync(c => c.DoomedObjects.Select(d => d.ObjectName).ToListAsync(cancellationToken), cancellationToken);
        foreach (var name in names)
        {
            await bucket.DeleteAsync(name, cancellationToken);
            await WriteAsync(c => c.DoomedObjects.Where(d => d.ObjectName == name).ExecuteDeleteAsync(cancellationToken), cancellationToken);
        }
    }

    /// <summary>Stores of before that release have embeddings as text alone.</summary>
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

    public bool IsFresh(IdempotencyRow row) => row.CreatedTicks >= (clock.GetUtcNow() - IdempotencyLifetime).UtcTicks;

    public void Dispose() => _writer.Dispose();
}

/// <summary>Registers the store.</summary>
internal static class PlatformStoreRegistration
{
    /// <param name="services">The host's services.</param>
    /// <param name="databaseFile">File of the database, where no server keeps it.</param>
    /// <param name="server">Connection string of a PostgreSQL server, or <see langword="null"/>.</param>
    public static void AddPlatformStore(this IServiceCollection services, string databaseFile, string? server)
    {
        if (server is null)
        {
            var connection = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder { DataSource = databaseFile, DefaultTimeout = 30, ForeignKeys = true }.ToString();
            services.AddPooledDbContextFactory<SqlitePlatformDbContext>(options => options.UseSqlite(connection).AddInterceptors(new SqlitePragmas()));
            services.AddSingleton<IDbContextFactory<PlatformDbContext>, AnyContextFactory<SqlitePlatformDbContext>>();
        }
        else
        {
            services.AddPooledDbContextFactory<PostgresPlatformDbContext>(options => options.UseNpgsql(server));
            services.AddSingleton<IDbContextFactory<PlatformDbContext>, AnyContextFactory<PostgresPlatformDbContext>>();
        }

        services.AddSingleton<PlatformStore>();
    }

    private sealed class AnyContextFactory<TContext>(IDbContextFactory<TContext> factory) : IDbContextFactory<PlatformDbContext>
        where TContext : PlatformDbContext
    {
        public PlatformDbContext CreateDbContext() => factory.CreateDbContext();

        public async Task<PlatformDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) => await factory.CreateDbContextAsync(cancellationToken);
    }
}

/// <summary>WAL with synchronous=NORMAL: a crash of the process loses nothing, one of the machine at most the last moments, never the file.</summary>
internal sealed class SqlitePragmas : Microsoft.EntityFrameworkCore.Diagnostics.DbConnectionInterceptor
{
    public override void ConnectionOpened(System.Data.Common.DbConnection connection, Microsoft.EntityFrameworkCore.Diagnostics.ConnectionEndEventData eventData) => Apply(connection);

    public override Task ConnectionOpenedAsync(System.Data.Common.DbConnection connection, Microsoft.EntityFrameworkCore.Diagnostics.ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Apply(connection);
        return Task.CompletedTask;
    }

    private static void Apply(System.Data.Common.DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA synchronous=NORMAL";
        command.ExecuteNonQuery();
    }
}
