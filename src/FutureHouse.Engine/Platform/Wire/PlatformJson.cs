using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace FutureHouse.Platform.Wire;

/// <summary>JSON as the protocol has it (Protocol §1): snake_case names, null members left out, text as UTF-8 rather than escapes.</summary>
[JsonSerializable(typeof(LogInBody))]
[JsonSerializable(typeof(CreateEntryBody))]
[JsonSerializable(typeof(PatchEntryBody))]
[JsonSerializable(typeof(CreateDatasetBody))]
[JsonSerializable(typeof(InitiateBody))]
[JsonSerializable(typeof(CompleteBody))]
[JsonSerializable(typeof(RevisionBody))]
[JsonSerializable(typeof(RevisionListAnswer))]
[JsonSerializable(typeof(ProvenanceAnswer))]
[JsonSerializable(typeof(SearchBody))]
[JsonSerializable(typeof(SimilarityBody))]
[JsonSerializable(typeof(HitAnswer[]))]
[JsonSerializable(typeof(LogInAnswer))]
[JsonSerializable(typeof(EntryAnswer))]
[JsonSerializable(typeof(DatasetAnswer))]
[JsonSerializable(typeof(OrganizationAnswer[]))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(InitiateAnswer))]
internal sealed partial class PlatformJson : JsonSerializerContext
{
    /// <summary>The context with the protocol's options.</summary>
    public static PlatformJson Wire { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        Converters = { new WireText(), new LenientTexts(), new LenientBoolean(), new LenientInteger(), new LenientNumber() },

        // The body is sent as UTF-8 and read by no HTML parser.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Writes a body.</summary>
    /// <typeparam name="T">Type of the body.</typeparam>
    /// <param name="body">The body.</param>
    /// <param name="type">Its JSON form.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] Write<T>(T body, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(body, type);
}
