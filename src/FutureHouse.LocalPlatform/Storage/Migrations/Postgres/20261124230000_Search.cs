using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FutureHouse.LocalPlatform.Storage.Migrations.Postgres;

/// <summary>The search index (Protocol §6), kept in step by triggers: whoever writes a row, it is found. Nothing of it is in the model.</summary>
[DbContext(typeof(PostgresPlatformDbContext))]
[Migration("20261124230000_Search")]
internal sealed class Search : Migration
{
    /// <summary>
    /// <c>fh_fold</c>: lower case of any script, whatever the locale of the database, where the server has ICU. <c>fh_json</c>: JSON that the type cannot hold (a NUL in a string) counts as none.
    /// </summary>
    private const string Functions = """
        DO $do$
        BEGIN
            IF EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu' AND collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))) THEN
                CREATE FUNCTION fh_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$ SELECT lower($1 COLLATE "und-x-icu") COLLATE "C" $f$;
                CREATE FUNCTION fh_plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
                    $f$ SELECT regexp_replace(lower($1 COLLATE "und-x-icu") COLLATE "und-x-icu", '[^[:alnum:]]+', ' ', 'g') COLLATE "C" $f$;
            ELSE
                CREATE FUNCTION fh_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$ SELECT lower($1 COLLATE "default") COLLATE "C" $f$;
                CREATE FUNCTION fh_plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
                    $f$ SELECT regexp_replace(lower($1 COLLATE "default"), '[^[:alnum:]]+', ' ', 'g') COLLATE "C" $f$;
            END IF;
        END
        $do$;
        CREATE FUNCTION fh_json(text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
        BEGIN
            RETURN $1::jsonb;
        EXCEPTION WHEN data_exception THEN
            RETURN NULL;
        END
        $f$;
        CREATE FUNCTION fh_tags(text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
        BEGIN
            RETURN ARRAY(SELECT jsonb_array_elements_text($1::jsonb));
        EXCEPTION WHEN data_exception THEN
            RETURN NULL;
        END
        $f$;
        CREATE FUNCTION fh_cosine(real[], real[]) RETURNS double precision LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
            $f$ SELECT sum(a::double precision * b) FROM unnest($1, $2) AS pairs(a, b) $f$;
        """;

    /// <summary>
    /// The words of an entry: name A, description B, tags C, content D. A <c>tsvector</c> holds 1 MiB, so that a long text has further rows, cut between words; words of 2 KiB and more are none.
    /// </summary>
    private const string Words = """
        CREATE TABLE "EntryWords" (
            "EntryKey" bigint NOT NULL REFERENCES "Entries" ("Key") ON DELETE CASCADE,
            "Ordinal" integer NOT NULL,
            "Words" tsvector NOT NULL,
            PRIMARY KEY ("EntryKey", "Ordinal"));
        CREATE FUNCTION fh_word_end(piece text, size integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $f$
            SELECT CASE WHEN length(piece) < size THEN length(piece) ELSE size - greatest(position(' ' in reverse(fh_plain(right(piece, 2048)))) - 1, 0) END
        $f$;
        CREATE FUNCTION fh_write_words(entry_key bigint, name text, description text, tags text, content text) RETURNS void LANGUAGE plpgsql AS $f$
        DECLARE
            size CONSTANT integer := 40000;
            ordinal integer := 0;
            words tsvector := setweight(to_tsvector('simple', left(fh_plain(name), size)), 'A') || setweight(to_tsvector('simple', coalesce(left(fh_plain(array_to_string(fh_tags(tags), ' ')), size), '')), 'C');
            texts CONSTANT text[] := ARRAY[description, content];
            starts integer[] := ARRAY[1, 1];
            piece text;
            more boolean := true;
        BEGIN
            WHILE more LOOP
                more := false;
                FOR field IN 1..2 LOOP
                    piece := substr(texts[field], starts[field], size);
                    CONTINUE WHEN piece IS NULL OR piece = '';
                    more := more OR length(piece) = size;
                    piece := left(piece, fh_word_end(piece, size));
                    starts[field] := starts[field] + length(piece);
                    words := words || setweight(to_tsvector('simple', fh_plain(piece)), CASE field WHEN 1 THEN 'B'::"char" ELSE 'D'::"char" END);
                END LOOP;
                INSERT INTO "EntryWords" VALUES (entry_key, ordinal, words);
                ordinal := ordinal + 1;
                words := '';
            END LOOP;
        END
        $f$;
        CREATE FUNCTION fh_entry_words() RETURNS trigger LANGUAGE plpgsql AS $f$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                DELETE FROM "EntryWords" WHERE "EntryKey" = NEW."Key";
            END IF;
            PERFORM fh_write_words(NEW."Key", NEW."Name", NEW."Description", NEW."TagsJson", NEW."Content");
            RETURN NULL;
        END
        $f$;
        CREATE TRIGGER "Entries_Search_Insert" AFTER INSERT ON "Entries" FOR EACH ROW EXECUTE FUNCTION fh_entry_words();
        CREATE TRIGGER "Entries_Search_Update" AFTER UPDATE OF "Name", "Description", "TagsJson", "Content" ON "Entries" FOR EACH ROW
            WHEN ((OLD."Name", OLD."Description", OLD."TagsJson", OLD."Content") IS DISTINCT FROM (NEW."Name", NEW."Description", NEW."TagsJson", NEW."Content"))
            EXECUTE FUNCTION fh_entry_words();
        SELECT fh_write_words("Key", "Name", "Description", "TagsJson", "Content") FROM "Entries";
        CREATE INDEX "IX_EntryWords_Further" ON "EntryWords" ("EntryKey") WHERE "Ordinal" = 1;
        CREATE INDEX "IX_EntryWords_Words" ON "EntryWords" USING gin ("Words");
        """;

