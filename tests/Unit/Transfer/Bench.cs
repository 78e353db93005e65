using System.Collections.Concurrent;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Tests.Unit.Platform;
using FutureHouse.Transfer;
using Xunit;
using LocalPlatformOptions = FutureHouse.LocalPlatform.Hosting.LocalPlatformOptions;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>An engine against the real local platform, with faults on request and waits that are skipped.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public static readonly CancellationToken None = CancellationToken.None;
    private (long Began, TimeSpan Length)? _outage;

    private Bench(PlatformFixture platform, TransferOptions options)
    {
        Platform = platform;
        Client = new PlatformClient(Clients.Options(platform.Url, Time, PlatformFixture.Ann.ApiKey) with { Log = Lines.Enqueue, Waiting = Wait });
        Engine = Another(options);
        Out = platform.Directory.Combine("out");
        Directory.CreateDirectory(Out);
    }

    public PlatformFixture Platform { get; }

    public SkippingTime Time { get; } = new();

    public PlatformClient Client { get; }

    public TransferEngine Engine { get; }

    public ConcurrentQueue<string> Lines { get; } = new();

    public string Out { get; }

    public string JournalDirectory => Platform.Directory.Combine("journal");

    public static async Task<Bench> StartAsync(UploadModes modes = UploadModes.Both, TransferOptions? options = null, Func<LocalPlatformOptions, LocalPlatformOptions>? change = null) =>
        new(await PlatformFixture.StartAsync(o => (change?.Invoke(o) ?? o) with { Uploads = modes }), options ?? new TransferOptions());

    public TransferEngine Another(TransferOptions options) =>
        new(Client, options with { JournalDirectory = JournalDirectory });

    public string File(string name, long size, int seed = 1) => Platform.Directory.RandomFile(name, size, seed);

    public string Text(string name, string content)
    {
        System.IO.File.WriteAllText(Platform.Directory.Combine(name), content);
        return Platform.Directory.Combine(name);
    }

    public static UploadRequest Request(string path) => new() { Path = path, Name = System.IO.Path.GetFileName(path) };

    public Task<DataEntry> UploadAsync(string path, IProgress<TransferProgress>? progress = null, CancellationToken ct = default) => Engine.UploadAsync(Request(path), progress, ct);

    public async Task<string> FetchAsync(DataEntry entry, bool force = false, IProgress<TransferProgress>? progress = null) =>
        (await Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = Out, Force = force }, progress, None)).Single().Path!;

    /// <summary>Sends a file, fetches it and compares; every fault has been met.</summary>
    public async Task<DataEntry> RoundTripAsync(string path)
    {
        var entry = await UploadAsync(path);
        Assert.Equal(EntryStatus.Active, entry.Status);
        await EnsureSameAsync(path, entry);
        await EnsureCleanAsync();
        return entry;
    }

    public async Task EnsureSameAsync(string path, DataEntry entry)
    {
        var copy = await FetchAsync(await Client.GetEntryAsync(entry.Id));
        var (sent, received) = (await System.IO.File.ReadAllBytesAsync(path), await System.IO.File.ReadAllBytesAsync(copy));
        Assert.True(sent.AsSpan().SequenceEqual(received), "The bytes that came back are others.");
        Assert.Equal([copy], Directory.GetFileSystemEntries(Out));
    }

    public async Task EnsureCleanAsync()
    {
        Assert.Empty(await Platform.PendingFaultsAsync());
        Assert.Empty(Journals);
    }

    public IReadOnlyList<string> Journals => Directory.Exists(JournalDirectory) ? Directory.GetFiles(JournalDirectory) : [];

    public async Task<int> CountAsync(string operation) => (await Platform.OperationsAsync()).Count(o => o == operation);

    public Task InjectAsync(params (string Operation, string Fault)[] faults) => Platform.InjectAsync(faults);

    public Task InjectAlwaysAsync(string operation, string fault) => Platform.InjectAlwaysAsync((operation, fault));

    /// <summary>Begins an outage of one operation, which is over after so long.</summary>
    public async Task BeginOutageAsync(string operation, string fault, TimeSpan length)
    {
        await Platform.InjectAlwaysAsync((operation, fault));
        lock (Time)
        {
            _outage = (Time.GetTimestamp(), length);
        }
    }

    public Task ClearFaultsAsync() => Platform.ClearFaultsAsync();

    private void Wait(RetryWait wait)
    {
        // The wait that is about to begin is the one in which it ends.
        lock (Time)
        {
            if (_outage is not { } outage || Time.GetElapsedTime(outage.Began) + wait.Delay < outage.Length)
            {
                return;
            }

            _outage = null;
        }

        Platform.ClearFaultsAsync().GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        Assert.DoesNotContain(Lines, line => line.Contains("X-Goog-", StringComparison.OrdinalIgnoreCase) || line.Contains("upload_id=", StringComparison.Ordinal));
        Client.Dispose();
        await Platform.DisposeAsync();
    }
}
