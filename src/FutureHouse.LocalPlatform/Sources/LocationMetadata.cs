using System.Buffers;
using System.Text.Json;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>A location's metadata and content schema in one text, as the database has one place for both: the schema is a member of a name that nobody may use.</summary>
internal static class LocationMetadata
{
    /// <summary>The member that has the schema.</summary>
    public const string SchemaMember = "$content_schema";

    private const string ApiKeyMember = "api_key";

    /// <summary>Both in one.</summary>
    /// <param name="metadata">An object, or <see langword="null"/>.</param>
    /// <param name="schema">Any JSON, or <see langword="null"/>.</param>
    public static string? Pack(JsonElement? metadata, JsonElement? schema) => schema is null
        ? metadata?.GetRawText()
        : Write(writer =>
        {
            if (metadata is { } members)
            {
                foreach (var member in members.EnumerateObject())
                {
                    member.WriteTo(writer);
                }
            }

            writer.WritePropertyName(SchemaMember);
            schema.Value.WriteTo(writer);
        });

    /// <summary>The metadata alone; without a link's key where that is not for who reads.</summary>
    public static JsonElement? Metadata(string? json, bool withKey) => Parse(json) is not { } packed ? null
        : !packed.TryGetProperty(SchemaMember, out _) && (withKey || !packed.TryGetProperty(ApiKeyMember, out _)) ? packed
        : JsonElement.Parse(Write(writer =>
        {
            foreach (var member in packed.EnumerateObject().Where(m => m.Name != SchemaMember && (withKey || m.Name != ApiKeyMember)))
            {
                member.WriteTo(writer);
            }
        }));

    /// <summary>The schema alone.</summary>
    public static JsonElement? Schema(string? json) => Parse(json) is { } packed && packed.TryGetProperty(SchemaMember, out var schema) ? schema : null;

    /// <summary>A member of the metadata that is a text, or a number as text.</summary>
    public static string? Text(string? json, string member) => Parse(json) is { } packed && packed.TryGetProperty(member, out var value)
        ? value.ValueKind switch { JsonValueKind.String => value.GetString(), JsonValueKind.Number => value.GetRawText(), _ => null }
        : null;

    private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json) is { ValueKind: JsonValueKind.Object } members ? members : null;

    private static string Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
