using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>Registers the store.</summary>
internal static class PlatformStoreRegistration
{
    /// <param name="services">The host's services.</param>
    /// <param name="databaseFile">File of the database, where no server keeps it.</param>
    /// <param name="server">Connection string of a PostgreSQL server, or <see langword="null"/>.</param>
    /// <exception cref="ArgumentException">The connection string is none.</exception>
    public static void AddPlatformStore(this IServiceCollection services, string databaseFile, string? server)
    {
        if (server is null)
        {
            var connection = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder { DataSource = databaseFile, DefaultTimeout = 30, ForeignKeys = true }.ToString();
            services.AddPooledDbContextFactory<SqlitePlatformDbContext>(options => options
                .UseSqlite(connection)
                .AddInterceptors(new SqliteSetUp())

                // What a migration of an older store has to do, a table made anew, is no news to whoever starts the platform.
                .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.NonTransactionalMigrationOperationWarning, SqliteEventId.TableRebuildPendingWarning)));
            services.AddSingleton<IDbContextFactory<PlatformDbContext>, AnyContextFactory<SqlitePlatformDbContext>>();
        }
        else
        {
            var connection = DatabaseServer.Read(server).ConnectionString;
            services.AddSingleton(_ => Npgsql.NpgsqlDataSource.Create(connection));
            services.AddPooledDbContextFactory<PostgresPlatformDbContext>((provider, options) => options.UseNpgsql(provider.GetRequiredService<Npgsql.NpgsqlDataSource>()));
            services.AddSingleton<IDbContextFactory<PlatformDbContext>, AnyContextFactory<PostgresPlatformDbContext>>();
        }

        services.AddSingleton<StoreOpening>();
        services.AddSingleton<PlatformStore>();
        services.AddSingleton<Hosting.ISweep, IdempotencySweep>();
        services.AddHostedService<ObjectRemover>();
    }

    private sealed class AnyContextFactory<TContext>(IDbContextFactory<TContext> factory) : IDbContextFactory<PlatformDbContext>
        where TContext : PlatformDbContext
    {
        public PlatformDbContext CreateDbContext() => factory.CreateDbContext();

        public async Task<PlatformDbContext> CreateDbContextAsync(CancellationToken cancellationToken = default) => await factory.CreateDbContextAsync(cancellationToken);
    }
}

/// <summary>The functions of the search index; and WAL with synchronous=NORMAL: a crash of the process loses nothing, one of the machine at most the last moments, never the file.</summary>
internal sealed class SqliteSetUp : Microsoft.EntityFrameworkCore.Diagnostics.DbConnectionInterceptor
{
    /// <summary>Before it is opened for the first time: what is registered then is so at each opening.</summary>
    public override System.Data.Common.DbConnection ConnectionCreated(Microsoft.EntityFrameworkCore.Diagnostics.ConnectionCreatedEventData eventData, System.Data.Common.DbConnection result)
    {
        Search.SqliteFunctions.RegisterText((Microsoft.Data.Sqlite.SqliteConnection)result);
        return result;
    }

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
