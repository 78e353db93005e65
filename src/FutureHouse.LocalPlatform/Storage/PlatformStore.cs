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
            await context.Database.MigrateAsync(cancellationToken);
            await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
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

    public bool IsFresh(IdempotencyRow row) => row.CreatedTicks >= (clock.GetUtcNow() - IdempotencyLifetime).UtcTicks;

    public void Dispose() => _writer.Dispose();
}

/// <summary>Registers the store.</summary>
internal static class PlatformStoreRegistration
{
    public static void AddPlatformStore(this IServiceCollection services, string databaseFile)
    {
        var connection = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder { DataSource = databaseFile, DefaultTimeout = 30, ForeignKeys = true }.ToString();
        services.AddPooledDbContextFactory<PlatformDbContext>(options => options.UseSqlite(connection).AddInterceptors(new SqlitePragmas()));
        services.AddSingleton<PlatformStore>();
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
