using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace FutureHouse.Packaging.Zip;

/// <summary>CRC-32 as zip has it (ISO 3309, reflected). Uses carry-less multiplication, or ARM's instruction, where there is one.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Tables = MakeTables();

    /// <summary>Checksum of bytes that follow others.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="previous">Checksum of what is before them; 0 of nothing.</param>
    public static uint Compute(ReadOnlySpan<byte> bytes, uint previous = 0)
    {
        var state = ~previous;
        if (Pclmulqdq.IsSupported && bytes.Length >= 64)
        {
            var folded = bytes.Length & ~15;
            state = Fold(bytes[..folded], state);
            bytes = bytes[folded..];
        }
        else if (ArmCrc32.Arm64.IsSupported)
        {
            foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            {
                state = ArmCrc32.Arm64.ComputeCrc32(state, word);
            }

            bytes = bytes[(bytes.Length & ~7)..];
        }

        return ~Slice(bytes, state);
    }

    /// <summary>Checksum of two runs of bytes one after the other, from their checksums alone.</summary>
    /// <param name="first">Checksum of the first run.</param>
    /// <param name="second">Checksum of the second run.</param>
    /// <param name="secondLength">Bytes of the second run.</param>
    public static uint Combine(uint first, uint second, long secondLength)
    {
        // Appending a zero byte multiplies by x^8 modulo the polynomial; the power is reached by squaring.
        var (factor, shift) = (0x00800000u, 0x80000000u);
        for (var left = secondLength; left > 0; left >>= 1)
        {
            shift = (left & 1) != 0 ? Multiply(shift, factor) : shift;
            factor = Multiply(factor, factor);
        }

        return Multiply(first, shift) ^ second;
    }

    /// <summary>Without the processor's help.</summary>
    internal static uint Slice(ReadOnlySpan<byte> bytes, uint state)
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(Tables);
        while (bytes.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            state = Unsafe.Add(ref table, 0x700 + (low & 0xFF)) ^ Unsafe.Add(ref table, 0x600 + ((low >> 8) & 0xFF))
                ^ Unsafe.Add(ref table, 0x500 + ((low >> 16) & 0xFF)) ^ Unsafe.Add(ref table, 0x400 + (low >> 24))
                ^ Unsafe.Add(ref table, 0x300 + (high & 0xFF)) ^ Unsafe.Add(ref table, 0x200 + ((high >> 8) & 0xFF))
                ^ Unsafe.Add(ref table, 0x100 + ((high >> 16) & 0xFF)) ^ Unsafe.Add(ref table, high >> 24);
            bytes = bytes[8..];
        }

        foreach (var b in bytes)
        {
            state = Unsafe.Add(ref table, (state ^ b) & 0xFF) ^ (state >> 8);
        }

        return state;
    }

    // Replaces the message by a shorter one with the same remainder, 64 bytes at a time, until 16 bytes are left (Gopal et al., Intel, 2009).
    private static uint Fold(ReadOnlySpan<byte> bytes, uint state)
    {
        var words = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        var by64 = Vector128.Create(0x154442bd4UL, 0x1c6e41596UL);
        var by16 = Vector128.Create(0x1751997d0UL, 0x0ccaa009eUL);
        var a = words[0] ^ Vector128.CreateScalar((ulong)state);
        var (b, c, d) = (words[1], words[2], words[3]);
        var i = 4;
        for (; i + 4 <= words.Length; i += 4)
        {
            a = Step(a, by64) ^ words[i];
            b = Step(b, by64) ^ words[i + 1];
            c = Step(c, by64) ^ words[i + 2];
            d = Step(d, by64) ^ words[i + 3];
        }

        a = Step(Step(Step(a, by16) ^ b, by16) ^ c, by16) ^ d;
        for (; i < words.Length; i++)
        {
            a = Step(a, by16) ^ words[i];
        }

        return Slice(MemoryMarshal.AsBytes(new ReadOnlySpan<Vector128<ulong>>(in a)), 0);
    }

    private static Vector128<ulong> Step(Vector128<ulong> value, Vector128<ulong> factors) =>
        Pclmulqdq.CarrylessMultiply(value, factors, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, factors, 0x11);

    private static uint Multiply(uint a, uint b)
    {
        var product = 0u;
        for (; a != 0; a <<= 1)
        {
            product ^= (a & 0x80000000) != 0 ? b : 0;
            b = (b & 1) != 0 ? (b >> 1) ^ Polynomial : b >> 1;
        }

        return product;
    }

    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            }

            tables[i] = value;
        }

        for (var i = 256; i < tables.Length; i++)
        {
            tables[i] = tables[tables[i - 256] & 0xFF] ^ (tables[i - 256] >> 8);
        }

        return tables;
    }
}
