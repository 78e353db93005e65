namespace FutureHouse.LocalPlatform.Objects.Hashing;

/// <summary>The checksums that an <c>x-goog-hash</c> header declares: <c>crc32c=BASE64,md5=BASE64</c>, either or both.</summary>
/// <param name="Crc32C">Base64, big-endian.</param>
/// <param name="Md5">Base64.</param>
internal sealed record DeclaredHash(string? Crc32C, string? Md5)
{
    public static DeclaredHash None { get; } = new(null, null);

    /// <exception cref="BucketException">400 <c>InvalidDigest</c>: not a checksum of the right length, or of a kind we do not know.</exception>
    public static DeclaredHash Parse(string? header)
    {
        var hash = None;
        foreach (var item in (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (item, "") : (item[..equals], item[(equals + 1)..]);
            hash = name switch
            {
                "crc32c" when IsBase64(value, 4) => hash with { Crc32C = value },
                "md5" when IsBase64(value, 16) => hash with { Md5 = value },
                _ => throw new BucketException(400, "InvalidDigest", "The checksum you specified is not valid.", $"x-goog-hash: {name}"),
            };
        }

        return hash;
    }

    /// <summary>What is declared here, and else what was declared before.</summary>
    public DeclaredHash Or(DeclaredHash earlier) => new(Crc32C ?? earlier.Crc32C, Md5 ?? earlier.Md5);

    /// <exception cref="BucketException">400 <c>BadDigest</c>: the bytes have another checksum.</exception>
    public void Check(string crc32c, string md5)
    {
        if ((Crc32C is not null && Crc32C != crc32c) || (Md5 is not null && Md5 != md5))
        {
            throw new BucketException(400, "BadDigest", "The checksum you specified did not match what we received.");
        }
    }

    public static bool IsBase64(string text, int bytes)
    {
        Span<byte> buffer = stackalloc byte[bytes];
        return Convert.TryFromBase64String(text, buffer, out var written) && written == bytes;
    }
}
