namespace FutureHouse.Transfer;

/// <summary>
/// Lets so many requests through at once as is fastest, and begins with as many as there may be: tries fewer or more for as long as that is faster, goes back where a trial did not pay,
/// and halves when the service asks to slow down. Only learns while requests wait for a place.
/// </summary>
internal sealed class AdaptiveGate(int maximum, TimeProvider clock)
{
    /// <summary>What a request without a byte counts as, in bytes: many small files are judged by requests, few large ones by bytes.</summary>
    private const long RequestCost = 64 * 1024;

    /// <summary>By how much a trial must be faster to be kept: above the noise.</summary>
    private const double Better = 1.05;

    /// <summary>Windows between two trials that did not pay.</summary>
    private const int Rest = 8;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(250);
    private readonly object _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _maximum = maximum;
    private int _limit = Math.Max(1, maximum);
    private int _settled = Math.Max(1, maximum);
    private int _inFlight;
    private int _completed;
    private int _rest;
    private long _work;
    private long _windowStart = clock.GetTimestamp();
    private long? _slowedAt;
    private bool _demand;
    private bool _slowed;
    private bool _nextIsUp;
    private Trial _trial;
    private double _baseline;

    private enum Trial
    {
        None,
        Up,
        Down,
    }

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

    /// <summary>Permits as many as given, if that is more than were permitted before.</summary>
    public void Permit(int requests)
    {
        lock (_lock)
        {
            _nextIsUp |= requests > _maximum;
            _maximum = Math.Max(_maximum, requests);
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
                _demand = true;
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

    /// <summary>The service said 429 or 503. All requests in flight hear so at once: that is one order, not many.</summary>
    public void SlowDown()
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            if (_slowedAt is { } before && clock.GetElapsedTime(before, now) < Window)
            {
                return;
            }

            _slowedAt = now;
            _slowed = true;
            _settled = _limit = Math.Max(1, _limit / 2);
            _rest = Rest;
            _nextIsUp = true;
            _trial = Trial.None;
            Open(now);
        }
    }

    /// <summary>A request went well.</summary>
    /// <param name="bytes">Bytes it carried.</param>
    public void Succeeded(long bytes)
    {
        lock (_lock)
        {
            _work += bytes + RequestCost;
            _completed++;
            var now = clock.GetTimestamp();
            var elapsed = clock.GetElapsedTime(_windowStart, now);
            if (elapsed >= Window && _completed >= _limit)
            {
                if (_demand)
                {
                    Learn(_work / elapsed.TotalSeconds);
                }

                Open(now);
                Admit();
            }
        }
    }

    private void Open(long now)
    {
        _windowStart = now;
        _work = 0;
        _completed = 0;
        _demand = _waiting.Count > 0;
    }

    private void Learn(double rate)
    {
        if (_trial == Trial.None)
        {
            _baseline = rate;
            if (_rest-- <= 0)
            {
                Try(_nextIsUp ? Trial.Up : Trial.Down);
            }
        }
        else if (rate > _baseline * Better)
        {
            _baseline = rate;
            _settled = _limit;
            Try(_trial);
        }
        else
        {
            _limit = _settled;
            _nextIsUp = _trial == Trial.Down;
            _trial = Trial.None;
            _rest = Rest;
        }
    }

    private void Try(Trial trial)
    {
        // After a request to slow down, growth is by ones.
        var next = trial == Trial.Up ? Math.Min(_maximum, _limit + (_slowed ? 1 : Math.Max(1, _limit / 2))) : Math.Max(1, _limit * 3 / 4);
        if (next == _limit)
        {
            _nextIsUp = trial == Trial.Down;
            _trial = Trial.None;
            _rest = Rest;
            return;
        }

        _limit = next;
        _trial = trial;
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
