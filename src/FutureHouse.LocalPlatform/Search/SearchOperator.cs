namespace FutureHouse.LocalPlatform.Search;

/// <summary>How a criterion compares (Protocol §6).</summary>
internal enum SearchOperator
{
    EqualTo,
    Contains,
    FullText,
    StartsWith,
    EndsWith,
    GreaterThan,
    LessThan,
    Between,
    In,
}

/// <summary>The protocol's words for operators.</summary>
internal static class SearchOperators
{
    private static readonly Dictionary<string, SearchOperator> ByName = new(StringComparer.Ordinal)
    {
        ["equals"] = SearchOperator.EqualTo,
        ["contains"] = SearchOperator.Contains,
        ["fulltext"] = SearchOperator.FullText,
        ["starts_with"] = SearchOperator.StartsWith,
        ["ends_with"] = SearchOperator.EndsWith,
        ["greater_than"] = SearchOperator.GreaterThan,
        ["less_than"] = SearchOperator.LessThan,
        ["between"] = SearchOperator.Between,
        ["in"] = SearchOperator.In,
    };

    public static string Names => string.Join(", ", ByName.Keys);

    public static SearchOperator? Find(string name) => ByName.TryGetValue(name, out var found) ? found : null;

    public static string Of(SearchOperator wanted) => ByName.First(pair => pair.Value == wanted).Key;
}
