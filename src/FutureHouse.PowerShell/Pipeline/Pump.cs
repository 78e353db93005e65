using System.Collections.Concurrent;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>Takes what background work has to say to the pipeline, and says it on the pipeline's thread, which alone may speak.</summary>
internal sealed class Pump : IDisposable
{
    private readonly BlockingCollection<Action> _messages = [];

    /// <summary>Leaves something to be done on the pipeline's thread. From any thread.</summary>
    public void Post(Action message)
    {
        try
        {
            _messages.Add(message);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            // The cmdlet has ended, by Ctrl+C: there is nobody left to tell.
        }
    }

    /// <summary>Does what was left, until <paramref name="done"/>; calls <paramref name="tick"/> a few times a second.</summary>
    public void Until(Func<bool> done, Action tick, CancellationToken stopping)
    {
        while (!done())
        {
            stopping.ThrowIfCancellationRequested();
            if (_messages.TryTake(out var message, TimeSpan.FromMilliseconds(50)))
            {
                message();
            }

            tick();
        }

        // Cancelled work ends, too: that is not what was waited for.
        stopping.ThrowIfCancellationRequested();
        Drain();
    }

    /// <summary>Does what was left, and does not wait.</summary>
    public void Drain()
    {
        while (_messages.TryTake(out var message))
        {
            message();
        }
    }

    /// <summary>Wakes the pipeline's thread.</summary>
    public void Nudge() => Post(() => { });

    public void Dispose()
    {
        _messages.CompleteAdding();
        _messages.Dispose();
    }
}
