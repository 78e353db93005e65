namespace FutureHouse.Transfer;

/// <summary>Counts the bytes of one transfer from several threads and passes the state on.</summary>
internal sealed class ByteCounter(long total, IProgress<TransferProgress>? progress)
{
    private long _done;
    private int _phase = (int)TransferPhase.Waiting;

    public void Restart(TransferPhase phase, long done = 0)
    {
        Interlocked.Exchange(ref _done, done);
        Phase(phase);
    }

    public void Phase(TransferPhase phase)
    {
        Volatile.Write(ref _phase, (int)phase);
        Report();
    }

    public void Add(long bytes)
    {
        Interlocked.Add(ref _done, bytes);
        Report();
    }

    private void Report() => progress?.Report(new TransferProgress((TransferPhase)Volatile.Read(ref _phase), Interlocked.Read(ref _done), total));
}
