using System.Buffers;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>Copies a run of an object's bytes from its segments with one pooled buffer.</summary>
internal static class SegmentReader
{
    private const int BufferSize = 128 * 1024;

    public static async Task CopyAsync(ObjectStore store, ObjectRecord record, ByteRange range, Stream target, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var skip = range.First;
            var left = range.Length;
            foreach (var segment in record.Segments)
            {
                if (left == 0)
                {
                    return;
                }

                if (skip < segment.Size)
                {
                    var take = Math.Min(left, segment.Size - skip);
                    await CopyAsync(store.SegmentPath(record, segment), skip, take, target, buffer, ct).ConfigureAwait(false);
                    left -= take;
                }

                skip = Math.Max(0, skip - segment.Size);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task CopyAsync(string path, long offset, long length, Stream target, byte[] buffer, CancellationToken ct)
    {
        // Open while it is read: the object may be deleted meanwhile.
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan | FileOptions.Asynchronous);
        while (length > 0)
        {
            var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(buffer.Length, length)), offset, ct).ConfigureAwait(false);
            if (read == 0)
            {
                throw new EndOfStreamException("A segment is shorter than its record says.");
            }

            await target.WriteAsync(buffer.AsMemory(0, read), ct).ConfigureAwait(false);
            offset += read;
            length -= read;
        }
    }
}
