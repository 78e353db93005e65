using System.Globalization;
using System.Management.Automation;
using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>
/// What all cmdlets share: one cancellation for everything under way, and a pump that lets background work speak on the pipeline's thread.
/// </summary>
public abstract partial class FhCmdlet : PSCmdlet, IDisposable
{
    // Which cmdlet a piece of work is for: the connection's log is shared by all that use the connection, and each shows its own part.
    private static readonly AsyncLocal<FhCmdlet?> Listener = new();
    private const int HeldAtOnce = 256;
    private const int WaitId = int.MaxValue;
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Speaks for background work.</summary>
    internal Pump Pump { get; } = new();

    /// <summary>Cancelled by Ctrl+C.</summary>
    protected internal CancellationToken StopToken => _stopping.Token;

    /// <summary>Ends the cmdlet's own resources.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the cmdlet's own resources.</summary>
    /// <param name="disposing">Whether it is not the finalizer that asks.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            // Another command of the pipeline may have ended it before its end: what is still under way ends with it.
            EndEarly(inPipeline: false);
            _queue?.Dispose();
            _stopping.Dispose();
            Pump.Dispose();
        }
    }

    /// <summary>Does asynchronous work and pumps until it has ended.</summary>
    /// <param name="work">The work.</param>
    protected void Run(Func<CancellationToken, Task> work) => Run(async token =>
    {
        await work(token).ConfigureAwait(false);
        return true;
    });

    /// <summary>Does asynchronous work and pumps until it has ended.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="work">The work.</param>
    /// <returns>What it gave.</returns>
    protected T Run<T>(Func<CancellationToken, Task<T>> work)
    {
        var task = Begin(() => Task.Run(() => work(StopToken), StopToken));
        _ = task.ContinueWith(_ => Pump.Nudge(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        PumpUntil(() => task.IsCompleted, () => { });
        try
        {
            return task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Does something with each of many on the pipeline's thread, as they come; what reads them waits while the pipeline is busy, so that few are held.</summary>
    /// <typeparam name="T">What comes.</typeparam>
    /// <param name="read">Reads them.</param>
    /// <param name="action">What to do with each.</param>
    protected void RunEach<T>(Func<CancellationToken, IAsyncEnumerable<T>> read, Action<T> action)
    {
        var room = new SemaphoreSlim(HeldAtOnce);
        Run(async token =>
        {
            await foreach (var item in read(token).ConfigureAwait(false))
            {
                await room.WaitAsync(token).ConfigureAwait(false);
                Pump.Post(() =>
                {
                    room.Release();
                    action(item);
                });
            }
        });
    }

    /// <summary>Pumps until something has come about.</summary>
    internal void PumpUntil(Func<bool> done, Action tick)
    {
        try
        {
            Pump.Until(done, tick, StopToken);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Does something for one item: what goes wrong is the item's error, and the rest goes on; without a connection nothing does.</summary>
    /// <param name="target">The item.</param>
    /// <param name="action">What to do.</param>
    protected void ForItem(object? target, Action action)
    {
        var counts = _queue is null; // which counts by itself
        try
        {
            if (counts)
            {
                Tally.Take();
            }

            action();
            if (counts)
            {
                Tally.Finish();
            }
        }
        catch (Exception e) when (e is FutureHouseException or ObjectDisposedException)
        {
            if (counts && ErrorTable.Fatal(e) is null)
            {
                Tally.Fail();
            }

            InPlace(() => Report(e, target));
        }
    }

    /// <summary>Writes the error of an item, or ends the command.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="target">The item.</param>
    protected internal void Report(Exception exception, object? target)
    {
        if (ErrorTable.Fatal(exception) is { } fatal)
        {
            ThrowTerminatingError(ErrorTable.Record(fatal, target));
        }

        WriteError(ErrorTable.Record(exception, target));
    }

    /// <summary>Fills in a text of the resources.</summary>
    /// <param name="format">The text.</param>
    /// <param name="arguments">What to fill in.</param>
    /// <returns>The sentence.</returns>
    protected static string Text(string format, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, format, arguments);

    /// <summary>Whether a parameter stands on the command line or has been bound.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether it is bound.</returns>
    protected bool IsBound(string name) => MyInvocation.BoundParameters.ContainsKey(name);

    /// <summary>Whether the command is only to say what it would do.</summary>
    protected bool IsWhatIf =>
        MyInvocation.BoundParameters.TryGetValue("WhatIf", out var bound) ? ((SwitchParameter)bound).IsPresent : GetVariableValue("WhatIfPreference") is true or SwitchParameter { IsPresent: true };

    /// <summary>Asks before something is removed; <c>-Force</c> answers, but neither for <c>-WhatIf</c> nor for <c>-Confirm</c>.</summary>
    /// <param name="description">What would be done.</param>
    /// <param name="force">Whether <c>-Force</c> is given.</param>
    /// <returns>Whether to do it.</returns>
    protected bool MayRemove(string description, bool force)
    {
        return (force && !IsWhatIf && !IsBound("Confirm")) || ShouldProcess(description, Text(CmdletStrings.Sure, description), CmdletStrings.ConfirmCaption);
    }

    /// <summary>Opens a connection; what it logs is shown by the cmdlet that the work is for.</summary>
    internal static Task<Connection> OpenAsync(PlatformClientOptions options, LocalPlatformProcess? local, CancellationToken token) =>
        Connection.OpenAsync(
            options with { Log = Log, Waiting = Waiting, Patience = ApiKeySource.PatienceFromEnvironment() ?? options.Patience }, local, token);

    /// <summary>Starts work whose log lines are this cmdlet's: shown with <c>-Verbose</c>.</summary>
    internal T Begin<T>(Func<T> start)
        where T : Task
    {
        Listener.Value = this;
        try
        {
            var task = start();
            _underWay.Add(task);
            return task;
        }
        finally
        {
            Listener.Value = null;
        }
    }

    private static void Log(string line) => Listener.Value?.Hear(line);

    private void Hear(string line) => Pump.Post(() => WriteVerbose(line));

    private static void Waiting(RetryWait wait) => Listener.Value?.ShowWait(wait);

    /// <summary>Says that the service does not do its part, for as long as it is waited for.</summary>
    private void ShowWait(RetryWait wait)
    {
        Pump.Post(() => WriteProgress(new ProgressRecord(WaitId, CmdletStrings.WaitingForService, wait.Reason) { SecondsRemaining = (int)wait.Delay.TotalSeconds }));
        _ = Task.Delay(wait.Delay, CancellationToken.None).ContinueWith(
            _ => Pump.Post(() => WriteProgress(new ProgressRecord(WaitId, CmdletStrings.WaitingForService, " ") { RecordType = ProgressRecordType.Completed })), TaskScheduler.Default);
    }
}
