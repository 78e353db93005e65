using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FutureHouse.Platform.Wire;

/// <summary>
/// Reads members of answers that nothing depends on: where a member has another type than the protocol's, it counts as
/// missing, and the rest of the answer is still understood.
/// </summary>
internal static class Lenient
{
    /// <summary>Runs a read; where the JSON is of another shape, the value is passed over.</summary>
    public static T? Read<T>(ref Utf8JsonReader reader, ReadValue<T> read)
    {
        var before = reader;
        try
        {
            return read(ref reader);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            reader = before;
            reader.Skip();
            return default;
        }
    }

    /// <summary>Reads a value from JSON.</summary>
    public delegate T? ReadValue<T>(ref Utf8JsonReader reader);
}

/// <summary>A truth; or nothing.</summary>
internal sealed class LenientBoolean : JsonConverter<bool?>
{
    /// <inheritdoc/>
    public override bool? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Lenient.Read<bool?>(
        ref reader,
        static (ref Utf8JsonReader value) => value.TokenType == JsonTokenType.String ? bool.Parse(value.GetString()!) : value.GetBoolean());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, bool? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>A whole number; or nothing.</summary>
internal sealed class LenientInteger : JsonConverter<int?>
{
    /// <inheritdoc/>
    public override int? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Lenient.Read<int?>(
        ref reader,
        static (ref Utf8JsonReader value) => value.TokenType == JsonTokenType.String
            ? int.TryParse(value.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null
            : value.GetInt32());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>A number; or nothing.</summary>
internal sealed class LenientNumber : JsonConverter<double?>
{
    /// <inheritdoc/>
    public override double? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Lenient.Read<double?>(
        ref reader,
        static (ref Utf8JsonReader value) => value.TokenType == JsonTokenType.String
            ? double.TryParse(value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null
            : value.GetDouble());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, double? value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>Texts: those of a list, or one that stands alone; or nothing.</summary>
internal sealed class LenientTexts : JsonConverter<IReadOnlyList<string>?>
{
    /// <inheritdoc/>
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return WireText.Lenient(ref reader) is { } one ? [one] : null;
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (WireText.Lenient(ref reader) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string>? value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var text in value ?? [])
        {
            writer.WriteStringValue(WireText.Require(text));
        }

        writer.WriteEndArray();
    }
}

/// <summary>An object; or nothing.</summary>
/// <typeparam name="T">What it is read into.</typeparam>
internal sealed class LenientObject<T> : JsonConverter<T>
    where T : class
{
    /// <inheritdoc/>
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Lenient.Read(
        ref reader,
        (ref Utf8JsonReader value) => value.TokenType == JsonTokenType.StartObject
            ? JsonSerializer.Deserialize(ref value, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))
            : throw new JsonException());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => throw new NotSupportedException();
}

/// <summary>The objects of a list, with nothing in place of what is none; or no list.</summary>
/// <typeparam name="T">What each is read into.</typeparam>
internal sealed class LenientObjects<T> : JsonConverter<IReadOnlyList<T?>?>
    where T : class
{
    private readonly LenientObject<T> _element = new();

    /// <inheritdoc/>
    public override IReadOnlyList<T?>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return null;
        }

        var objects = new List<T?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            objects.Add(_element.Read(ref reader, typeof(T), options));
        }

        return objects;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T?>? value, JsonSerializerOptions options) => throw new NotSupportedException();
}
