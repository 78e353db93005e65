using System.Buffers.Binary;

namespace FutureHouse.Packaging.Zip;

/// <summary>The header before an entry's bytes, which must say what the archive's directory says.</summary>
internal static class LocalHeader
{
    public const int FixedSize = 30;
    private const int DescriptorFlag = 1 << 3;

    /// <summary>Why the header is wrong, or <see langword="null"/>; and how long it is.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="header">What stands at its offset: the fixed part and the name at least.</param>
    /// <param name="length">Bytes of the header with name and extra fields.</param>
    /// <param name="damaged">Whether it is damage rather than a trick.</param>
    public static string? WhyWrong(ZipEntry entry, ReadOnlySpan<byte> header, out int length, out bool damaged)
    {
        length = 0;
        damaged = true;
        if (header.Length < FixedSize + entry.RawName.Length || BinaryPrimitives.ReadInt32LittleEndian(header) != ZipRecord.LocalSignature)
        {
            return ZipMessages.WhyLocalHeader;
        }

        damaged = false;
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[6..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) != entry.RawName.Length || !header.Slice(FixedSize, entry.RawName.Length).SequenceEqual(entry.RawName.Span)
            || BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) != entry.Method || ((flags ^ entry.Flags) & (1 | ZipRecord.Utf8Flag)) != 0)
        {
            return ZipMessages.WhyLocalDiffers;
        }

        // A descriptor after the bytes stands for zeros here; 32 bits of ones for a number in the extra field.
        var descriptor = (flags & DescriptorFlag) != 0;
        if (Differs(header[14..], entry.Crc, descriptor, mayBeElsewhere: false) || Differs(header[18..], entry.CompressedSize, descriptor, mayBeElsewhere: true)
            || Differs(header[22..], entry.Size, descriptor, mayBeElsewhere: true))
        {
            return ZipMessages.WhyLocalDiffers;
        }

        length = FixedSize + entry.RawName.Length + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        return entry.Offset + length + entry.CompressedSize > entry.Bound ? ZipMessages.WhyOverlap : null;
    }

    private static bool Differs(ReadOnlySpan<byte> field, long expected, bool descriptor, bool mayBeElsewhere)
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(field);
        return value != expected && !(descriptor && value == 0) && !(mayBeElsewhere && value == uint.MaxValue);
    }
}
