using System.Diagnostics;
using System.Management.Automation;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>Shows how many have been counted so far: after a moment, so that what is quick shows nothing, and then twice a second.</summary>
internal sealed class CountProgress(FhCmdlet cmdlet, string activity) : IProgress<long>
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _last = Delay - Interval;
    private bool _shown;

    /// <summary>There are so many so far. From one thread at a time, whichever.</summary>
    public void Report(long value)
    {
        if (_watch.Elapsed - _last < Interval)
        {
            return;
        }

        _last = _watch.Elapsed;
        cmdlet.Pump.Post(() =>
        {
            _shown = true;
            cmdlet.WriteProgress(new ProgressRecord(0, activity, string.Format(System.Globalization.CultureInfo.CurrentCulture, DatasetStrings.Counted, value)));
        });
    }

    /// <summary>All are counted. On the pipeline's thread.</summary>
    public void Complete()
    {
        if (_shown)
        {
            cmdlet.WriteProgress(new ProgressRecord(0, activity, activity) { RecordType = ProgressRecordType.Completed });
        }
    }
}
