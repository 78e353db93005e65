using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>The client, the platform's database in a file.</summary>
public sealed class SqlitePlatformClientTests() : PlatformClientTests(onPostgres: false);

/// <summary>The same, the database on a server.</summary>
public sealed class PostgresPlatformClientTests() : PlatformClientTests(onPostgres: true);

/// <summary>The client against the real local platform, over loopback.</summary>
public abstract class PlatformClientTests(bool onPostgres) : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private PlatformFixture _platform = null!;
    private PlatformClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformFixture.StartAsync(onPostgres: onPostgres);
        _client = Clients.Of(_platform.Url, TimeProvider.System, PlatformFixture.Ann.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _client.Dispose();
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task An_entry_is_created_read_changed_and_deleted()
    {
        var dataset = await _client.CreateDatasetAsync("d", "about", null, None);
        var metadata = new Dictionary<string, object?> { ["k"] = null, ["n"] = 1 };
        var made = await _client.CreateEntryAsync(
            new CreateEntryRequest { Name = "t", Content = "a\r\nb\uFEFF🧬", DatasetId = dataset.Id, Tags = ["x"], Metadata = metadata, FilePath = "notes/t.txt" }, None);

        var read = await _client.GetEntryAsync(made.Id, ct: None);

        Assert.Equal("a\r\nb\uFEFF🧬", read.GetText());
        Assert.Equal((EntryStatus.Active, StorageType.RawContent, ContentType.Text), (read.Status, read.StorageType, read.ContentType));
        Assert.Equal((dataset.Id, "notes/t.txt", 11L, PlatformFixture.Ann.Id), (read.DatasetId, read.FilePath, read.Size, read.UserId));
        Assert.Equal(["x"], read.Tags);
        Assert.Equal([new("k", null), new("n", 1L)], read.Metadata!.OrderBy(pair => pair.Key));
        Assert.Equal(2, metadata.Count);
        Assert.Equal(EntryStatus.Active, await _client.GetEntryStatusAsync(made.Id, None));
        Assert.Equal(["a", "b"], (await _client.SetEntryTagsAsync(made.Id, ["a", "b"], None)).Tags);
        Assert.Equal(ShareStatus.Public, (await _client.SetEntryPermissionsAsync(made.Id, ShareStatus.Public, null, None)).ShareStatus);
        Assert.Equal(made.Id, Assert.Single((await _client.GetDatasetAsync(dataset.Id, None)).Entries).Id);

        await _client.DeleteEntryAsync(made.Id, None);
        await Assert.ThrowsAsync<NotFoundException>(() => _client.GetEntryAsync(made.Id, ct: None));
        await Assert.ThrowsAsync<NotFoundException>(() => _client.DeleteEntryAsync(made.Id, None));
        await _client.DeleteDatasetAsync(dataset.Id, None);
        await Assert.ThrowsAsync<NotFoundException>(() => _client.GetDatasetAsync(dataset.Id, None));
    }

    [Fact]
    public async Task Another_user_s_entry_is_not_there_until_it_is_shared()
    {
        var made = await _client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "x" }, None);
        using var bob = Clients.Of(_platform.Url, TimeProvider.System, PlatformFixture.Bob.ApiKey);

        await Assert.ThrowsAsync<NotFoundException>(() => bob.GetEntryAsync(made.Id, ct: None));
        await _client.SetEntryPermissionsAsync(made.Id, ShareStatus.Shared, new PermittedAccessors([PlatformFixture.Bob.Email], null), None);
        Assert.Equal("x", (await bob.GetEntryAsync(made.Id, ct: None)).GetText());
        await Assert.ThrowsAsync<ForbiddenException>(() => bob.DeleteEntryAsync(made.Id, None));
    }

    [Fact]
    public async Task A_dataset_id_that_is_taken_is_a_conflict()
    {
        var id = Guid.NewGuid();
        Assert.Equal(id, (await _client.CreateDatasetAsync("d", null, id, None)).Id);
        var error = await Assert.ThrowsAsync<ConflictException>(() => _client.CreateDatasetAsync("d", null, id, None));
        Assert.Equal(id, error.Target);
    }

    [Fact]
    public async Task The_service_s_words_on_an_unknown_entry_are_quoted()
    {
        var id = Guid.NewGuid();
        var error = await Assert.ThrowsAsync<NotFoundException>(() => _client.GetEntryAsync(id, ct: None));
        Assert.Equal($"Could not read entry {id:D}: the service says 'Data storage entry not found'.", error.Message);
    }

    [Fact]
    public async Task A_connection_shows_no_secret()
    {
        using var connection = await Connection.OpenAsync(Clients.Options(_platform.Url, TimeProvider.System, PlatformFixture.Ann.ApiKey), null, None);

        Assert.Equal(["alpha"], connection.Organizations);
        Assert.False(connection.IsLocal);
        Assert.True(connection.ExpiresAt > DateTimeOffset.UtcNow);
        var shown = string.Join('\n', connection.GetType().GetProperties().Select(property => $"{property.Name}={property.GetValue(connection)}"));
        Assert.DoesNotContain(PlatformFixture.Ann.ApiKey, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", shown, StringComparison.Ordinal);
    }
}
