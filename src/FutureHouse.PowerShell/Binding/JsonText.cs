using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FutureHouse.Errors;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Writes what a user gives as a body: text as it is, as JSON of the user's own; everything else as JSON.</summary>
internal static class JsonText
{
    private const int MaxDepth = 50;

    /// <exception cref="InvalidRequestException">Something has no form in JSON, or contains itself.</exception>
    public static string Of(object body)
    {
        if ((body is PSObject wrapper ? wrapper.BaseObject : body) is string text)
        {
            return text;
        }

        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(writer, body, 1);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter writer, object? value, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, RevisionStrings.BodyTooDeep, MaxDepth));
        }

        var bare = value is PSObject wrapper ? wrapper.BaseObject : value;
        switch (bare)
        {
            case null or DBNull: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(text); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case SwitchParameter flag: writer.WriteBooleanValue(flag.IsPresent); break;
            case int or long or short or sbyte or byte or ushort or uint: writer.WriteNumberValue(Convert.ToInt64(bare, CultureInfo.InvariantCulture)); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case float number when float.IsFinite(number): writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case Guid id: writer.WriteStringValue(id); break;
            case DateTime time: writer.WriteStringValue(time); break;
            case DateTimeOffset time: writer.WriteStringValue(time); break;
            case char or Enum or Uri: writer.WriteStringValue(bare.ToString()); break;
            case IDictionary map:
                Members(writer, map.Cast<DictionaryEntry>().Select(e => (e.Key.ToString()!, e.Value)), depth);
                break;
            case PSCustomObject:
                Members(writer, PSObject.AsPSObject(value).Properties.Select(p => (p.Name, (object?)p.Value)), depth);
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            default: // among them a SecureString, which is not to be sent as what it is shown as
                throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, RevisionStrings.BodyUnsupported, bare is double or float ? bare : bare.GetType().Name));
        }
    }

    private static void Members(Utf8JsonWriter writer, IEnumerable<(string Name, object? Value)> members, int depth)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            writer.WritePropertyName(name);
            Write(writer, value, depth + 1);
        }

        writer.WriteEndObject();
    }
}
