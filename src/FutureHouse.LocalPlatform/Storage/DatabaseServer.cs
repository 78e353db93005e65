using System.Data.Common;
using Npgsql;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>The PostgreSQL server that keeps a platform's database.</summary>
internal static class DatabaseServer
{
    /// <summary>Names the server where the command line, which everyone on the machine can read, should not.</summary>
    public const string Variable = "FUTUREHOUSE_LOCAL_DATABASE";

    // Several platforms share a server that by default has room for a hundred connections.
    private const int PoolSize = 24;
    private const int ConnectSeconds = 15;
    private const int CommandSeconds = 30;

    /// <summary>Reads a connection string and fills in what it leaves open: time-outs, and how many connections at most.</summary>
    /// <exception cref="ArgumentException">It is none. The message shows nothing of it: it may hold a password.</exception>
    public static NpgsqlConnectionStringBuilder Read(string text)
    {
        NpgsqlConnectionStringBuilder server;
        try
        {
            server = new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // Without the cause, whose message may quote it.
            throw new ArgumentException("--database takes a connection string of keywords, such as \"Host=localhost;Database=futurehouse;Username=me\"; the one given cannot be read.");
        }

        if (string.IsNullOrWhiteSpace(server.Host))
        {
            throw new ArgumentException("--database needs Host=, such as \"Host=localhost;Database=futurehouse;Username=me\".");
        }

        var given = new DbConnectionStringBuilder { ConnectionString = text };
        bool IsGiven(params string[] names) => names.Any(given.ContainsKey);
        server.ApplicationName ??= "FutureHouse.LocalPlatform";
        server.MaxPoolSize = IsGiven("Maximum Pool Size", "MaxPoolSize") ? server.MaxPoolSize : PoolSize;
        server.Timeout = IsGiven("Timeout") ? server.Timeout : ConnectSeconds;
        server.CommandTimeout = IsGiven("Command Timeout", "CommandTimeout") ? server.CommandTimeout : CommandSeconds;
        return server;
    }

    /// <summary>What stands between the platform and its database, in one sentence and without a password.</summary>
    public static DatabaseUnavailableException Unusable(string connection, Exception e)
    {
        var server = Read(connection);
        var reason = e switch
        {
            _ when DatabaseFailure.Postgres(e) is { } refusal => refusal.MessageText,
            { InnerException: TimeoutException } or TimeoutException => "it gave no answer in time",
            _ => e.GetBaseException().Message.ReplaceLineEndings(" "),
        };
        reason = string.IsNullOrEmpty(server.Password) ? reason : reason.Replace(server.Password, "***", StringComparison.Ordinal);
        var name = server.Database ?? server.Username;
        return new DatabaseUnavailableException($"The database {(name is null ? string.Empty : $"'{name}' ")}on {server.Host}:{server.Port} cannot be used: {reason.TrimEnd('.')}.");
    }
}

/// <summary>The server of the database is down, refuses, or has no such database. The message says which and why, and never shows a password.</summary>
public sealed class DatabaseUnavailableException : Exception
{
    internal DatabaseUnavailableException(string message)
        : base(message)
    {
    }
}
