namespace FutureHouse.Transfer;

/// <summary>Lets so many requests through at once: half as many when the service asks to slow down, one more after each round of successes.</summary>
internal sealed class AdaptiveGate(int maximum)
{
    private readonly object _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _limit = Math.Max(1, maximum);
    private int _inFlight;
    private int _successes;

    /// <summary>Requests that may be in flight now.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return _limit;
            }
        }
    }

    /// <summary>Waits for a place; disposing of the result gives it back.</summary>
    public async ValueTask<Place> EnterAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource? turn = null;
        lock (_lock)
        {
            if (_inFlight < _limit)
            {
                _inFlight++;
            }
            else
            {
                turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue(turn);
            }
        }

        if (turn is not null)
        {
            using (cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn))
            {
                await turn.Task.ConfigureAwait(false);
            }
        }

        return new Place(this);
    }

    /// <summary>The service said 429 or 503.</summary>
    public void SlowDown()
    {
        lock (_lock)
        {
            _limit = Math.Max(1, _limit / 2);
            _successes = 0;
        }
    }

    /// <summary>A request went well.</summary>
    public void Succeeded()
    {
        lock (_lock)
        {
            if (_limit < maximum && ++_successes >= _limit)
            {
                _limit++;
                _successes = 0;
                Admit();
            }
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            _inFlight--;
            Admit();
        }
    }

    private void Admit()
    {
        while (_inFlight < _limit && _waiting.TryDequeue(out var next))
        {
            if (next.TrySetResult())
            {
                _inFlight++;
            }
        }
    }

    /// <summary>A place in the gate.</summary>
    public readonly struct Place(AdaptiveGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
