using System.Management.Automation;

namespace FutureHouse.Shell;

/// <summary>Draws the newest progress record of each activity on one line of a terminal; draws nothing where standard error is no terminal.</summary>
internal sealed class ProgressBars
{
    private const int BarWidth = 24;
    private readonly SortedDictionary<int, ProgressRecord> _records = [];
    private bool _drawn;

    public void Show(ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            _records.Remove(record.ActivityId);
        }
        else
        {
            _records[record.ActivityId] = record;
        }

        Clear();
        if (Console.IsErrorRedirected || _records.Count == 0)
        {
            return;
        }

        // The parent stands for all: children would scroll a plain terminal.
        var first = _records.Values.First();
        var filled = Math.Clamp(first.PercentComplete, 0, 100) * BarWidth / 100;
        var bar = first.PercentComplete < 0 ? string.Empty : $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] ";
        var text = $"{bar}{first.Activity}: {first.StatusDescription}";
        Console.Error.Write("\r" + text[..Math.Min(text.Length, Math.Max(10, Console.WindowWidth - 1))]);
        _drawn = true;
    }

    /// <summary>Removes what is drawn, before anything else is written.</summary>
    public void Clear()
    {
        if (_drawn)
        {
            Console.Error.Write("\r" + new string(' ', Math.Max(1, Console.WindowWidth - 1)) + "\r");
            _drawn = false;
        }
    }
}
