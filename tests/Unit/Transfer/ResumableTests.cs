using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

public sealed class ResumableTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256 * 1024)]
    [InlineData(12 * MiB + 3)]
    public async Task Files_come_back_as_they_were(int size)
    {
        await using var bench = await Bench.StartAsync(UploadModes.Session);
        await bench.RoundTripAsync(bench.File("a.bin", size));
        Assert.Equal(0, await bench.CountAsync("parts.put"));
        Assert.Equal(1, await bench.CountAsync("sessions.put") + await bench.CountAsync("sessions.query"));
    }

    [Theory]
    // What Google asks of its own clients.
    [InlineData("sessions.put: return-reset-connection|sessions.query: return-503")]
    [InlineData("sessions.put: return-408")]
    [InlineData("sessions.put: return-503-after-256K")]
    [InlineData("sessions.put: return-503-after-8192K|sessions.query: return-408")]
    // And the others.
    [InlineData("sessions.start: return-503")]
    [InlineData("sessions.start: return-429-retry-after-0")]
    [InlineData("sessions.start: lose-answer")]
    [InlineData("sessions.start: return-expired-token")]
    [InlineData("sessions.start: return-403")]
    [InlineData("sessions.put: lose-answer")]
    [InlineData("sessions.put: lose-answer|sessions.query: lose-answer")]
    [InlineData("sessions.put: return-410")]
    [InlineData("sessions.put: return-404")]
    [InlineData("sessions.put: return-412")]
    [InlineData("sessions.put: return-503-after-256K|sessions.query: return-410")]
    [InlineData("sessions.put: return-corrupted-data")]
    [InlineData("sessions.put: return-reset-connection-after-4096K|sessions.put: return-reset-connection-after-5120K|sessions.put: return-reset-connection-after-6144K|sessions.put: return-broken-stream-after-7168K|sessions.put: return-broken-stream-after-8192K")]
    [InlineData("entries.patch: lose-answer")]
    public async Task Failures_that_pass_are_lived_through(string faults)
    {
        await using var bench = await Bench.StartAsync(UploadModes.Session);
        await bench.InjectAsync(faults.Split('|').Select(f => f.Split(": ")).Select(f => (f[0], f[1])).ToArray());
        await bench.RoundTripAsync(bench.File("a.bin", 12 * MiB));
        Assert.Equal(1, await bench.CountAsync("entries.create"));
    }

    [Fact]
    public async Task A_stall_is_noticed()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Session, new TransferOptions { UploadStall = TimeSpan.FromSeconds(1) });
        await bench.InjectAsync(("sessions.put", "stall-for-2s-after-256K"));
        await bench.RoundTripAsync(bench.File("a.bin", 12 * MiB));
    }

    [Fact]
    public async Task A_session_that_does_not_work_for_too_long_leaves_the_entry_pending()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Session);
        await bench.InjectAlwaysAsync("sessions.put", "return-503");
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(bench.File("a.bin", 12 * MiB)));
        Assert.Equal(EntryStatus.Pending, (await bench.Client.GetEntryAsync(error.EntryId!.Value)).Status);
        Assert.Single(bench.Journals);
    }

    [Fact]
    public async Task Bytes_that_are_corrupted_twice_are_an_error()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Session);
        await bench.InjectAlwaysAsync("sessions.put", "return-corrupted-data");
        var error = await Assert.ThrowsAsync<ChecksumMismatchException>(() => bench.UploadAsync(bench.File("a.bin", MiB)));
        Assert.Equal(2, await bench.CountAsync("sessions.put"));
        Assert.Equal(EntryStatus.Failed, (await bench.Client.GetEntryAsync(error.EntryId!.Value)).Status);
    }

    [Fact]
    public async Task What_is_cancelled_goes_on_in_another_engine_where_the_session_is()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Session);
        var path = bench.File("a.bin", 30 * MiB);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.UploadAsync(path, new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > 20 * MiB })
            {
                stop.Cancel();
            }
        }), stop.Token));
        Assert.Single(bench.Journals);
        var first = -1L;
        var again = bench.Another(new TransferOptions());
        var entry = await again.UploadAsync(Bench.Request(path), new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > 0 })
            {
                Interlocked.CompareExchange(ref first, p.BytesDone, -1);
            }
        }), Bench.None);
        Assert.True(first > 256 * 1024, $"It went on at {first}.");
        await bench.EnsureSameAsync(path, entry);
        await bench.EnsureCleanAsync();
        Assert.Equal(1, await bench.CountAsync("entries.create"));
        Assert.Equal(1, await bench.CountAsync("sessions.start"));
    }
}
