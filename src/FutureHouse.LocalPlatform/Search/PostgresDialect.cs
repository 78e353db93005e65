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
        _ => $"{value} = ANY({Bind(values.Cast<string>().ToArray())})",
    };

    protected override string Ordinal(string text) => $"({text}) COLLATE \"C\"";

    protected override string UuidText(string column) => $"e.\"{column}\"::text";

    protected override string Tags(SearchCriterion criterion) => criterion.Operator is SearchOperator.EqualTo or SearchOperator.In
        ? $"fh_tags(e.\"TagsJson\") && {Bind(criterion.Values.Cast<string>().ToArray())}"
        : $"EXISTS (SELECT FROM unnest(fh_tags(e.\"TagsJson\")) AS t(tag) WHERE {Compare("t.tag", criterion, isNormal: true)})";

    protected override string Metadata(SearchCriterion criterion)
    {
        var (name, values) = (criterion.Field.Metadata!, MetadataOperand.Of(criterion));
        var metadata = "fh_metadata(e.\"MetadataJson\")";
        var value = $"fh_at({metadata}, {Bind(name.Parts.ToArray())}, {Bind(!name.IsExact)})";
        value = name.IsExact ? $"coalesce({metadata} -> {Bind(name.Literal)}, {value})" : value;
        var text = $"({value} #>> '{{}}')";
        var number = $"CASE jsonb_typeof({value}) WHEN 'number' THEN {text}::numeric END";
        var instant = $"fh_instant(CASE jsonb_typeof({value}) WHEN 'string' THEN {text} END)";
        if (criterion.Operator is SearchOperator.EqualTo or SearchOperator.In)
        {
            string OneOf(string compared, IEnumerable<string> wanted) => string.Join(", ", wanted) is { Length: > 0 } list ? $" OR {compared} IN ({list})" : string.Empty;
            return $"({Compare(text, criterion, isNormal: true)}{OneOf(number, values.Select(v => v.Number).OfType<ExactNumber>().Select(BindNumber))}{OneOf(instant, values.Where(v => v.Instant is not null).Select(v => $"fh_instant({Bind(v.Text)})"))})";
        }

        var order = criterion.Operator is SearchOperator.GreaterThan or SearchOperator.LessThan or SearchOperator.Between ? MetadataOperand.Order(criterion) : ComparedAs.Text;
        return order switch
        {
            ComparedAs.Numbers => Numbers(number, criterion.Operator, [.. values.Select(v => v.Number!.Value)]),
            ComparedAs.Instants => Numbers(instant, criterion.Operator, [.. values.Select(v => v.Instant!.Value)]),
            _ => Compare(text, criterion, isNormal: true),
        };
    }

    protected override string BindNumber(ExactNumber number) => $"{Bind(number.ToString())}::numeric";

    /// <summary>All the words of a text; whatever it is, it is no syntax.</summary>
    private static string Query(string text) => $"plainto_tsquery('simple', fh_plain({text}))";
}
