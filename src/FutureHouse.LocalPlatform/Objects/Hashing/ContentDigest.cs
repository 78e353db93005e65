using System.Security.Cryptography;

namespace FutureHouse.LocalPlatform.Objects.Hashing;

/// <summary>CRC32C and MD5 of bytes as they pass.</summary>
internal sealed class ContentDigest : IDisposable
{
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    /// <summary>Bytes seen.</summary>
    public long Length { get; private set; }

    public uint Crc32C { get; private set; }

    public string Crc32CBase64 => Hashing.Crc32C.ToBase64(Crc32C);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _md5.AppendData(bytes);
        Crc32C = Hashing.Crc32C.Append(Crc32C, bytes);
        Length += bytes.Length;
    }

    public byte[] Md5() => _md5.GetCurrentHash();

    public void Dispose() => _md5.Dispose();
}
