using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>
/// Compares a value of the metadata with a criterion, for a database that cannot. A number that meets a number is compared by all its digits, a time that meets a time with an offset as
/// an instant, all else as text.
/// </summary>
internal sealed class MetadataMatcher(SearchCriterion criterion)
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly MetadataName _name = criterion.Field.Metadata!;
    private readonly List<MetadataOperand> _values = MetadataOperand.Of(criterion);
    private readonly ComparedAs _compared = MetadataOperand.Order(criterion);

    /// <summary>Whether the metadata fit.</summary>
    /// <param name="json">The metadata; <see langword="null"/> where there are none.</param>
    public bool Fits(string? json)
    {
        if (json is null)
        {
            return false;
        }

        using var document = JsonDocument.Parse(json);
        return Find(document.RootElement) is { ValueKind: not JsonValueKind.Null } value && Fits(value);
    }

    private bool Fits(JsonElement value)
    {
        var text = Text(value);
        return criterion.Operator switch
        {
            SearchOperator.EqualTo or SearchOperator.In => IsOneOf(value, text),
            SearchOperator.GreaterThan => Order(value, text, 0) > 0,
            SearchOperator.LessThan => Order(value, text, 0) < 0,
            SearchOperator.Between => Order(value, text, 0) >= 0 && Order(value, text, 1) <= 0,
            SearchOperator.FullText => SqliteFunctions.AreIn(text, criterion.Text),
            SearchOperator.StartsWith => text.StartsWith(criterion.Text, StringComparison.OrdinalIgnoreCase),
            SearchOperator.EndsWith => text.EndsWith(criterion.Text, StringComparison.OrdinalIgnoreCase),
            _ => text.Contains(criterion.Text, StringComparison.OrdinalIgnoreCase),
        };
    }

    private bool IsOneOf(JsonElement value, string text)
    {
        var number = value.ValueKind == JsonValueKind.Number ? ExactNumber.Parse(text) : null;
        var instant = value.ValueKind == JsonValueKind.String ? ExactNumber.Instant(text) : null;
        return _values.Exists(wanted => wanted.Text == text || (number is not null && number == wanted.Number) || (instant is not null && instant == wanted.Instant));
    }

    /// <returns><see langword="null"/> where the two have no order.</returns>
    private int? Order(JsonElement value, string text, int index)
    {
        var wanted = _values[index];
        return _compared switch
        {
            ComparedAs.Numbers => value.ValueKind == JsonValueKind.Number ? ExactNumber.Parse(text)?.CompareTo(wanted.Number!.Value) : null,
            ComparedAs.Instants => ExactNumber.Instant(text)?.CompareTo(wanted.Instant!.Value),

            // By code points, as the databases do.
            _ => Encoding.UTF8.GetBytes(text).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(wanted.Text)),
        };
    }

    private JsonElement? Find(JsonElement metadata) =>
        (_name.IsExact ? Member(metadata, _name.Literal) : null) ?? Find(metadata, 0);

    private JsonElement? Find(JsonElement value, int from)
    {
        var parts = _name.Parts;
        for (var end = _name.IsExact ? from + 1 : parts.Count; end > from; end--)
        {
            if (Member(value, string.Join('.', parts.Skip(from).Take(end - from))) is { } member
                && (end == parts.Count ? member : Find(member, end)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static JsonElement? Member(JsonElement value, string key)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (value.TryGetProperty(key, out var found))
        {
            return found;
        }

        foreach (var member in value.EnumerateObject())
        {
            if (member.Name.Normalize() == key)
            {
                return member.Value;
            }
        }

        return null;
    }

    private static string Text(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!.Normalize();
        }

        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return value.GetRawText();
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)).Normalize();
    }
}

/// <summary>What an order goes by.</summary>
internal enum ComparedAs
{
    Text,
    Numbers,
    Instants,
}

/// <summary>A value of a criterion on metadata, as all that it can be compared as.</summary>
internal sealed record MetadataOperand(string Text, ExactNumber? Number, ExactNumber? Instant)
{
    public static List<MetadataOperand> Of(SearchCriterion criterion) => [.. criterion.Values.Cast<string>().Select(text => new MetadataOperand(
        text, ExactNumber.Parse(text) is { IsModerate: true } number ? number : null, ExactNumber.IsInstant(text) ? ExactNumber.Instant(text) : null))];

    /// <summary>What greater, less and between go by: numbers where all the values are numbers, instants where all are times with an offset.</summary>
    public static ComparedAs Order(SearchCriterion criterion)
    {
        var values = Of(criterion);
        return values.TrueForAll(value => value.Number is not null) ? ComparedAs.Numbers
            : values.TrueForAll(value => value.Instant is not null) ? ComparedAs.Instants
            : ComparedAs.Text;
    }
}