    /// <summary>A name in lower case, kept: where many names fit a substring, making it anew of each is most of the time. Hashes, as a B-tree has no room for a long text.</summary>
    private const string Indexes = """
        ALTER TABLE "Entries" ADD COLUMN "NameFolded" text COLLATE "C" GENERATED ALWAYS AS (fh_fold("Name")) STORED;
        CREATE INDEX "IX_Entries_Name" ON "Entries" USING hash ("Name");
        CREATE INDEX "IX_Entries_Description" ON "Entries" USING hash ("Description");
        CREATE INDEX "IX_Entries_FilePath" ON "Entries" USING hash ("FilePath");
        CREATE INDEX "IX_Entries_Content" ON "Entries" USING hash ("Content");
        CREATE INDEX "IX_Entries_Status" ON "Entries" ("Status");
        CREATE INDEX "IX_Entries_ProjectId" ON "Entries" ("ProjectId");
        CREATE INDEX "IX_Entries_CreatedTicks" ON "Entries" ("CreatedTicks");
        CREATE INDEX "IX_Entries_ModifiedTicks" ON "Entries" ("ModifiedTicks");
        CREATE INDEX "IX_Entries_Tags" ON "Entries" USING gin (fh_tags("TagsJson"));
        CREATE INDEX "IX_Entries_LongContent" ON "Entries" ("Key") WHERE length("Content") > 100000;
        CREATE INDEX "IX_Entries_Embedding" ON "Entries" (array_length("UnitEmbedding", 1)) WHERE "UnitEmbedding" IS NOT NULL;
        """;

    /// <summary>Substrings by an index, where the server has <c>pg_trgm</c> and lets us have it; without, they are looked for in every row.</summary>
    private const string Trigrams = """
        DO $do$
        BEGIN
            CREATE EXTENSION IF NOT EXISTS pg_trgm;
            CREATE INDEX "IX_Entries_NameTrigrams" ON "Entries" USING gin ("NameFolded" gin_trgm_ops);
            CREATE INDEX "IX_Entries_DescriptionTrigrams" ON "Entries" USING gin (fh_fold("Description") gin_trgm_ops);
            CREATE INDEX "IX_Entries_FilePathTrigrams" ON "Entries" USING gin (fh_fold("FilePath") gin_trgm_ops);
            CREATE INDEX "IX_Entries_ContentTrigrams" ON "Entries" USING gin (fh_fold(left("Content", 100000)) gin_trgm_ops);
        EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
            RAISE NOTICE 'pg_trgm is not to be had: %', SQLERRM;
        END
        $do$;
        """;

    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Functions);
        migrationBuilder.Sql(Words);
        migrationBuilder.Sql(Indexes);
        migrationBuilder.Sql(Trigrams);
    }

    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP TRIGGER "Entries_Search_Insert" ON "Entries";
        DROP TRIGGER "Entries_Search_Update" ON "Entries";
        DROP INDEX IF EXISTS "IX_Entries_NameTrigrams", "IX_Entries_DescriptionTrigrams", "IX_Entries_FilePathTrigrams", "IX_Entries_ContentTrigrams";
        DROP INDEX "IX_Entries_Name", "IX_Entries_Description", "IX_Entries_FilePath", "IX_Entries_Content", "IX_Entries_Status", "IX_Entries_ProjectId",
            "IX_Entries_CreatedTicks", "IX_Entries_ModifiedTicks", "IX_Entries_Tags", "IX_Entries_LongContent", "IX_Entries_Embedding";
        ALTER TABLE "Entries" DROP COLUMN "NameFolded";
        DROP TABLE "EntryWords";
        DROP FUNCTION fh_entry_words(), fh_write_words(bigint, text, text, text, text), fh_word_end(text, integer), fh_cosine(real[], real[]), fh_tags(text), fh_json(text), fh_plain(text), fh_fold(text);
        """);
}
