using System.Buffers;

namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>Copies request bodies with one pooled buffer.</summary>
internal static class StreamCopy
{
    /// <summary>Bytes read before they are handed on.</summary>
    public const int BufferSize = 256 * 1024;

    /// <summary>
    /// Hands up to <paramref name="limit"/> bytes of a body to <paramref name="sink"/>. When the body breaks off, what had
    /// come is handed on before the exception goes up: an upload keeps every byte that arrived.
    /// </summary>
    /// <returns>Bytes read.</returns>
    public static async Task<long> ReadAsync(Stream body, long limit, Func<ReadOnlyMemory<byte>, Task> sink, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var total = 0L;
        try
        {
            var ended = false;
            while (!ended && total < limit)
            {
                var filled = 0;
                var wanted = (int)Math.Min(BufferSize, limit - total);
                try
                {
                    while (filled < wanted && !ended)
                    {
                        var read = await body.ReadAsync(buffer.AsMemory(filled, wanted - filled), ct).ConfigureAwait(false);
                        filled += read;
                        ended = read == 0;
                    }
                }
                finally
                {
                    if (filled > 0)
                    {
                        await sink(buffer.AsMemory(0, filled)).ConfigureAwait(false);
                    }
                }

                total += filled;
            }

            return total;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
