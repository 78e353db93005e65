using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace FutureHouse.Tests.Support;

/// <summary>
/// A PostgreSQL server of the tests' own: made by <c>initdb</c> in a temporary folder, reached by a Unix socket there, and gone with the tests, even if they are killed. As
/// <c>root</c>, for whom PostgreSQL does not run, it runs as the user <c>postgres</c>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Name of the requirement, as in <c>FH_TEST_REQUIRE</c>.</summary>
    public const string RequirementName = "PostgreSQL";

    /// <summary>The shell waits for the end of its input, which comes with the end of the tests, however they end. The folder is short, as a socket's path has 107 bytes at most.</summary>
    private const string Script = """
        set -e
        dir=$(mktemp -d /tmp/fh-pg-XXXXXX)
        trap 'rm -rf "$dir"' EXIT
        cd "$dir"
        if "$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --no-locale --no-sync > "$dir/log" 2>&1 &&
           "$1/pg_ctl" -D "$dir/data" -w -t 120 -l "$dir/log" -o "-k $dir -c listen_addresses= -c fsync=off -c max_connections=200" start > /dev/null 2>&1
        then echo "$dir"
        else cat "$dir/log" >&2; exit 1
        fi
        cat > /dev/null
        "$1/pg_ctl" -D "$dir/data" -m immediate -w stop > /dev/null 2>&1
        """;

    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(LaunchAsync);
    private static int s_databases;
    private readonly Process _shell;

    private PostgresServer(Process shell, string folder)
    {
        _shell = shell;
        Folder = folder;
    }

    /// <summary>Folder of the programs (<c>psql</c>, <c>pg_dump</c>…), or <see langword="null"/> where PostgreSQL is not on this machine.</summary>
    public static string? Programs { get; } = FindPrograms();

    /// <summary>Folder of the socket: the <c>Host</c> of a connection, and the <c>-h</c> of <c>psql</c>.</summary>
    public string Folder { get; }

    /// <summary>Connection string of the database <c>postgres</c>, as its superuser.</summary>
    public string ConnectionString => To("postgres");

    /// <summary>Starts a server of the test's own; skips the test, by name, where there is no PostgreSQL.</summary>
    /// <returns>The running server.</returns>
    public static Task<PostgresServer> StartAsync()
    {
        Require();
        return LaunchAsync();
    }

    /// <summary>
    /// The server that all tests of the process share, each with databases of its own (<see cref="CreateDatabaseAsync"/>): starting one takes seconds. It ends with the process; do
    /// not dispose of it. Skips the test, by name, where there is no PostgreSQL.
    /// </summary>
    /// <returns>The running server.</returns>
    public static Task<PostgresServer> SharedAsync()
    {
        Require();
        return SharedServer.Value;
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref s_databases)}");
        await ExecuteAsync(ConnectionString, $"CREATE DATABASE {name}");
        return To(name);
    }

    /// <summary>Runs SQL.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="sql">One or more statements.</param>
    /// <returns>When it is done.</returns>
    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What <c>psql</c> answers, unaligned and without headers: the judge of what is stored.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="sql">One or more statements.</param>
    /// <returns>Its output.</returns>
    public async Task<string> PsqlAsync(string connectionString, string sql)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database!;
        var start = new ProcessStartInfo(Path.Combine(Programs!, "psql")) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        foreach (var argument in (string[])["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", Folder, "-U", "postgres", "-d", database, "-c", sql])
        {
            start.ArgumentList.Add(argument);
        }

        using var psql = Process.Start(start)!;
        var errors = psql.StandardError.ReadToEndAsync();
        var output = await psql.StandardOutput.ReadToEndAsync();
        await psql.WaitForExitAsync();
        return psql.ExitCode == 0 ? output.TrimEnd('\n') : throw new InvalidOperationException($"psql: {await errors}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private static void Require() => Requirement.Met(Programs is not null, RequirementName, "PostgreSQL's initdb is neither on the path nor in /usr/lib/postgresql, or root cannot become the user postgres");

    private static async Task<PostgresServer> LaunchAsync()
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        var command = Become() is { } become ? [.. become, "/bin/sh"] : (string[])["/bin/sh"];
        start.FileName = command[0];
        foreach (var argument in command.Skip(1).Concat(["-c", Script, "sh", Programs!]))
        {
            start.ArgumentList.Add(argument);
        }

        // A locale of the machine that is not installed would only cause warnings; PG* variables of the machine would lead elsewhere.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("PG", StringComparison.Ordinal) || k.StartsWith("LC_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        var shell = Process.Start(start)!;
        if (await shell.StandardOutput.ReadLineAsync() is { Length: > 0 } folder)
        {
            return new PostgresServer(shell, folder);
        }

        var log = await shell.StandardError.ReadToEndAsync();
        shell.Dispose();
        throw new InvalidOperationException($"PostgreSQL did not start: {log}");
    }

    private string To(string database) => new NpgsqlConnectionStringBuilder { Host = Folder, Username = "postgres", Database = database }.ConnectionString;

    /// <summary>How to run as <c>postgres</c>; <see langword="null"/> where we may run it ourselves; empty where neither works.</summary>
    private static string[]? Become()
    {
        if (Environment.UserName != "root")
        {
            return null;
        }

        var runuser = (string[])["/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser"];
        return runuser.FirstOrDefault(File.Exists) is { } program && File.ReadLines("/etc/passwd").Any(l => l.StartsWith("postgres:", StringComparison.Ordinal)) ? [program, "-u", "postgres", "--"] : [];
    }

    private static string? FindPrograms()
    {
        if (OperatingSystem.IsWindows() || Become() is { Length: 0 })
        {
            return null;
        }

        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        var installed = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => int.TryParse(Path.GetFileName(d), out var version) ? version : 0).Select(d => Path.Combine(d, "bin"))
            : [];
        return onPath.Concat(installed).FirstOrDefault(folder => ((string[])["initdb", "pg_ctl", "psql"]).All(program => File.Exists(Path.Combine(folder, program))));
    }
}
