using System.Globalization;
using FutureHouse.Errors;
using FutureHouse.Platform;
using Xunit;
using Answer = FutureHouse.Tests.Unit.Platform.ScriptedService.Answer;

namespace FutureHouse.Tests.Unit.Platform;

public sealed class RetryTests
{
    private static readonly Guid Id = Guid.Parse("d05dc31f-3159-5175-9952-29baa92bd5d1");
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Failures_that_may_pass_are_tried_again()
    {
        foreach (var answer in new[] { Answer.Json("", 429), Answer.Json("", 500), Answer.Json("", 502), Answer.Json("", 503), Answer.Json("", 504), Answer.Cut(), Answer.Json("{\"data_sto") })
        {
            var calls = 0;
            await using var service = ScriptedService.AfterLogIn(_ => Interlocked.Increment(ref calls) < 3 ? answer : Answer.Entry("t"));
            var time = new SkippingTime();
            using var client = Clients.Of(service.Url, time);

            Assert.Equal("t", (await client.GetEntryAsync(Id, ct: None)).Name);
            Assert.Equal(3, calls);
            Assert.Equal(2, time.Waits.Count);
            Assert.All(time.Waits, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(422)]
    [InlineData(501)]
    [InlineData(302)]
    public async Task Failures_that_stay_are_not_tried_again(int status)
    {
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("", status));
        using var client = Clients.Of(service.Url);

        await Assert.ThrowsAnyAsync<FutureHouseException>(() => client.GetEntryAsync(Id, ct: None));
        Assert.Equal(2, service.Requests.Count);
    }

    [Fact]
    public async Task Retry_After_in_seconds_wins_over_our_own_wait()
    {
        var time = await WaitsAsync("Retry-After: 37");
        Assert.Equal(TimeSpan.FromSeconds(37), Assert.Single(time.Waits));
    }

    [Fact]
    public async Task Retry_After_as_a_date_is_measured_on_the_service_s_clock()
    {
        var there = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var time = await WaitsAsync($"Date: {there:r}", $"Retry-After: {there.AddSeconds(41):r}");
        Assert.Equal(TimeSpan.FromSeconds(41), Assert.Single(time.Waits));
    }

    [Fact]
    public async Task Retry_After_in_the_past_is_no_wait()
    {
        var time = await WaitsAsync(string.Create(CultureInfo.InvariantCulture, $"Retry-After: {DateTimeOffset.UtcNow.AddDays(-1):r}"));
        Assert.All(time.Waits, wait => Assert.Equal(TimeSpan.Zero, wait));
    }

    [Fact]
    public async Task A_Retry_After_beyond_the_bound_is_an_error_at_once()
    {
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("", 429, "Retry-After: 3600"));
        var time = new SkippingTime();
        using var client = Clients.Of(service.Url, time);

        var error = await Assert.ThrowsAsync<ThrottledException>(() => client.GetEntryAsync(Id, ct: None));

        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
        Assert.Contains("3600 seconds", error.Message, StringComparison.Ordinal);
        Assert.Empty(time.Waits);
        Assert.Equal(2, service.Requests.Count);
    }

    [Fact]
    public async Task The_wait_between_two_attempts_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("", 503, "Retry-After: 50"));
        var options = Clients.Options(service.Url, TimeProvider.System) with { Log = line => { if (line.Contains("Next attempt", StringComparison.Ordinal)) { cancel.Cancel(); } } };
        using var client = new PlatformClient(options);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetEntryAsync(Id, ct: cancel.Token));
        Assert.Equal(2, service.Requests.Count);
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_has_succeeded_when_the_entry_is_gone()
    {
        var calls = 0;
        await using var service = ScriptedService.AfterLogIn(_ => Interlocked.Increment(ref calls) == 1 ? Answer.Cut() : Answer.Json("""{"detail":"Data storage entry not found"}""", 404));
        using var client = Clients.Of(service.Url);

        await client.DeleteEntryAsync(Id, None);

        Assert.Equal(2, calls);
        await Assert.ThrowsAsync<NotFoundException>(() => client.DeleteEntryAsync(Id, None));
    }

    private static async Task<SkippingTime> WaitsAsync(params string[] headers)
    {
        var calls = 0;
        await using var service = ScriptedService.AfterLogIn(_ => Interlocked.Increment(ref calls) == 1 ? Answer.Json("", 503, headers) : Answer.Entry("t"));
        var time = new SkippingTime();
        using var client = Clients.Of(service.Url, time);
        await client.GetEntryAsync(Id, ct: None);
        Assert.Equal(2, calls);
        return time;
    }
}
