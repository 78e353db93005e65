using System.Text.RegularExpressions;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Objects;
using Npgsql;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>The part of the command line that says where existing sources lie.</summary>
internal static partial class SourceArguments
{
    /// <summary>Variable that has the connection string where it must not stand on a command line, which every user of the machine may read.</summary>
    public const string PostgresVariable = "FUTUREHOUSE_SOURCE_POSTGRES";

    public const string Usage = $"""
          --bucket NAME=DIR      a folder that stands for the bucket NAME: its files can be registered and fetched, and are
                                 never written to; links in it are not followed (repeatable)
          --table NAME=FILE      rows for the table NAME, which pg_table sources may name: a JSON object with an "id" on each
                                 line; they replace what the store has of it (repeatable)
          --table NAME           allow the table NAME of the PostgreSQL server, beside trajectories (repeatable)
          --postgres STRING      PostgreSQL server that has those tables: "Host=...;Username=...;Database=..."; a command line
                                 is no place for a password: put the string into the environment variable
                                 {PostgresVariable}, or the password into PGPASSFILE
        """;

    /// <summary>Names that the platform's own routes begin with.</summary>
    private static readonly string[] Reserved = [Bucket.BucketName, "v0.1", "auth", "health", "testbench"];

    /// <exception cref="ArgumentException">The value is not <c>NAME=DIR</c>, the name is none or taken, or there is no such folder.</exception>
    public static LocalPlatformOptions WithBucket(this LocalPlatformOptions options, string value)
    {
        var (name, folder) = Split(value);
        if (folder is null || !BucketName().IsMatch(name))
        {
            throw new ArgumentException($"--bucket takes NAME=DIR, with a name of lower-case letters, digits, '-', '_' and '.', not '{value}'.");
        }

        if (Reserved.Contains(name) || options.Sources.Buckets.ContainsKey(name))
        {
            throw new ArgumentException($"--bucket: the name '{name}' is {(Reserved.Contains(name) ? "the platform's own" : "given twice")}; choose another.");
        }

        var full = Path.GetFullPath(folder);
        return Directory.Exists(full)
            ? options with { Sources = options.Sources with { Buckets = new Dictionary<string, string>(options.Sources.Buckets, StringComparer.Ordinal) { [name] = full } } }
            : throw new ArgumentException($"--bucket: there is no folder '{full}' for the bucket '{name}'.");
    }

    /// <exception cref="ArgumentException">The value is neither <c>NAME</c> nor <c>NAME=FILE</c>, the name is none or given twice, or there is no such file.</exception>
    public static LocalPlatformOptions WithTable(this LocalPlatformOptions options, string value)
    {
        var (name, file) = Split(value);
        if (!TableName().IsMatch(name) || file is { Length: 0 })
        {
            throw new ArgumentException($"--table takes NAME=FILE or NAME, with a name of letters, digits and '_' that begins with no digit, not '{value}'.");
        }

        if (options.Sources.Tables.Any(t => t.Name == name))
        {
            throw new ArgumentException($"--table: the name '{name}' is given twice.");
        }

        var full = file is null ? null : Path.GetFullPath(file);
        return full is null || File.Exists(full)
            ? options with { Sources = options.Sources with { Tables = [.. options.Sources.Tables, new SourceTable(name, full)] } }
            : throw new ArgumentException($"--table: there is no file '{full}' with rows for the table '{name}'.");
    }

    /// <exception cref="ArgumentException">The value is no connection string with a host; it is not in the message, as it may have a password.</exception>
    public static LocalPlatformOptions WithPostgres(this LocalPlatformOptions options, string value, string origin = "--postgres")
    {
        string? host;
        try
        {
            host = new NpgsqlConnectionStringBuilder(value).Host;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException or OverflowException)
        {
            host = null;
        }

        return string.IsNullOrWhiteSpace(host)
            ? throw new ArgumentException($"{origin} takes a connection string such as \"Host=localhost;Username=me;Database=mine\".")
            : options with { Sources = options.Sources with { Postgres = value } };
    }

    /// <summary>Checks what was given as a whole, with the connection string of the environment where none was.</summary>
    /// <exception cref="ArgumentException">A table is to be a server's, and no server is named; or the variable's value is no connection string.</exception>
    public static LocalPlatformOptions WithSourcesChecked(this LocalPlatformOptions options, string? environment)
    {
        if (options.Sources.Postgres is null && !string.IsNullOrWhiteSpace(environment))
        {
            options = options.WithPostgres(environment, PostgresVariable);
        }

        return options.Sources.Postgres is null && options.Sources.Tables.FirstOrDefault(t => t.RowsFile is null) is { } table
            ? throw new ArgumentException($"--table {table.Name} names no file of rows (NAME=FILE), and no --postgres server has the table.")
            : options;
    }

    private static (string Name, string? Value) Split(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text, null) : (text[..equals], text[(equals + 1)..] is { Length: > 0 } value ? value : string.Empty);
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,221}$", RegexOptions.CultureInvariant)]
    private static partial Regex BucketName();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex TableName();
}
