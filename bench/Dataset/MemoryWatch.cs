using System.Diagnostics;

namespace FutureHouse.Bench.Dataset;

/// <summary>The largest working set of a process while it is watched, over what it had at the beginning.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private readonly Process _process;
    private readonly long _before;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _watching;
    private long _most;

    public MemoryWatch(int pid)
    {
        _process = Process.GetProcessById(pid);
        _before = _most = _process.WorkingSet64;
        _watching = Task.Run(WatchAsync);
    }

    /// <summary>Ends the watch.</summary>
    /// <returns>MiB above the beginning.</returns>
    public async Task<double> GrowthAsync()
    {
        await _end.CancelAsync();
        await _watching;
        return (_most - _before) / 1048576.0;
    }

    public void Dispose()
    {
        _end.Dispose();
        _process.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            _process.Refresh();
            _most = Math.Max(_most, _process.WorkingSet64);
            await Task.Delay(Interval, _end.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
