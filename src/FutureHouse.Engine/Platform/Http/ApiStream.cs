namespace FutureHouse.Platform.Http;

/// <summary>The body of an answer, read as it comes. The time of silence counts while bytes are waited for, not while the reader is busy with those it has.</summary>
internal sealed class ApiStream : IAsyncDisposable
{
    private readonly ApiExchange _exchange;
    private readonly HttpResponseMessage _response;
    private readonly Stream _body;

    public ApiStream(ApiExchange exchange, HttpResponseMessage response, Stream body)
    {
        _exchange = exchange;
        _response = response;
        _body = body;
        exchange.Rest();
    }

    /// <summary>Reads what there is.</summary>
    /// <param name="buffer">Where to; not empty.</param>
    /// <param name="ct">Ends it at once.</param>
    /// <returns>How many bytes; 0 at the end.</returns>
    public Task<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
    {
        _exchange.Alive();
        return _exchange.GuardAsync(
            async token =>
            {
                var read = await _body.ReadAsync(buffer, token).ConfigureAwait(false);
                _exchange.Rest();
                return read;
            },
            ct);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _body.DisposeAsync().ConfigureAwait(false);
        _response.Dispose();
        _exchange.Dispose();
    }
}
