using System.Globalization;
using System.Text.Json;
using FutureHouse.LocalPlatform.Api;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>Reads one criterion: an operator that its field knows, and values of the field's type.</summary>
internal static class CriterionReader
{
    /// <summary>Characters of a value at most.</summary>
    public const int MaximumLength = 10_000;

    /// <summary>Values of a list at most.</summary>
    public const int MaximumValues = 1000;

    private static readonly SearchOperator[] OfText = Enum.GetValues<SearchOperator>();
    private static readonly SearchOperator[] OfIds = [SearchOperator.EqualTo, SearchOperator.In, SearchOperator.Contains, SearchOperator.StartsWith, SearchOperator.EndsWith];
    private static readonly SearchOperator[] OfTags = [.. OfIds, SearchOperator.FullText];
    private static readonly SearchOperator[] OfNumbers = [SearchOperator.EqualTo, SearchOperator.In, SearchOperator.GreaterThan, SearchOperator.LessThan, SearchOperator.Between];
    private static readonly SearchOperator[] OfBooleans = [SearchOperator.EqualTo];

    /// <summary>Reads the criterion; leaves a problem with the body where that is not possible.</summary>
    public static SearchCriterion? Read(RequestBody body, int index, JsonElement item)
    {
        void Problem(string member, string message, string type) => body.Problem(["body", "criteria", index, member], message, type);
        if (item.ValueKind != JsonValueKind.Object)
        {
            body.Problem(["body", "criteria", index], "Input should be a valid dictionary", "dict_type");
            return null;
        }

        var fieldName = Member(item, "field") is { } f ? Text(f) : null;
        var field = fieldName is null ? null : SearchField.Find(fieldName);
        if (field is null)
        {
            Problem("field", fieldName is null ? "Input should be the name of a field" : $"There is no field '{Shortened(fieldName)}' to search by; there are {SearchField.Names}", "value_error");
            return null;
        }

        var name = Member(item, "operator") is { } o ? Text(o) : null;
        if (name is null || SearchOperators.Find(name) is not { } comparison)
        {
            Problem("operator", $"Input should be one of {SearchOperators.Names}", "enum");
            return null;
        }

        var allowed = Allowed(field.Kind);
        if (!allowed.Contains(comparison))
        {
            Problem("operator", $"'{name}' does not go with the field '{field.Name}'; {string.Join(", ", allowed.Select(SearchOperators.Of))} do", "value_error");
            return null;
        }

        if (Member(item, "value") is not { } value)
        {
            Problem("value", "Field required", "missing");
            return null;
        }

        var values = Values(value, comparison, field, out var message);
        if (values is null)
        {
            Problem("value", message!, "value_error");
            return null;
        }

        return new SearchCriterion(field, comparison, values);
    }

    private static SearchOperator[] Allowed(FieldKind kind) => kind switch
    {
        FieldKind.Uuid => OfIds,
        FieldKind.Tags => OfTags,
        FieldKind.Time or FieldKind.Number => OfNumbers,
        FieldKind.Boolean => OfBooleans,
        _ => OfText,
    };

    private static List<object>? Values(JsonElement value, SearchOperator comparison, SearchField field, out string? message)
    {
        var isList = comparison is SearchOperator.In or SearchOperator.Between;
        var items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Take(MaximumValues + 1).ToList() : [value];
        var (isRight, wanted) = comparison switch
        {
            SearchOperator.Between => (value.ValueKind == JsonValueKind.Array && items.Count == 2, "a list of two values, the lower first"),
            SearchOperator.In => (value.ValueKind == JsonValueKind.Array && items.Count is > 0 and <= MaximumValues, $"a list of 1 to {MaximumValues} values"),
            _ => (value.ValueKind != JsonValueKind.Array, "one value, not a list"),
        };
        message = isRight ? null : $"'{SearchOperators.Of(comparison)}' takes {wanted}";
        if (!isRight)
        {
            return null;
        }

        var values = new List<object>();
        foreach (var item in items)
        {
            // Parts of an identifier are text.
            var asText = field.Kind == FieldKind.Uuid && !(comparison is SearchOperator.EqualTo or SearchOperator.In);
            var (read, of) = asText ? (Text(item), "a string") : Typed(item, field.Kind);
            if (read is null)
            {
                message = $"The field '{field.Name}' is compared with {of}";
                return null;
            }

            if (read is string text && (text.Length > MaximumLength || (text.Length == 0 && comparison is SearchOperator.Contains or SearchOperator.StartsWith or SearchOperator.EndsWith)))
            {
                message = $"String should have 1 to {MaximumLength} characters";
                return null;
            }

            values.Add(read);
        }

        if (field.IsNormalized)
        {
            values = [.. values.Select(object (read) => ((string)read).Normalize())];
        }

        if (comparison == SearchOperator.FullText && Words.Of((string)values[0]).Count > SearchReader.MaximumWords)
        {
            message = $"String should have at most {SearchReader.MaximumWords} words";
            return null;
        }

        return values;
    }

    private static (object? Value, string Wanted) Typed(JsonElement item, FieldKind kind) => kind switch
    {
        FieldKind.Uuid => (Guid.TryParse(Text(item), out var id) ? id : null, "UUIDs"),
        FieldKind.Boolean => (Truth(item), "true or false"),
        FieldKind.Time => (Time(Text(item)), "times as ISO 8601 has them, such as 2026-01-31T12:00:00Z"),
        FieldKind.Number => (ExactNumber.Parse(item.ValueKind == JsonValueKind.Number ? item.GetRawText() : Text(item)) is { IsModerate: true } number ? number : null, "numbers"),
        FieldKind.Metadata when item.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number => (item.GetRawText(), "strings"),
        _ => (Text(item), "strings"),
    };

    private static object? Truth(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => bool.TryParse(Text(item), out var truth) ? truth : null,
    };

    /// <summary>Ticks, cut to the microseconds that are shown.</summary>
    private static object? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.UtcTicks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond : null;

    private static JsonElement? Member(JsonElement item, string name) => item.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
