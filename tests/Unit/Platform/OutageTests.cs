using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>Every call of the protocol outlives an outage of a minute; one that outlasts the patience is one error that passes.</summary>
public sealed class OutageTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, Func<PlatformClient, DataEntry, Task>> Calls = new()
    {
        ["organizations.list"] = (client, _) => client.GetOrganizationsAsync(None),
        ["entries.create"] = (client, _) => client.CreateEntryAsync(new CreateEntryRequest { Name = "another", Content = "x" }, None),
        ["entries.get"] = (client, entry) => client.GetEntryAsync(entry.Id, default, None),
        ["entries.status"] = (client, entry) => client.GetEntryStatusAsync(entry.Id, None),
        ["entries.revisions"] = (client, entry) => client.GetRevisionPageAsync(entry.Id, 10, 0, false, None),
        ["entries.patch"] = (client, entry) => client.SetEntryTagsAsync(entry.Id, ["t"], None),
        ["entries.delete"] = (client, entry) => client.DeleteEntryAsync(entry.Id, None),
        ["datasets.create"] = (client, _) => client.CreateDatasetAsync("d", null, Guid.NewGuid(), None),
        ["datasets.get"] = (client, entry) => client.GetDatasetAsync(entry.DatasetId!.Value, None),
        ["datasets.delete"] = (client, entry) => client.DeleteDatasetAsync(entry.DatasetId!.Value, None),
        ["provenance.list"] = (client, _) => client.GetTrajectoryEntriesAsync(Guid.NewGuid().ToString(), None),
        ["search.entries"] = (client, _) => SearchAsync(client),
        ["search.similar"] = (client, _) => client.SearchSimilarAsync(new SimilarityRequest { Embedding = [1] }, None),
        ["workspaces.get"] = (client, entry) => client.CallAsync(new RawCall { Path = $"v0.1/data-storage/workspaces/{entry.Id}", Method = HttpMethod.Get }, None),
        ["revision"] = (client, entry) => client.UpdateEntryAsync(entry.Id, new RevisionUpdate { Content = "y", BaseRevisionId = entry.RevisionId!.Value }, None),
        ["auth.login"] = (client, entry) => client.GetEntryAsync(entry.Id, default, None),
    };

    private readonly SkippingTime _time = new();
    private PlatformFixture _platform = null!;
    private PlatformClient _client = null!;
    private DataEntry _entry = null!;
    private TimeSpan? _over;
    private TimeSpan _waited;

    public static TheoryData<string, string> Outages()
    {
        var rows = new TheoryData<string, string>();
        foreach (var fault in (string[])["return-503", "return-500", "return-429-retry-after-9", "return-reset-connection"])
        {
            foreach (var call in Calls.Keys)
            {
                rows.Add(call, fault);
            }
        }

        return rows;
    }

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformFixture.StartAsync();
        _client = new PlatformClient(Clients.Options(_platform.Url, _time, PlatformFixture.Ann.ApiKey) with { Waiting = Wait });
        _entry = await _client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "x", Tags = ["workspace"] }, None);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _platform.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Outages))]
    public async Task A_minute_of_it_is_outlived(string call, string fault)
    {
        await BeginAsync(call, fault, Minute);
        await Calls[call](_client, _entry);
        Assert.True(_waited >= Minute, $"It was over after {_waited}.");
    }

    [Fact]
    public async Task Six_minutes_of_it_are_one_error_that_passes()
    {
        await BeginAsync("entries.get", "return-503", TimeSpan.FromMinutes(6));
        var error = await Assert.ThrowsAsync<ServiceUnavailableException>(() => _client.GetEntryAsync(_entry.Id, default, None));
        Assert.True(error.IsTransient);
        Assert.InRange(_waited, TimeSpan.FromMinutes(4.5), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_log_in_that_does_not_come_back_is_waited_for_once()
    {
        await BeginAsync("auth.login", "return-503", TimeSpan.FromHours(1));
        var error = await Assert.ThrowsAsync<ServiceUnavailableException>(() => _client.GetEntryAsync(_entry.Id, default, None));
        Assert.True(error.IsTransient);
        Assert.InRange(_waited, TimeSpan.FromMinutes(4.5), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_service_that_never_answered_is_given_up_soon()
    {
        using var nobody = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        nobody.Start();
        var address = nobody.LocalEndpoint;
        nobody.Stop();
        using var client = new PlatformClient(Clients.Options(new Uri($"http://{address}"), _time) with { Waiting = Wait });
        var error = await Assert.ThrowsAsync<NetworkException>(() => client.LogInAsync(None));
        Assert.True(error.IsTransient);
        Assert.InRange(_waited, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task What_is_waited_for_is_said_without_a_secret()
    {
        var reasons = new List<string>();
        using var client = new PlatformClient(Clients.Options(_platform.Url, _time, PlatformFixture.Ann.ApiKey) with { Waiting = wait => reasons.Add(wait.Reason) });
        await client.LogInAsync(None);
        await _platform.InjectAsync(("entries.get", "return-503"), ("entries.get", "return-reset-connection"));
        await client.GetEntryAsync(_entry.Id, default, None);
        Assert.Equal(2, reasons.Count);
        Assert.All(reasons, reason => Assert.Contains(_entry.Id.ToString(), reason, StringComparison.Ordinal));
        Assert.All(reasons, reason => Assert.DoesNotContain(PlatformFixture.Ann.ApiKey, reason, StringComparison.Ordinal));
    }

    private static async Task SearchAsync(PlatformClient client)
    {
        await foreach (var page in client.SearchAsync(new SearchRequest { Text = "x" }, None))
        {
            Assert.NotEmpty(page);
        }
    }

    private async Task BeginAsync(string call, string fault, TimeSpan outage)
    {
        if (call == "auth.login")
        {
            _time.Advance(TimeSpan.FromHours(1)); // the token has run out
        }

        await _platform.InjectAlwaysAsync((call == "revision" ? "entries.patch" : call, fault));
        (_over, _waited) = (outage, TimeSpan.Zero);
    }

    private void Wait(RetryWait wait)
    {
        _waited += wait.Delay;
        if (_waited >= _over)
        {
            _over = null;
            _platform.ClearFaultsAsync().GetAwaiter().GetResult();
        }
    }
}
