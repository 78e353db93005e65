using System.Diagnostics;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>A session that is killed in the middle of an upload, at each step of it: the same command in another process goes on, with one entry and no part that is sent again.</summary>
public sealed class KilledSessionTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>When the process is killed.</summary>
    public enum Moment
    {
        /// <summary>The request has left it, and the platform has not seen it.</summary>
        Sent,

        /// <summary>The platform has done it, and the process has not been told.</summary>
        Done,
    }

    [Theory]
    [InlineData(UploadModes.Multipart, "create", Moment.Sent)]
    [InlineData(UploadModes.Multipart, "create", Moment.Done)]
    [InlineData(UploadModes.Multipart, "initiate", Moment.Done)]
    [InlineData(UploadModes.Multipart, "complete", Moment.Sent)]
    [InlineData(UploadModes.Multipart, "complete", Moment.Done)]
    [InlineData(UploadModes.Multipart, "activate", Moment.Sent)]
    [InlineData(UploadModes.Multipart, "activate", Moment.Done)]
    [InlineData(UploadModes.Session, "start", Moment.Done)]
    [InlineData(UploadModes.Session, "put", Moment.Done)]
    [InlineData(UploadModes.Session, "activate", Moment.Done)]
    public async Task A_file_is_one_active_entry_and_no_part_goes_twice(UploadModes modes, string step, Moment moment)
    {
        await using var round = await Round.StartAsync(modes, 21 * MiB);
        await round.KillAsync(process => round.At(moment, request => Step(request) == step ? process.KillAndLose() : Task.CompletedTask));
        await round.FinishAsync();
    }

    [Fact]
    public async Task A_part_that_was_acknowledged_is_not_sent_again_while_others_were_under_way()
    {
        await using var round = await Round.StartAsync(UploadModes.Multipart, 61 * MiB); // seven parts, six of them at once
        await round.KillAsync(process => round.At(Moment.Sent, async request =>
        {
            if (Part(request) is >= 2 and <= 6)
            {
                await process.Gone; // held: only the first is acknowledged, and the seventh takes its place
                throw new IOException("Lost.");
            }

            await (Part(request) == 7 ? process.KillAndLose() : Task.CompletedTask);
        }));
        await round.FinishAsync();
        Assert.Single(round.Proxy.Requests, request => Part(request) == 1);
    }

    [Fact]
    public async Task A_session_goes_on_where_the_storage_says_it_is()
    {
        await using var round = await Round.StartAsync(UploadModes.Session, 21 * MiB);
        round.Proxy.Cut = request => Step(request) == "put" ? 8 * MiB : null;
        await round.KillAsync(round.Cutting);
        await round.FinishAsync();
        Assert.InRange(round.Proxy.Requests.Last(request => Step(request) == "put").Body.Length, 13 * MiB, 20 * MiB);
    }

    [Theory]
    [InlineData("create", 1, Moment.Done)]
    [InlineData("create", 170, Moment.Done)]
    [InlineData("activate", 60, Moment.Done)]
    [InlineData("part", 40, Moment.Sent)]
    public async Task A_hierarchy_has_one_active_entry_for_each_path(string step, int count, Moment moment)
    {
        await using var round = await Round.StartAsync(UploadModes.Multipart, 0);
        for (var i = 0; i < 300; i++)
        {
            round.Platform.Directory.RandomFile($"tree/d{i % 7}/e{i % 3}/f{i:000}.{(i % 2 == 0 ? "bin" : "txt")}", 100 + i, seed: i);
        }

        round.What = round.Platform.Directory.Combine("tree");
        var seen = 0;
        await round.KillAsync(process => round.At(moment, request => Step(request) == step && Interlocked.Increment(ref seen) == count ? process.KillAndLose() : Task.CompletedTask));
        var entries = await round.EntriesAsync();
        Assert.InRange(entries.Count, 1, 328);
        Assert.Equal(329, (await round.RunAsync(underWay: 16)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        entries = await round.EntriesAsync();
        Assert.Equal(329, entries.Count); // the root, 7 and 21 directories, 300 files, and nothing twice
        Assert.All(entries, entry => Assert.Equal("Active", entry.Status));
        round.EnsureSame(entries[0].Id, "-Recurse");
    }

    private static string Step(RecordedRequest request) => request switch
    {
        { Method: "POST", Path: var path } when path.EndsWith("/data-entries", StringComparison.Ordinal) => "create",
        { Method: "POST", Path: var path } when path.EndsWith("/initiate", StringComparison.Ordinal) => "initiate",
        { Method: "POST", Path: var path } when path.EndsWith("/complete", StringComparison.Ordinal) => "complete",
        { Method: "PATCH" } => "activate",
        { Method: "POST", Query: var query } when query.Contains("X-Goog-Signature", StringComparison.Ordinal) => "start",
        { Method: "PUT" } when Part(request) is not null => "part",
        { Method: "PUT", Body.Length: > 0 } => "put",
        _ => "other",
    };

    private static int? Part(RecordedRequest request) => request.Method == "PUT"
        && request.Query.Split('&').FirstOrDefault(pair => pair.StartsWith("partNumber=", StringComparison.OrdinalIgnoreCase)) is { } pair ? int.Parse(pair[11..], null) : null;

    /// <summary>A process that is killed by what it has sent.</summary>
    private sealed class Victim(Process process)
    {
        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Gone => _gone.Task;

        /// <summary>SIGKILL: nothing is tidied up.</summary>
        public Task Kill()
        {
            process.Kill();
            return process.WaitForExitAsync(Ct);
        }

        /// <summary>Kills it, and the request is lost with it.</summary>
        public async Task KillAndLose()
        {
            await Kill();
            _gone.TrySetResult();
            throw new IOException("Lost.");
        }

        public async Task GoneAfter(Task other)
        {
            await other;
            _gone.TrySetResult();
        }
    }

    /// <summary>The same command twice, with a kill in the first.</summary>
    private sealed class Round : IAsyncDisposable
    {
        private readonly TempDirectory _home = new();
        private readonly TypedSession _session;
        private readonly string _dataset;

        private Round(PlatformFixture platform, RecordingProxy proxy, string what)
        {
            (Platform, Proxy, What) = (platform, proxy, what);
            _session = new TypedSession().Connect(platform);
            _dataset = _session.Good("(New-FhDataset -Name round).Id.ToString()").Single().ToString()!;
        }

        public PlatformFixture Platform { get; }

        public RecordingProxy Proxy { get; }

        public string What { get; set; }

        private string Command => Pwsh.WithModule(
            $"$null = Connect-Fh -ApiKey '{PlatformFixture.Ann.ApiKey}' -ServiceUri '{Proxy.Url}'; Send-FhFile -LiteralPath '{What}' -DatasetId {_dataset} -Metadata @{{ run = 1; a = 2; z = 3 }} | ForEach-Object {{ $_.Id.ToString() }}");

        private string Journals => Path.Combine(_home.Path, "FutureHouse", "uploads");

        public static async Task<Round> StartAsync(UploadModes modes, int size)
        {
            var platform = await PlatformFixture.StartAsync(o => o with { Uploads = modes });
            return new Round(platform, await RecordingProxy.StartAsync(platform.Url), platform.Directory.RandomFile("big.bin", size));
        }

        public void At(Moment moment, Func<RecordedRequest, Task> hook)
        {
            if (moment == Moment.Sent)
            {
                Proxy.Arriving = hook;
            }
            else
            {
                Proxy.Answering = hook;
            }
        }

        /// <summary>Kills it with the body of a session's PUT under way: the storage has only what comes before the cut.</summary>
        public void Cutting(Victim process) => Proxy.Arriving = async request =>
        {
            if (Step(request) == "put")
            {
                await process.Kill();
                _ = process.GoneAfter(new PipelineTests.Gate(Platform).WaitAsync("sessions.put"));
            }
        };

        public async Task KillAsync(Action<Victim> arrange)
        {
            using var process = await Pwsh.StartAsync(DotnetProgram.Home(_home.Path), "-Command", Command);
            var victim = new Victim(process);
            arrange(victim);
            await victim.Gone.WaitAsync(Ct);
            (Proxy.Arriving, Proxy.Answering, Proxy.Cut) = (null, null, null);
            var journal = Assert.Single(Directory.EnumerateFileSystemEntries(Journals));
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal));
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Journals));
            }
        }

        /// <summary>The same command to its end.</summary>
        /// <param name="underWay">How many answers may have been given that the process was killed before it could read.</param>
        public async Task<string> RunAsync(int underWay = 0)
        {
            var before = Proxy.Requests.Count;
            var acknowledged = Proxy.Answered.Where(request => Step(request) == "part").Select(request => (request.Path, request.Query)).ToHashSet();
            var (code, output, error) = await Pwsh.RunAsync(DotnetProgram.Home(_home.Path), "-Command", Command);
            Assert.True(code == 0 && error.Length == 0, output + error);
            Assert.InRange(Proxy.Requests.Skip(before).Count(request => acknowledged.Contains((request.Path, request.Query))), 0, underWay);
            Assert.Empty(Directory.EnumerateFileSystemEntries(Journals));
            return output;
        }

        public async Task FinishAsync()
        {
            var id = (await RunAsync()).Trim();
            Assert.Equal([(id, "Active")], await EntriesAsync());
            EnsureSame(id, string.Empty);
        }

        public void EnsureSame(string id, string how)
        {
            var folder = Platform.Directory.Combine("out");
            Directory.CreateDirectory(folder);
            _session.Good($"Get-FhData {id} -Destination '{folder}' {how}");
            var files = File.Exists(What) ? [What] : Directory.GetFiles(What, "*", SearchOption.AllDirectories);
            foreach (var file in files)
            {
                var back = Path.Combine(folder, Path.GetRelativePath(Path.GetDirectoryName(What)!, file));
                Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(back)), file);
            }
        }

        public Task<List<(string Id, string Status)>> EntriesAsync() => Task.FromResult(_session
            .Good($"Get-FhDataEntry -DatasetId {_dataset} | ForEach-Object {{ \"$($_.Id) $($_.Status)\" }}")
            .Select(line => (line.ToString()!.Split(' ')[0], line.ToString()!.Split(' ')[1])).ToList());

        public async ValueTask DisposeAsync()
        {
            _session.Dispose();
            await Proxy.DisposeAsync();
            await Platform.DisposeAsync();
            _home.Dispose();
        }
    }
}
