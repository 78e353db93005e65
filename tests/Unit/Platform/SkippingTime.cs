using System.Collections.Concurrent;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>A clock that can be set ahead, and whose short waits are noted and over at once. Time-outs are given as hours in these tests and never come.</summary>
internal sealed class SkippingTime : TimeProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(10);
    private long _ahead;
    private long _skipped;

    /// <summary>Waits that were skipped.</summary>
    public ConcurrentQueue<TimeSpan> Waits { get; } = new();

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref _ahead));

    /// <summary>Time that has passed, skipped waits included; what date it is does not change by them.</summary>
    public override long GetTimestamp() => base.GetTimestamp() + (long)(Interlocked.Read(ref _skipped) * (TimestampFrequency / (double)TimeSpan.TicksPerSecond));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime > Short)
        {
            return base.CreateTimer(callback, state, dueTime, period);
        }

        Waits.Enqueue(dueTime);
        Interlocked.Add(ref _skipped, dueTime.Ticks);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
