using System.Text.Json;
using System.Text.Json.Serialization;

namespace FutureHouse.Platform.Wire;

/// <summary>Where the data of an entry lies already (Protocol §5).</summary>
internal sealed record ExistingLocationBody
{
    public required string StorageType { get; init; }

    public required string ContentType { get; init; }

    public JsonElement? ContentSchema { get; init; }

    [JsonConverter(typeof(MetadataConverter))]
    public IReadOnlyDictionary<string, object?>? Metadata { get; init; }

    public string? Location { get; init; }
}
