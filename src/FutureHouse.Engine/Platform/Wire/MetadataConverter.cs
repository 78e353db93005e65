using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FutureHouse.Errors;

namespace FutureHouse.Platform.Wire;

/// <summary>
/// A user's metadata: any JSON object. Read as strings, <see cref="long"/>, <see cref="double"/>, booleans, null, lists and dictionaries; written from
/// those and from what a .NET program is likely to hold. Nulls inside are kept (Protocol §1).
/// </summary>
internal sealed class MetadataConverter : JsonConverter<IReadOnlyDictionary<string, object?>>
{
    private const int MaxDepth = 50;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return ReadObject(ref reader);
        }

        // Not the protocol's, but no reason to lose the entry.
        reader.Skip();
        return null;
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, object?> value, JsonSerializerOptions options) => WriteValue(writer, value, 0);

    /// <summary>Any JSON value as plain values, as in <see cref="Read"/>.</summary>
    public static object? Plain(JsonElement? value)
    {
        if (value is not { } element)
        {
            return null;
        }

        var reader = new Utf8JsonReader(JsonSerializer.SerializeToUtf8Bytes(element, PlatformJson.Wire.JsonElement));
        reader.Read();
        return ReadValue(ref reader);
    }

    private static ReadOnlyDictionary<string, object?> ReadObject(ref Utf8JsonReader reader)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            members[name] = ReadValue(ref reader);
        }

        return new(members);
    }

    private static object? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                // Not one conditional expression: it would make every number a double.
                if (reader.TryGetInt64(out var number))
                {
                    return number;
                }

                return reader.GetDouble();
            case JsonTokenType.True:
                return true;
            case JsonTokenType.False:
                return false;
            case JsonTokenType.StartObject:
                return ReadObject(ref reader);
            case JsonTokenType.StartArray:
                var items = new List<object?>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(ReadValue(ref reader));
                }

                return items.AsReadOnly();
            default:
                return null;
        }
    }

    private static void WriteValue(Utf8JsonWriter writer, object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.MetadataTooDeep, MaxDepth));
        }

        switch (value)
        {
            case null or DBNull: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int or long or short or sbyte or byte or ushort or uint: writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case char or Enum or Uri: writer.WriteStringValue(value.ToString()); break;
            case Guid id: writer.WriteStringValue(id); break;
            case DateTime time: writer.WriteStringValue(time); break;
            case DateTimeOffset time: writer.WriteStringValue(time); break;
            case JsonElement element: element.WriteTo(writer); break;
            case IReadOnlyDictionary<string, object?> members: WriteMembers(writer, members.Select(pair => ((object)pair.Key, pair.Value)), depth); break;
            case IDictionary members: WriteMembers(writer, members.Keys.Cast<object>().Select(key => (key, members[key])), depth); break;
            case IEnumerable items: WriteItems(writer, items, depth); break;
            default: throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.MetadataUnsupported, Describe(value)));
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, IEnumerable<(object Key, object? Value)> members, int depth)
    {
        writer.WriteStartObject();

        // In one order: a hashtable has another in each process, and the same upload must have the same body.
        foreach (var (name, value) in members
            .Select(member => (Name: Convert.ToString(member.Key, CultureInfo.InvariantCulture) ?? string.Empty, member.Value))
            .OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            writer.WritePropertyName(name);
            WriteValue(writer, value, depth + 1);
        }

        writer.WriteEndObject();
    }

    private static void WriteItems(Utf8JsonWriter writer, IEnumerable items, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            WriteValue(writer, item, depth + 1);
        }

        writer.WriteEndArray();
    }

    private static string Describe(object value) => value is float or double ? Convert.ToString(value, CultureInfo.InvariantCulture)! : value.GetType().Name;
}
