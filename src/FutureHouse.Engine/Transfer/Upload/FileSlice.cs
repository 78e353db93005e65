using System.Buffers;
using System.Net;

namespace FutureHouse.Transfer.Upload;

/// <summary>A run of a file as the body of a request, streamed by positioned reads with one small pooled buffer.</summary>
internal sealed class FileSlice(SourceFile file, long offset, long length, Action<long> sent) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FileHasher.BufferSize);
        try
        {
            for (long done = 0; done < length;)
            {
                var slice = buffer.AsMemory(0, (int)Math.Min(FileHasher.BufferSize, length - done));
                await file.ReadAsync(slice, offset + done, cancellationToken).ConfigureAwait(false);
                await stream.WriteAsync(slice, cancellationToken).ConfigureAwait(false);
                done += slice.Length;
                sent(slice.Length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long result)
    {
        result = length;
        return true;
    }
}
