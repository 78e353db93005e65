using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Writes what a user gives as a body: text as it is, as JSON of the user's own; everything else as JSON.</summary>
internal static class JsonText
{
    private const int MaxDepth = 50;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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

        var bare = ArgumentAttribute.Bare(value);
        switch (bare)
        {
            case null or DBNull: writer.WriteNullValue(); break;
            case string text: writer.WriteStringValue(Whole(text)); break;
            case bool flag: writer.WriteBooleanValue(flag); break;
            case SwitchParameter flag: writer.WriteBooleanValue(flag.IsPresent); break;
            case int or long or short or sbyte or byte or ushort or uint: writer.WriteNumberValue(Convert.ToInt64(bare, CultureInfo.InvariantCulture)); break;
            case ulong number: writer.WriteNumberValue(number); break;
            case decimal number: writer.WriteNumberValue(number); break;
            case BigInteger or Int128 or UInt128 or nint or nuint: writer.WriteRawValue(((IFormattable)bare).ToString(null, CultureInfo.InvariantCulture), skipInputValidation: true); break;
            case Half number when Half.IsFinite(number): writer.WriteNumberValue((float)number); break;
            case float number when float.IsFinite(number): writer.WriteNumberValue(number); break;
            case double number when double.IsFinite(number): writer.WriteNumberValue(number); break;
            case Guid id: writer.WriteStringValue(id); break;
            case DateTime time: writer.WriteStringValue(IsoTime.Text(time)); break;
            case DateTimeOffset time: writer.WriteStringValue(IsoTime.Text(time)); break;
            case char or Enum or Uri: writer.WriteStringValue(Whole(bare.ToString()!)); break;
            case IDictionary map:
                Members(writer, map.Cast<DictionaryEntry>().Select(e => (LanguagePrimitives.ConvertTo<string>(e.Key), e.Value)), depth);
                break;
            case PSObject { BaseObject: PSCustomObject }:
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

    /// <summary>The writer would put U+FFFD in the place of half a surrogate pair without a word.</summary>
    private static string Whole(string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, BindingStrings.HalfPair, e.Index), e);
        }
    }

    private static void Members(Utf8JsonWriter writer, IEnumerable<(string Name, object? Value)> members, int depth)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var (name, value) in members)
        {
            if (!names.Add(name))
            {
                throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, BindingStrings.KeyTwice, name));
            }

            writer.WritePropertyName(Whole(name));
            Write(writer, value, depth + 1);
        }

        writer.WriteEndObject();
    }
}
