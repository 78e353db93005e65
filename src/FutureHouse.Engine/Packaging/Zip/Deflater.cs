using System.IO.Compression;
using System.Linq.Expressions;

namespace FutureHouse.Packaging.Zip;

/// <summary>Deflate, and what is not worth it.</summary>
internal static class Deflater
{
    private const int Level = 7;
    private const int Sample = 64 << 10;
    private const int MaximumRatio = 900; // what our own reader, and others, take for a bomb begins at 1,000

    private static readonly HashSet<string> CompressedKinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ".7z", ".aac", ".apk", ".avif", ".avi", ".bam", ".br", ".bz2", ".cram", ".docx", ".epub", ".flac", ".gif", ".gz", ".heic", ".jar", ".jpeg", ".jpg", ".jp2",
        ".lz4", ".lzma", ".m4a", ".m4v", ".mkv", ".mov", ".mp3", ".mp4", ".odp", ".ods", ".odt", ".ogg", ".opus", ".parquet", ".png", ".pptx", ".rar", ".tbz2", ".tgz",
        ".txz", ".webm", ".webp", ".whl", ".xlsx", ".xz", ".zip", ".zst",
    };

    private static readonly Func<Stream, DeflateStream> Open = MakeOpen();

    /// <summary>Whether a file of that name is compressed already.</summary>
    public static bool IsCompressedKind(string name) => CompressedKinds.Contains(Path.GetExtension(name));

    /// <summary>Appends the compressed bytes. What is not the last piece of a file ends on a byte's boundary, so that the next can follow it.</summary>
    public static void Append(ReadOnlySpan<byte> bytes, MemoryStream output, bool last)
    {
        long end = 0;
        using (var stream = Open(output))
        {
            stream.Write(bytes);
            if (!last)
            {
                stream.Flush();
                end = output.Length;
            }
        }

        if (!last)
        {
            output.SetLength(end); // without the end mark
        }
    }

    /// <summary>Lengthens what shrank like nothing but zeros does, by empty blocks, so that no reader takes a file of them for a bomb.</summary>
    public static void Pad(MemoryStream output, int size)
    {
        while (output.Length < size / MaximumRatio)
        {
            output.Write([0x00, 0x00, 0x00, 0xFF, 0xFF]); // stored, of no bytes
        }
    }

    /// <summary>Whether samples of a large file shrink by more than a fiftieth.</summary>
    public static bool IsWorthwhile(Microsoft.Win32.SafeHandles.SafeFileHandle file, long size)
    {
        var buffer = new byte[Sample];
        using var output = new MemoryStream(Sample + 1024);
        foreach (var offset in new[] { 0, (size / 2) - (Sample / 2), size - Sample })
        {
            var read = RandomAccess.Read(file, buffer, Math.Max(0, offset));
            output.SetLength(0);
            Append(buffer.AsSpan(0, read), output, last: true);
            if (output.Length < read - (read / 50))
            {
                return true;
            }
        }

        return false;
    }

    // Since .NET 9 the deflate beneath is zlib-ng, whose level 6 makes files a hundredth larger than zlib's 6 does; its 7 does not. Only that release and later can be told a number.
    private static Func<Stream, DeflateStream> MakeOpen()
    {
        var type = typeof(DeflateStream).Assembly.GetType("System.IO.Compression.ZLibCompressionOptions");
        if (type?.GetProperty("CompressionLevel") is not { } property || typeof(DeflateStream).GetConstructor([typeof(Stream), type, typeof(bool)]) is not { } constructor)
        {
            return output => new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true);
        }

        var options = Activator.CreateInstance(type);
        property.SetValue(options, Level);
        var output = Expression.Parameter(typeof(Stream));
        return Expression.Lambda<Func<Stream, DeflateStream>>(Expression.New(constructor, output, Expression.Constant(options), Expression.Constant(true)), output).Compile();
    }
}
