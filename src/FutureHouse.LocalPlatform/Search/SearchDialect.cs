using System.Globalization;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>A condition on <c>"Entries" e</c> as SQL.</summary>
/// <param name="Where">The condition.</param>
/// <param name="Join">What it needs joined.</param>
/// <param name="Score">How well a row fits; <see langword="null"/> where all fit alike.</param>
internal sealed record SqlClause(string Where, string Join = "", string? Score = null);

/// <summary>
/// Writes criteria as SQL of one kind of database. Every value is a parameter; what stands in the text are columns of <see cref="SearchField"/> and nothing of a request.
/// </summary>
internal abstract class SearchDialect
{
    /// <summary>Characters of a text that are in the index of substrings; a longer text is looked through.</summary>
    protected const int IndexedLength = 100_000;

    private readonly List<(string Name, object Value)> _parameters = [];

    public IReadOnlyList<(string Name, object Value)> Parameters => _parameters;

    /// <summary>Makes a value a parameter.</summary>
    public string Bind(object value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"@p{_parameters.Count}");
        _parameters.Add((name, value));
        return name;
    }

    /// <summary>A criterion.</summary>
    public SqlClause Clause(SearchCriterion criterion)
    {
        var field = criterion.Field;
        if (criterion.Operator == SearchOperator.FullText && field.HasWords)
        {
            return Words(SearchWords(criterion.Text), field);
        }

        return new SqlClause(field.Kind switch
        {
            FieldKind.Uuid => criterion.Operator is SearchOperator.EqualTo or SearchOperator.In ? AnyOf($"e.\"{field.Column}\"", criterion.Values) : Compare(UuidText(field.Column), criterion),
            FieldKind.Boolean => $"e.\"{field.Column}\" = {Bind(criterion.Values[0])}",
            FieldKind.Time => Times($"e.\"{field.Column}\"", criterion),
            FieldKind.Number => Numbers(field.Column.Length > 0 ? $"e.\"{field.Column}\"" : Size, criterion.Operator, [.. criterion.Values.Cast<ExactNumber>()]),
            FieldKind.Tags => Tags(criterion),
            FieldKind.Location => $"e.\"Id\" IN (SELECT l.\"EntryId\" FROM \"LocationRow\" l WHERE {Compare($"l.\"{field.Column}\"", criterion)})",
            FieldKind.Metadata => Metadata(criterion),
            _ => field.HasTrigrams ? Indexed(criterion) : Compare($"e.\"{field.Column}\"", criterion),
        });
    }

    /// <summary>All these words in the field, or, where none is named, in any of the fields that have them.</summary>
    public abstract SqlClause Words(IReadOnlyList<string> words, SearchField? field);

    /// <summary>A column as the filter on what a caller may read has it: not to be what the rows are found by.</summary>
    public virtual string Unindexed(string column) => column;

    /// <summary>The order of rows that all fit alike.</summary>
    public virtual string KeyOrder => "e.\"Key\"";

    /// <summary>The cosine of the embedding of <c>e</c> to a vector of length 1.</summary>
    public abstract string Cosine(float[] unit);

    /// <summary>That <c>e</c> has an embedding of so many numbers.</summary>
    public abstract string HasEmbedding(int numbers);

    protected abstract string Size { get; }

    /// <summary>Tables joined so far.</summary>
    protected int Joins { get; set; }

    /// <summary>A criterion on a text, row by row.</summary>
    /// <param name="text">The text.</param>
    /// <param name="criterion">The criterion.</param>
    /// <param name="isNormal">Whether the text is in its normal form already.</param>
    protected string Compare(string text, SearchCriterion criterion, bool isNormal = false) => criterion.Operator switch
    {
        SearchOperator.EqualTo => $"{Normal(text, criterion, isNormal)} = {Bind(criterion.Values[0])}",
        SearchOperator.In => AnyOf(Normal(text, criterion, isNormal), criterion.Values),
        SearchOperator.GreaterThan => $"{Ordinal(Normal(text, criterion, isNormal))} > {Bind(criterion.Values[0])}",
        SearchOperator.LessThan => $"{Ordinal(Normal(text, criterion, isNormal))} < {Bind(criterion.Values[0])}",
        SearchOperator.Between => $"{Ordinal(Normal(text, criterion, isNormal))} BETWEEN {Bind(criterion.Values[0])} AND {Bind(criterion.Values[1])}",
        SearchOperator.FullText => SearchWords(criterion.Text) is { Count: > 0 } words ? HasWords(text, words) : "1 = 0",
        _ => Part(text, criterion.Operator, criterion.Text),
    };

    /// <summary>A criterion on a text that has an index of its substrings.</summary>
    protected abstract string Indexed(SearchCriterion criterion);

    /// <summary>Contains, begins or ends with, without regard to case.</summary>
    protected abstract string Part(string text, SearchOperator comparison, string part);

    protected abstract string HasWords(string text, IReadOnlyList<string> words);

    protected abstract string AnyOf(string value, IReadOnlyList<object> values);

    protected abstract string Ordinal(string text);

    protected abstract string UuidText(string column);

    protected abstract string Tags(SearchCriterion criterion);

    /// <summary>A criterion on a value of the metadata, as <see cref="MetadataMatcher"/> describes.</summary>
    protected abstract string Metadata(SearchCriterion criterion);

    /// <summary>Makes a number a parameter.</summary>
    protected abstract string BindNumber(ExactNumber number);

    private static string Normal(string text, SearchCriterion criterion, bool isNormal) => isNormal || !criterion.Field.IsNormalized ? text : $"fh_nfc({text})";

    private static List<string> SearchWords(string text) => Search.Words.Of(text);

    private string Times(string ticks, SearchCriterion criterion)
    {
        // What is shown has microseconds: an entry's own time, as shown, equals it and is not greater than it.
        string From(int index, string comparison, long more) => $"{ticks} {comparison} {Bind((long)criterion.Values[index] + more)}";
        return criterion.Operator switch
        {
            SearchOperator.GreaterThan => From(0, ">=", TimeSpan.TicksPerMicrosecond),
            SearchOperator.LessThan => From(0, "<", 0),
            SearchOperator.Between => $"({From(0, ">=", 0)} AND {From(1, "<", TimeSpan.TicksPerMicrosecond)})",
            SearchOperator.EqualTo => $"({From(0, ">=", 0)} AND {From(0, "<", TimeSpan.TicksPerMicrosecond)})",
            _ => AnyOf($"({ticks} - {ticks} % {TimeSpan.TicksPerMicrosecond})", criterion.Values),
        };
    }

    /// <summary>A criterion on a number.</summary>
    protected string Numbers(string number, SearchOperator comparison, IReadOnlyList<ExactNumber> values) => comparison switch
    {
        SearchOperator.GreaterThan => $"{number} > {BindNumber(values[0])}",
        SearchOperator.LessThan => $"{number} < {BindNumber(values[0])}",
        SearchOperator.Between => $"{number} BETWEEN {BindNumber(values[0])} AND {BindNumber(values[1])}",
        _ => $"{number} IN ({string.Join(", ", values.Select(BindNumber))})",
    };
}
