using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FutureHouse.Packaging.Zip;

/// <summary>Tells whether two archives hold the same, whatever way it is compressed: SHA-256 over name, size and CRC-32 of each entry, in the order of the names. Times and permissions do not count.</summary>
internal sealed class ContentDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The digest in hexadecimal digits. Begins anew after it.</summary>
    public string Value => Convert.ToHexString(_hash.GetHashAndReset()).ToLowerInvariant();

    public void Add(ZipRecord record)
    {
        Span<byte> numbers = stackalloc byte[1 + sizeof(long) + sizeof(uint)];
        numbers[0] = 0; // ends the name
        BinaryPrimitives.WriteInt64LittleEndian(numbers[1..], record.Size);
        BinaryPrimitives.WriteUInt32LittleEndian(numbers[(1 + sizeof(long))..], record.Crc);
        _hash.AppendData(record.Name);
        _hash.AppendData(numbers);
    }

    public void Dispose() => _hash.Dispose();
}
