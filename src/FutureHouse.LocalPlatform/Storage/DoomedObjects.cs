using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>
/// Removes entries and notes, in the same transaction, which objects go with them: those that nothing else names (<see cref="SharedObjects"/>). By the database alone, so that memory does not
/// depend on how many. Who calls holds <see cref="SharedObjects.LockAsync"/>.
/// </summary>
internal static class DoomedObjects
{
    private static readonly TimeSpan LargeChange = TimeSpan.FromMinutes(10);

    /// <summary>Removes an entry with its revisions.</summary>
    /// <param name="database">In a transaction of its own.</param>
    /// <param name="entry">The entry.</param>
    public static async Task RemoveEntryAsync(this PlatformDbContext database, Guid entry)
    {
        await SharedObjects.LockEntriesAsync(database, entry);
        await NoteAsync(database, nameof(EntryRow.Id), entry);
        await database.Entries.Where(e => e.Id == entry).ExecuteDeleteAsync();
    }

    /// <summary>Removes a dataset with its entries, however many.</summary>
    /// <param name="database">In a transaction of its own.</param>
    /// <param name="dataset">The dataset.</param>
    public static async Task RemoveDatasetAsync(this PlatformDbContext database, Guid dataset)
    {
        database.Database.SetCommandTimeout(LargeChange);
        if (database.Database.IsNpgsql())
        {
            // An entry that is being made holds the dataset's row; from here on none is, and one that waits finds the dataset gone.
            await database.Database.ExecuteSqlAsync($"""SELECT 1 FROM "Datasets" WHERE "Id" = {dataset} FOR UPDATE""");
        }

        await NoteAsync(database, nameof(EntryRow.DatasetId), dataset);
        await database.Datasets.Where(d => d.Id == dataset).ExecuteDeleteAsync();
    }

    /// <summary>Notes the objects of the entries that have a value in a column, and of their revisions. One may be noted already: by a removal that was broken off in a store of before.</summary>
    private static Task<int> NoteAsync(PlatformDbContext database, string column, Guid value)
    {
        var sql = $$"""
            INSERT INTO "DoomedObjects" ("ObjectName")
            SELECT going."Name" FROM (
                SELECT "ObjectName" AS "Name" FROM "Entries" WHERE "{{column}}" = {0} AND "ObjectName" IS NOT NULL
                UNION
                SELECT r."ObjectName" FROM "Revisions" r JOIN "Entries" e ON e."Id" = r."EntryId" WHERE e."{{column}}" = {0} AND r."ObjectName" IS NOT NULL
            ) AS going
            WHERE NOT EXISTS (SELECT 1 FROM "Entries" o WHERE o."ObjectName" = going."Name" AND o."{{column}}" <> {0})
            AND NOT EXISTS (SELECT 1 FROM "Revisions" r JOIN "Entries" e ON e."Id" = r."EntryId" WHERE r."ObjectName" = going."Name" AND e."{{column}}" <> {0})
            ON CONFLICT DO NOTHING
            """;
        return database.Database.ExecuteSqlAsync(FormattableStringFactory.Create(sql, value));
    }
}
