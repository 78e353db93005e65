using System.Text.Json.Serialization;

namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>The two ways up (Protocol §4).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UploadKind>))]
internal enum UploadKind
{
    Multipart,
    Session,
}
