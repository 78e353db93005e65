using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FutureHouse.LocalPlatform.Storage.Migrations.Sqlite;

/// <summary>
/// The search index in Unicode's normal form (NFC), by way of the function <c>fh_nfc</c>: what one system writes composed and another decomposed is the same text to a search. A later
/// migration that rebuilds the table of entries has to run <see cref="Triggers"/> and <see cref="Search.Indexes"/> again.
/// </summary>
[DbContext(typeof(SqlitePlatformDbContext))]
[Migration("20261126110000_NormalizedSearch")]
internal sealed class NormalizedSearch : Migration
{
    /// <summary>Each change of a row changes its part of the index. Of a long text, the part in the index is cut before it is normalised, as the search looks for it.</summary>
    public const string Triggers = $"""
        CREATE TRIGGER "Entries_Search_Insert" AFTER INSERT ON "Entries" BEGIN
            {WriteWords}
            {WriteTrigrams}
            {WriteTags}
            {WriteNames}
        END;
        CREATE TRIGGER "Entries_Search_Delete" AFTER DELETE ON "Entries" BEGIN
            DELETE FROM "EntryWords" WHERE rowid = OLD."Key";
            DELETE FROM "EntryTrigrams" WHERE rowid = OLD."Key";
            DELETE FROM "EntryTags" WHERE "Key" = OLD."Key";
            DELETE FROM "EntryNames" WHERE "Key" = OLD."Key";
        END;
        CREATE TRIGGER "Entries_Search_Words" AFTER UPDATE OF "Name", "Description", "TagsJson", "Content" ON "Entries"
        WHEN OLD."Name" IS NOT NEW."Name" OR OLD."Description" IS NOT NEW."Description" OR OLD."TagsJson" IS NOT NEW."TagsJson" OR OLD."Content" IS NOT NEW."Content" BEGIN
            DELETE FROM "EntryWords" WHERE rowid = OLD."Key";
            {WriteWords}
        END;
        CREATE TRIGGER "Entries_Search_Trigrams" AFTER UPDATE OF "Name", "Description", "FilePath", "Content" ON "Entries"
        WHEN OLD."Name" IS NOT NEW."Name" OR OLD."Description" IS NOT NEW."Description" OR OLD."FilePath" IS NOT NEW."FilePath" OR OLD."Content" IS NOT NEW."Content" BEGIN
            DELETE FROM "EntryTrigrams" WHERE rowid = OLD."Key";
            {WriteTrigrams}
        END;
        CREATE TRIGGER "Entries_Search_Tags" AFTER UPDATE OF "TagsJson" ON "Entries" WHEN OLD."TagsJson" IS NOT NEW."TagsJson" BEGIN
            DELETE FROM "EntryTags" WHERE "Key" = OLD."Key";
            {WriteTags}
        END;
        CREATE TRIGGER "Entries_Search_Names" AFTER UPDATE OF "Name" ON "Entries" WHEN OLD."Name" IS NOT NEW."Name" BEGIN
            DELETE FROM "EntryNames" WHERE "Key" = OLD."Key";
            {WriteNames}
        END;
        """;

    /// <summary>The names that are not in their normal form, in it.</summary>
    private const string Names = """
        CREATE TABLE "EntryNames" ("Key" INTEGER PRIMARY KEY, "Name" TEXT NOT NULL);
        CREATE INDEX "IX_EntryNames_Name" ON "EntryNames" ("Name");
        """;

    private const string WriteWords = """
        INSERT INTO "EntryWords"(rowid, name, description, tags, content)
            VALUES (NEW."Key", fh_nfc(NEW."Name"), fh_nfc(NEW."Description"), (SELECT fh_nfc(group_concat(value, ' ')) FROM json_each(NEW."TagsJson")), fh_nfc(NEW."Content"));
        """;

    private const string WriteTrigrams = """
        INSERT INTO "EntryTrigrams"(rowid, name, description, file_path, content)
            VALUES (NEW."Key", fh_nfc(NEW."Name"), fh_nfc(NEW."Description"), fh_nfc(NEW."FilePath"), fh_nfc(substr(NEW."Content", 1, 100000)));
        """;

    private const string WriteTags = """
        INSERT OR IGNORE INTO "EntryTags" SELECT fh_nfc(value), NEW."Key" FROM json_each(NEW."TagsJson");
        """;

    private const string WriteNames = """
        INSERT INTO "EntryNames" SELECT NEW."Key", fh_nfc(NEW."Name") WHERE fh_nfc(NEW."Name") <> NEW."Name";
        """;

    private const string DropTriggers = """
        DROP TRIGGER "Entries_Search_Insert";
        DROP TRIGGER "Entries_Search_Delete";
        DROP TRIGGER "Entries_Search_Words";
        DROP TRIGGER "Entries_Search_Trigrams";
        DROP TRIGGER "Entries_Search_Tags";
        """;

    private const string Fill = """
        INSERT INTO "EntryWords"("EntryWords") VALUES ('delete-all');
        INSERT INTO "EntryTrigrams"("EntryTrigrams") VALUES ('delete-all');
        DELETE FROM "EntryTags";
        INSERT INTO "EntryWords"(rowid, name, description, tags, content)
            SELECT "Key", fh_nfc("Name"), fh_nfc("Description"), (SELECT fh_nfc(group_concat(value, ' ')) FROM json_each("TagsJson")), fh_nfc("Content") FROM "Entries";
        INSERT INTO "EntryTrigrams"(rowid, name, description, file_path, content)
            SELECT "Key", fh_nfc("Name"), fh_nfc("Description"), fh_nfc("FilePath"), fh_nfc(substr("Content", 1, 100000)) FROM "Entries";
        INSERT OR IGNORE INTO "EntryTags" SELECT fh_nfc(tag.value), e."Key" FROM "Entries" e, json_each(e."TagsJson") tag;
        INSERT INTO "EntryNames" SELECT "Key", fh_nfc("Name") FROM "Entries" WHERE fh_nfc("Name") <> "Name";
        """;

    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(DropTriggers);
        migrationBuilder.Sql(Names);
        migrationBuilder.Sql(Triggers);
        migrationBuilder.Sql(Fill);
    }

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(DropTriggers + """DROP TRIGGER "Entries_Search_Names"; DROP TABLE "EntryNames";""");
        migrationBuilder.Sql(Search.Triggers);
    }
}
