using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace FutureHouse.Packaging.Zip;

/// <summary>What makes a file a zip archive.</summary>
public static class ZipFormat
{
    private const int EndSize = 22;
    private const int Locator64Size = 20;
    private const int End64Size = 56;

    /// <summary>Whether a file begins and ends as a zip archive does. Says nothing of what is between.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Whether it is one; <see langword="false"/> also of what cannot be read.</returns>
    public static bool IsZip(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> start = stackalloc byte[4];
            if (RandomAccess.Read(file, start, 0) < 4 || BinaryPrimitives.ReadInt32LittleEndian(start) is not (ZipRecord.LocalSignature or ZipRecord.EndSignature))
            {
                return false;
            }

            return FindEnd(file) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    /// <summary>The end record: where the directory is. <see langword="null"/> where the file has no end record that ends with it.</summary>
    internal static ZipEnd? FindEnd(SafeFileHandle file)
    {
        var length = RandomAccess.GetLength(file);
        var tail = new byte[(int)Math.Min(length, EndSize + ushort.MaxValue + Locator64Size)];
        ReadFully(file, tail, length - tail.Length);
        for (var at = tail.Length - EndSize; at >= 0; at--)
        {
            var record = tail.AsSpan(at);
            if (BinaryPrimitives.ReadInt32LittleEndian(record) != ZipRecord.EndSignature || at + EndSize + BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) != tail.Length)
            {
                continue;
            }

            var end = new ZipEnd(
                BinaryPrimitives.ReadUInt16LittleEndian(record[10..]),
                BinaryPrimitives.ReadUInt32LittleEndian(record[16..]),
                BinaryPrimitives.ReadUInt32LittleEndian(record[12..]),
                length - tail.Length + at,
                BinaryPrimitives.ReadInt32LittleEndian(record[4..]) != 0 && BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) != uint.MaxValue);
            var locator = at - Locator64Size;
            return locator >= 0 && BinaryPrimitives.ReadInt32LittleEndian(tail.AsSpan(locator)) == ZipRecord.Locator64Signature
                ? FindEnd64(file, tail.AsSpan(locator), end)
                : end;
        }

        return null;
    }

    internal static bool ReadFully(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        while (!buffer.IsEmpty)
        {
            var read = RandomAccess.Read(file, buffer, offset);
            if (read == 0)
            {
                return false;
            }

            buffer = buffer[read..];
            offset += read;
        }

        return true;
    }

    private static ZipEnd? FindEnd64(SafeFileHandle file, ReadOnlySpan<byte> locator, ZipEnd end)
    {
        var at = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        var record = new byte[End64Size];
        if (at < 0 || at > end.At - Locator64Size - End64Size || !ReadFully(file, record, at) || BinaryPrimitives.ReadInt32LittleEndian(record) != ZipRecord.End64Signature)
        {
            return null;
        }

        var entries = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32));
        var size = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40));
        var offset = BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48));

        // Readers that know no Zip64 go by the old record: what it says must be the same, or that it does not say.
        var agrees = (end.Entries == ushort.MaxValue || end.Entries == entries) && (end.DirectorySize == uint.MaxValue || end.DirectorySize == size)
            && (end.DirectoryOffset == uint.MaxValue || end.DirectoryOffset == offset);
        return agrees ? new ZipEnd(entries, offset, size, at, BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(16)) != 0) : null;
    }
}

/// <summary>Where an archive's directory is.</summary>
/// <param name="Entries">How many entries it has.</param>
/// <param name="DirectoryOffset">Where it starts.</param>
/// <param name="DirectorySize">Its bytes.</param>
/// <param name="At">Where the record itself is: the directory's end.</param>
/// <param name="InParts">Whether it is one file of several.</param>
internal sealed record ZipEnd(long Entries, long DirectoryOffset, long DirectorySize, long At, bool InParts);
