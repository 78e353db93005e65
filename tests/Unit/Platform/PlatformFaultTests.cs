using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>Faults, the platform's database in a file.</summary>
public sealed class SqlitePlatformFaultTests() : PlatformFaultTests(onPostgres: false);

/// <summary>The same, the database on a server.</summary>
public sealed class PostgresPlatformFaultTests() : PlatformFaultTests(onPostgres: true);

/// <summary>The client against the real local platform with faults injected; each fault must have shown.</summary>
public abstract class PlatformFaultTests(bool onPostgres) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly SkippingTime _time = new();
    private PlatformFixture _platform = null!;
    private PlatformClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformFixture.StartAsync(onPostgres: onPostgres);
        _client = Clients.Of(_platform.Url, _time, PlatformFixture.Ann.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Assert.Empty(await _platform.PendingFaultsAsync());
        _client.Dispose();
        await _platform.DisposeAsync();
    }

    [Theory]
    [InlineData("return-503")]
    [InlineData("return-429-retry-after-7")]
    [InlineData("return-503-retry-after-date-7")]
    [InlineData("return-reset-connection")]
    [InlineData("return-broken-stream")]
    [InlineData("return-truncated-json")]
    [InlineData("return-html")]
    [InlineData("return-expired-token")]
    [InlineData("return-403")]
    [InlineData("lose-answer")]
    public async Task A_fault_that_passes_is_not_noticed(string fault)
    {
        var made = await _client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "x" }, None);
        await _platform.InjectAsync(("entries.get", fault), ("entries.patch", fault));

        Assert.Equal("x", (await _client.GetEntryAsync(made.Id, ct: None)).GetText());
        Assert.Equal(["a"], (await _client.SetEntryTagsAsync(made.Id, ["a"], None)).Tags);
    }

    [Theory]
    [InlineData("return-503")]
    [InlineData("return-429-retry-after-7")]
    [InlineData("return-reset-connection")]
    [InlineData("return-truncated-json")]
    [InlineData("return-expired-token")]
    [InlineData("lose-answer")]
    public async Task A_creation_makes_one_entry_whether_the_key_is_known_to_be_honoured_or_not(string fault)
    {
        var dataset = await _client.CreateDatasetAsync("d", null, null, None);
        await _platform.InjectAsync(("entries.create", fault));
        var first = await _client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "x", DatasetId = dataset.Id }, None);
        await _platform.InjectAsync(("entries.create", fault));
        var second = await _client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "x", DatasetId = dataset.Id }, None);

        var entries = (await _client.GetDatasetAsync(dataset.Id, None)).Entries.Select(entry => entry.Id);
        Assert.Equal(new[] { first.Id, second.Id }.Order(), entries.Order());
    }

    [Fact]
    public async Task Faults_that_stay_are_errors_of_their_kind()
    {
        var id = (await _client.CreateEntryAsync(new CreateEntryRequest { Name = "t", FilePath = "t.bin" }, None)).Id;
        foreach (var (fault, kind) in new (string, Type)[]
        {
            ("return-500", typeof(ServiceUnavailableException)),
            ("return-429-retry-after-1", typeof(ThrottledException)),
            ("return-reset-connection", typeof(NetworkException)),
            ("return-html", typeof(ServiceUnavailableException)),
            ("return-truncated-json", typeof(ServiceUnavailableException)),
        })
        {
            await _platform.InjectAlwaysAsync(("entries.get", fault));
            var error = await Record.ExceptionAsync(() => _client.GetEntryAsync(id, ct: None));
            await _platform.ClearFaultsAsync();
            Assert.True(kind == error?.GetType() || (fault == "return-truncated-json" && error is NetworkException), $"{fault}: {error}");
        }

        await _platform.InjectAlwaysAsync(("entries.initiate", "return-500"));
        await Assert.ThrowsAsync<MultipartUnavailableException>(() => _client.InitiateMultipartUploadAsync(id, ["1B2M2Y8AsgTpgAmY7PhCfg=="], None));
        await _platform.ClearFaultsAsync();
    }

    [Fact]
    public async Task A_deletion_whose_answer_is_lost_is_done_once()
    {
        var made = await _client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "x" }, None);
        await _platform.InjectAsync(("entries.delete", "lose-answer"));

        await _client.DeleteEntryAsync(made.Id, None);

        Assert.Equal(2, (await _platform.OperationsAsync()).Count(operation => operation == "entries.delete"));
    }
}
