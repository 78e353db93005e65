namespace FutureHouse.PowerShell.Pipeline;

/// <summary>One item of a <see cref="WorkQueue"/>: what it says is heard after everything of the items before it.</summary>
internal sealed class WorkItem(WorkQueue queue, CancellationToken token)
{
    /// <summary>Ends the work.</summary>
    public CancellationToken Token { get; } = token;

    /// <summary>Said while an item before is not finished; guarded by the queue.</summary>
    internal Queue<(Action Message, long Size)> Held { get; } = new();

    /// <summary>Whether nothing more will be said; guarded by the queue.</summary>
    internal bool IsOver { get; set; }

    /// <summary>Leaves something to be done on the pipeline's thread, in the item's turn. Waits while too much is left already.</summary>
    /// <param name="message">What to do.</param>
    /// <param name="size">Bytes that it keeps in memory, beyond a small object.</param>
    public Task SayAsync(Action message, long size = 0) => queue.SayAsync(this, message, size);

    /// <summary>The same for a caller that cannot await.</summary>
    public void Say(Action message, long size = 0)
    {
        var said = SayAsync(message, size);
        if (!said.IsCompletedSuccessfully)
        {
            said.Wait(Token);
        }
    }
}
