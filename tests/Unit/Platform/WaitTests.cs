using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;
using Answer = FutureHouse.Tests.Unit.Platform.ScriptedService.Answer;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>Waiting until an entry is active (Protocol §2).</summary>
public sealed class WaitTests
{
    private static readonly Guid Id = Guid.Parse("d05dc31f-3159-5175-9952-29baa92bd5d1");
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task It_asks_less_and_less_often_until_the_entry_is_active()
    {
        var looks = 0;
        await using var service = ScriptedService.AfterLogIn(request => request.Path.EndsWith("/status", StringComparison.Ordinal)
            ? Answer.Json($$"""{"id":"{{Id}}","status":"{{(Interlocked.Increment(ref looks) < 15 ? "pending" : "active")}}"}""")
            : Answer.Entry("t", Id));
        var time = new SkippingTime();
        using var client = Clients.Of(service.Url, time);
        var seen = new List<EntryStatus>();

        Assert.Equal("t", (await client.WaitForEntryAsync(Id, TimeSpan.FromHours(1), new Seen(seen), None)).Name);

        Assert.Equal(14, time.Waits.Count);
        Assert.Equal(TimeSpan.FromMilliseconds(500), time.Waits.First());
        Assert.Equal(TimeSpan.FromSeconds(10), time.Waits.Last());
        Assert.Equal(time.Waits.Order(), time.Waits);
        Assert.Equal([.. Enumerable.Repeat(EntryStatus.Pending, 14), EntryStatus.Active], seen);
    }

    [Fact]
    public async Task A_service_without_the_route_is_asked_for_the_entry()
    {
        var looks = 0;
        await using var service = ScriptedService.AfterLogIn(request => request.Path.EndsWith("/status", StringComparison.Ordinal)
            ? Answer.Json("""{"detail":"Not Found"}""", 404)
            : Interlocked.Increment(ref looks) < 3 ? Answer.Json($$"""{"data_storage": {"id":"{{Id}}","name":"t","status":"pending"} }""") : Answer.Entry("t", Id));
        using var client = Clients.Of(service.Url);

        Assert.Equal(EntryStatus.Active, (await client.WaitForEntryAsync(Id, TimeSpan.FromHours(1), null, None)).Status);
        Assert.Equal((1, 3), (service.Lines.Count(line => line.EndsWith("/status", StringComparison.Ordinal)), looks));
    }

    [Fact]
    public async Task Failed_out_of_time_gone_and_cancelled_are_told_apart()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var client = Clients.Of(platform.Url, new SkippingTime(), PlatformFixture.Ann.ApiKey);
        var entry = await client.CreateEntryAsync(new CreateEntryRequest { Name = "f", FilePath = "f.bin" }, None);
        foreach (var limit in new[] { TimeSpan.FromMinutes(5), TimeSpan.Zero })
        {
            var late = await Assert.ThrowsAsync<ServiceTimeoutException>(() => client.WaitForEntryAsync(entry.Id, limit, null, None));
            Assert.Contains($"not active after {limit.TotalSeconds} seconds", late.Message, StringComparison.Ordinal);
        }

        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.WaitForEntryAsync(entry.Id, TimeSpan.FromHours(1), new Seen([], cancel.Cancel), cancel.Token));
        await client.SetEntryStatusAsync(entry.Id, EntryStatus.Failed, None);
        Assert.Contains("Failed", (await Assert.ThrowsAsync<UploadFailedException>(() => client.WaitForEntryAsync(entry.Id, TimeSpan.FromHours(1), null, None))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotFoundException>(() => client.WaitForEntryAsync(Guid.NewGuid(), TimeSpan.FromHours(1), null, None));
    }

    private sealed class Seen(List<EntryStatus> statuses, Action? then = null) : IProgress<EntryStatus>
    {
        public void Report(EntryStatus value)
        {
            statuses.Add(value);
            then?.Invoke();
        }
    }
}
