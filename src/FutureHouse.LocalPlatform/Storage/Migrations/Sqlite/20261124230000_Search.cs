using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FutureHouse.LocalPlatform.Storage.Migrations.Sqlite;

/// <summary>
/// The search index (Protocol §6), kept in step by triggers: whoever writes a row, it is found. Nothing of it is in the model. A later migration that rebuilds the table of entries
/// loses its triggers and plain indexes, and has to run <see cref="Triggers"/> and <see cref="Indexes"/> again.
/// </summary>
[DbContext(typeof(SqlitePlatformDbContext))]
[Migration("20261124230000_Search")]
internal sealed class Search : Migration
{
    /// <summary>Two full-text tables that keep no copy of the text: by words, and by every three characters, which finds any substring. Substrings of longer texts are looked for in the text itself.</summary>
    public const string Tables = """
        CREATE VIRTUAL TABLE "EntryWords" USING fts5(name, description, tags, content, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');
        CREATE VIRTUAL TABLE "EntryTrigrams" USING fts5(name, description, file_path, content, content='', contentless_delete=1, tokenize='trigram');
        CREATE TABLE "EntryTags" ("Tag" TEXT NOT NULL, "Key" INTEGER NOT NULL, PRIMARY KEY ("Tag", "Key")) WITHOUT ROWID;
        CREATE INDEX "IX_EntryTags_Key" ON "EntryTags" ("Key");
        """;

    /// <summary>What the searches compare besides.</summary>
    public const string Indexes = """
        CREATE INDEX "IX_Entries_Name" ON "Entries" ("Name");
        CREATE INDEX "IX_Entries_Status" ON "Entries" ("Status");
        CREATE INDEX "IX_Entries_ProjectId" ON "Entries" ("ProjectId");
        CREATE INDEX "IX_Entries_CreatedTicks" ON "Entries" ("CreatedTicks");
        CREATE INDEX "IX_Entries_ModifiedTicks" ON "Entries" ("ModifiedTicks");
        CREATE INDEX "IX_Entries_LongContent" ON "Entries" ("Key") WHERE length("Content") > 100000;
        CREATE INDEX "IX_Entries_Embedding" ON "Entries" (length("UnitEmbedding")) WHERE "UnitEmbedding" IS NOT NULL;
        """;

    /// <summary>Each change of a row changes its part of the index.</summary>
    public const string Triggers = $"""
        CREATE TRIGGER "Entries_Search_Insert" AFTER INSERT ON "Entries" BEGIN
            {WriteWords}
            {WriteTrigrams}
            {WriteTags}
        END;
        CREATE TRIGGER "Entries_Search_Delete" AFTER DELETE ON "Entries" BEGIN
            DELETE FROM "EntryWords" WHERE rowid = OLD."Key";
            DELETE FROM "EntryTrigrams" WHERE rowid = OLD."Key";
            DELETE FROM "EntryTags" WHERE "Key" = OLD."Key";
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
        """;

    private const string WriteWords = """
        INSERT INTO "EntryWords"(rowid, name, description, tags, content)
            VALUES (NEW."Key", NEW."Name", NEW."Description", (SELECT group_concat(value, ' ') FROM json_each(NEW."TagsJson")), NEW."Content");
        """;

    private const string WriteTrigrams = """
        INSERT INTO "EntryTrigrams"(rowid, name, description, file_path, content) VALUES (NEW."Key", NEW."Name", NEW."Description", NEW."FilePath", substr(NEW."Content", 1, 100000));
        """;

    private const string WriteTags = """
        INSERT OR IGNORE INTO "EntryTags" SELECT value, NEW."Key" FROM json_each(NEW."TagsJson");
        """;

    private const string Fill = """
        INSERT INTO "EntryWords"(rowid, name, description, tags, content)
            SELECT "Key", "Name", "Description", (SELECT group_concat(value, ' ') FROM json_each("TagsJson")), "Content" FROM "Entries";
        INSERT INTO "EntryTrigrams"(rowid, name, description, file_path, content) SELECT "Key", "Name", "Description", "FilePath", substr("Content", 1, 100000) FROM "Entries";
        INSERT OR IGNORE INTO "EntryTags" SELECT tag.value, e."Key" FROM "Entries" e, json_each(e."TagsJson") tag;
        """;

    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Tables);
        migrationBuilder.Sql(Indexes);
        migrationBuilder.Sql(Triggers);
        migrationBuilder.Sql(Fill);
    }

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TRIGGER "Entries_Search_Insert";
        DROP TRIGGER "Entries_Search_Delete";
        DROP TRIGGER "Entries_Search_Words";
        DROP TRIGGER "Entries_Search_Trigrams";
        DROP TRIGGER "Entries_Search_Tags";
        DROP INDEX "IX_Entries_Name";
        DROP INDEX "IX_Entries_Status";
        DROP INDEX "IX_Entries_ProjectId";
        DROP INDEX "IX_Entries_CreatedTicks";
        DROP INDEX "IX_Entries_ModifiedTicks";
        DROP INDEX "IX_Entries_LongContent";
        DROP INDEX "IX_Entries_Embedding";
        DROP TABLE "EntryTags";
        DROP TABLE "EntryTrigrams";
        DROP TABLE "EntryWords";
        """);
}
