using System.Text.Json;
using System.Text.Json.Serialization;

namespace FutureHouse.Platform.Wire;

/// <summary>Body of a search (Protocol §6); nulls are sent.</summary>
internal sealed record SearchBody(IReadOnlyList<CriterionBody> Criteria, int Limit)
{
    public long Offset { get; init; }

    public string FilterLogic { get; init; } = "AND";

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? TextQuery { get; init; }

    public bool Highlight { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public IReadOnlyList<string>? HighlightFields { get; init; }

    public int HighlightFragmentSize { get; init; } = 1000;

    public int HighlightNumFragments { get; init; } = 3;
}

/// <summary>A condition of a search (Protocol §6).</summary>
internal sealed record CriterionBody(string Field, string Operator, [property: JsonConverter(typeof(SearchValueConverter))] SearchValue Value);

/// <summary>Body of a similarity search (Protocol §6).</summary>
internal sealed record SimilarityBody(IReadOnlyList<float> Embedding, int Size, double MinScore)
{
    public Guid? DatasetId { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    public string? UserId { get; init; }

    public Guid? ProjectId { get; init; }
}

/// <summary>An entry of a search's answer (Protocol §6).</summary>
internal sealed record HitAnswer : EntryAnswer
{
    public double? Score { get; init; }

    public double? EmbeddingSimilarity { get; init; }

    public JsonElement Highlights { get; init; }
}

/// <summary>Writes a string, a list of them, or a truth.</summary>
internal sealed class SearchValueConverter : JsonConverter<SearchValue>
{
    /// <inheritdoc/>
    public override SearchValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, SearchValue value, JsonSerializerOptions options)
    {
        switch (value.Value)
        {
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case string text:
                writer.WriteStringValue(WireText.Require(text));
                break;
            case IEnumerable<string> texts:
                writer.WriteStartArray();
                foreach (var text in texts)
                {
                    writer.WriteStringValue(WireText.Require(text));
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
