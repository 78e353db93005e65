using FutureHouse.LocalPlatform.Storage;
using FutureHouse.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Xunit;

namespace FutureHouse.Tests.Unit.Search;

/// <summary>How the index comes about.</summary>
public sealed class SearchIndexTests
{
    [Fact]
    public async Task What_a_store_of_before_holds_is_found_in_SQLite()
    {
        await using var platform = await SearchPlatform.StartAsync("SQLite", o =>
        {
            Directory.CreateDirectory(o.Store);
            using var context = new SqlitePlatformDbContext(new DbContextOptionsBuilder<SqlitePlatformDbContext>().UseSqlite($"Data Source={Path.Combine(o.Store, "platform.db")}").Options);
            FillBefore(context, "20261124214637_Reach");
            return o;
        });
        await FindsAllAsync(platform);
    }

    [Fact]
    public async Task What_a_database_of_before_holds_is_found_in_PostgreSQL()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using (var context = new PostgresPlatformDbContext(new DbContextOptionsBuilder<PostgresPlatformDbContext>().UseNpgsql(database).Options))
        {
            FillBefore(context, "20261124214656_Initial");
        }

        await using var platform = await SearchPlatform.OfAsync(database);
        await FindsAllAsync(platform);
    }

    [Fact]
    public async Task Who_may_not_have_trigrams_searches_all_the_same()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, "DO $$ BEGIN CREATE ROLE plain LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT CREATE ON SCHEMA public TO plain");
        await using var platform = await SearchPlatform.OfAsync(new NpgsqlConnectionStringBuilder(database) { Username = "plain" }.ConnectionString);
        await platform.CreateAsync("Grüße", "a text");
        Assert.Equal(["Grüße"], await platform.NamesAsync("name", "contains", "GRÜ"));
        Assert.Equal(["Grüße"], await platform.NamesAsync("content", "contains", "Text"));
        Assert.Equal("0", await server.PsqlAsync(database, "SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"));
    }

    [Fact]
    public async Task PostgreSQL_has_trigrams_where_it_may()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var platform = await SearchPlatform.OfAsync(database);
        Assert.Equal("4", await server.PsqlAsync(database, "SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%gin_trgm_ops%'"));
    }

    private static void FillBefore(PlatformDbContext context, string migration)
    {
        context.GetService<IMigrator>().Migrate(migration);
        var dataset = new DatasetRow { Id = Guid.NewGuid(), Name = "d", UserId = PlatformFixture.Ann.Id };
        context.Add(dataset);
        context.Add(new EntryRow
        {
            Id = Guid.NewGuid(), Name = "before", Content = "what was there", TagsJson = """["gr\u00fcn","x"]""", Status = "active", DatasetId = dataset.Id, UserId = PlatformFixture.Ann.Id, ShareStatus = "private",
            RevisionId = Guid.NewGuid(),
        });
        context.SaveChanges();
    }

    private static async Task FindsAllAsync(SearchPlatform platform)
    {
        Assert.Equal(["before"], await platform.NamesAsync("content", "fulltext", "there was"));
        Assert.Equal(["before"], await platform.NamesAsync("content", "contains", "at wa"));
        Assert.Equal(["before"], await platform.NamesAsync("name", "starts_with", "bef"));
        Assert.Equal(["before"], await platform.NamesAsync("tags", "equals", "grün"));
        Assert.Single(await platform.SearchAsync(new { text_query = "grün" }));
    }
}
