using System.Buffers.Binary;
using System.Text;
using FutureHouse.Errors;
using Microsoft.Win32.SafeHandles;

namespace FutureHouse.Packaging.Zip;

/// <summary>Reads an archive's directory, and refuses what is malformed or a trick.</summary>
internal sealed class ZipDirectory(SafeFileHandle file, string archive, UnpackOptions options)
{
    private const int FixedSize = 46;
    private const int EncryptedFlags = 1 | (1 << 6) | (1 << 13);
    private const int KindMask = 0xF000;
    private const int MaximumSize = 1 << 30;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly Lazy<Encoding> Cp437 = new(() => CodePagesEncodingProvider.Instance.GetEncoding(437)!);

    /// <summary>The entries in the order of their bytes, each known not to share any with the next.</summary>
    public List<ZipEntry> Read()
    {
        var end = ZipFormat.FindEnd(file) ?? throw new DownloadFailedException(ZipText.Format(ZipMessages.NotAZip, archive)) { Target = archive };
        if (end.InParts)
        {
            throw new UnsupportedArchiveException(ZipText.Format(ZipMessages.ArchiveUnsupported, archive, ZipMessages.WhyParts)) { Target = archive };
        }

        // Bytes may stand before the archive (a program that unpacks itself); the directory's own end is what offsets are measured by.
        var shift = end.At - end.DirectoryOffset - end.DirectorySize;
        if (end.DirectoryOffset < 0 || end.DirectorySize < 0 || shift < 0 || end.DirectorySize > MaximumSize)
        {
            throw Corrupt(ZipMessages.WhyDirectoryEnd);
        }

        if (end.Entries > options.MaxEntries)
        {
            throw Unsafe(ZipText.Format(ZipMessages.WhyEntries, options.MaxEntries));
        }

        var start = end.DirectoryOffset + shift;
        var bytes = new byte[end.DirectorySize];
        if (!ZipFormat.ReadFully(file, bytes, start))
        {
            throw Corrupt(ZipMessages.WhyDirectoryEnd);
        }

        var entries = new List<ZipEntry>((int)Math.Min(end.Entries, bytes.Length / FixedSize));
        var at = 0;
        while (at < bytes.Length)
        {
            entries.Add(ReadEntry(bytes, ref at, shift));
        }

        if (entries.Count != end.Entries)
        {
            throw Corrupt(ZipMessages.WhyDirectory);
        }

        entries.Sort((a, b) => a.Offset.CompareTo(b.Offset));
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var last = i + 1 == entries.Count;
            entry.Bound = last ? start : entries[i + 1].Offset;
            var least = entry.Offset + LocalHeader.FixedSize + entry.RawName.Length + (decimal)entry.CompressedSize;
            if (entry.Offset < shift || least > start)
            {
                throw EntryCorrupt(entry.Path, ZipMessages.WhyOutside);
            }

            if (least > entry.Bound)
            {
                throw EntryUnsafe(entry.Path, ZipMessages.WhyOverlap);
            }
        }

