using System.Text.Json;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>SQL of SQLite: FTS5 tables, and the functions of <see cref="SqliteFunctions"/> where there is no index.</summary>
internal sealed class SqliteDialect : SearchDialect
{
    // Each three characters of a phrase are looked up by themselves: of a longer one the beginning finds the candidates.
    private const int PhraseLength = 200;

    // SQLite joins 64 tables at most: of so many conditions on words the first count for the score.
    private const int MaximumJoins = 30;

    protected override string Size => "coalesce(octet_length(e.\"Content\"), json_extract(e.\"MetadataJson\", '$.size'))";

    public override string Unindexed(string column) => "+" + column;

    public override SqlClause Words(IReadOnlyList<string> words, SearchField? field)
    {
        if (words.Count == 0)
        {
            return new SqlClause("1 = 0");
        }

        var match = Bind((field is null ? string.Empty : field.Name + " : ") + "(" + string.Join(" AND ", words.Select(Phrase)) + ")");

        if (Joins == MaximumJoins)
        {
            return new SqlClause($"e.\"Key\" IN (SELECT rowid FROM \"EntryWords\" WHERE \"EntryWords\" MATCH {match})");
        }

        // With a limit of its own it stays a table, in which the rank can be computed.
        var name = $"w{Joins++}";
        var join = $"""JOIN (SELECT rowid AS k, -bm25("EntryWords", 10.0, 5.0, 5.0, 1.0) AS s FROM "EntryWords" WHERE "EntryWords" MATCH {match} LIMIT -1) {name} ON {name}.k = e."Key" """;
        return new SqlClause("1 = 1", join, $"{name}.s");
    }

    public override string Cosine(float[] unit) => $"{SqliteFunctions.Cosine}(e.\"UnitEmbedding\")";

    public override string HasEmbedding(int numbers) => $"e.\"UnitEmbedding\" IS NOT NULL AND length(e.\"UnitEmbedding\") = {Bind(numbers * sizeof(float))}";

    protected override string Indexed(SearchCriterion criterion)
    {
        var (field, column) = (criterion.Field, $"e.\"{criterion.Field.Column}\"");
        var isPart = criterion.Operator is SearchOperator.Contains or SearchOperator.StartsWith or SearchOperator.EndsWith;
        var byIndex = isPart || (criterion.Operator == SearchOperator.EqualTo && field.Name != "name");
        if (!byIndex || criterion.Text.EnumerateRunes().Take(3).Count() < 3)
        {
            return Compare(column, criterion);
        }

        var anchored = criterion.Operator is SearchOperator.StartsWith or SearchOperator.EqualTo;
        var phrase = Phrase(criterion.Text.Length <= PhraseLength ? criterion.Text : Beginning(criterion.Text));
        var keys = $"SELECT rowid FROM \"EntryTrigrams\" WHERE \"EntryTrigrams\" MATCH {Bind($"{field.Name} : {(anchored ? "^ " : string.Empty)}{phrase}")}";
        if (field.Name == "content" && !anchored)
        {
            keys += $" UNION ALL SELECT \"Key\" FROM \"Entries\" WHERE length(\"Content\") > {IndexedLength} AND {Compare("\"Content\"", criterion)}";
        }

        // The index says all there is to say, unless it was asked for less.
        var isExact = isPart && criterion.Operator != SearchOperator.EndsWith && criterion.Text.Length <= PhraseLength;
        return isExact ? $"e.\"Key\" IN ({keys})" : $"(e.\"Key\" IN ({keys}) AND {Compare(column, criterion)})";
    }

    protected override string Part(string text, SearchOperator comparison, string part) => $"{SqliteFunctions.Of(comparison)}({text}, {Bind(part)})";

    protected override string HasWords(string text, IReadOnlyList<string> words) => $"{SqliteFunctions.HasWords}({text}, {Bind(string.Join(' ', words))})";

    protected override string AnyOf(string value, IReadOnlyList<object> values) => values.Count == 1
        ? $"{value} = {Bind(Plain(values[0]))}"
        : $"{value} IN (SELECT value FROM json_each({Bind(JsonSerializer.Serialize(values.Select(Plain)))}))";

    protected override string Ordinal(string text) => text;

    protected override string UuidText(string column) => $"lower(e.\"{column}\")";

    protected override string Tags(SearchCriterion criterion) => $"e.\"Key\" IN (SELECT t.\"Key\" FROM \"EntryTags\" t WHERE {Compare("t.\"Tag\"", criterion)})";

    protected override string MetadataText(IReadOnlyList<string> path)
    {
        var at = Bind(Path(path));
        return $"CASE json_type(e.\"MetadataJson\", {at}) WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(json_extract(e.\"MetadataJson\", {at}) AS TEXT) END";
    }

    protected override string MetadataNumber(IReadOnlyList<string> path)
    {
        var at = Bind(Path(path));
        return $"CASE WHEN json_type(e.\"MetadataJson\", {at}) IN ('integer', 'real') THEN json_extract(e.\"MetadataJson\", {at}) END";
    }

    private static string Path(IReadOnlyList<string> path) => "$" + string.Concat(path.Select(name => $".\"{name}\""));

    /// <summary>In quotes everything is text: no operator, no column, no syntax.</summary>
    private static string Phrase(string text) => "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string Beginning(string text) => text[..(char.IsHighSurrogate(text[PhraseLength - 1]) ? PhraseLength - 1 : PhraseLength)];

    /// <summary>Identifiers are kept as upper-case text.</summary>
    private static object Plain(object value) => value is Guid id ? id.ToString("D").ToUpperInvariant() : value;
}
