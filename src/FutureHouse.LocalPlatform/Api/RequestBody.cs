using System.Globalization;
using System.Text.Json;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>A JSON object that was sent; collects what is wrong with it, member by member, before it is refused as a whole.</summary>
internal sealed class RequestBody : IDisposable
{
    private readonly JsonDocument _document;
    private readonly List<FieldProblem> _problems = [];

    private RequestBody(JsonDocument document, byte[] raw)
    {
        _document = document;
        Raw = raw;
    }

    public byte[] Raw { get; }

    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        var raw = buffer.ToArray();
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(raw);
        }
        catch (JsonException e)
        {
            throw Refused([new FieldProblem(["body", e.BytePositionInLine ?? 0], "JSON decode error", "json_invalid")]);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            document.Dispose();
            throw Refused([new FieldProblem(["body"], "Input should be a valid dictionary or object to extract fields from", "model_attributes_type")]);
        }

        if (StorableText.Problems(raw) is { Count: > 0 } problems)
        {
            document.Dispose();
            throw Refused(problems);
        }

        return new RequestBody(document, raw);
    }

    /// <summary>Names of the members that are not null.</summary>
    public IEnumerable<string> Names => _document.RootElement.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null).Select(m => m.Name);

    public bool Has(string name) => Member(name) is not null;

    public JsonElement? Member(string name) =>
        _document.RootElement.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public string? String(string name, bool required = false, bool notEmpty = false)
    {
        if (Member(name) is not { } value)
        {
            if (required)
            {
                Problem(name, "Field required", "missing");
            }

            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Problem(name, "Input should be a valid string", "string_type");
            return null;
        }

        var text = value.GetString()!;
        if (notEmpty && string.IsNullOrWhiteSpace(text))
        {
            Problem(name, "String should have at least 1 character", "string_too_short");
        }

        return text;
    }

    public Guid? Uuid(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String && Guid.TryParse(value.GetString(), out var id))
        {
            return id;
        }

        Problem(name, "Input should be a valid UUID", "uuid_parsing");
        return null;
    }

    public bool? Boolean(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Problem(name, "Input should be a valid boolean", "bool_type");
        return null;
    }

    public IReadOnlyList<string>? Strings(string name, bool required = false)
    {
        if (Member(name) is not { } value)
        {
            if (required)
            {
                Problem(name, "Field required", "missing");
            }

            return null;
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String))
        {
            return value.EnumerateArray().Select(e => e.GetString()!).ToList();
        }

        Problem(name, "Input should be a valid list of strings", "list_type");
        return null;
    }

    /// <summary>A list of numbers, as the JSON text it came as.</summary>
    public string? Numbers(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.Number && e.TryGetDouble(out var number) && double.IsFinite(number)))
        {
            return value.GetRawText();
        }

        Problem(name, "Input should be a valid list of finite numbers", "list_type");
        return null;
    }

    /// <summary>An object, as the JSON text it came as.</summary>
    public string? Object(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.GetRawText();
        }

        Problem(name, "Input should be a valid dictionary", "dict_type");
        return null;
    }

    public void Problem(string name, string message, string type) => Problem(["body", name], message, type);

    /// <summary>The same of something deeper inside.</summary>
    public void Problem(IReadOnlyList<object> path, string message, string type) => _problems.Add(new FieldProblem(path, message, type));

    /// <exception cref="ApiException">422: something about the body is not as it must be.</exception>
    public void ThrowIfInvalid()
    {
        if (_problems.Count > 0)
        {
            throw Refused(_problems);
        }
    }

    public void Dispose() => _document.Dispose();

    public static ApiException Refused(IReadOnlyList<FieldProblem> problems) =>
        new(StatusCodes.Status422UnprocessableEntity, string.Create(CultureInfo.InvariantCulture, $"{problems.Count} invalid"), problems);
}
