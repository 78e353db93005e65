using System.IO.Compression;

namespace FutureHouse.Packaging.Zip;

/// <summary>Deflate, and what is not worth it.</summary>
internal static class Deflater
{
    private const int Sample = 64 << 10;

    private static readonly HashSet<string> CompressedKinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ".7z", ".aac", ".apk", ".avif", ".avi", ".bam", ".br", ".bz2", ".cram", ".docx", ".epub", ".flac", ".gif", ".gz", ".heic", ".jar", ".jpeg", ".jpg", ".jp2",
        ".lz4", ".lzma", ".m4a", ".m4v", ".mkv", ".mov", ".mp3", ".mp4", ".odp", ".ods", ".odt", ".ogg", ".opus", ".parquet", ".png", ".pptx", ".rar", ".tbz2", ".tgz",
        ".txz", ".webm", ".webp", ".whl", ".xlsx", ".xz", ".zip", ".zst",
    };

    /// <summary>Whether a file of that name is compressed already.</summary>
    public static bool IsCompressedKind(string name) => CompressedKinds.Contains(Path.GetExtension(name));

    /// <summary>Appends the compressed bytes. What is not the last piece of a file ends on a byte's boundary, so that the next can follow it.</summary>
    public static void Append(ReadOnlySpan<byte> bytes, MemoryStream output, bool last)
    {
        long end = 0;
        using (var stream = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
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
}
