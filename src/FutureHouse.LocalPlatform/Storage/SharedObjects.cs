using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>
/// Objects that several rows may name: a revision made of another entry's bytes shares them (Protocol §7). An object goes with the last row that names it, whoever's that is.
/// </summary>
internal static class SharedObjects
{
    // Any number, the same in every process: "fh:share".
    private const long SharingLock = 0x66683A7368617265;

    /// <summary>
    /// Until the transaction ends, nobody else begins to share an object or to remove one: else each of two removals would see the other's row still there and leave the object, and
    /// an object could be shared that is being removed. To be taken before anything is read, at read committed, so that what is read is what the lock's last holder left; SQLite has one writer
    /// anyway.
    /// </summary>
    public static Task LockAsync(PlatformDbContext database) => database.Database.IsNpgsql()
        ? database.Database.ExecuteSqlAsync($"SELECT pg_advisory_xact_lock({SharingLock})")
        : Task.CompletedTask;

    /// <summary>Until the transaction ends, nobody else changes these entries; in one order, so that two that want the same do not wait for each other.</summary>
    public static async Task LockEntriesAsync(PlatformDbContext database, params IEnumerable<Guid> ids)
    {
        if (!database.Database.IsNpgsql())
        {
            return;
        }

        foreach (var id in ids.Distinct().Order())
        {
            await database.Database.ExecuteSqlAsync($"""SELECT 1 FROM "Entries" WHERE "Id" = {id} FOR UPDATE""");
        }
    }
}
