using System.Text.Json.Serialization;

namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>JSON of the store's own files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ObjectRecord))]
[JsonSerializable(typeof(UploadState))]
internal sealed partial class StoreJson : JsonSerializerContext;
