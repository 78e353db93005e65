using System.Text;
using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

public sealed class MultipartTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData("parts.put: return-503")]
    [InlineData("parts.put: return-429-retry-after-0")]
    [InlineData("parts.put: return-408")]
    [InlineData("parts.put: return-500|parts.put: return-502")]
    [InlineData("parts.put: return-reset-connection")]
    [InlineData("parts.put: return-reset-connection-after-256K")]
    [InlineData("parts.put: return-broken-stream-after-256K")]
    [InlineData("parts.put: lose-answer")]
    [InlineData("parts.put: return-corrupted-data")]
    [InlineData("parts.put: return-expired-token")]
    [InlineData("parts.put: return-403")]
    [InlineData("entries.complete: lose-answer")]
    [InlineData("entries.complete: return-503")]
    [InlineData("entries.patch: lose-answer")]
    [InlineData("entries.initiate: lose-answer")]
    [InlineData("entries.initiate: return-503")]
    public async Task Failures_that_pass_are_lived_through(string faults)
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 25 * MiB);
        await bench.InjectAsync(faults.Split('|').Select(f => f.Split(": ")).Select(f => (f[0], f[1])).ToArray());
        await bench.RoundTripAsync(path);
        Assert.Equal(0, await bench.CountAsync("sessions.start"));
    }

    [Fact]
    public async Task A_part_that_fails_goes_again_alone()
    {
        await using var bench = await Bench.StartAsync();
        await bench.InjectAsync(("parts.put", "return-503"), ("parts.put", "lose-answer"));
        await bench.RoundTripAsync(bench.File("a.bin", 55 * MiB));
        Assert.Equal(6 + 2, await bench.CountAsync("parts.put"));
        Assert.Equal(1, await bench.CountAsync("entries.initiate"));
    }

    [Fact]
    public async Task Urls_that_expire_half_way_are_asked_for_once_more()
    {
        await using var bench = await Bench.StartAsync();
        await bench.InjectAsync(("parts.put", "return-expired-token"));
        await bench.RoundTripAsync(bench.File("a.bin", 25 * MiB));
        Assert.Equal(2, await bench.CountAsync("entries.initiate"));
        Assert.Contains(bench.Lines, line => line.Contains("parts go again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Urls_that_are_refused_again_end_the_upload()
    {
        await using var bench = await Bench.StartAsync();
        await bench.InjectAlwaysAsync("parts.put", "return-expired-token");
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(bench.File("a.bin", MiB)));
        Assert.Contains("ExpiredToken", error.Message, StringComparison.Ordinal);
        Assert.Equal(EntryStatus.Failed, (await bench.Client.GetEntryAsync(error.EntryId!.Value)).Status);
        Assert.Equal(2, await bench.CountAsync("entries.initiate"));
        Assert.Empty(bench.Journals);
    }

    [Theory]
    [InlineData("fewer-urls")]
    [InlineData("more-urls")]
    public async Task Another_number_of_urls_is_an_error(string fault)
    {
        await using var bench = await Bench.StartAsync();
        await bench.InjectAsync(("entries.initiate", fault));
        var path = bench.File("a.bin", 25 * MiB);
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(path));
        Assert.Contains("for 3 parts", error.Message, StringComparison.Ordinal);
        Assert.Contains("marked as failed", error.Message, StringComparison.Ordinal);
        Assert.Equal(path, error.Target);
        Assert.Equal(EntryStatus.Failed, (await bench.Client.GetEntryAsync(error.EntryId!.Value)).Status);
        Assert.Equal(0, await bench.CountAsync("parts.put"));
    }

    [Fact]
    public async Task A_part_that_does_not_go_for_too_long_leaves_the_entry_pending_and_says_so()
    {
        await using var bench = await Bench.StartAsync();
        await bench.InjectAlwaysAsync("parts.put", "return-503");
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(bench.File("a.bin", 25 * MiB)));
        Assert.Contains("503", error.Message, StringComparison.Ordinal);
        Assert.Equal(EntryStatus.Pending, (await bench.Client.GetEntryAsync(error.EntryId!.Value)).Status);
        Assert.Single(bench.Journals);
    }

    [Fact]
    public async Task An_entry_that_cannot_even_be_marked_is_left_to_be_resumed()
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 25 * MiB);
        await bench.InjectAsync(("parts.put", "return-400"));
        await bench.InjectAlwaysAsync("entries.patch", "return-503");
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(path));
        await bench.ClearFaultsAsync();
        Assert.Contains("stays pending", error.Message, StringComparison.Ordinal);
        Assert.Single(bench.Journals);
        Assert.Equal(error.EntryId, (await bench.RoundTripAsync(path)).Id);
        Assert.Equal(1, await bench.CountAsync("entries.create"));
    }

    [Fact]
    public async Task A_stall_is_noticed()
    {
        await using var bench = await Bench.StartAsync(options: new TransferOptions { UploadStall = TimeSpan.FromSeconds(1) });
        await bench.InjectAsync(("parts.put", "stall-for-600s-after-256K"));
        await bench.RoundTripAsync(bench.File("a.bin", 9 * MiB));
        Assert.Contains(bench.Lines, line => line.Contains("no byte moved for 1 seconds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_cancelled_goes_on_in_another_engine_with_the_missing_parts()
    {
        await using var bench = await Bench.StartAsync(options: new TransferOptions { PartsInFlight = 1 });
        var path = bench.File("a.bin", 55 * MiB);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.UploadAsync(path, new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > 30 * MiB })
            {
                stop.Cancel();
            }
        }), stop.Token));
        var journal = Assert.Single(bench.Journals);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal));
        }

        var again = bench.Another(new TransferOptions());
        var entry = await again.UploadAsync(Bench.Request(path), null, Bench.None);
        await bench.EnsureSameAsync(path, entry);
        await bench.EnsureCleanAsync();
        Assert.Equal(1, await bench.CountAsync("entries.create"));
        Assert.Equal(1, await bench.CountAsync("entries.initiate"));
        Assert.InRange(await bench.CountAsync("parts.put"), 6, 8);
        Assert.Contains(bench.Lines, line => line.Contains("where an earlier call left off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_request_for_the_file_is_another_upload_and_a_changed_file_fails_the_old_entry()
    {
        await using var bench = await Bench.StartAsync(options: new TransferOptions { PartsInFlight = 1 });
        var path = bench.File("a.bin", 25 * MiB);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.UploadAsync(path, new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > MiB })
            {
                stop.Cancel();
            }
        }), stop.Token));
        await bench.Engine.UploadAsync(Bench.Request(path) with { Name = "other" }, null, Bench.None);
        Assert.Single(bench.Journals);
        bench.File("a.bin", 26 * MiB, 2);
        await bench.RoundTripAsync(path);
        Assert.Equal(3, await bench.CountAsync("entries.create"));
    }

    [Fact]
    public async Task A_resumed_upload_whose_urls_have_expired_begins_again_for_the_same_entry()
    {
        await using var bench = await Bench.StartAsync(options: new TransferOptions { PartsInFlight = 1 });
        var path = bench.File("a.bin", 25 * MiB);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.UploadAsync(path, new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > 10 * MiB })
            {
                stop.Cancel();
            }
        }), stop.Token));
        await bench.InjectAsync(("parts.put", "return-expired-token"), ("parts.put", "return-expired-token"));
        await bench.RoundTripAsync(path);
        Assert.Equal(1, await bench.CountAsync("entries.create"));
    }

    [Fact]
    public async Task A_broken_journal_is_no_obstacle()
    {
        await using var bench = await Bench.StartAsync();
        await File.WriteAllTextAsync(bench.Platform.Directory.Combine("journal"), "a file where the folder should be");
        Assert.Equal(EntryStatus.Active, (await bench.UploadAsync(bench.File("a.bin", 12 * MiB))).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_multipart_fails_the_session_is_the_way_if_there_is_one(bool hasSession)
    {
        await using var bench = await Bench.StartAsync(hasSession ? UploadModes.Both : UploadModes.Multipart);
        await bench.InjectAlwaysAsync("entries.initiate", "return-500");
        var path = bench.File("a.bin", 12 * MiB);
        if (hasSession)
        {
            Assert.Equal(EntryStatus.Active, (await bench.UploadAsync(path)).Status);
            Assert.Equal(1, await bench.CountAsync("sessions.start"));
            return;
        }

        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(path));
        Assert.Contains("the service's fault", error.Message, StringComparison.Ordinal);
        Assert.Equal(500, (int)error.StatusCode!);
        Assert.Equal(EntryStatus.Pending, (await bench.Client.GetEntryAsync(error.EntryId!.Value)).Status); // that passes
    }

    [Fact]
    public async Task A_completion_whose_upload_is_gone_is_looked_at()
    {
        await using var bench = await Bench.StartAsync();
        // Done, but the answer is lost; the second asking is told that there is no such upload.
        await bench.InjectAsync(("entries.complete", "lose-answer"), ("entries.complete", "return-404"));
        await bench.RoundTripAsync(bench.File("a.bin", 12 * MiB));
        // Not done at all: everything goes again.
        await bench.InjectAsync(("entries.complete", "return-404"));
        Assert.Equal(EntryStatus.Active, (await bench.UploadAsync(bench.File("b.bin", 12 * MiB))).Status);
        Assert.Equal(3, await bench.CountAsync("entries.initiate"));
    }
}
