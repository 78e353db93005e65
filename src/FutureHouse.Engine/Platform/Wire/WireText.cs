using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FutureHouse.Errors;

namespace FutureHouse.Platform.Wire;

/// <summary>
/// Text that goes to the service. Half a surrogate pair has no UTF-8: the writers would put U+FFFD in its place without a word, so it is refused, in whichever member it stands.
/// </summary>
internal sealed class WireText : JsonConverter<string>
{
    private const int Shown = 40;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Gives the text back.</summary>
    /// <exception cref="InvalidRequestException">It holds half a surrogate pair.</exception>
    public static string Require(string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
            return text;
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.HalfPair, text[Math.Max(0, e.Index - Shown)..e.Index], e.Index), e);
        }
    }

    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Lenient(ref reader);

    /// <summary>A text; a number or a truth as it is written; nothing of an object or a list.</summary>
    public static string? Lenient(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return reader.GetString();
            case JsonTokenType.Number:
                return Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
            case JsonTokenType.True or JsonTokenType.False:
                return reader.GetBoolean() ? "true" : "false";
            default:
                reader.Skip();
                return null;
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Require(value));
}
