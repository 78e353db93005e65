using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>What a later call goes on with, and what it does not: the states of an upload and its journal.</summary>
public sealed class UploadJournalTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Differences => ["name", "description", "metadata", "nested metadata", "embedding", "tags", "path", "dataset", "collection"];

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task The_same_file_with_anything_else_said_of_it_is_another_upload(string difference)
    {
        await using var fixture = await TransferFixture.StartAsync(UploadModes.Multipart);
        var dataset = await fixture.Client.CreateDatasetAsync("d", null, null, Ct);
        var request = Request(fixture) with { Metadata = new Dictionary<string, object?> { ["run"] = 1, ["in"] = new Dictionary<string, object?> { ["a"] = 1 } }, Embedding = [1, 0], Tags = ["one"], Description = "first" };
        await InterruptAsync(fixture, request);
        var other = difference switch
        {
            "name" => request with { Name = "other" },
            "description" => request with { Description = "second" },
            "metadata" => request with { Metadata = new Dictionary<string, object?> { ["run"] = 2, ["in"] = request.Metadata!["in"] } },
            "nested metadata" => request with { Metadata = new Dictionary<string, object?> { ["run"] = 1, ["in"] = new Dictionary<string, object?> { ["a"] = 2 } } },
            "embedding" => request with { Embedding = [0, 1] },
            "tags" => request with { Tags = ["two"] },
            "path" => request with { DestinationPath = "elsewhere/a.bin" },
            "dataset" => request with { DatasetId = dataset.Id },
            _ => request with { IsCollection = true },
        };

        var entry = await fixture.NewEngine().UploadAsync(other, null, Ct);
        Assert.Equal(2, await CreationsAsync(fixture));
        Assert.Equal(other.Metadata!["run"], Convert.ToInt32(entry.Metadata!["run"], null));
        Assert.Equal((other.Name, other.Description), (entry.Name, entry.Description));
        Assert.Equal(other.Tags, entry.Tags);

        // And the first goes on, whatever order its metadata comes in.
        await fixture.NewEngine().UploadAsync(request with { Metadata = new Dictionary<string, object?> { ["in"] = request.Metadata!["in"], ["run"] = 1 } }, null, Ct);
        Assert.Equal(2, await CreationsAsync(fixture));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Journals));
    }

    [Fact]
    public async Task Another_users_upload_is_another_and_leaves_the_first_as_it_is()
    {
        await using var fixture = await TransferFixture.StartAsync(UploadModes.Multipart);
        await InterruptAsync(fixture, Request(fixture));
        var pending = Assert.Single(Directory.EnumerateFiles(fixture.Journals));

        using var key = Secret.From(PlatformFixture.Bob.ApiKey);
        using var bob = new PlatformClient(new PlatformClientOptions { ServiceUri = fixture.Platform.Url, ApiKey = key });
        await new TransferEngine(bob, new TransferOptions { JournalDirectory = fixture.Journals }).UploadAsync(Request(fixture), null, Ct);
        Assert.Equal(2, await CreationsAsync(fixture));
        Assert.Equal([pending], Directory.EnumerateFiles(fixture.Journals));

        await fixture.NewEngine().UploadAsync(Request(fixture), null, Ct);
        Assert.Equal(2, await CreationsAsync(fixture));
    }

    [Theory]
    [InlineData(UploadModes.Multipart, "parts.put")]
    [InlineData(UploadModes.Multipart, "entries.complete")]
    [InlineData(UploadModes.Multipart, "entries.patch")]
    [InlineData(UploadModes.Session, "sessions.start")]
    [InlineData(UploadModes.Session, "sessions.put")]
    [InlineData(UploadModes.Session, "entries.patch")]
    public async Task What_passes_leaves_the_entry_pending_and_the_same_command_goes_on(UploadModes modes, string operation)
    {
        await using var bench = await Bench.StartAsync(modes);
        var path = bench.File("a.bin", 21 * MiB);
        await bench.InjectAlwaysAsync(operation, operation == "sessions.put" ? "return-503-after-256K" : "return-503");
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(path, ct: Ct));
        Assert.True(error.IsTransient);
        Assert.Contains("stays pending", error.Message, StringComparison.Ordinal);
        Assert.Contains("the same command goes on", error.Message, StringComparison.Ordinal);
        Assert.Equal(EntryStatus.Pending, await bench.Client.GetEntryStatusAsync(error.EntryId!.Value, Ct));
        Assert.Single(bench.Journals);

        await bench.ClearFaultsAsync();
        var stored = await bench.CountAsync("parts.put");
        var entry = await bench.Another(new TransferOptions()).UploadAsync(Bench.Request(path), null, Ct);
        Assert.Equal(error.EntryId, entry.Id);
        Assert.Equal(1, await bench.CountAsync("entries.create"));
        if (operation is "entries.complete" or "entries.patch")
        {
            Assert.Equal(stored, await bench.CountAsync("parts.put"));
        }

        await bench.EnsureSameAsync(path, entry);
        Assert.Empty(bench.Journals);
    }

    [Fact]
    public async Task What_can_never_succeed_marks_the_entry_failed_and_leaves_no_journal()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        await bench.InjectAsync(("entries.complete", "return-422"));
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(bench.File("a.bin", 10), ct: Ct));
        Assert.False(error.IsTransient);
        Assert.Equal(EntryStatus.Failed, await bench.Client.GetEntryStatusAsync(error.EntryId!.Value, Ct));
        Assert.Empty(bench.Journals);
    }

    [Theory]
    [InlineData("{\"Part\":1,\"ETag\":\"cut o")]
    [InlineData("no line at all\n{\"Stored\":true}\n")]
    [InlineData("\0\0\0\0")]
    public async Task A_torn_end_costs_nothing_that_is_whole(string end)
    {
        await using var fixture = await TransferFixture.StartAsync(UploadModes.Multipart);
        await InterruptAsync(fixture, Request(fixture));
        var journal = Assert.Single(Directory.EnumerateFiles(fixture.Journals));
        var parts = (await System.IO.File.ReadAllLinesAsync(journal, Ct)).Count(line => line.Contains("\"ETag\"", StringComparison.Ordinal));
        Assert.InRange(parts, 1, 3);
        await System.IO.File.AppendAllTextAsync(journal, end, Ct);
        var sent = (await fixture.Platform.OperationsAsync()).Count(o => o == "parts.put");

        var entry = await fixture.NewEngine().UploadAsync(Request(fixture), null, Ct);
        Assert.Equal(1, await CreationsAsync(fixture));
        Assert.Equal(4 - parts, (await fixture.Platform.OperationsAsync()).Count(o => o == "parts.put") - sent);
        Assert.True(await fixture.IsSameAsync(entry.Id, fixture.Platform.Directory.Combine("a.bin")));
    }

    [Fact]
    public async Task A_journal_that_is_no_journal_is_none()
    {
        await using var fixture = await TransferFixture.StartAsync(UploadModes.Multipart);
        await InterruptAsync(fixture, Request(fixture));
        await System.IO.File.WriteAllTextAsync(Assert.Single(Directory.EnumerateFiles(fixture.Journals)), "garbage", Ct);
        var entry = await fixture.NewEngine().UploadAsync(Request(fixture), null, Ct);
        Assert.True(await fixture.IsSameAsync(entry.Id, fixture.Platform.Directory.Combine("a.bin")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Journals));
    }

    [Fact]
    public async Task An_upload_whose_file_has_changed_since_is_abandoned()
    {
        await using var fixture = await TransferFixture.StartAsync(UploadModes.Multipart);
        var dataset = await fixture.Client.CreateDatasetAsync("d", null, null, Ct);
        var request = Request(fixture) with { DatasetId = dataset.Id };
        await InterruptAsync(fixture, request);
        await System.IO.File.AppendAllTextAsync(request.Path, "more", Ct);
        var entry = await fixture.NewEngine().UploadAsync(request, null, Ct);
        Assert.True(await fixture.IsSameAsync(entry.Id, request.Path));
        var entries = (await fixture.Client.GetDatasetAsync(dataset.Id, Ct)).Entries;
        Assert.Equal([EntryStatus.Active, EntryStatus.Failed], entries.Select(e => e.Status).Order());
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Journals));
    }

    [Fact]
    public async Task Journals_and_locks_of_a_week_ago_are_removed_when_a_transfer_starts()
    {
        await using var fixture = await TransferFixture.StartAsync();
        Directory.CreateDirectory(fixture.Journals);
        var (old, held, young) = (new string('A', 32), new string('B', 32), new string('C', 32));
        foreach (var name in new[] { old + ".journal", old + ".json", old + ".json.lock", held + ".journal", young + ".journal", "mine.journal", "mine.txt" })
        {
            var path = Path.Combine(fixture.Journals, name);
            await System.IO.File.WriteAllTextAsync(path, "{}\n", Ct);
            System.IO.File.SetLastWriteTimeUtc(path, DateTime.UtcNow - TimeSpan.FromDays(name.StartsWith(young, StringComparison.Ordinal) ? 6 : 8));
        }

        using (new FileStream(Path.Combine(fixture.Journals, held + ".journal"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 5), ct: Ct);
        }

        Assert.Equal([held + ".journal", young + ".journal", "mine.journal", "mine.txt"], Directory.EnumerateFiles(fixture.Journals).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(UploadModes.Multipart)]
    [InlineData(UploadModes.Session)]
    public async Task A_local_platform_that_comes_back_at_another_address_goes_on(UploadModes modes)
    {
        using var folder = new TempDirectory();
        var path = folder.RandomFile("a.bin", 21 * MiB);
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        Guid? begun;
        await using (var first = await StartAsync())
        {
            using var cancel = new CancellationTokenSource();
            var progress = new Callback(p =>
            {
                if (p is { Phase: TransferPhase.Sending, BytesDone: > 9 * MiB })
                {
                    cancel.Cancel();
                }
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => UploadAsync(first, progress, cancel.Token));
            begun = System.IO.File.ReadLines(Assert.Single(Directory.EnumerateFiles(folder.Combine("journals"))))
                .Select(line => System.Text.Json.JsonElement.Parse(line)).Single(step => step.TryGetProperty("Entry", out _)).GetProperty("Entry").GetGuid();
        }

        await using var second = await StartAsync();
        var entry = await UploadAsync(second, null, Ct);
        Assert.Equal(begun, entry.Id);
        Assert.Equal(EntryStatus.Active, entry.Status);
        Assert.Empty(Directory.EnumerateFiles(folder.Combine("journals")));

        Task<LocalPlatformHost> StartAsync() =>
            LocalPlatformHost.StartAsync(new FutureHouse.LocalPlatform.Hosting.LocalPlatformOptions { Store = folder.Combine("store"), Users = [PlatformFixture.Ann], Uploads = modes });

        async Task<DataEntry> UploadAsync(LocalPlatformHost host, IProgress<TransferProgress>? progress, CancellationToken ct)
        {
            using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = host.Url, ApiKey = key, ServiceName = folder.Combine("store") });
            return await new TransferEngine(client, new TransferOptions { JournalDirectory = folder.Combine("journals"), PartsInFlight = 1 })
                .UploadAsync(new UploadRequest { Path = path, Name = "a.bin" }, progress, ct);
        }
    }

    private static UploadRequest Request(TransferFixture fixture) => new() { Path = File(fixture), Name = "a.bin" };

    private static string File(TransferFixture fixture)
    {
        var path = fixture.Platform.Directory.Combine("a.bin");
        return System.IO.File.Exists(path) ? path : fixture.Platform.Directory.RandomFile("a.bin", 32 * MiB);
    }

    private static async Task<int> CreationsAsync(TransferFixture fixture) => (await fixture.Platform.OperationsAsync()).Count(o => o == "entries.create");

    /// <summary>Begins an upload and cancels it when one of its four parts is there.</summary>
    private static async Task InterruptAsync(TransferFixture fixture, UploadRequest request)
    {
        using var cancel = new CancellationTokenSource();
        var progress = new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > 9 * MiB })
            {
                cancel.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.NewEngine(o => o with { PartsInFlight = 1 }).UploadAsync(request, progress, cancel.Token));
    }
}
