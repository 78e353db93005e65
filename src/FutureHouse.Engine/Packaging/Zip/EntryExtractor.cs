using System.Buffers;
using System.IO.Compression;
using FutureHouse.Errors;
using FutureHouse.Packaging.Placing;
using Microsoft.Win32.SafeHandles;

namespace FutureHouse.Packaging.Zip;

/// <summary>Writes an archive's files. Its methods may run on several threads at once.</summary>
internal sealed class EntryExtractor(SafeFileHandle archive, string archiveName, string root, Action<long, long> done)
{
    private const int SmallSize = 1 << 20;        // bytes, compressed and not, of a file that is read and inflated in one piece
    private const int BatchBytes = 1 << 20;
    private const int MaximumBatch = 256;
    private const int HeaderSlack = 4 << 10;      // of extra fields, as a rule
    private const int ChunkSize = 256 << 10;

    /// <summary>The files, those that lie together and are small in one run of 1 MiB.</summary>
    public static IEnumerable<ArraySegment<ZipEntry>> Batches(ZipEntry[] files)
    {
        var start = 0;
        for (var i = 0; i < files.Length; i++)
        {
            var alone = !IsSmall(files[i]);
            if (i > start && (alone || i - start == MaximumBatch || End(files[i]) - files[start].Offset > BatchBytes))
            {
                yield return new ArraySegment<ZipEntry>(files, start, i - start);
                start = i;
            }

            if (alone)
            {
                yield return new ArraySegment<ZipEntry>(files, start, 1);
                start = i + 1;
            }
        }

        if (start < files.Length)
        {
            yield return new ArraySegment<ZipEntry>(files, start, files.Length - start);
        }
    }

