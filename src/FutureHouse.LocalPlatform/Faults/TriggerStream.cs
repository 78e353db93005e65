namespace FutureHouse.LocalPlatform.Faults;

/// <summary>Passes a body through and does something at one offset, exactly: what lies before has passed, what lies behind has not.</summary>
/// <param name="inner">Body of the request (read) or of the answer (written).</param>
/// <param name="offset">Bytes that pass first; asked for at the first byte.</param>
/// <param name="reached">Called there, once; may throw, or take its time.</param>
/// <param name="flip">Whether the byte there is altered.</param>
internal sealed class TriggerStream(Stream inner, Func<long> offset, Func<Task> reached, bool flip) : Stream
{
    private long? _left;
    private bool _done;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => false;

    public override bool CanWrite => inner.CanWrite;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _left ??= offset();
        if (_done || buffer.IsEmpty)
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        if (_left > 0)
        {
            var read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left.Value)], cancellationToken).ConfigureAwait(false);
            _left -= read;
            return read;
        }

        if (!flip)
        {
            _done = true;
            await reached().ConfigureAwait(false);
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        var altered = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (altered > 0)
        {
            _done = true;
            buffer.Span[0] ^= 0xFF;
            await reached().ConfigureAwait(false);
        }

        return altered;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _left ??= offset();
        if (!_done && buffer.Length > _left)
        {
            var before = (int)_left.Value;
            if (before > 0)
            {
                await inner.WriteAsync(buffer[..before], cancellationToken).ConfigureAwait(false);
                await inner.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            _done = true;
            buffer = buffer[before..];
            if (flip)
            {
                var copy = buffer.ToArray();
                copy[0] ^= 0xFF;
                buffer = copy;
            }

            await reached().ConfigureAwait(false);
        }
        else
        {
            _left -= buffer.Length;
        }

        await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Asynchronous only.");

    /// <summary>Nothing: the server flushes by itself.</summary>
    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
