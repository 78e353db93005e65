using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace FutureHouse.Transfer;

/// <summary>CRC-32C (Castagnoli), as <c>x-goog-hash</c> has it. Uses the processor's instruction where there is one.</summary>
internal struct Crc32C
{
    private const uint Polynomial = 0x82F63B78;
    private uint _state;
    private bool _started;

    /// <summary>Checksum of what was appended.</summary>
    public readonly uint Value => _started ? ~_state : 0;

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        var state = _started ? _state : uint.MaxValue;
        _started = true;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (BitConverter.IsLittleEndian)
        {
            foreach (var word in words)
            {
                state = BitOperations.Crc32C(state, word);
            }

            bytes = bytes[(words.Length * sizeof(ulong))..];
        }

        foreach (var b in bytes)
        {
            state = BitOperations.Crc32C(state, b);
        }

        _state = state;
    }

    /// <summary>Checksum of two runs of bytes one after the other, from their checksums alone.</summary>
    /// <param name="first">Checksum of the first run.</param>
    /// <param name="second">Checksum of the second run.</param>
    /// <param name="secondLength">Bytes of the second run.</param>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        // Appending a zero byte multiplies by x^8 modulo the polynomial; the power is reached by squaring.
        var factor = 0x00800000u; // x^8, with the bits in reflected order
        var shift = 0x80000000u;  // x^0
        for (var left = secondLength; left > 0; left >>= 1)
        {
            if ((left & 1) != 0)
            {
                shift = Multiply(shift, factor);
            }

            factor = Multiply(factor, factor);
        }

        return Multiply(first, shift) ^ second;
    }

    /// <summary>As <c>x-goog-hash</c> writes it: base64 of four bytes, the highest first.</summary>
    public static string ToBase64(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Product of two polynomials over GF(2), modulo the polynomial; bits in reflected order.</summary>
    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (; a != 0; a <<= 1)
        {
            if ((a & 0x80000000u) != 0)
            {
                product ^= b;
            }

            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }

        return product;
    }
}