    public void Extract(ArraySegment<ZipEntry> batch, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (!IsSmall(batch[0]))
        {
            ExtractLarge(batch[0], ct);
            return;
        }

        var from = batch[0].Offset;
        var compressed = ArrayPool<byte>.Shared.Rent((int)(End(batch[^1]) - from));
        var plain = ArrayPool<byte>.Shared.Rent((int)batch.Max(e => e.Size) + 1);
        try
        {
            var run = compressed.AsMemory(0, (int)(End(batch[^1]) - from));
            if (!ZipFormat.ReadFully(archive, run.Span, from))
            {
                throw Corrupt(batch[^1], ZipMessages.WhyOutside);
            }

            var bytes = 0L;
            foreach (var entry in batch)
            {
                ct.ThrowIfCancellationRequested();
                ExtractSmall(entry, compressed, (int)(entry.Offset - from), run.Length, plain);
                bytes += entry.Size;
            }

            done(batch.Count, bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(compressed);
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private static bool IsSmall(ZipEntry entry) => entry.Size <= SmallSize && entry.CompressedSize <= SmallSize - HeaderSlack - ushort.MaxValue;

    // What an entry takes, as far as the directory tells; its extra fields are usually short, and read apart where they are not.
    private static long End(ZipEntry entry) => Math.Min(entry.Bound, entry.Offset + LocalHeader.FixedSize + entry.RawName.Length + HeaderSlack + entry.CompressedSize);

    private void ExtractSmall(ZipEntry entry, byte[] run, int at, int end, byte[] plain)
    {
        var length = CheckHeader(entry, run.AsSpan(at, end - at));
        if (at + length + entry.CompressedSize > end || length > LocalHeader.FixedSize + entry.RawName.Length + HeaderSlack)
        {
            ExtractLarge(entry, CancellationToken.None, report: false); // an extra field of unusual length
            return;
        }

        ReadOnlySpan<byte> bytes = run.AsSpan(at + length, (int)entry.CompressedSize);
        if (entry.Method == ZipRecord.Deflated)
        {
            using var source = new MemoryStream(run, at + length, (int)entry.CompressedSize, writable: false);
            bytes = plain.AsSpan(0, Inflate(entry, source, plain.AsSpan(0, (int)entry.Size + 1)));
        }

        CheckSize(entry, bytes.Length);
        CheckCrc(entry, Crc32.Compute(bytes));
        Write(entry, bytes);
    }

    private int Inflate(ZipEntry entry, MemoryStream source, Span<byte> to)
    {
        try
        {
            using var inflate = new DeflateStream(source, CompressionMode.Decompress);
            return inflate.ReadAtLeast(to, to.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw Corrupt(entry, ZipMessages.WhyInflate, e);
        }
    }

    private void Write(ZipEntry entry, ReadOnlySpan<byte> bytes)
    {
        try
        {
            using var file = Create(entry);
            RandomAccess.Write(file, bytes, 0);
            Finish(entry, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw CannotWrite(entry, e);
        }
    }

    private void ExtractLarge(ZipEntry entry, CancellationToken ct, bool report = true)
    {
        var header = new byte[(int)Math.Min(LocalHeader.FixedSize + entry.RawName.Length, Math.Max(0, entry.Bound - entry.Offset))];
        if (!ZipFormat.ReadFully(archive, header, entry.Offset))
        {
            throw Corrupt(entry, ZipMessages.WhyOutside);
        }

        var start = entry.Offset + CheckHeader(entry, header);
        using var range = new FileRange(archive, start, entry.CompressedSize);
        using Stream source = entry.Method == ZipRecord.Deflated ? new DeflateStream(range, CompressionMode.Decompress) : range;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            using var file = Create(entry);
            var (total, crc) = (0L, 0u);
            while (true)
            {
                ct.ThrowIfCancellationRequested();
                var read = source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
                if (read == 0)
                {
                    break;
                }

                if (total + read > entry.Size)
                {
                    CheckSize(entry, total + read);
                }

                RandomAccess.Write(file, buffer.AsSpan(0, read), total);
                crc = Crc32.Compute(buffer.AsSpan(0, read), crc);
                total += read;
                done(0, report ? read : 0);
            }

            CheckSize(entry, total);
            CheckCrc(entry, crc);
            Finish(entry, file);
            done(report ? 1 : 0, 0);
        }
        catch (InvalidDataException e)
        {
            throw Corrupt(entry, ZipMessages.WhyInflate, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw CannotWrite(entry, e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private SafeFileHandle Create(ZipEntry entry) =>
        File.OpenHandle(Path.Combine(root, entry.Path), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    private static void Finish(ZipEntry entry, SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows() && entry.Mode is { } mode)
        {
            File.SetUnixFileMode(file, mode);
        }

        File.SetLastWriteTimeUtc(file, entry.ModifiedUtc);
    }

    private int CheckHeader(ZipEntry entry, ReadOnlySpan<byte> header)
    {
        if (LocalHeader.WhyWrong(entry, header, out var length, out var damaged) is not { } why)
        {
            return length;
        }

        throw damaged ? Corrupt(entry, why) : new UnsafeArchiveException(ZipText.Format(ZipMessages.EntryUnsafe, entry.Path, archiveName, why)) { Target = entry.Path };
    }

    private void CheckSize(ZipEntry entry, long size)
    {
        if (size != entry.Size)
        {
            var why = size < entry.Size ? ZipText.Format(ZipMessages.WhyShort, size, entry.Size) : ZipText.Format(ZipMessages.WhyLong, entry.Size);
            throw Corrupt(entry, why);
        }
    }

    private void CheckCrc(ZipEntry entry, uint crc)
    {
        if (crc != entry.Crc)
        {
            throw new ChecksumMismatchException(ZipText.Format(ZipMessages.EntryChecksum, entry.Path, archiveName, crc, entry.Crc)) { Target = entry.Path };
        }
    }

    private DownloadFailedException Corrupt(ZipEntry entry, string why, Exception? cause = null) =>
        new(ZipText.Format(ZipMessages.EntryCorrupt, entry.Path, archiveName, why), cause) { Target = entry.Path };

    private DownloadFailedException CannotWrite(ZipEntry entry, Exception cause) =>
        new(ZipText.Format(ZipMessages.CannotUnpackEntry, entry.Path, archiveName, Parts.Hide(cause.Message)), cause) { Target = entry.Path };
}
