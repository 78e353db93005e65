namespace FutureHouse.PowerShell.Pipeline;

/// <summary>The work that a command has begun and that has not ended.</summary>
internal sealed class UnderWay
{
    private readonly HashSet<Task> _tasks = [];

    /// <summary>Keeps a task until it has ended.</summary>
    public void Add(Task task)
    {
        lock (_tasks)
        {
            _tasks.Add(task);
        }

        _ = task.ContinueWith(Remove, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits until all have ended, or for so long.</summary>
    public void Wait(TimeSpan limit)
    {
        Task[] tasks;
        lock (_tasks)
        {
            tasks = [.. _tasks];
        }

        // How they end is their own affair: whoever began one looks at it.
        Task.WhenAll(tasks).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).Wait(limit);
    }

    private void Remove(Task task)
    {
        lock (_tasks)
        {
            _tasks.Remove(task);
        }
    }
}
