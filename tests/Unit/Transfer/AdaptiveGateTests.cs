using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>How many requests at once: as many as are faster, fewer when the service asks.</summary>
public sealed class AdaptiveGateTests
{
    private readonly ManualTime _clock = new();

    [Fact]
    public void It_grows_to_the_most_there_may_be_while_more_is_faster()
    {
        Assert.Equal(16, Settle(limit => 100 * limit, windows: 40));
        Assert.Equal(16, Settle(limit => 100 * limit, windows: 40, first: 2));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(6)]
    [InlineData(4)]
    public void It_settles_where_more_is_no_faster(int capacity)
    {
        // Beyond the capacity of the line each further request slows the others.
        var limit = Settle(limit => limit <= capacity ? 100 * limit : 100.0 * capacity * capacity / limit, windows: 400);
        Assert.InRange(limit, Math.Max(1, capacity - 3), capacity + 3);
    }

    [Fact]
    public void One_order_to_slow_down_heard_by_many_halves_once_and_growth_is_then_by_ones()
    {
        var gate = new AdaptiveGate(16, _clock);
        for (var i = 0; i < 10; i++)
        {
            gate.SlowDown();
        }

        Assert.Equal(8, gate.Limit);
        _clock.Advance(TimeSpan.FromSeconds(1));
        gate.SlowDown();
        Assert.Equal(4, gate.Limit);
    }

    [Fact]
    public async Task Without_requests_that_wait_nothing_is_tried()
    {
        var gate = new AdaptiveGate(16, _clock);
        for (var i = 0; i < 1000; i++)
        {
            using var place = await gate.EnterAsync(TestContext.Current.CancellationToken);
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            gate.Succeeded(0);
        }

        Assert.Equal(16, gate.Limit);
    }

    [Fact]
    public async Task Who_waits_gets_the_place_that_is_given_back_and_who_leaves_takes_none()
    {
        var gate = new AdaptiveGate(1, _clock);
        var first = await gate.EnterAsync(TestContext.Current.CancellationToken);
        using var leaving = new CancellationTokenSource();
        var second = gate.EnterAsync(leaving.Token);
        var third = gate.EnterAsync(TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await second);
        first.Dispose();
        (await third).Dispose();
    }

    private int Settle(Func<int, double> rate, int windows, int first = 16)
    {
        var gate = new AdaptiveGate(first, _clock);
        gate.Permit(16);
        for (var i = 0; i < 17; i++)
        {
            _ = gate.EnterAsync(CancellationToken.None).AsTask(); // more than there are places for, always
        }

        for (var window = 0; window < windows; window++)
        {
            var limit = gate.Limit;
            _clock.Advance(TimeSpan.FromSeconds(1));
            for (var i = 0; i < limit; i++)
            {
                gate.Succeeded((long)(rate(limit) * 1_000_000 / limit));
            }
        }

        return gate.Limit;
    }

    private sealed class ManualTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
