using System.Globalization;
using System.Text.Json;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>SQL of SQLite: FTS5 tables, and the functions of <see cref="SqliteFunctions"/> where there is no index.</summary>
internal sealed class SqliteDialect : SearchDialect
{
    // Each three characters of a phrase are looked up by themselves: of a longer one the beginning finds the candidates.
    private const int PhraseLength = 200;

    // SQLite joins 64 tables at most: of so many conditions on words the first count for the score.
    private const int MaximumJoins = 30;

    protected override string Size => "coalesce(octet_length(e.\"Content\"), CASE WHEN json_type(e.\"MetadataJson\", '$.size') IN ('integer', 'real') THEN json_extract(e.\"MetadataJson\", '$.size') END)";

    /// <summary>The criteria on metadata, which <see cref="SqliteFunctions.Metadata"/> compares; it names them by their place.</summary>
    public List<MetadataMatcher> Matchers { get; } = [];

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
        if (field.Name == "name" && !isPart)
        {
            return Name(criterion);
        }

        var byIndex = isPart || criterion.Operator == SearchOperator.EqualTo;
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

    protected override string Tags(SearchCriterion criterion) => $"e.\"Key\" IN (SELECT t.\"Key\" FROM \"EntryTags\" t WHERE {Compare("t.\"Tag\"", criterion, isNormal: true)})";

    protected override string Metadata(SearchCriterion criterion)
    {
        Matchers.Add(new MetadataMatcher(criterion));
        return $"{SqliteFunctions.Metadata}(e.\"MetadataJson\", {Bind(Matchers.Count - 1)})";
    }

    /// <summary>A whole number as such, which SQLite compares exactly; one that is too large, or none, in double precision, as the columns have no others.</summary>
    protected override string BindNumber(ExactNumber number)
    {
        var text = number.ToString();
        return Bind(decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && exact is >= long.MinValue and <= long.MaxValue && exact == decimal.Truncate(exact)
            ? (object)(long)exact
            : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture));
    }

    /// <summary>By the column and its index; names that are not in their normal form, few, are in a table of their own.</summary>
    private string Name(SearchCriterion criterion)
    {
        var column = Compare("e.\"Name\"", criterion, isNormal: true);
        var others = $"e.\"Key\" IN (SELECT n.\"Key\" FROM \"EntryNames\" n WHERE {Compare("n.\"Name\"", criterion, isNormal: true)})";
        return criterion.Operator is SearchOperator.EqualTo or SearchOperator.In
            ? $"({column} OR {others})"
            : $"(({column} AND NOT EXISTS (SELECT 1 FROM \"EntryNames\" n WHERE n.\"Key\" = e.\"Key\")) OR {others})";
    }

    /// <summary>In quotes everything is text: no operator, no column, no syntax.</summary>
    private static string Phrase(string text) => "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string Beginning(string text) => text[..(char.IsHighSurrogate(text[PhraseLength - 1]) ? PhraseLength - 1 : PhraseLength)];

    /// <summary>Identifiers are kept as upper-case text.</summary>
    private static object Plain(object value) => value is Guid id ? id.ToString("D").ToUpperInvariant() : value;
}
