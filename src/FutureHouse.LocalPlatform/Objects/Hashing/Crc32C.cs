using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace FutureHouse.LocalPlatform.Objects.Hashing;

/// <summary>CRC32C (Castagnoli), by the processor's own instruction where it has one.</summary>
internal static class Crc32C
{
    private const uint Polynomial = 0x82F63B78;

    /// <summary>Continues a CRC over more bytes; begin with 0.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        var state = ~crc;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (BitConverter.IsLittleEndian)
        {
            foreach (var word in words)
            {
                state = BitOperations.Crc32C(state, word);
            }

            bytes = bytes[(words.Length * sizeof(ulong))..];
        }

        foreach (var one in bytes)
        {
            state = BitOperations.Crc32C(state, one);
        }

        return ~state;
    }

    /// <summary>CRC of two pieces in sequence, from the CRC of each and the second's length in bytes: no byte is read again.</summary>
    public static uint Combine(uint first, uint second, long secondLength) =>
        Multiply(PowerOfX(secondLength), first) ^ second;

    /// <summary>Big-endian, base64: as in <c>x-goog-hash</c>.</summary>
    public static string ToBase64(uint crc)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, crc);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>x to the power of 8 × <paramref name="bytes"/>, modulo the polynomial (bits reflected).</summary>
    private static uint PowerOfX(long bytes)
    {
        var result = 0x80000000u;
        var square = 0x00800000u;
        for (; bytes > 0; bytes >>= 1)
        {
            if ((bytes & 1) != 0)
            {
                result = Multiply(square, result);
            }

            square = Multiply(square, square);
        }

        return result;
    }

    /// <summary>Product of two polynomials over GF(2), modulo the polynomial (bits reflected).</summary>
    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (var bit = 0x80000000u; bit != 0; bit >>= 1)
        {
            if ((a & bit) != 0)
            {
                product ^= b;
            }

            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }

        return product;
    }
}
