using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Tests.Support;
using Npgsql;
using Xunit;
using static FutureHouse.Tests.Unit.LocalPlatform.Sources.SourceBench;

namespace FutureHouse.Tests.Unit.LocalPlatform.Sources;

/// <summary>Rows of a real PostgreSQL server (Protocol §5).</summary>
public sealed class PostgresTableTests
{
    private const string Uuid = "39510f66-c2ee-41c7-94de-64eb142c3f2a";
    private const string Schema = $$"""
        CREATE TABLE trajectories (id uuid PRIMARY KEY, note text, steps int[]);
        INSERT INTO trajectories VALUES ('{{Uuid}}', E'gr\u00FC\u00DFe "x"', '{1,2}');
        CREATE TABLE numbers (id bigint PRIMARY KEY, note text);
        INSERT INTO numbers VALUES (42, 'answer');
        CREATE TABLE words (id character(8) PRIMARY KEY, note text);
        INSERT INTO words VALUES ('one', 'a'), ('o', 'b');
        CREATE TABLE secrets (id int PRIMARY KEY, note text);
        INSERT INTO secrets VALUES (1, 'hidden');
        CREATE TABLE plain (name text);
        """;

    [Fact]
    public async Task A_row_is_found_by_an_id_of_the_columns_own_type()
    {
        var (server, database, bench) = await ConnectedAsync();
        await using var _ = bench;
        foreach (var (table, id) in ((string, string)[])[("trajectories", Uuid), ("trajectories", $"{{{Uuid.ToUpperInvariant()}}}"), ("numbers", " 42 "), ("words", "one")])
        {
            var made = await bench.CreateAsync(Row(table, id));
            var content = made.GetProperty("content").GetString()!;
            Assert.Equal(await server.PsqlAsync(database, $"SELECT row_to_json(t) FROM {table} t ORDER BY length(id::text) DESC LIMIT 1"), content);
        }

        var entry = await bench.CreateAsync(Source("pg_table", "text", new { table_name = "numbers", row_id = 42 }));
        await PostgresServer.ExecuteAsync(database, "UPDATE numbers SET note = 'changed'");
        Assert.Equal("changed", JsonElement.Parse((await bench.ReadAsync(Id(entry))).GetProperty("content").GetString()!).GetProperty("note").GetString());
        await PostgresServer.ExecuteAsync(database, "DELETE FROM numbers");
        Assert.Equal(JsonValueKind.Null, (await bench.ReadAsync(Id(entry))).GetProperty("content").ValueKind);
    }

    [Theory]
    [InlineData("trajectories", "abc", "is no value of the type that the column 'id' of the table 'trajectories' has")]
    [InlineData("trajectories", "39510f66-c2ee-41c7-94de-64eb142c3f2b", "has no row with the id")]
    [InlineData("trajectories", "' OR '1'='1", "is no value of the type")]
    [InlineData("numbers", "1; DROP TABLE numbers", "is no value of the type")]
    [InlineData("numbers", "99999999999999999999", "is no value of the type")]
    [InlineData("words", "x' OR 'a'='a", "has no row with the id")]
    [InlineData("secrets", "1", "is not allowed; allowed are: missing, numbers, plain, trajectories, words")]
    [InlineData("pg_authid", "1", "is not allowed")]
    [InlineData("numbers\" CROSS JOIN secrets --", "1", "is not allowed")]
    [InlineData("missing", "1", "The PostgreSQL server has no table 'missing'")]
    [InlineData("plain", "1", "The table 'plain' has no column 'id'")]
    public async Task What_is_not_there_or_not_allowed_is_refused(string table, string row, string expected)
    {
        var (server, database, bench) = await ConnectedAsync();
        await using var _ = bench;
        Assert.Contains(expected, (await bench.RefusedAsync(Row(table, row))).GetString(), StringComparison.Ordinal);
        Assert.Equal("1|1|2", await server.PsqlAsync(database, "SELECT (SELECT count(*) FROM trajectories), (SELECT count(*) FROM numbers), (SELECT count(*) FROM words)"));
    }

