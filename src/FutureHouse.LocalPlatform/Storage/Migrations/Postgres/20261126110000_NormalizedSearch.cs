using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace FutureHouse.LocalPlatform.Storage.Migrations.Postgres;

/// <summary>
/// The search index in Unicode's normal form (NFC): what one system writes composed and another decomposed is the same text to a search. And what a search needs to compare values of the
/// metadata exactly.
/// </summary>
[DbContext(typeof(PostgresPlatformDbContext))]
[Migration("20261126110000_NormalizedSearch")]
internal sealed class NormalizedSearch : Migration
{
    private const string Functions = """
        DO $do$
        BEGIN
            IF getdatabaseencoding() = 'UTF8' THEN
                CREATE FUNCTION fh_nfc(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$ SELECT normalize($1, NFC) $f$;
            ELSE
                CREATE FUNCTION fh_nfc(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$ SELECT $1 $f$;
            END IF;
            IF EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu' AND collencoding IN (-1, pg_char_to_encoding(getdatabaseencoding()))) THEN
                CREATE OR REPLACE FUNCTION fh_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$ SELECT lower(fh_nfc($1) COLLATE "und-x-icu") COLLATE "C" $f$;
                CREATE OR REPLACE FUNCTION fh_plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
                    $f$ SELECT regexp_replace(lower(fh_nfc($1) COLLATE "und-x-icu") COLLATE "und-x-icu", '[^[:alnum:]]+', ' ', 'g') COLLATE "C" $f$;
            ELSE
                CREATE OR REPLACE FUNCTION fh_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$ SELECT lower(fh_nfc($1) COLLATE "default") COLLATE "C" $f$;
                CREATE OR REPLACE FUNCTION fh_plain(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
                    $f$ SELECT regexp_replace(lower(fh_nfc($1) COLLATE "default"), '[^[:alnum:]]+', ' ', 'g') COLLATE "C" $f$;
            END IF;
        END
        $do$;
        CREATE OR REPLACE FUNCTION fh_tags(text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
        BEGIN
            RETURN ARRAY(SELECT fh_nfc(tag) FROM jsonb_array_elements_text($1::jsonb) AS tags(tag));
        EXCEPTION WHEN data_exception THEN
            RETURN NULL;
        END
        $f$;
        """;

    /// <summary>
    /// <c>fh_metadata</c>: the metadata, keys and texts normalised. <c>fh_at</c>: a value by the names of its levels, the longest key with dots first where keys may have dots
    /// (MetadataName). <c>fh_instant</c>: seconds of a date or time of ISO 8601, as ExactNumber has them.
    /// </summary>
    private const string Metadata = """
        CREATE FUNCTION fh_metadata(text) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $f$
            SELECT CASE WHEN octet_length($1) = length($1) AND position('\u' in $1) = 0 THEN fh_json($1) ELSE fh_json(fh_nfc(fh_json($1)::text)) END
        $f$;
        CREATE FUNCTION fh_at(value jsonb, names text[], is_joined boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
        DECLARE
            member jsonb;
        BEGIN
            IF jsonb_typeof(value) <> 'object' THEN
                RETURN NULL;
            END IF;
            FOR n IN REVERSE CASE WHEN is_joined THEN cardinality(names) ELSE 1 END..1 LOOP
                member := value -> array_to_string(names[1:n], '.');
                IF member IS NOT NULL AND n < cardinality(names) THEN
                    member := fh_at(member, names[n + 1:], is_joined);
                END IF;
                IF member IS NOT NULL THEN
                    RETURN member;
                END IF;
            END LOOP;
            RETURN NULL;
        END
        $f$;
        CREATE FUNCTION fh_instant(text) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $f$
        DECLARE
            parts CONSTANT text[] := regexp_match($1,
                '^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T((?:[01][0-9]|2[0-3]):[0-5][0-9])(?:(:[0-5][0-9])(?:[.,]([0-9]{1,30}))?)?(Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?)?$');
        BEGIN
            RETURN 100000000000 + coalesce(('0.' || parts[4])::numeric, 0)
                + extract(epoch FROM (parts[1] || ' ' || coalesce(parts[2] || coalesce(parts[3], ':00'), '00:00:00') || coalesce(nullif(parts[5], 'Z'), '+00'))::timestamptz)::numeric;
        EXCEPTION WHEN data_exception THEN
            RETURN NULL;
        END
        $f$;
        """;

    /// <summary>Long texts are normalised before they are cut: where a word ends is counted in what is written.</summary>
    private const string Words = """
        CREATE OR REPLACE FUNCTION fh_write_words(entry_key bigint, name text, description text, tags text, content text) RETURNS void LANGUAGE plpgsql AS $f$
        DECLARE
            size CONSTANT integer := 40000;
            ordinal integer := 0;
            words tsvector := setweight(to_tsvector('simple', left(fh_plain(name), size)), 'A') || setweight(to_tsvector('simple', coalesce(left(fh_plain(array_to_string(fh_tags(tags), ' ')), size), '')), 'C');
            texts CONSTANT text[] := ARRAY[fh_nfc(description), fh_nfc(content)];
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
        DELETE FROM "EntryWords";
        SELECT fh_write_words("Key", "Name", "Description", "TagsJson", "Content") FROM "Entries";
        """;

    /// <summary>What was computed by the functions of before is computed again.</summary>
    private const string Indexes = """
        DROP INDEX "IX_Entries_Name", "IX_Entries_Description", "IX_Entries_FilePath", "IX_Entries_Content";
        DROP INDEX IF EXISTS "IX_Entries_NameTrigrams";
        ALTER TABLE "Entries" DROP COLUMN "NameFolded";
        ALTER TABLE "Entries" ADD COLUMN "NameFolded" text COLLATE "C" GENERATED ALWAYS AS (fh_fold("Name")) STORED;
        CREATE INDEX "IX_Entries_Name" ON "Entries" USING hash (fh_nfc("Name"));
        CREATE INDEX "IX_Entries_Description" ON "Entries" USING hash (fh_nfc("Description"));
        CREATE INDEX "IX_Entries_FilePath" ON "Entries" USING hash (fh_nfc("FilePath"));
        CREATE INDEX "IX_Entries_Content" ON "Entries" USING hash (fh_nfc("Content"));
        REINDEX INDEX "IX_Entries_Tags";
        DO $do$
        BEGIN
            IF to_regclass('"IX_Entries_DescriptionTrigrams"') IS NOT NULL THEN
                CREATE INDEX "IX_Entries_NameTrigrams" ON "Entries" USING gin ("NameFolded" gin_trgm_ops);
                REINDEX INDEX "IX_Entries_DescriptionTrigrams";
                REINDEX INDEX "IX_Entries_FilePathTrigrams";
                REINDEX INDEX "IX_Entries_ContentTrigrams";
            END IF;
        END
        $do$;
        """;

    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(Functions);
        migrationBuilder.Sql(Metadata);
        migrationBuilder.Sql(Words);
        migrationBuilder.Sql(Indexes);
    }

    /// <summary>The functions stay: an index in its normal form serves the release before as well, for what is in its normal form.</summary>
    /// <inheritdoc/>
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        DROP FUNCTION fh_at(jsonb, text[], boolean), fh_metadata(text), fh_instant(text);
        """);
}
