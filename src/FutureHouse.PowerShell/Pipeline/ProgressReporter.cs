using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using FutureHouse.PowerShell.Formatting;

namespace FutureHouse.PowerShell.Pipeline;

/// <summary>
/// Shows how far the whole is (files, bytes, rate, time left) and, below it, the transfers that are under way. Starts after a moment, so that what is quick
/// shows nothing; at most ten records a second.
/// </summary>
/// <param name="cmdlet">The cmdlet that shows it.</param>
/// <param name="activity">What is under way.</param>
/// <param name="status">What is said of the whole where no bytes move: a text with a place for how many are done.</param>
internal sealed class ProgressReporter(PSCmdlet cmdlet, string activity, string? status = null)
{
    private const int ChildrenShown = 4;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentDictionary<int, Item> _items = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly HashSet<int> _shown = [];
    private TimeSpan _last = Delay - Interval;
    private int _ids;
    private int _filesDone;
    private long _bytesDone;
    private bool _parentShown;

    /// <summary>A transfer begins.</summary>
    public Item Begin(string name)
    {
        var item = new Item(Interlocked.Increment(ref _ids), name);
        _items[item.Id] = item;
        return item;
    }

    /// <summary>A transfer has ended.</summary>
    public void End(Item item)
    {
        if (_items.TryRemove(item.Id, out _))
        {
            Interlocked.Increment(ref _filesDone);
            Interlocked.Add(ref _bytesDone, Math.Max(item.Done, 0));
        }
    }

    /// <summary>Shows what there is to show, if it is time. On the pipeline's thread.</summary>
    public void Tick()
    {
        if (_watch.Elapsed - _last < Interval)
        {
            return;
        }

        _last = _watch.Elapsed;
        if (cmdlet.GetVariableValue("ProgressPreference") is ActionPreference.SilentlyContinue or ActionPreference.Ignore or "SilentlyContinue" or "Ignore")
        {
            return;
        }

        var items = _items.Values.OrderBy(i => i.Id).ToList();
        var done = Interlocked.Read(ref _bytesDone) + items.Sum(i => Math.Max(0, i.Done));
        var known = Interlocked.Read(ref _bytesDone) + items.Sum(i => Math.Max(i.Total, i.Done));
        var rate = done / Math.Max(0.001, _watch.Elapsed.TotalSeconds);
        _parentShown = true;
        cmdlet.WriteProgress(new ProgressRecord(0, activity, string.Format(System.Globalization.CultureInfo.CurrentCulture, status ?? CmdletStrings.ProgressStatus, Volatile.Read(ref _filesDone), ByteSize.Format(done), ByteSize.Format((long)rate)))
        {
            PercentComplete = known > 0 ? (int)(100 * done / known) : -1,
            SecondsRemaining = rate > 0 && known > done ? (int)Math.Min(int.MaxValue, (known - done) / rate) : -1,
        });
        var visible = items.Where(i => _shown.Contains(i.Id)).Concat(items.Where(i => !_shown.Contains(i.Id))).Take(ChildrenShown).ToList();
        foreach (var gone in _shown.Where(id => visible.TrueForAll(i => i.Id != id)).ToList())
        {
            Finish(gone);
        }

        foreach (var item in visible)
        {
            _shown.Add(item.Id);
            cmdlet.WriteProgress(new ProgressRecord(item.Id, item.Name, item.Total > 0 ? $"{item.Phase}: {ByteSize.Format(item.Done)} / {ByteSize.Format(item.Total)}" : item.Phase)
            {
                ParentActivityId = 0,
                PercentComplete = item.Total > 0 ? (int)Math.Clamp(100 * item.Done / item.Total, 0, 100) : -1,
            });
        }
    }

    /// <summary>Takes away what is shown.</summary>
    public void Complete()
    {
        foreach (var id in _shown.ToList())
        {
            Finish(id);
        }

        if (_parentShown)
        {
            _parentShown = false;
            cmdlet.WriteProgress(new ProgressRecord(0, activity, " ") { RecordType = ProgressRecordType.Completed });
        }
    }

    private void Finish(int id)
    {
        _shown.Remove(id);
        cmdlet.WriteProgress(new ProgressRecord(id, activity, " ") { ParentActivityId = 0, RecordType = ProgressRecordType.Completed });
    }

    /// <summary>One transfer.</summary>
    internal sealed class Item(int id, string name)
    {
        private long _done;
        private long _total;

        public int Id { get; } = id;

        public string Name { get; } = name;

        public string Phase { get; private set; } = " ";

        public long Done => Interlocked.Read(ref _done);

        public long Total => Interlocked.Read(ref _total);

        public void Set(string phase, long done, long total)
        {
            Phase = phase;
            Interlocked.Exchange(ref _done, done);
            Interlocked.Exchange(ref _total, total);
        }
    }
}
