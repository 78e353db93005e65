namespace FutureHouse.LocalPlatform.Search;

/// <summary>SQL of PostgreSQL: <c>tsvector</c> and trigram indexes over the functions of the migration.</summary>
internal sealed class PostgresDialect : SearchDialect
{
    // Not the column itself: walking the primary key until enough rows fit often looks cheap to the planner, and is not.
    public override string KeyOrder => "(e.\"Key\" + 0)";

    protected override string Size =>
        """coalesce(octet_length(e."Content"), CASE jsonb_typeof(fh_json(e."MetadataJson") -> 'size') WHEN 'number' THEN (fh_json(e."MetadataJson") ->> 'size')::numeric END)""";

    public override SqlClause Words(IReadOnlyList<string> words, SearchField? field)
    {
        if (words.Count == 0)
        {
            return new SqlClause("1 = 0");
        }

        var all = Query(Bind(string.Join(' ', words)));
        var label = field?.Name switch { "name" => "a", "description" => "b", "tags" => "c", "content" => "d", _ => null };
        string Keys(string query) => $"SELECT \"EntryKey\" FROM \"EntryWords\" WHERE \"Words\" @@ {query}{(label is null ? string.Empty : $" AND ts_filter(\"Words\", '{{{label}}}') @@ {query}")}";
        var keys = Keys(all);
        if (words.Count > 1)
        {
            // A long text has several rows, and its words may be in different ones.
            var each = words.Select(word => Keys(Query(Bind(word))) + " AND \"EntryKey\" IN (SELECT \"EntryKey\" FROM \"EntryWords\" WHERE \"Ordinal\" = 1)");
            keys += $" UNION ALL ({string.Join(" INTERSECT ", each)})";
        }

        return new SqlClause(
            $"e.\"Key\" IN ({keys})",
            Score: $"(SELECT sum(ts_rank(w.\"Words\", {all}))::double precision FROM \"EntryWords\" w WHERE w.\"EntryKey\" = e.\"Key\")");
    }

    public override string Cosine(float[] unit) => $"fh_cosine(e.\"UnitEmbedding\", {Bind(unit)})";

    public override string HasEmbedding(int numbers) => $"e.\"UnitEmbedding\" IS NOT NULL AND array_length(e.\"UnitEmbedding\", 1) = {Bind(numbers)}";

    protected override string Indexed(SearchCriterion criterion)
    {
        var isPart = criterion.Operator is SearchOperator.Contains or SearchOperator.StartsWith or SearchOperator.EndsWith;
        return isPart && criterion.Field.Name == "content"
            ? $"""
               (e."Key" IN (
                   SELECT "Key" FROM "Entries" WHERE length("Content") <= {IndexedLength} AND {Part($"left(\"Content\", {IndexedLength})", criterion.Operator, criterion.Text)}
                   UNION ALL SELECT "Key" FROM "Entries" WHERE length("Content") > {IndexedLength} AND {Part("\"Content\"", criterion.Operator, criterion.Text)}))
               """
            : Compare($"e.\"{criterion.Field.Column}\"", criterion);
    }

    protected override string Part(string text, SearchOperator comparison, string part)
    {
        var escaped = part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal);
        var (before, after) = (comparison == SearchOperator.StartsWith ? string.Empty : "%", comparison == SearchOperator.EndsWith ? string.Empty : "%");
        return $"{(text == "e.\"Name\"" ? "e.\"NameFolded\"" : $"fh_fold({text})")} LIKE fh_fold({Bind(before + escaped + after)})";
    }

    protected override string HasWords(string text, IReadOnlyList<string> words) =>
        $"to_tsvector('simple', fh_plain(left({text}, {IndexedLength}))) @@ {Query(Bind(string.Join(' ', words)))}";

    protected override string AnyOf(string value, IReadOnlyList<object> values) => values switch
    {
        [var one] => $"{value} = {Bind(one)}",
        [Guid, ..] => $"{value} = ANY({Bind(values.Cast<Guid>().ToArray())})",
        [long, ..] => $"{value} = ANY({Bind(values.Cast<long>().ToArray())})",
        [double, ..] => $"{value} = ANY({Bind(values.Cast<double>().ToArray())})",
        _ => $"{value} = ANY({Bind(values.Cast<string>().ToArray())})",
    };

    protected override string Ordinal(string text) => $"({text}) COLLATE \"C\"";

    protected override string UuidText(string column) => $"e.\"{column}\"::text";

    protected override string Tags(SearchCriterion criterion) => criterion.Operator is SearchOperator.EqualTo or SearchOperator.In
        ? $"fh_tags(e.\"TagsJson\") && {Bind(criterion.Values.Cast<string>().ToArray())}"
        : $"EXISTS (SELECT FROM unnest(fh_tags(e.\"TagsJson\")) AS t(tag) WHERE {Compare("t.tag", criterion)})";

    protected override string MetadataText(IReadOnlyList<string> path) => $"(fh_json(e.\"MetadataJson\") #>> {Bind(path.ToArray())})";

    protected override string MetadataNumber(IReadOnlyList<string> path)
    {
        var at = Bind(path.ToArray());
        return $"CASE jsonb_typeof(fh_json(e.\"MetadataJson\") #> {at}) WHEN 'number' THEN (fh_json(e.\"MetadataJson\") #>> {at})::numeric END";
    }

    /// <summary>All the words of a text; whatever it is, it is no syntax.</summary>
    private static string Query(string text) => $"plainto_tsquery('simple', fh_plain({text}))";
}
