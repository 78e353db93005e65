using System.Globalization;
using System.Text.Json;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>Reads what was asked for, and says of everything that is wrong what and where.</summary>
internal static class SearchReader
{
    /// <summary>More conditions than anyone types, and fewer than any database refuses.</summary>
    public const int MaximumCriteria = 200;

    /// <summary>Words of a full-text query.</summary>
    public const int MaximumWords = 100;

    private const int MaximumLimit = 1000;
    private const int MaximumSize = 100;
    private static readonly string[] HighlightedByDefault = ["content", "description"];
    private static readonly string[] Highlightable = ["name", "description", "content", "tags", "file_path"];

    /// <exception cref="ApiException">422: something is not as it must be.</exception>
    public static SearchQuery Read(RequestBody body)
    {
        var criteria = ReadCriteria(body);
        var logic = body.String("filter_logic") ?? "OR";
        if (logic is not ("OR" or "AND"))
        {
            body.Problem("filter_logic", "Input should be 'OR' or 'AND'", "enum");
        }

        var text = body.String("text_query");
        var words = text is null ? null : Words.Of(text.Normalize());
        if (text?.Length > CriterionReader.MaximumLength || words?.Count > MaximumWords)
        {
            body.Problem("text_query", $"String should have at most {MaximumWords} words in {CriterionReader.MaximumLength} characters", "string_too_long");
        }

        var query = new SearchQuery
        {
            Criteria = criteria,
            AnyOf = logic == "OR",
            Words = words,
            Limit = (int)Number(body, "limit", 10, 1, MaximumLimit),
            Offset = (int)Number(body, "offset", 0, 0, int.MaxValue),
            Highlights = ReadHighlights(body),
        };
        body.ThrowIfInvalid();
        return query;
    }

    /// <exception cref="ApiException">422: something is not as it must be; 403: a user is named by someone who is no administrator.</exception>
    public static SimilarityQuery ReadSimilarity(RequestBody body, bool isAdmin)
    {
        var embedding = body.Numbers("embedding");
        var unit = Vectors.Unit(embedding);
        if (!body.Has("embedding"))
        {
            body.Problem("embedding", "Field required", "missing");
        }
        else if (embedding is not null && unit is null)
        {
            body.Problem("embedding", "List should have at least one number that is not 0", "too_short");
        }

        var size = (int)Number(body, "size", 10, 1, MaximumSize);
        var score = Number(body, "min_score", 0.7, 0, 1);
        var filters = new List<SearchCriterion>();
        void Filter(string field, SearchOperator comparison, IReadOnlyList<object>? values)
        {
            if (values is { Count: > 0 })
            {
                filters.Add(new SearchCriterion(SearchField.Find(field)!, comparison, values));
            }
        }

        Filter("dataset_id", SearchOperator.EqualTo, body.Uuid("dataset_id") is { } dataset ? [dataset] : null);
        Filter("project_id", SearchOperator.EqualTo, body.Uuid("project_id") is { } project ? [project] : null);
        Filter("tags", SearchOperator.In, body.Strings("tags")?.Select(object (tag) => tag.Normalize()).ToList());
        Filter("user_id", SearchOperator.EqualTo, body.String("user_id") is { } user ? [user] : null);
        body.ThrowIfInvalid();
        return body.Has("user_id") && !isAdmin
            ? throw new ApiException(StatusCodes.Status403Forbidden, "user_id is for administrators")
            : new SimilarityQuery { Embedding = unit!, Size = size, MinScore = score, Filters = filters };
    }

    private static List<SearchCriterion> ReadCriteria(RequestBody body)
    {
        var criteria = new List<SearchCriterion>();
        if (body.Member("criteria") is not { } list)
        {
            return criteria;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            body.Problem("criteria", "Input should be a valid list", "list_type");
        }
        else if (list.GetArrayLength() > MaximumCriteria)
        {
            body.Problem("criteria", $"List should have at most {MaximumCriteria} items, not {list.GetArrayLength()}", "too_long");
        }
        else
        {
            foreach (var (index, item) in list.EnumerateArray().Index())
            {
                if (CriterionReader.Read(body, index, item) is { } criterion)
                {
                    criteria.Add(criterion);
                }
            }
        }

        return criteria;
    }

    private static HighlightOptions? ReadHighlights(RequestBody body)
    {
        var wanted = body.Boolean("highlight") ?? false;
        var fields = body.Strings("highlight_fields");
        var size = (int)Number(body, "highlight_fragment_size", 1000, 1, 100_000);
        var fragments = (int)Number(body, "highlight_num_fragments", 3, 1, 100);
        if (fields?.FirstOrDefault(field => !Highlightable.Contains(field)) is { } unknown)
        {
            body.Problem("highlight_fields", $"'{unknown}' has no highlights; {string.Join(", ", Highlightable)} have", "value_error");
        }

        return wanted ? new HighlightOptions(fields is { Count: > 0 } ? [.. fields.Distinct()] : HighlightedByDefault, size, fragments) : null;
    }

    private static double Number(RequestBody body, string name, double otherwise, double least, double most)
    {
        if (body.Member(name) is not { } value)
        {
            return otherwise;
        }

        var whole = otherwise == Math.Floor(otherwise);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && (!whole || number == Math.Floor(number)) && number >= least && number <= most)
        {
            return number;
        }

        body.Problem(name, string.Create(CultureInfo.InvariantCulture, $"Input should be {(whole ? "an integer" : "a number")} from {least} to {most}"), whole ? "int_range" : "float_range");
        return otherwise;
    }
}
