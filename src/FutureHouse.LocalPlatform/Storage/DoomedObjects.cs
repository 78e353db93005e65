using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Storage;

/// <summary>Notes, in the transaction that removes entries, which objects go with them.</summary>
internal static class DoomedObjects
{
    private static readonly TimeSpan LargeChange = TimeSpan.FromMinutes(10);

    /// <summary>Removes a dataset with its entries, however many, and notes their objects; by the database alone, so that memory does not depend on how many.</summary>
    /// <param name="database">In a transaction of its own, with <see cref="SharedObjects.LockAsync"/>.</param>
    /// <param name="dataset">The dataset.</param>
    public static async Task RemoveDatasetAsync(this PlatformDbContext database, Guid dataset)
    {
        database.Database.SetCommandTimeout(LargeChange);
        if (database.Database.IsNpgsql())
        {
            // An entry that is being made holds the dataset's row; from here on none is, and one that waits finds the dataset gone.
            await database.Database.ExecuteSqlAsync($"""SELECT 1 FROM "Datasets" WHERE "Id" = {dataset} FOR UPDATE""");
        }

        // Of its entries and their revisions, every object that nothing else names (SharedObjects).
        await database.Database.ExecuteSqlAsync($"""
            INSERT INTO "DoomedObjects" ("ObjectName")
            SELECT going."Name" FROM (
                SELECT "ObjectName" AS "Name" FROM "Entries" WHERE "DatasetId" = {dataset} AND "ObjectName" IS NOT NULL
                UNION
                SELECT r."ObjectName" FROM "Revisions" r JOIN "Entries" e ON e."Id" = r."EntryId" WHERE e."DatasetId" = {dataset} AND r."ObjectName" IS NOT NULL
            ) AS going
            WHERE NOT EXISTS (SELECT 1 FROM "Entries" o WHERE o."ObjectName" = going."Name" AND o."DatasetId" <> {dataset})
            AND NOT EXISTS (SELECT 1 FROM "Revisions" r JOIN "Entries" e ON e."Id" = r."EntryId" WHERE r."ObjectName" = going."Name" AND e."DatasetId" <> {dataset})
            ON CONFLICT DO NOTHING
            """);
        await database.Datasets.Where(d => d.Id == dataset).ExecuteDeleteAsync();
    }
}
