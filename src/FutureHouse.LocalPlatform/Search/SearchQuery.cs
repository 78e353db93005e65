namespace FutureHouse.LocalPlatform.Search;

/// <summary>A condition, checked: its values have the type of the field (texts, identifiers, ticks, numbers, a truth).</summary>
internal sealed record SearchCriterion(SearchField Field, SearchOperator Operator, IReadOnlyList<object> Values)
{
    public string Text => (string)Values[0];
}

/// <summary>A search, checked (Protocol §6).</summary>
internal sealed record SearchQuery
{
    public required IReadOnlyList<SearchCriterion> Criteria { get; init; }

    /// <summary>Whether one of the criteria is enough.</summary>
    public bool AnyOf { get; init; }

    /// <summary>Words that an entry must have in its name, description, tags or content, whatever <see cref="AnyOf"/> says of the criteria.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    public int Limit { get; init; }

    public int Offset { get; init; }

    public HighlightOptions? Highlights { get; init; }
}

/// <summary>Which parts of which fields to show.</summary>
/// <param name="Fields">Names of fields.</param>
/// <param name="FragmentSize">Characters of a part at most.</param>
/// <param name="Fragments">Parts of a field at most.</param>
internal sealed record HighlightOptions(IReadOnlyList<string> Fields, int FragmentSize, int Fragments);

/// <summary>A similarity search, checked (Protocol §6).</summary>
internal sealed record SimilarityQuery
{
    /// <summary>Of length 1.</summary>
    public required float[] Embedding { get; init; }

    public int Size { get; init; }

    public double MinScore { get; init; }

    /// <summary>What the entries must be besides.</summary>
    public required IReadOnlyList<SearchCriterion> Filters { get; init; }
}

/// <summary>An entry that was found: its row's key, and how well it fits.</summary>
internal readonly record struct Found(long Key, double Score);
