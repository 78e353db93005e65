using FutureHouse.Platform.Wire;

namespace FutureHouse.Platform;

/// <summary>How a criterion compares (Protocol §6).</summary>
public enum SearchOperator
{
    /// <summary>The same (<c>equals</c>).</summary>
    EqualTo,
    /// <summary>A substring, ignoring case (<c>contains</c>).</summary>
    Contains,
    /// <summary>Words (<c>fulltext</c>).</summary>
    FullText,
    /// <summary>A beginning (<c>starts_with</c>).</summary>
    StartsWith,
    /// <summary>An end (<c>ends_with</c>).</summary>
    EndsWith,
    /// <summary>Greater, later or further on in the order of characters (<c>greater_than</c>).</summary>
    GreaterThan,
    /// <summary>The reverse (<c>less_than</c>).</summary>
    LessThan,
    /// <summary>Neither less than the first nor greater than the second of two values (<c>between</c>).</summary>
    Between,
    /// <summary>One of several values (<c>in</c>).</summary>
    In,
}

/// <summary>What a criterion compares with: a text, several, or a truth (Protocol §6).</summary>
public readonly record struct SearchValue
{
    private SearchValue(object value) => Value = value;

    /// <summary>A <see cref="string"/>, a list of them, or a <see cref="bool"/>; <see langword="null"/> for none.</summary>
    public object? Value { get; }

    /// <summary>One text.</summary>
    /// <param name="text">The text; times as ISO 8601, numbers as text.</param>
    /// <returns>The value.</returns>
    public static SearchValue Of(string text) => new(text);

    /// <summary>Several texts.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>The value.</returns>
    public static SearchValue Of(IEnumerable<string> texts) => new(texts.ToArray());

    /// <summary>A truth.</summary>
    /// <param name="truth">The truth.</param>
    /// <returns>The value.</returns>
    public static SearchValue Of(bool truth) => new(truth);
}

/// <summary>A condition of a search (Protocol §6).</summary>
/// <param name="Field">A field of entries as the protocol calls it, such as <c>name</c>, <c>created_at</c>, or <c>metadata.plate</c>.</param>
/// <param name="Operator">How to compare.</param>
/// <param name="Value">What with.</param>
public sealed record SearchCriterion(string Field, SearchOperator Operator, SearchValue Value)
{
    /// <summary>The protocol's words for operators.</summary>
    public static IEnumerable<string> OperatorNames => WireNames.OperatorNames;

    /// <summary>Reads an operator: the protocol's word with or without <c>_</c>, or the name it has here; without regard to case.</summary>
    /// <param name="text">The text.</param>
    /// <param name="comparison">The operator read.</param>
    /// <returns>Whether <paramref name="text"/> names one.</returns>
    public static bool TryParseOperator(string text, out SearchOperator comparison)
    {
        ArgumentNullException.ThrowIfNull(text);
        return WireNames.TryOperator(text.Replace("_", string.Empty, StringComparison.Ordinal), out comparison);
    }
}

/// <summary>Which parts of what was found to show (Protocol §6).</summary>
public sealed record SearchHighlights
{
    /// <summary>Fields; by default the service's choice.</summary>
    public IReadOnlyList<string>? Fields { get; init; }

    /// <summary>Characters of a part at most.</summary>
    public int FragmentSize { get; init; } = 1000;

    /// <summary>Parts of a field at most.</summary>
    public int Fragments { get; init; } = 3;
}

/// <summary>A search for entries (Protocol §6). Without any condition it finds every entry that the caller may read.</summary>
public sealed record SearchRequest
{
    /// <summary>Conditions.</summary>
    public IReadOnlyList<SearchCriterion> Criteria { get; init; } = [];

    /// <summary>Whether one of the conditions is enough; else all of them must be met.</summary>
    public bool MatchAny { get; init; }

    /// <summary>Words to look for in the texts of an entry.</summary>
    public string? Text { get; init; }

    /// <summary>What to show of what was found; <see langword="null"/> for nothing.</summary>
    public SearchHighlights? Highlights { get; init; }

    /// <summary>Hits at most; <see langword="null"/> for all.</summary>
    public long? First { get; init; }

    /// <summary>Hits to leave out, best first.</summary>
    public long Skip { get; init; }

    /// <summary>Hits of a page, 1 to 1,000; services of before take 100.</summary>
    public int PageSize { get; init; } = 100;
}

/// <summary>A search for entries whose embedding is like another (Protocol §6).</summary>
public sealed record SimilarityRequest
{
    /// <summary>The vector; compared with embeddings of the same length.</summary>
    public required IReadOnlyList<float> Embedding { get; init; }

    /// <summary>Entries at most, 1 to 100.</summary>
    public int First { get; init; } = 10;

    /// <summary>Least cosine, 0 to 1.</summary>
    public double MinScore { get; init; } = 0.7;

    /// <summary>Only entries of this dataset.</summary>
    public Guid? DatasetId { get; init; }

    /// <summary>Only entries with one of these tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Only this user's entries; for administrators.</summary>
    public string? UserId { get; init; }

    /// <summary>Only entries of this project.</summary>
    public Guid? ProjectId { get; init; }
}
