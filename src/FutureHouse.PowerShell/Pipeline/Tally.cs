namespace FutureHouse.PowerShell.Pipeline;

/// <summary>How many items a command has taken, and what became of them. From any thread.</summary>
internal sealed class Tally
{
    private int _taken;
    private int _done;
    private int _failed;

    /// <summary>Items that the command began.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Items that are done.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <summary>Items whose error was reported.</summary>
    public int Failed => Volatile.Read(ref _failed);

    public void Take() => Interlocked.Increment(ref _taken);

    public void Finish() => Interlocked.Increment(ref _done);

    public void Fail() => Interlocked.Increment(ref _failed);

    /// <summary>What to say of a command that ended early; <see langword="null"/> where nothing is left undone, or where the error says it all.</summary>
    /// <param name="readAll">Whether there is no more input.</param>
    /// <param name="cancelled">Whether it was Ctrl+C, which leaves no error.</param>
    public string? Unfinished(bool readAll, bool cancelled)
    {
        var left = Taken - Done - Failed;
        return Taken == 0 || (left == 0 && readAll) ? null
            : !cancelled && readAll && Taken == 1 ? null
            : readAll ? PipelineStrings.EndedEarly
            : PipelineStrings.EndedEarlyWithInput;
    }
}