    [Fact]
    public async Task A_row_of_200_MB_is_refused_and_the_platform_goes_on()
    {
        var (_, database, bench) = await ConnectedAsync();
        await using var __ = bench;
        var made = await bench.CreateAsync(Row("numbers", "42"));
        await PostgresServer.ExecuteAsync(database, "INSERT INTO numbers VALUES (43, repeat('x', 200000000)); UPDATE numbers SET note = repeat('y', 20000000) WHERE id = 42");
        Assert.Contains("bytes of JSON, more than the 16777216 that are given", (await bench.RefusedAsync(Row("numbers", "43"))).GetString(), StringComparison.Ordinal);
        using var answer = await bench.Ann.GetAsync(new Uri($"{Entries}/{Id(made)}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        await PostgresServer.ExecuteAsync(database, "UPDATE numbers SET note = 'small' WHERE id = 42");
        Assert.Contains("small", (await bench.ReadAsync(Id(made))).GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_slow_is_given_up()
    {
        var (_, database, bench) = await ConnectedAsync();
        await using var __ = bench;
        var made = await bench.CreateAsync(Row("numbers", "42"));
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await using var locking = new NpgsqlCommand("LOCK TABLE numbers IN ACCESS EXCLUSIVE MODE", connection, transaction);
            await locking.ExecuteNonQueryAsync();
            Assert.Equal("The PostgreSQL server that has the table 'numbers' did not answer in time", (await bench.RefusedAsync(Row("numbers", "42"))).GetString());
            using var answer = await bench.Ann.GetAsync(new Uri($"{Entries}/{Id(made)}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        Assert.Contains("answer", (await bench.ReadAsync(Id(made))).GetProperty("content").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_down_is_said_and_its_password_is_not()
    {
        using var unused = new TcpListener(IPAddress.Loopback, 0);
        unused.Start();
        var port = ((IPEndPoint)unused.LocalEndpoint).Port;
        unused.Stop();
        await using var bench = await StartAsync(_ => new SourceOptions { Postgres = $"Host=127.0.0.1;Port={port};Username=u;Password=pw-secret;Database=d" });
        var detail = (await bench.RefusedAsync(Row("trajectories", Uuid))).GetString();
        Assert.Equal("The PostgreSQL server that has the table 'trajectories' cannot be reached", detail);
        Assert.DoesNotContain("pw-secret", bench.Platform.Host.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_said()
    {
        var server = await PostgresServer.SharedAsync();
        var wrong = new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = "nowhere" }.ConnectionString;
        await using var bench = await StartAsync(_ => new SourceOptions { Postgres = wrong });
        Assert.Contains("has not the database", (await bench.RefusedAsync(Row("trajectories", Uuid))).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_a_file_go_before_the_servers()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var bench = await StartAsync(folder =>
        {
            File.WriteAllText(folder.Combine("rows.jsonl"), """{"id":"a"}""");
            return new SourceOptions { Postgres = database, Tables = [new SourceTable("mine", folder.Combine("rows.jsonl"))] };
        });
        Assert.Equal("""{"id":"a"}""", (await bench.CreateAsync(Row("mine", "a"))).GetProperty("content").GetString());
    }

    private static object Row(string table, string id) => Source("pg_table", "text", new { table_name = table, row_id = id });

    private static async Task<(PostgresServer Server, string Database, SourceBench Bench)> ConnectedAsync()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await PostgresServer.ExecuteAsync(database, Schema);
        var tables = ((string[])["numbers", "words", "missing", "plain"]).Select(name => new SourceTable(name, null));
        return (server, database, await StartAsync(_ => new SourceOptions { Postgres = database, Tables = [.. tables], PostgresTimeout = TimeSpan.FromSeconds(2) }));
    }
}
