using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>What a failure of the database means for the request that met it.</summary>
internal static class DatabaseFailure
{
    /// <summary>The server's own refusal, however it is wrapped.</summary>
    public static PostgresException? Postgres(Exception? e) => Find<PostgresException>(e);

    /// <summary>
    /// Another transaction got in between: the change is to be made again, on what is there now. A key that is taken and a row that is gone count too, as what was looked up before the
    /// change had not shown them.
    /// </summary>
    public static bool IsRace(Exception e) => e is DbUpdateConcurrencyException || Postgres(e)?.SqlState is
        PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ForeignKeyViolation;

    /// <summary>The server cannot be asked, or not now.</summary>
    public static bool IsUnavailable(Exception e) => Find<NpgsqlException>(e) is { } failure && failure switch
    {
        PostgresException refusal => refusal.SqlState[..2] is "08" or "53" or "57" or "28" or "3D",
        _ => true,
    };

    /// <summary>The server cannot be asked, and the next moment may be another: a connection broke, or it is starting. Not one that keeps silent: asking again would only wait again.</summary>
    public static bool IsPassing(Exception e) => Find<NpgsqlException>(e) is { IsTransient: true } failure && Find<TimeoutException>(failure) is null;

    /// <summary>What was sent is more than the database can hold: too long for an index, or text that is none.</summary>
    public static bool IsUnstorable(Exception e) => Postgres(e)?.SqlState[..2] is "22" or "54";

    private static T? Find<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found)
            {
                return found;
            }
        }

        return null;
    }
}
