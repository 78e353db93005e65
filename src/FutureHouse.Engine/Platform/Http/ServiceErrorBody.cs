using System.Text.Json;
using FutureHouse.Errors;

namespace FutureHouse.Platform.Http;

/// <summary>What an error answer says (Protocol §1): one sentence, or a list of fields with a message each.</summary>
/// <param name="Detail">The words, for display; <see langword="null"/> where there are none.</param>
/// <param name="Fields">The fields named.</param>
internal sealed record ServiceErrorBody(string? Detail, IReadOnlyList<FieldError> Fields)
{
    private static readonly ServiceErrorBody Nothing = new(null, []);

    /// <summary>Reads an error body of any kind.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="secret">Text that must not come out.</param>
    /// <returns>What it says; nothing for a body that is no JSON.</returns>
    public static ServiceErrorBody Read(ApiAnswer answer, string? secret)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Nothing;
            }

            foreach (var name in (ReadOnlySpan<string>)["detail", "message", "error"])
            {
                if (document.RootElement.TryGetProperty(name, out var value) && Read(value, secret) is { Detail: not null } body)
                {
                    return body;
                }
            }
        }
        catch (JsonException)
        {
            // A page of a proxy or half an answer: the status says what there is to say.
        }

        return Nothing;
    }

    private static ServiceErrorBody Read(JsonElement value, string? secret)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return new(Redactor.Clean(value.GetString(), secret), []);
            case JsonValueKind.Object:
                return value.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String
                    ? new(Redactor.Clean(message.GetString(), secret), [])
                    : Nothing;
            case JsonValueKind.Array:
                var fields = value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(item => Field(item, secret)).OfType<FieldError>().ToArray();
                return fields.Length == 0
                    ? Nothing
                    : new(string.Join("; ", fields.Select(field => field.Field.Length == 0 ? field.Message : $"{field.Field}: {field.Message}")), fields);
            default:
                return Nothing;
        }
    }

    // Only path and message: FastAPI repeats the refused input too, which may be a key.
    private static FieldError? Field(JsonElement item, string? secret)
    {
        if (!item.TryGetProperty("msg", out var message) || message.ValueKind != JsonValueKind.String || Redactor.Clean(message.GetString(), secret) is not { } text)
        {
            return null;
        }

        var path = item.TryGetProperty("loc", out var location) && location.ValueKind == JsonValueKind.Array
            ? string.Join('.', location.EnumerateArray().Select(part => part.ToString()))
            : string.Empty;
        return new FieldError(Redactor.Clean(path, secret) ?? string.Empty, text);
    }
}
