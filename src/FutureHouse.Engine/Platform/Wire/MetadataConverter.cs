using System.Buffers;
using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FutureHouse.Errors;

namespace FutureHouse.Platform.Wire;

/// <summary>
/// A user's metadata: any JSON object. Read as strings, numbers as <see cref="JsonNumber"/> reads them, booleans, null, lists and dictionaries; written from
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
                return JsonNumber.Parse(Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan));
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
            case string text: writer.WriteStringValue(WireText.Require(text)); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case int or long or short or sbyte or byte or ushort or uint: writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case BigInteger or Int128 or UInt128 or nint or nuint: writer.WriteRawValue(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture), skipInputValidation: true); break;
            case Half number when Half.IsFinite(number): writer.WriteNumberValue((float)number); break;
            case float number when float.IsFinite(number): writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case char or Enum or Uri: writer.WriteStringValue(WireText.Require(value.ToString()!)); break;
            case Guid id: writer.WriteStringValue(id); break;
            case DateTime time: writer.WriteStringValue(IsoTime.Text(time)); break;
            case DateTimeOffset time: writer.WriteStringValue(IsoTime.Text(time)); break;
            case DateOnly or TimeOnly: writer.WriteStringValue(((IFormattable)value).ToString("O", CultureInfo.InvariantCulture)); break;
            case TimeSpan time: writer.WriteStringValue(time.ToString("c", CultureInfo.InvariantCulture)); break;
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

        var names = new HashSet<string>(StringComparer.Ordinal);

        // In one order: a hashtable has another in each process, and the same upload must have the same body.
        foreach (var (name, value) in members
            .Select(member => (Name: Convert.ToString(member.Key, CultureInfo.InvariantCulture) ?? string.Empty, member.Value))
            .OrderBy(member => member.Name, StringComparer.Ordinal))
        {
            if (!names.Add(name))
            {
                throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.MetadataKeyTwice, name));
            }

            writer.WritePropertyName(WireText.Require(name));
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
