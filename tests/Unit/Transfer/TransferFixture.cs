using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Tests.Unit.Platform;
using FutureHouse.Transfer;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>An engine against the real platform, whose waits are skipped.</summary>
internal sealed class TransferFixture : IAsyncDisposable
{
    private TransferFixture(PlatformFixture platform)
    {
        Platform = platform;
        Client = Clients.Of(platform.Url, key: PlatformFixture.Ann.ApiKey);
        Engine = NewEngine();
        Directory.CreateDirectory(Target);
    }

    public PlatformFixture Platform { get; }

    public PlatformClient Client { get; }

    public TransferEngine Engine { get; }

    public string Target => Platform.Directory.Combine("target");

    public string Journals => Platform.Directory.Combine("journals");

    public static async Task<TransferFixture> StartAsync(UploadModes modes = UploadModes.Both, Func<LocalPlatformOptions, LocalPlatformOptions>? change = null, bool onPostgres = false) =>
        new(await PlatformFixture.StartAsync(o => (change?.Invoke(o) ?? o) with { Uploads = modes }, onPostgres));

    public TransferEngine NewEngine(Func<TransferOptions, TransferOptions>? change = null)
    {
        var options = new TransferOptions { JournalDirectory = Journals };
        return new TransferEngine(Client, change?.Invoke(options) ?? options);
    }

    public Task<DataEntry> UploadAsync(string path, IProgress<TransferProgress>? progress = null, CancellationToken ct = default) =>
        Engine.UploadAsync(new UploadRequest { Path = path, Name = Path.GetFileName(path) }, progress, ct);

    public async Task<string> FetchAsync(Guid id, bool force = false)
    {
        var entry = await Client.GetEntryAsync(id);
        return (await Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = Target, Force = force }, null, default)).Single().Path!;
    }

    /// <summary>The bytes that a fetch of the entry gives are those of the file.</summary>
    public async Task<bool> IsSameAsync(Guid id, string path)
    {
        var (back, sent) = (await File.ReadAllBytesAsync(await FetchAsync(id, force: true)), await File.ReadAllBytesAsync(path));
        return back.AsSpan().SequenceEqual(sent);
    }

    public Task InjectAlwaysAsync(params (string Operation, string Fault)[] faults) => Platform.InjectAlwaysAsync(faults);

    public Task ClearFaultsAsync() => Platform.ClearFaultsAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Platform.DisposeAsync();
    }
}

/// <summary>Calls back on the thread that reports.</summary>
internal sealed class Callback(Action<TransferProgress> report) : IProgress<TransferProgress>
{
    public void Report(TransferProgress value) => report(value);
}
