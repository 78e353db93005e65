namespace FutureHouse.Transfer;

/// <summary>Ends a request that stands still: bytes that move start the time anew.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _caller;
    private readonly TimeSpan _patience;

    public StallGuard(TimeSpan patience, CancellationToken caller)
    {
        _patience = patience;
        _caller = caller;
        _source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _source.CancelAfter(patience);
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Whether the request ended because it stood still, not because the caller cancelled.</summary>
    public bool Stalled => _source.IsCancellationRequested && !_caller.IsCancellationRequested;

    public void Moved()
    {
        if (!_source.IsCancellationRequested)
        {
            _source.CancelAfter(_patience);
        }
    }

    public void Dispose() => _source.Dispose();
}
