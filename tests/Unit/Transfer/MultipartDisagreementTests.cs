using System.Net;
using System.Net.Sockets;
using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Tests.Unit.Platform;
using FutureHouse.Transfer;
using Xunit;
using Answer = FutureHouse.Tests.Unit.Platform.ScriptedService.Answer;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>What is left of the disagreements over a multipart upload (gcs-transfer, "Disagreements"), and how an upload goes on or ends after them.</summary>
public sealed class MultipartDisagreementTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task Parts_that_the_storage_does_not_have_after_all_go_again_once()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        var path = bench.File("a.bin", 25 * MiB);
        var lost = 0;
        var entry = await bench.UploadAsync(path, new Callback(p => LosePart(bench, p, () => Interlocked.Increment(ref lost) == 1)));
        await bench.EnsureSameAsync(path, entry);
        await bench.EnsureCleanAsync();
        Assert.Equal(2, await bench.CountAsync("entries.complete"));
        Assert.Equal(1, await bench.CountAsync("entries.initiate"));
    }

    [Fact]
    public async Task Parts_that_the_storage_loses_again_are_an_error()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(bench.File("a.bin", 25 * MiB), new Callback(p => LosePart(bench, p, () => true))));
        Assert.Contains("InvalidPart", error.ServiceDetail, StringComparison.Ordinal);
        Assert.Equal(EntryStatus.Failed, (await bench.Client.GetEntryAsync(error.EntryId!.Value)).Status);
        Assert.Equal(2, await bench.CountAsync("entries.complete"));
        Assert.Empty(bench.Journals);
    }

    [Fact]
    public async Task Completing_may_take_longer_than_any_other_call_and_says_so()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        await bench.InjectAsync(("entries.complete", "delay-2000ms"));
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var hasty = new PlatformClient(new PlatformClientOptions { ServiceUri = bench.Platform.Url, ApiKey = key, CallTimeout = TimeSpan.FromSeconds(1), Patience = TimeSpan.Zero });
        await hasty.LogInAsync(Bench.None);
        var phases = new List<TransferPhase>();
        var engine = new TransferEngine(hasty, new TransferOptions { JournalDirectory = bench.JournalDirectory });
        var entry = await engine.UploadAsync(Bench.Request(bench.File("a.bin", MiB)), new Callback(p => { lock (phases) { phases.Add(p.Phase); } }), Bench.None);
        Assert.Equal(EntryStatus.Active, entry.Status);
        Assert.Equal(1, await bench.CountAsync("entries.complete"));
        Assert.Equal(TransferPhase.Finishing, phases[^1]);
    }

    [Fact]
    public async Task A_look_at_the_object_that_fails_is_repeated()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        await bench.InjectAsync(("entries.complete", "lose-answer"), ("entries.complete", "return-404"), ("objects.get", "return-503"), ("objects.get", "return-reset-connection"));
        await bench.RoundTripAsync(bench.File("a.bin", 12 * MiB));
        Assert.Equal(1, await bench.CountAsync("entries.initiate"));
    }

    [Fact]
    public async Task A_wait_that_nobody_should_wait_is_an_error_at_once()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        await bench.InjectAsync(("parts.put", "return-503-retry-after-7200"));
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(bench.File("a.bin", MiB)));
        Assert.Contains("which asks to wait 7200 seconds", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await bench.CountAsync("parts.put"));
    }

    [Fact]
    public async Task A_storage_that_takes_no_connection_is_an_error_and_its_entry_stays_to_go_on_with()
    {
        Requirement.Met(OperatingSystem.IsLinux(), "linux", "only Linux leaves a connection beyond the backlog without an answer");
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        using var first = new TcpClient();
        await first.ConnectAsync((IPEndPoint)deaf.LocalEndPoint!); // the one that the backlog holds
        var marks = new List<string>();
        await using var service = ScriptedService.AfterLogIn(request =>
        {
            if (request.Method == "PATCH")
            {
                marks.Add(request.Body);
            }

            return request.Path.EndsWith("/initiate", StringComparison.Ordinal)
                ? Answer.Json($$"""{"upload_id":"u","part_urls":["http://{{deaf.LocalEndPoint}}/bucket/o?partNumber=1"]}""")
                : Answer.Entry("a.bin");
        });
        using var folder = new TempDirectory();
        using var client = new PlatformClient(Clients.Options(service.Url) with { ConnectTimeout = TimeSpan.FromMilliseconds(100), Patience = TimeSpan.FromSeconds(5) });
        var engine = new TransferEngine(client, new TransferOptions { JournalDirectory = folder.Combine("journal") });
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => engine.UploadAsync(Bench.Request(folder.RandomFile("a.bin", 10)), null, Bench.None));
        Assert.Contains("no connection within the time allowed", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
        Assert.Empty(marks);
    }

    [Fact]
    public async Task An_entry_whose_making_nobody_saw_is_found_by_the_same_request()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        var dataset = await bench.Client.CreateDatasetAsync("d", null, null, Bench.None);
        var path = bench.File("a.bin", MiB);
        var request = Bench.Request(path) with { DatasetId = dataset.Id };

        // It is made, the answer is lost, and where it could be looked for does not answer either: as for a session that is killed at that moment.
        await bench.InjectAsync(("entries.create", "lose-answer"));
        await bench.InjectAlwaysAsync("datasets.get", "return-503");
        await Assert.ThrowsAnyAsync<FutureHouseException>(() => bench.Engine.UploadAsync(request, null, Bench.None));
        await bench.ClearFaultsAsync();
        Assert.Single(bench.Journals);

        var entry = await bench.Another(new TransferOptions()).UploadAsync(request, null, Bench.None);
        Assert.Equal(entry.Id, Assert.Single((await bench.Client.GetDatasetAsync(dataset.Id, Bench.None)).Entries).Id);
        await bench.EnsureSameAsync(path, entry);
        await bench.EnsureCleanAsync();
    }

    [Fact]
    public async Task The_same_request_with_other_metadata_after_that_is_another_entry()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        var dataset = await bench.Client.CreateDatasetAsync("d", null, null, Bench.None);
        var request = Bench.Request(bench.File("a.bin", MiB)) with { DatasetId = dataset.Id };
        await bench.InjectAsync(("entries.create", "lose-answer"));
        await bench.InjectAlwaysAsync("datasets.get", "return-503");
        await Assert.ThrowsAnyAsync<FutureHouseException>(() => bench.Engine.UploadAsync(request, null, Bench.None));
        await bench.ClearFaultsAsync();

        var entry = await bench.Engine.UploadAsync(request with { Metadata = new Dictionary<string, object?> { ["k"] = "v" } }, null, Bench.None);
        Assert.Equal("v", entry.Metadata!["k"]);
        Assert.Single(bench.Journals); // the first may still go on
    }

    [Fact]
    public async Task A_creation_that_is_refused_leaves_no_journal()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        await Assert.ThrowsAsync<NotFoundException>(() => bench.Engine.UploadAsync(Bench.Request(bench.File("a.bin", MiB)) with { DatasetId = Guid.NewGuid() }, null, Bench.None));
        Assert.Empty(bench.Journals);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_begun_for_another_file_of_the_name_is_failed(bool sameSizeAndTime)
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart, new TransferOptions { PartsInFlight = 1 });
        var path = bench.File("a.bin", 25 * MiB);
        var time = File.GetLastWriteTimeUtc(path);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.UploadAsync(path, new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > MiB })
            {
                stop.Cancel();
            }
        }), stop.Token));
        var begun = File.ReadLines(bench.Journals.Single()).Select(line => System.Text.Json.JsonElement.Parse(line))
            .Single(step => step.TryGetProperty("Entry", out _)).GetProperty("Entry").GetGuid();

        // Another file takes the name; one with another inode is another file, whatever else is the same.
        Requirement.Met(!sameSizeAndTime || !OperatingSystem.IsWindows(), "unix", "inodes are of Unix");
        var other = bench.File("b.bin", sameSizeAndTime ? 25 * MiB : 26 * MiB, 2);
        File.SetLastWriteTimeUtc(other, time);
        File.Move(other, path, overwrite: true);
        var entry = await bench.RoundTripAsync(path);
        Assert.NotEqual(begun, entry.Id);
        Assert.Equal(EntryStatus.Failed, (await bench.Client.GetEntryAsync(begun)).Status);
    }

    /// <summary>Takes the second part out of the storage when the upload is about to be completed.</summary>
    private static void LosePart(Bench bench, TransferProgress progress, Func<bool> when)
    {
        if (progress.Phase == TransferPhase.Finishing && when())
        {
            foreach (var part in Directory.EnumerateFiles(bench.Platform.Directory.Combine("store"), "00002-*", SearchOption.AllDirectories))
            {
                File.Delete(part);
            }
        }
    }
}
