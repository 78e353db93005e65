using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects.Signing;

/// <summary>Access id and secret of the bucket's HMAC key.</summary>
internal sealed class SigningKey(string accessId, string secret)
{
    public string AccessId { get; } = accessId;

    public string Secret { get; } = secret;

    /// <summary>Never the secret.</summary>
    public override string ToString() => AccessId;

    /// <summary>Reads the store's key; makes it the first time. Only its owner may read the file.</summary>
    public static SigningKey LoadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            var made = new Stored(
                "GOOG" + Convert.ToHexString(RandomNumberGenerator.GetBytes(28)),
                Convert.ToBase64String(RandomNumberGenerator.GetBytes(30)));
            // Two processes may get here at once: the first to create the file wins, and both read it.
            DurableFile.TryCreate(path, JsonSerializer.SerializeToUtf8Bytes(made));
        }

        var stored = JsonSerializer.Deserialize<Stored>(File.ReadAllBytes(path))
            ?? throw new InvalidDataException("The store's signing key is empty.");
        return new SigningKey(stored.AccessId, stored.Secret);
    }

    private sealed record Stored(string AccessId, string Secret);
}
