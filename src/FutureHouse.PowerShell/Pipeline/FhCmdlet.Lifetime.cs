using System.Management.Automation;
using System.Runtime.ExceptionServices;

namespace FutureHouse.PowerShell.Pipeline;

/// <content>
/// How a command begins, ends and is ended. A changing cmdlet finishes what it was asked to do, whether or not its output is still wanted. A command that ends early waits a moment for
/// the work that it cancels, and says how far it got.
/// </content>
public abstract partial class FhCmdlet
{
    /// <summary>How long a command that ends early waits for the work that it cancels: long enough to delete partial files, short enough for Ctrl+C.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(1);

    private readonly UnderWay _underWay = new();
    private WorkQueue? _queue;
    private ExceptionDispatchInfo? _enough;
    private bool _readAll;
    private bool _over;

    /// <summary>Runs items at the same time and gives their output in the order of the input; <see langword="null"/> for a cmdlet that does one thing after the other.</summary>
    private protected WorkQueue Queue => _queue ?? throw new InvalidOperationException();

    /// <summary>What was taken from the input, and what became of it.</summary>
    internal Tally Tally { get; } = new();

    /// <summary>
    /// Whether the command changes something. Such a command does not stop when its output is no longer wanted. By default every cmdlet that supports <c>ShouldProcess</c>.
    /// </summary>
    protected virtual bool IsChanging => Attribute.GetCustomAttribute(GetType(), typeof(CmdletAttribute)) is CmdletAttribute { SupportsShouldProcess: true };

    /// <summary>Whether the command says how far it got when Ctrl+C ends it. By default what changes something does.</summary>
    protected virtual bool SaysHowFar => IsChanging;

    /// <summary>What a user can do after the command was ended early; <see langword="null"/> where there is nothing to say.</summary>
    protected virtual string? HowToGoOn => null;

    /// <summary>What the cmdlet does before the first item.</summary>
    protected virtual void OnBegin()
    {
    }

    /// <summary>What the cmdlet does with an item.</summary>
    protected virtual void OnRecord()
    {
    }

    /// <summary>What the cmdlet does after the last item.</summary>
    protected virtual void OnEnd()
    {
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guarded(() =>
    {
        RequireGiven();
        OnBegin();
    });

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guarded(() =>
    {
        if (RecordIsGiven())
        {
            OnRecord();
        }

        _queue?.Turn();
    });

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        _readAll = true;
        Guarded(() =>
        {
            OnEnd();
            _queue?.Finish();
        });
        _over = true;

        // PowerShell waits for this to end the pipeline in order: the commands between this one and the one that had enough are not asked for more.
        _enough?.Throw();
    }

    /// <summary>Ends what is under way, at once.</summary>
    protected sealed override void StopProcessing() => Cancel();

    /// <summary>Writes an object, unless output is no longer wanted.</summary>
    /// <param name="sendToPipeline">The object.</param>
    protected new void WriteObject(object? sendToPipeline) => Give(() => base.WriteObject(sendToPipeline));

    /// <summary>Writes an object, or each of a collection, unless output is no longer wanted.</summary>
    /// <param name="sendToPipeline">The object.</param>
    /// <param name="enumerateCollection">Whether to write the objects of a collection.</param>
    protected new void WriteObject(object? sendToPipeline, bool enumerateCollection) => Give(() => base.WriteObject(sendToPipeline, enumerateCollection));

    /// <summary>Runs items at the same time from now on.</summary>
    /// <param name="throttle">Items at once, at most.</param>
    /// <param name="progress">Shows how far they are.</param>
    internal void RunTogether(int throttle, ProgressReporter progress) => _queue = new WorkQueue(this, throttle, progress);

    /// <summary>Says something in the place of the next item: after everything that was taken before it.</summary>
    internal void InPlace(Action message)
    {
        if (_queue is { } queue)
        {
            queue.Say(message);
        }
        else
        {
            message();
        }
    }

    /// <summary>Waits until what was begun has ended, or for a moment.</summary>
    internal void WaitForWork() => _underWay.Wait(StopWait);

    private void Give(Action write)
    {
        if (_enough is not null)
        {
            return;
        }

        if (!IsChanging)
        {
            write();
            return;
        }

        using var watch = new DownstreamWatch();
        try
        {
            write();
        }
        catch (Exception e) when (!Stopping && watch.HadEnough(e))
        {
            _enough = ExceptionDispatchInfo.Capture(e);
            WriteVerbose(PipelineStrings.Enough);
        }
    }

    private void Guarded(Action step)
    {
        try
        {
            step();
        }
        catch
        {
            EndEarly(inPipeline: !Stopping);
            throw;
        }
    }

    /// <summary>Cancels what is under way, waits a moment for it to tidy up, and says how far the command got.</summary>
    private void EndEarly(bool inPipeline)
    {
        if (_over)
        {
            return;
        }

        _over = true;
        Cancel();
        WaitForWork();
        if ((Stopping ? SaysHowFar : IsChanging) && Tally.Unfinished(_readAll || !MyInvocation.ExpectingInput, Stopping) is { } howFar)
        {
            Warn(string.Join(' ', new[] { Text(howFar, MyInvocation.MyCommand.Name, Tally.Done, Tally.Taken, Tally.Failed), HowToGoOn }.Where(s => s is not null)), inPipeline);
        }
    }

    /// <summary>PowerShell takes no warning from a command that is being stopped; its host does.</summary>
    private void Warn(string text, bool inPipeline)
    {
        try
        {
            if (inPipeline)
            {
                WriteWarning(text);
            }
            else if (!IsSilent("WarningAction", "WarningPreference"))
            {
                Host?.UI?.WriteWarningLine(text);
            }
        }
#pragma warning disable CA1031 // a host without a user interface, or a warning that ends the command: it ends already
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private bool IsSilent(string parameter, string preference) =>
        (MyInvocation.BoundParameters.TryGetValue(parameter, out var bound) ? bound : GetVariableValue(preference))?.ToString() is "SilentlyContinue" or "Ignore";

    /// <summary>Asks everything under way to end. The caller, a thread of PowerShell's, does not run what is to be done then.</summary>
    private void Cancel() => _ = _stopping.CancelAsync();
}
