using System.Text.Json;
using System.Text.Json.Serialization;

namespace FutureHouse.Authentication;

/// <summary>What a local platform that serves a store leaves in it: address, process and key. Its owner's only.</summary>
/// <param name="Url">Address.</param>
/// <param name="Pid">Process.</param>
/// <param name="ApiKey">Key of the store's user.</param>
internal sealed record LocalConnectionFile(
    [property: JsonPropertyName("url")] string? Url,
    [property: JsonPropertyName("pid")] int? Pid,
    [property: JsonPropertyName("api_key")] string? ApiKey)
{
    /// <summary>Name of the file in the store.</summary>
    public const string FileName = "connection.json";

    /// <summary>Reads the file of a store.</summary>
    /// <returns>Its contents, or <see langword="null"/> where there is none or it is not whole yet.</returns>
    public static async Task<LocalConnectionFile?> ReadAsync(string store, CancellationToken ct)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(store, FileName), ct).ConfigureAwait(false);
            var file = JsonSerializer.Deserialize(bytes, LocalPlatformJson.Default.LocalConnectionFile);
            return file?.Address is null || string.IsNullOrWhiteSpace(file.ApiKey) ? null : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The address, if it is one on this machine's loopback: the key goes nowhere else.</summary>
    [JsonIgnore]
    public Uri? Address => Uri.TryCreate(Url, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && uri.IsLoopback ? uri : null;

    /// <summary>The address; never the key.</summary>
    public override string ToString() => Url ?? string.Empty;
}

/// <summary>The first line a local platform prints.</summary>
/// <param name="Url">Address.</param>
/// <param name="Pid">Process.</param>
internal sealed record LocalFirstLine([property: JsonPropertyName("url")] string? Url, [property: JsonPropertyName("pid")] int? Pid);

[JsonSerializable(typeof(LocalConnectionFile))]
[JsonSerializable(typeof(LocalFirstLine))]
internal sealed partial class LocalPlatformJson : JsonSerializerContext;
