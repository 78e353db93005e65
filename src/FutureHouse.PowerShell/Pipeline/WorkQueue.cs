using FutureHouse.Errors;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>Runs items at the same time, so many at once, while the pipeline still produces; what they say comes out as they say it.</summary>
internal sealed class WorkQueue(FhCmdlet cmdlet, int throttle, ProgressReporter progress, Action<Exception, object?> report)
{
    private int _running;
    private Exception? _fatal;

    /// <summary>Starts an item, after waiting for a place.</summary>
    public void Start(object target, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        cmdlet.PumpUntil(() => Volatile.Read(ref _running) < throttle || _fatal is not null, progress.Tick);
        ThrowIfFatal();
        Interlocked.Increment(ref _running);
        _ = cmdlet.Begin(() => Task.Run(() => RunAsync(target, work, stopping), CancellationToken.None));
    }

    /// <summary>Waits for all of them.</summary>
    public void Finish()
    {
        cmdlet.PumpUntil(() => Volatile.Read(ref _running) == 0, progress.Tick);
        progress.Complete();
        ThrowIfFatal();
    }

    private async Task RunAsync(object target, Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        try
        {
            await work(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Cancelling is no error.
        }
        catch (Exception e) when (ErrorTable.EndsCommand(e))
        {
            Interlocked.CompareExchange(ref _fatal, e, null);
        }
        catch (FutureHouseException e)
        {
            cmdlet.Pump.Post(() => report(e, target));
        }
        catch (Exception e)
        {
            // Whatever it is, it is this item's alone.
            cmdlet.Pump.Post(() => report(e, target));
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            cmdlet.Pump.Nudge();
        }
    }

    private void ThrowIfFatal()
    {
        if (_fatal is { } fatal)
        {
            progress.Complete();
            report(fatal, null);
        }
    }
}
