namespace FutureHouse.Platform.Http;

/// <summary>Reads the body of an answer into memory, up to a limit. The limit counts bytes after decompression.</summary>
internal static class BoundedBody
{
    private const int LargestFirst = 16 * 1024 * 1024;

    /// <summary>Reads a body.</summary>
    /// <param name="content">The body.</param>
    /// <param name="most">Bytes at most.</param>
    /// <param name="alive">Called whenever bytes have come.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The bytes, and whether they are all. Nothing is read beyond the limit.</returns>
    public static async Task<(ReadOnlyMemory<byte> Bytes, bool IsWhole)> ReadAsync(HttpContent content, long most, Action alive, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            // The stated length sizes the buffer, within reason: it may be wrong.
            using var buffer = new MemoryStream((int)Math.Clamp(content.Headers.ContentLength ?? 4096, 256, Math.Min(most, LargestFirst)));
            var slice = new byte[32 * 1024];
            int read;
            while ((read = await stream.ReadAsync(slice, cancellationToken).ConfigureAwait(false)) > 0)
            {
                alive();
                if (buffer.Length + read > most)
                {
                    return (default, false);
                }

                buffer.Write(slice, 0, read);
            }

            return (buffer.GetBuffer().AsMemory(0, (int)buffer.Length), true);
        }
    }
}
