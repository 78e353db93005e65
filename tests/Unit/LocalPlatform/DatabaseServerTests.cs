using System.Net;
using System.Net.Http.Json;
using FutureHouse.LocalPlatform.Storage;
using FutureHouse.Tests.Support;
using Npgsql;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>The option --database: what is understood, what is refused, and that a password is never shown.</summary>
public sealed class DatabaseServerTests
{
    private const string Password = "hush-hush-4711";

    [Theory]
    [InlineData("Database=x;Password=" + Password)]
    [InlineData("postgres://me:" + Password + "@localhost/x")]
    [InlineData("Host=x;Passwort=" + Password)]
    [InlineData("Host=x;Port=" + Password)]
    [InlineData(Password)]
    [InlineData("")]
    public async Task What_is_no_connection_string_is_refused_without_showing_it(string text)
    {
        using var directory = new TempDirectory();
        var (code, output, error) = await PlatformProgram.RunAsync([], "--store", directory.Combine("store"), "--database", text);
        Assert.Equal(2, code);
        Assert.Contains("--database", error, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_one_sentence()
    {
        using var directory = new TempDirectory();
        var (code, output, error) = await PlatformProgram.RunAsync(
            new() { ["FUTUREHOUSE_LOCAL_DATABASE"] = $"Host=127.0.0.1;Port=1;Database=fh;Username=me;Password={Password}" }, "--store", directory.Combine("store"));
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.StartsWith("The database 'fh' on 127.0.0.1:1 cannot be used: ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain(Password, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_refuses_is_quoted_and_one_that_takes_the_password_of_a_file_is_used()
    {
        var server = await PostgresServer.StartAsync();
        using var directory = new TempDirectory();
        using var program = await UseAsync(server, directory);
        using var client = await program.LogInAsync();
        using var made = await client.PostAsJsonAsync("/v0.1/data-storage/data-entries", new { name = "kept", content = "x" });
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);

        // The server stops, and is not there for a request: said so, and not as a fault of the platform.
        await server.DisposeAsync();
        using var missed = await client.PostAsJsonAsync("/v0.1/data-storage/data-entries", new { name = "lost", content = "x" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, missed.StatusCode);
        Assert.Equal("""{"detail":"The database is not available"}""", await missed.Content.ReadAsStringAsync());
    }

    [Fact]
    public void What_is_left_open_gets_time_outs_and_a_bound_on_connections()
    {
        var read = DatabaseServer.Read("Host=h");
        Assert.Equal((24, 15, 30), (read.MaxPoolSize, read.Timeout, read.CommandTimeout));
        var given = DatabaseServer.Read("Host=h;Maximum Pool Size=7;Timeout=3;Command Timeout=9;Application Name=mine");
        Assert.Equal((7, 3, 9, "mine"), (given.MaxPoolSize, given.Timeout, given.CommandTimeout, given.ApplicationName));
    }

    private static async Task<PlatformProgram> UseAsync(PostgresServer server, TempDirectory directory)
    {
        var database = await server.CreateDatabaseAsync();
        await PostgresServer.ExecuteAsync(server.ConnectionString, $"CREATE ROLE keeper LOGIN SUPERUSER PASSWORD '{Password}'");
        await PostgresServer.ExecuteAsync(
            server.ConnectionString,
            $"COPY (SELECT 'local all keeper scram-sha-256' UNION ALL SELECT 'local all all trust') TO '{server.Folder}/data/pg_hba.conf'; SELECT pg_reload_conf()");
        var name = new NpgsqlConnectionStringBuilder(database).Database;
        var to = $"Host={server.Folder};Database={name};Username=keeper";

        // Until the new rules have come into force, which is some moments after the command.
        while (await Record.ExceptionAsync(() => PostgresServer.ExecuteAsync($"{to};Password=wrong;Pooling=false", "SELECT 1")) is null)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        foreach (var (connection, reason) in new[]
        {
            ($"{to};Password=wrong-{Password}", "password authentication failed for user \"keeper\""),
            ($"Host={server.Folder};Database=nowhere;Username=postgres", "database \"nowhere\" does not exist"),
        })
        {
            var (code, output, error) = await PlatformProgram.RunAsync(new() { ["FUTUREHOUSE_LOCAL_DATABASE"] = connection }, "--store", directory.Combine("refused"));
            Assert.Equal(1, code);
            Assert.Contains(reason, error, StringComparison.Ordinal);
            Assert.Single(error.Trim().Split('\n'));
            Assert.DoesNotContain(Password, output + error, StringComparison.Ordinal);
        }

        var passwords = directory.Combine("pgpass");
        await File.WriteAllTextAsync(passwords, $"*:*:*:keeper:{Password}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(passwords, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return await PlatformProgram.StartAsync(directory.Combine("store"), $"{to};Passfile={passwords}");
    }
}
