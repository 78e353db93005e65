using System.Net;
using System.Net.Http.Headers;

namespace FutureHouse.Platform.Http;

/// <summary>
/// JSON bytes as a request's content. Written in slices, each of which counts as a sign of life, so that a slow line does not run into the
/// time-out while bytes move. Calls without a body have it too, empty: <c>Content-Type</c> goes with every call (Protocol §1).
/// </summary>
internal sealed class RequestBody : HttpContent
{
    private const int SliceLength = 64 * 1024;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Action _alive;

    public RequestBody(ReadOnlyMemory<byte> bytes, Action alive)
    {
        _bytes = bytes;
        _alive = alive;
        Headers.ContentType = Json;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var offset = 0; offset < _bytes.Length; offset += SliceLength)
        {
            await stream.WriteAsync(_bytes.Slice(offset, Math.Min(SliceLength, _bytes.Length - offset)), cancellationToken).ConfigureAwait(false);
            _alive();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _bytes.Length;
        return true;
    }
}
