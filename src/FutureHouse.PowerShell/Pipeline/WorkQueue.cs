namespace FutureHouse.PowerShell.Pipeline;

/// <summary>
/// Runs items at the same time, so many at once, while the pipeline still produces. What they say comes out in the order of the items. An item that finishes before those in front
/// of it waits with what it has to say; when that is too much, in number or in bytes, no more items are started and none says more, until the front has moved on.
/// </summary>
internal sealed class WorkQueue(FhCmdlet cmdlet, int throttle, ProgressReporter progress) : IDisposable
{
    private readonly object _lock = new();
    private readonly Queue<WorkItem> _items = new();
    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(cmdlet.StopToken);

    // Held by items that are not at the front; and handed to the pipeline's thread, which has not come to it yet.
    private readonly Backlog _held = new();
    private readonly Backlog _posted = new();
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private Exception? _fatal;

    /// <summary>Starts an item, after waiting for a place.</summary>
    public void Start(object target, Func<WorkItem, Task> work)
    {
        cmdlet.PumpUntil(() => _fatal is not null || HasPlace(), progress.Tick);
        ThrowIfFatal();
        cmdlet.Tally.Take();
        var item = new WorkItem(this, _ending.Token);
        lock (_lock)
        {
            _items.Enqueue(item);
            _running++;
        }

        _ = cmdlet.Begin(() => Task.Run(() => RunAsync(item, target, work), CancellationToken.None));
    }

    /// <summary>Says something in the place of the next item. On the pipeline's thread.</summary>
    public void Say(Action message)
    {
        cmdlet.PumpUntil(() => _fatal is not null || HasPlace(), progress.Tick);
        ThrowIfFatal();
        var item = new WorkItem(this, _ending.Token);
        lock (_lock)
        {
            _items.Enqueue(item);
            Leave(item, message, 0);
            item.IsOver = true;
            Advance();
        }

        cmdlet.Pump.Drain();
    }

    /// <summary>Says what there is to say, and does not wait.</summary>
    public void Turn()
    {
        cmdlet.Pump.Drain();
        progress.Tick();
        ThrowIfFatal();
    }

    /// <summary>Waits for all of them.</summary>
    public void Finish()
    {
        cmdlet.PumpUntil(() => _fatal is not null || IsIdle(), progress.Tick);
        ThrowIfFatal();
        progress.Complete();
    }

    /// <summary>Something has happened that befalls every item: nothing more is begun, and what is under way ends.</summary>
    public void End(Exception fatal)
    {
        if (Interlocked.CompareExchange(ref _fatal, fatal, null) is null)
        {
            _ = _ending.CancelAsync();
            cmdlet.Pump.Nudge();
        }
    }

    /// <summary>Leaves a message of an item; see <see cref="WorkItem.SayAsync"/>.</summary>
    internal async Task SayAsync(WorkItem item, Action message, long size)
    {
        while (true)
        {
            Task moved;
            lock (_lock)
            {
                // The front waits for the pipeline's thread alone, and the rest for the front: one of them can always go on.
                if ((IsFront(item) ? _posted : _held).HasRoom(size))
                {
                    Leave(item, message, size);
                    return;
                }

                moved = _moved.Task;
            }

            await moved.WaitAsync(item.Token).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ending.Dispose();

    private bool IsFront(WorkItem item) => _items.TryPeek(out var front) && ReferenceEquals(front, item);

    private bool HasPlace()
    {
        lock (_lock)
        {
            return _running < throttle && _items.Count < Backlog.Most && _held.HasRoom(0);
        }
    }

    private bool IsIdle()
    {
        lock (_lock)
        {
            return _items.Count == 0;
        }
    }

    private async Task RunAsync(WorkItem item, object target, Func<WorkItem, Task> work)
    {
        try
        {
            await work(item).ConfigureAwait(false);
            cmdlet.Tally.Finish();
        }
        catch (OperationCanceledException) when (item.Token.IsCancellationRequested)
        {
            // Cancelling is no error.
        }
#pragma warning disable CA1031 // whatever it is, it is this item's alone, unless it befalls all
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (ErrorTable.Fatal(e) is { } fatal)
            {
                End(fatal);
            }
            else
            {
                cmdlet.Tally.Fail();
                lock (_lock)
                {
                    Leave(item, () => cmdlet.Report(e, target), 0);
                }
            }
        }
        finally
        {
            lock (_lock)
            {
                item.IsOver = true;
                _running--;
                Advance();
            }

            cmdlet.Pump.Nudge();
        }
    }

    private void Leave(WorkItem item, Action message, long size)
    {
        if (IsFront(item))
        {
            Post(message, size);
        }
        else
        {
            _held.Add(size);
            item.Held.Enqueue((message, size));
        }
    }

    private void Post(Action message, long size)
    {
        _posted.Add(size);
        cmdlet.Pump.Post(() =>
        {
            lock (_lock)
            {
                _posted.Remove(size);
                Moved();
            }

            message();
        });
    }

    /// <summary>Takes away the items at the front that are over, and lets the next one speak.</summary>
    private void Advance(bool all = false)
    {
        while (_items.TryPeek(out var front))
        {
            while (front.Held.TryDequeue(out var said))
            {
                _held.Remove(said.Size);
                Post(said.Message, said.Size);
            }

            if (!front.IsOver && !all)
            {
                break;
            }

            _items.Dequeue();
        }

        Moved();
    }

    private void Moved()
    {
        var moved = _moved;
        _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
        moved.SetResult();
    }

    /// <summary>Gives what is done, and then ends the command.</summary>
    private void ThrowIfFatal()
    {
        if (_fatal is not { } fatal)
        {
            return;
        }

        cmdlet.WaitForWork();
        lock (_lock)
        {
            Advance(all: true);
        }

        cmdlet.Pump.Drain();
        progress.Complete();
        cmdlet.Report(fatal, null);
    }

    /// <summary>What is left to be said, in number and in bytes.</summary>
    private sealed class Backlog
    {
        public const int Most = 1024;
        private const long MostBytes = 64L * 1024 * 1024;
        private int _count;
        private long _bytes;

        /// <summary>Whether there is room for one more; there always is for one that is alone, however large.</summary>
        public bool HasRoom(long size) => _count == 0 || (_count < Most && _bytes + size <= MostBytes);

        public void Add(long size) => (_count, _bytes) = (_count + 1, _bytes + size);

        public void Remove(long size) => (_count, _bytes) = (_count - 1, _bytes - size);
    }
}
