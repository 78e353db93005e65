using System.Buffers.Binary;

namespace FutureHouse.Packaging.Zip;

/// <summary>An entry to be written, and its headers (APPNOTE 6.3.10, sections 4.3 and 4.4).</summary>
internal sealed class ZipRecord(byte[] name, TreeItem item)
{
    public const int LocalSignature = 0x04034b50;
    public const int CentralSignature = 0x02014b50;
    public const int EndSignature = 0x06054b50;
    public const int End64Signature = 0x06064b50;
    public const int Locator64Signature = 0x07064b50;
    public const ushort Stored = 0;
    public const ushort Deflated = 8;
    public const ushort Utf8Flag = 1 << 11;
    public const ushort Zip64Id = 0x0001;
    public const ushort TimestampId = 0x5455;
    public const ushort NtfsId = 0x000a;
    public const int UnixHost = 3;
    public const int FileKind = 0x8000;
    public const int DirectoryKind = 0x4000;
    private const int TimestampSize = 9;
    private const int NtfsSize = 36;
    private const int WithZip64 = 45;
    private const int WithDeflate = 20;

    private readonly uint _time = DosTime(item.Modified);
    private readonly long _seconds = item.Modified.ToUnixTimeSeconds();
    private readonly DateTime _modified = item.Modified.UtcDateTime;

    public byte[] Name { get; } = name;

    public TreeItem Item { get; } = item;

    public ushort Method { get; set; }

    public uint Crc { get; set; }

    public long Size { get; set; }

    public long CompressedSize { get; set; }

    /// <summary>Where the local header is, in the piece that is being made and then in the archive.</summary>
    public long Offset { get; set; }

    /// <summary>Whether the local header has room for sizes beyond 32 bits.</summary>
    public bool LargeLocal { get; init; }

    private bool HasTimestamp => _seconds is >= int.MinValue and <= int.MaxValue;

    /// <summary>The time's extra field: seconds of Unix, or, before 1901 and after 2038, NTFS's ticks.</summary>
    private int TimeLength => HasTimestamp ? TimestampSize : _modified.Year > 1601 ? NtfsSize : 0;

    public int LocalLength => 30 + Name.Length + (LargeLocal ? 20 : 0) + TimeLength;

    public void WriteLocal(Span<byte> to)
    {
        var writer = new LittleEndianWriter(to);
        writer.UInt32(LocalSignature);
        writer.UInt16(LargeLocal ? WithZip64 : WithDeflate);
        Common(ref writer, LargeLocal ? uint.MaxValue : (uint)CompressedSize, LargeLocal ? uint.MaxValue : (uint)Size);
        writer.UInt16(LocalLength - 30 - Name.Length);
        writer.Bytes(Name);
        if (LargeLocal)
        {
            writer.UInt16(Zip64Id);
            writer.UInt16(16);
            writer.UInt64(Size);
            writer.UInt64(CompressedSize);
        }

        Timestamp(ref writer);
    }

    public void WriteCentral(Stream to)
    {
        var (bigSize, bigCompressed, bigOffset) = (Size >= uint.MaxValue || LargeLocal, CompressedSize >= uint.MaxValue || LargeLocal, Offset >= uint.MaxValue);
        var zip64 = (bigSize ? 8 : 0) + (bigCompressed ? 8 : 0) + (bigOffset ? 8 : 0);
        var extra = (zip64 > 0 ? zip64 + 4 : 0) + TimeLength;
        Span<byte> fixedPart = stackalloc byte[46];
        var writer = new LittleEndianWriter(fixedPart);
        writer.UInt32(CentralSignature);
        writer.UInt16((UnixHost << 8) | WithZip64);
        writer.UInt16(zip64 > 0 ? WithZip64 : WithDeflate);
        Common(ref writer, bigCompressed ? uint.MaxValue : (uint)CompressedSize, bigSize ? uint.MaxValue : (uint)Size);
        writer.UInt16(extra);
        writer.UInt16(0); // comment
        writer.UInt16(0); // disk
        writer.UInt16(0); // internal attributes
        writer.UInt32(Attributes());
        writer.UInt32(bigOffset ? uint.MaxValue : (uint)Offset);
        to.Write(fixedPart);
        to.Write(Name);

        Span<byte> extras = stackalloc byte[28 + NtfsSize];
        writer = new LittleEndianWriter(extras);
        if (zip64 > 0)
        {
            writer.UInt16(Zip64Id);
            writer.UInt16(zip64);
            foreach (var (big, value) in new[] { (bigSize, Size), (bigCompressed, CompressedSize), (bigOffset, Offset) })
            {
                if (big)
                {
                    writer.UInt64(value);
                }
            }
        }

        Timestamp(ref writer);
        to.Write(extras[..extra]);
    }

