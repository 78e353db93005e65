using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>Revisions and what runs made, by the client against the real local platform (Protocol §6, §7).</summary>
public sealed class RevisionClientTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private PlatformFixture _platform = null!;
    private PlatformClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformFixture.StartAsync();
        _client = Clients.Of(_platform.Url, new SkippingTime(), PlatformFixture.Ann.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(await _platform.PendingFaultsAsync());
        _client.Dispose();
        await _platform.DisposeAsync();
    }

    [Theory]
    [InlineData("lose-answer")]
    [InlineData("return-503")]
    [InlineData("return-429-retry-after-7")]
    [InlineData("return-reset-connection")]
    [InlineData("return-broken-stream")]
    [InlineData("return-truncated-json")]
    [InlineData("return-expired-token")]
    [InlineData("return-html")]
    public async Task A_retry_never_makes_a_second_revision(string fault)
    {
        var made = await MakeAsync();
        (string, string)[] twice = fault == "return-expired-token" ? [("entries.patch", fault)] : [("entries.patch", fault), ("entries.patch", fault)]; // one new log-in is tried
        await _platform.InjectAsync(twice);
        var revised = await _client.UpdateEntryAsync(made.Id, Update(made, "one"), None);
        Assert.Equal((1, "one"), (revised.Version, revised.GetText()));
        Assert.Equal([1, 0], (await ListAsync(made.Id)).Select(r => r.Version!.Value));

        await _platform.InjectAsync(twice);
        var draft = await _client.UpdateEntryAsync(made.Id, Update(revised, "two") with { Publish = false }, None);
        await _platform.InjectAsync([.. twice, ("entries.revisions", fault)]);
        Assert.Equal((2, "two"), await VersionAsync(_client.PublishRevisionAsync(made.Id, draft.RevisionId!.Value, None)));
        Assert.Equal([2, 1, 0], (await ListAsync(made.Id, drafts: true)).Select(r => r.Version!.Value));
    }

    [Fact]
    public async Task A_conflict_says_which_revision_is_newer()
    {
        var made = await MakeAsync();
        var newest = await _client.UpdateEntryAsync(made.Id, Update(made, "one"), None);
        var error = await Assert.ThrowsAsync<ConflictException>(() => _client.UpdateEntryAsync(made.Id, Update(made, "late"), None));
        Assert.Contains($"The latest revision is {newest.RevisionId:D} (version 1", error.Message, StringComparison.Ordinal);
        Assert.Equal("FhConflict", error.ErrorId);

        var draft = await _client.UpdateEntryAsync(made.Id, Update(newest, "draft") with { Publish = false }, None);
        var overtaking = await _client.UpdateEntryAsync(made.Id, Update(newest, "two"), None);
        error = await Assert.ThrowsAsync<ConflictException>(() => _client.PublishRevisionAsync(made.Id, draft.RevisionId!.Value, None));
        Assert.Contains($"{overtaking.RevisionId:D} (version 2", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<ConflictException>(() => _client.UpdateEntryAsync(made.Id, Update(draft, "on a draft"), None));
        Assert.Contains($"{overtaking.RevisionId:D}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revision_is_read_by_version_and_by_id()
    {
        var made = await MakeAsync();
        var one = await _client.UpdateEntryAsync(made.Id, Update(made, "one") with { Name = "m", Description = "why" }, None);
        Assert.Equal(("m", "why"), (one.Name, one.Description));
        Assert.Equal("zero", (await _client.GetEntryAsync(made.Id, new RevisionSelector(0, null), None)).GetText());
        Assert.Equal("zero", (await _client.GetEntryAsync(made.Id, new RevisionSelector(null, made.RevisionId), None)).GetText());
        Assert.Equal("one", (await _client.GetEntryAsync(made.Id, new RevisionSelector(1, null), None)).GetText());
        await Assert.ThrowsAsync<NotFoundException>(() => _client.GetEntryAsync(made.Id, new RevisionSelector(2, null), None));
        await Assert.ThrowsAsync<InvalidRequestException>(() => _client.GetEntryAsync(made.Id, new RevisionSelector(1, made.RevisionId), None));
        var listed = (await ListAsync(made.Id))[0];
        Assert.Equal((one.RevisionId!.Value, made.Id, made.RevisionId, "m", PlatformFixture.Ann.Id, (long?)3), (listed.Id, listed.EntryId, listed.ParentId, listed.Name, listed.CreatedBy, listed.Size));
    }

    [Fact]
    public async Task Many_revisions_are_listed_page_by_page_as_they_are_asked_for()
    {
        var last = await MakeAsync();
        for (var i = 1; i <= 205; i++)
        {
            last = await _client.UpdateEntryAsync(last.Id, Update(last, $"v{i}"), None);
        }

        var before = await CountAsync("entries.revisions");
        await foreach (var revision in _client.GetRevisionsAsync(last.Id, false, None))
        {
            Assert.Equal(205, revision.Version);
            break;
        }

        Assert.Equal(1, await CountAsync("entries.revisions") - before);
        Assert.Equal(Enumerable.Range(0, 206).Reverse(), (await ListAsync(last.Id)).Select(r => r.Version!.Value));
        Assert.Equal([203, 202], (await _client.GetRevisionPageAsync(last.Id, 2, 2, false, None)).Select(r => r.Version!.Value));
    }

    [Fact]
    public async Task What_does_not_go_together_is_refused_before_it_is_sent()
    {
        var made = await MakeAsync();
        var before = (await _platform.OperationsAsync()).Count;
        foreach (var update in new[]
        {
            Update(made, "x") with { SourceEntryId = Guid.NewGuid() },
            Update(made, null),
            Update(made, null) with { Name = "m" },
            Update(made, null) with { Publish = false },
            Update(made, "x") with { Name = " " },
            Update(made, "half \uD83E"),
        })
        {
            await Assert.ThrowsAsync<InvalidRequestException>(() => _client.UpdateEntryAsync(made.Id, update, None));
        }

        await Assert.ThrowsAsync<InvalidRequestException>(() => _client.GetRevisionPageAsync(made.Id, 101, 0, false, None));
        Assert.Equal(before, (await _platform.OperationsAsync()).Count);
        Assert.Contains("NUL", (await Assert.ThrowsAsync<InvalidRequestException>(() => _client.UpdateEntryAsync(made.Id, Update(made, "a\0b"), None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_read_is_forbidden_and_who_may_not_finds_nothing()
    {
        var made = await MakeAsync();
        using var bob = Clients.Of(_platform.Url, new SkippingTime(), PlatformFixture.Bob.ApiKey);
        await Assert.ThrowsAsync<NotFoundException>(() => bob.UpdateEntryAsync(made.Id, Update(made, "x"), None));
        await Assert.ThrowsAsync<NotFoundException>(() => bob.GetRevisionPageAsync(made.Id, 1, 0, false, None));
        await _client.SetEntryPermissionsAsync(made.Id, ShareStatus.Public, null, None);
        await Assert.ThrowsAsync<ForbiddenException>(() => bob.UpdateEntryAsync(made.Id, Update(made, "x"), None));
        await Assert.ThrowsAsync<ForbiddenException>(() => bob.PublishRevisionAsync(made.Id, Guid.NewGuid(), None));
        Assert.Single(await bob.GetRevisionPageAsync(made.Id, 10, 0, false, None));
        await Assert.ThrowsAsync<NotFoundException>(() => _client.PublishRevisionAsync(made.Id, Guid.NewGuid(), None));
        Assert.Equal(made.RevisionId, (await _client.PublishRevisionAsync(made.Id, made.RevisionId!.Value, None)).RevisionId); // published as it is
    }

    [Theory]
    [InlineData("return-503")]
    [InlineData("lose-answer")]
    [InlineData("return-truncated-json")]
    public async Task What_a_run_made_is_given_once_each(string fault)
    {
        Assert.Empty(await _client.GetTrajectoryEntriesAsync("run/1 & more", None));
        using var run = await _platform.LogInAsync();
        run.DefaultRequestHeaders.Add("x-actor-id", "run/1 & more");
        var ids = new List<Guid>();
        foreach (var name in new[] { "a", "b" })
        {
            using var answer = await run.PostAsJsonAsync("/v0.1/data-storage/data-entries", new { name, content = "x" });
            ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data_storage").GetProperty("id").GetGuid());
        }

        await _platform.InjectAsync(("provenance.list", fault));
        var entries = await _client.GetTrajectoryEntriesAsync(" run/1 & more ", None);
        Assert.Equal(ids, entries.Select(e => e.Id));
        Assert.Equal(StorageType.RawContent, entries[0].StorageType);
        await Assert.ThrowsAsync<InvalidRequestException>(() => _client.GetTrajectoryEntriesAsync(" ", None));
    }

    private static RevisionUpdate Update(DataEntry from, string? text) => new() { BaseRevisionId = from.RevisionId!.Value, Content = text };

    private static async Task<(int?, string?)> VersionAsync(Task<DataEntry> entry) => ((await entry).Version, (await entry).GetText());

    private Task<DataEntry> MakeAsync() => _client.CreateEntryAsync(new CreateEntryRequest { Name = "n", Content = "zero" }, None);

    private async Task<List<DataRevision>> ListAsync(Guid id, bool drafts = false)
    {
        var revisions = new List<DataRevision>();
        await foreach (var revision in _client.GetRevisionsAsync(id, drafts, None))
        {
            revisions.Add(revision);
        }

        return revisions;
    }

    private async Task<int> CountAsync(string operation) => (await _platform.OperationsAsync()).Count(o => o == operation);
}
