using System.Collections.Concurrent;
using System.Net.Http.Json;
using FutureHouse.Authentication;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;
using LocalPlatformOptions = FutureHouse.LocalPlatform.Hosting.LocalPlatformOptions;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>An engine against the real local platform, with faults on request and waits of a millisecond.</summary>
internal sealed class Bench : IAsyncDisposable
{
    public static readonly CancellationToken None = CancellationToken.None;

    private Bench(PlatformFixture platform, TransferOptions options)
    {
        Platform = platform;
        Client = new PlatformClient(new PlatformClientOptions
        {
            ServiceUri = platform.Url,
            ApiKey = ApiKeySource.Protect(PlatformFixture.Ann.ApiKey),
            BaseRetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(2),
            Log = Lines.Enqueue,
        });
        Engine = Another(options);
        Out = platform.Directory.Combine("out");
        Directory.CreateDirectory(Out);
    }

    public PlatformFixture Platform { get; }

    public PlatformClient Client { get; }

    public TransferEngine Engine { get; }

    public ConcurrentQueue<string> Lines { get; } = new();

    public string Out { get; }

    public string JournalDirectory => Platform.Directory.Combine("journal");

    public static async Task<Bench> StartAsync(UploadModes modes = UploadModes.Both, TransferOptions? options = null, Func<LocalPlatformOptions, LocalPlatformOptions>? change = null) =>
        new(await PlatformFixture.StartAsync(o => (change?.Invoke(o) ?? o) with { Uploads = modes }), options ?? new TransferOptions());

    public TransferEngine Another(TransferOptions options) =>
        new(Client, options with { JournalDirectory = JournalDirectory, BaseRetryDelay = TimeSpan.FromMilliseconds(1), MaxRetryDelay = TimeSpan.FromMilliseconds(2) });

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

    public async Task InjectAlwaysAsync(string operation, string fault)
    {
        using var http = new HttpClient { BaseAddress = Platform.Url };
        using var answer = await http.PostAsJsonAsync("/testbench/faults", new { faults = new[] { new { operation, fault, times = "always" } } });
        answer.EnsureSuccessStatusCode();
    }

    public async Task ClearFaultsAsync()
    {
        using var http = new HttpClient { BaseAddress = Platform.Url };
        using var answer = await http.DeleteAsync(new Uri("/testbench/faults", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        Assert.DoesNotContain(Lines, line => line.Contains("X-Goog-", StringComparison.OrdinalIgnoreCase) || line.Contains("upload_id=", StringComparison.Ordinal));
        Client.Dispose();
        await Platform.DisposeAsync();
    }
}