    /// <summary>The end of the archive, with what Zip64 needs where it is needed.</summary>
    public static byte[] End(long entries, long directoryOffset, long directorySize)
    {
        var large = entries >= ushort.MaxValue || directoryOffset >= uint.MaxValue || directorySize >= uint.MaxValue;
        var end = new byte[22 + (large ? 56 + 20 : 0)];
        var writer = new LittleEndianWriter(end);
        if (large)
        {
            writer.UInt32(End64Signature);
            writer.UInt64(56 - 12);
            writer.UInt16((UnixHost << 8) | WithZip64);
            writer.UInt16(WithZip64);
            writer.UInt32(0);
            writer.UInt32(0);
            writer.UInt64(entries);
            writer.UInt64(entries);
            writer.UInt64(directorySize);
            writer.UInt64(directoryOffset);
            writer.UInt32(Locator64Signature);
            writer.UInt32(0);
            writer.UInt64(directoryOffset + directorySize);
            writer.UInt32(1);
        }

        writer.UInt32(EndSignature);
        writer.UInt32(0); // disks
        writer.UInt16((int)Math.Min(entries, ushort.MaxValue));
        writer.UInt16((int)Math.Min(entries, ushort.MaxValue));
        writer.UInt32((uint)Math.Min(directorySize, uint.MaxValue));
        writer.UInt32((uint)Math.Min(directoryOffset, uint.MaxValue));
        writer.UInt16(0);
        return end;
    }

    // In UTC, as an archive must not depend on where it was made; the extended timestamp says so to whoever reads it.
    private static uint DosTime(DateTimeOffset modified)
    {
        var t = modified.UtcDateTime;
        t = t.Year < 1980 ? new DateTime(1980, 1, 1) : t.Year > 2107 ? new DateTime(2107, 12, 31, 23, 59, 58) : t;
        return (uint)(((t.Year - 1980) << 25) | (t.Month << 21) | (t.Day << 16) | (t.Hour << 11) | (t.Minute << 5) | (t.Second / 2));
    }

    private void Common(ref LittleEndianWriter writer, uint compressed, uint size)
    {
        writer.UInt16(Utf8Flag);
        writer.UInt16(Method);
        writer.UInt32(_time);
        writer.UInt32(Crc);
        writer.UInt32(compressed);
        writer.UInt32(size);
        writer.UInt16(Name.Length);
    }

    private void Timestamp(ref LittleEndianWriter writer)
    {
        if (HasTimestamp)
        {
            writer.UInt16(TimestampId);
            writer.UInt16(TimestampSize - 4);
            writer.Bytes([1]); // only when the content changed
            writer.UInt32((uint)_seconds);
        }
        else if (TimeLength > 0)
        {
            writer.UInt16(NtfsId);
            writer.UInt16(NtfsSize - 4);
            writer.UInt32(0);
            writer.UInt16(1); // the attribute of times
            writer.UInt16(24);
            for (var time = 0; time < 3; time++)
            {
                writer.UInt64(_modified.ToFileTimeUtc()); // changed, read and made: only the first is known
            }
        }
    }

    private uint Attributes()
    {
        var mode = (int)(Item.Mode ?? (UnixFileMode)(Item.IsDirectory ? 0x1ED : 0x1A4)) & 0x1FF; // 755, 644
        return (uint)(((Item.IsDirectory ? DirectoryKind : FileKind) | mode) << 16) | (Item.IsDirectory ? 0x10u : 0);
    }

    private ref struct LittleEndianWriter(Span<byte> to)
    {
        private Span<byte> _to = to;

        public void UInt16(int value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_to, (ushort)value);
            _to = _to[2..];
        }

        public void UInt32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_to, value);
            _to = _to[4..];
        }

        public void UInt64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_to, value);
            _to = _to[8..];
        }

        public void Bytes(ReadOnlySpan<byte> value)
        {
            value.CopyTo(_to);
            _to = _to[value.Length..];
        }
    }
}