        entries.RemoveAll(entry => entry.Path.Length == 0); // the root itself, as a directory
        return entries;
    }

    private ZipEntry ReadEntry(byte[] bytes, ref int at, long shift)
    {
        var header = bytes.AsSpan(at);
        if (header.Length < FixedSize || BinaryPrimitives.ReadInt32LittleEndian(header) != ZipRecord.CentralSignature)
        {
            throw Corrupt(ZipMessages.WhyDirectory);
        }

        var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        var extraLength = BinaryPrimitives.ReadUInt16LittleEndian(header[30..]);
        var length = FixedSize + nameLength + extraLength + BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        if (header.Length < length)
        {
            throw Corrupt(ZipMessages.WhyDirectory);
        }

        var raw = bytes.AsMemory(at + FixedSize, nameLength);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        var host = header[5];
        var attributes = BinaryPrimitives.ReadUInt32LittleEndian(header[38..]);
        var (path, isDirectory) = PathOf(raw.Span, flags, host);
        var kind = (int)(attributes >> 16) & KindMask;
        if (kind is not (0 or ZipRecord.FileKind or ZipRecord.DirectoryKind))
        {
            throw EntryUnsafe(path, ZipMessages.WhyKind);
        }

        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        if ((flags & EncryptedFlags) != 0)
        {
            throw Unsupported(path, ZipMessages.WhyEncrypted);
        }

        if (method is not (ZipRecord.Stored or ZipRecord.Deflated))
        {
            throw Unsupported(path, ZipText.Format(ZipMessages.WhyMethod, ZipMethod.NameOf(method)));
        }

        var sizes = new Sizes(
            BinaryPrimitives.ReadUInt32LittleEndian(header[24..]), BinaryPrimitives.ReadUInt32LittleEndian(header[20..]), BinaryPrimitives.ReadUInt32LittleEndian(header[42..]));
        var modified = DosTime(BinaryPrimitives.ReadUInt16LittleEndian(header[14..]), BinaryPrimitives.ReadUInt16LittleEndian(header[12..]));
        if (!ReadExtra(header.Slice(FixedSize + nameLength, extraLength), sizes, ref modified))
        {
            throw EntryCorrupt(path, ZipMessages.WhyExtra);
        }

        isDirectory |= kind == ZipRecord.DirectoryKind;
        if (path.Length == 0 && !isDirectory)
        {
            throw EntryUnsafe(path, ZipMessages.WhyEmptyName);
        }

        if (isDirectory && sizes.Size != 0)
        {
            throw EntryUnsafe(path, ZipMessages.WhyDirectoryHasData);
        }

        var mode = (int)(attributes >> 16) & 0x1FF;
        at += length;
        return new ZipEntry
        {
            RawName = raw,
            Path = path,
            IsDirectory = isDirectory,
            Flags = flags,
            Method = method,
            Crc = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]),
            Size = sizes.Size,
            CompressedSize = sizes.Compressed,
            Offset = sizes.Offset + shift,
            Mode = mode != 0 ? (UnixFileMode)mode : null,
            ModifiedUtc = modified,
        };
    }

    private (string Path, bool IsDirectory) PathOf(ReadOnlySpan<byte> raw, int flags, int host)
    {
        string name;
        try
        {
            name = Utf8.GetString(raw); // some write it without saying so
        }
        catch (DecoderFallbackException) when ((flags & ZipRecord.Utf8Flag) == 0)
        {
            name = Cp437.Value.GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            throw EntryUnsafe(Encoding.Latin1.GetString(raw), ZipMessages.WhyEncoding);
        }

        // Only archives of MS-DOS and Windows (FAT, NTFS) have the backslash as a separator.
        var path = host is 0 or 10 or 14 ? name.Replace('\\', '/') : name;
        var isDirectory = path.EndsWith('/');
        if (path.Length > 0)
        {
            path = EntryName.Normalize(isDirectory ? path[..^1] : path);
            if (path.Length == 0)
            {
                return (path, isDirectory);
            }
        }

        if ((EntryName.HasDrive(path) ? ZipMessages.WhyDrive : EntryName.WhyUnsafe(path, OperatingSystem.IsWindows())) is { } why)
        {
            throw EntryUnsafe(name, why);
        }

        return (path, isDirectory);
    }

    private static bool ReadExtra(ReadOnlySpan<byte> extra, Sizes sizes, ref DateTime modified)
    {
        var (needs, zip64) = (sizes.Missing, false);
        DateTime? precise = null;
        while (extra.Length >= 4)
        {
            var id = BinaryPrimitives.ReadUInt16LittleEndian(extra);
            var length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (length > extra.Length - 4)
            {
                return false;
            }

            var field = extra.Slice(4, length);
            if (id == ZipRecord.Zip64Id && needs)
            {
                if (zip64 || !sizes.Fill(field))
                {
                    return false;
                }

                zip64 = true;
            }
            else if (id == ZipRecord.TimestampId && length >= 5 && (field[0] & 1) != 0)
            {
                modified = DateTime.UnixEpoch.AddSeconds(BinaryPrimitives.ReadInt32LittleEndian(field[1..]));
            }

            else if (id == ZipRecord.NtfsId && NtfsTime(field) is { } time)
            {
                precise = time; // beyond 2038 too, which the other is not
            }

            extra = extra[(4 + length)..];
        }

        modified = precise ?? modified;
        return !needs || zip64;
    }

    /// <summary>The time of the last change in a field of NTFS: after four bytes of nothing, attributes of which the first holds three times.</summary>
    private static DateTime? NtfsTime(ReadOnlySpan<byte> field)
    {
        for (field = field.Length > 4 ? field[4..] : default; field.Length >= 4; )
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(field[2..]);
            if (size > field.Length - 4)
            {
                return null;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(field) == 1 && size >= 8)
            {
                var ticks = BinaryPrimitives.ReadInt64LittleEndian(field[4..]);
                return ticks > 0 && ticks <= DateTime.MaxValue.ToFileTimeUtc() ? DateTime.FromFileTimeUtc(ticks) : null;
            }

            field = field[(4 + size)..];
        }

        return null;
    }

    private static DateTime DosTime(int date, int time)
    {
        try
        {
            return new DateTime(1980 + (date >> 9), (date >> 5) & 15, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2, DateTimeKind.Local).ToUniversalTime();
        }
        catch (ArgumentOutOfRangeException)
        {
            return new DateTime(1980, 1, 1, 0, 0, 0, DateTimeKind.Utc); // many write zeros where they know no time
        }
    }

    private DownloadFailedException Corrupt(string why) => new(ZipText.Format(ZipMessages.Corrupt, archive, why)) { Target = archive };

    private DownloadFailedException EntryCorrupt(string name, string why) => new(ZipText.Format(ZipMessages.EntryCorrupt, name, archive, why)) { Target = name };

    private UnsafeArchiveException Unsafe(string why) => new(ZipText.Format(ZipMessages.ArchiveUnsafe, archive, why)) { Target = archive };

    private UnsupportedArchiveException Unsupported(string name, string why) => new(ZipText.Format(ZipMessages.EntryUnsupported, name, archive, why)) { Target = name };

    private UnsafeArchiveException EntryUnsafe(string name, string why) => new(ZipText.Format(ZipMessages.EntryUnsafe, name, archive, why)) { Target = name };

    /// <summary>Numbers that stand in the extra field where 32 bits are too few.</summary>
    private sealed class Sizes(long size, long compressed, long offset)
    {
        public long Size { get; private set; } = size;

        public long Compressed { get; private set; } = compressed;

        public long Offset { get; private set; } = offset;

        public bool Missing => Size == uint.MaxValue || Compressed == uint.MaxValue || Offset == uint.MaxValue;

        public bool Fill(ReadOnlySpan<byte> field)
        {
            try
            {
                Size = Next(Size, ref field);
                Compressed = Next(Compressed, ref field);
                Offset = Next(Offset, ref field);
                return Size >= 0 && Compressed >= 0 && Offset >= 0;
            }
            catch (ArgumentOutOfRangeException)
            {
                return false;
            }
        }

        private static long Next(long value, ref ReadOnlySpan<byte> field)
        {
            if (value != uint.MaxValue)
            {
                return value;
            }

            value = BinaryPrimitives.ReadInt64LittleEndian(field);
            field = field[8..];
            return value;
        }
    }
}
