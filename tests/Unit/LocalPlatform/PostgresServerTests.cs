using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>The PostgreSQL server that the tests start themselves.</summary>
public sealed class PostgresServerTests
{
    [Fact]
    public async Task A_server_of_ones_own_has_databases_apart_and_leaves_nothing_behind()
    {
        string folder;
        await using (var server = await PostgresServer.StartAsync())
        {
            folder = server.Folder;
            var (one, other) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());
            await PostgresServer.ExecuteAsync(one, "CREATE TABLE t (id int); INSERT INTO t VALUES (7)");
            Assert.Equal("7", await server.PsqlAsync(one, "SELECT id FROM t"));
            await Assert.ThrowsAsync<InvalidOperationException>(() => server.PsqlAsync(other, "SELECT id FROM t"));
            Assert.True(Directory.Exists(folder));
        }

        Assert.False(Directory.Exists(folder));
    }
}
