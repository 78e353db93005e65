using System.Text.Json.Serialization;

namespace FutureHouse.LocalPlatform.Authentication;

/// <summary>A user of the platform, as <c>users.json</c> lists it.</summary>
public sealed record PlatformUser
{
    /// <summary>Identifier.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>E-mail address, by which others share with the user.</summary>
    [JsonPropertyName("email")]
    public required string Email { get; init; }

    /// <summary>Organisation the user belongs to.</summary>
    [JsonPropertyName("organization")]
    public required string Organization { get; init; }

    /// <summary>The user's secret key.</summary>
    [JsonPropertyName("api_key")]
    public required string ApiKey { get; init; }

    /// <summary>Whether the user may read and change everything.</summary>
    [JsonPropertyName("admin")]
    public bool Admin { get; init; }

    /// <summary>Identifier and address; never the key.</summary>
    /// <returns>A line for display.</returns>
    public override string ToString() => $"{Id} <{Email}>";
}
