using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>An outage in the middle of a transfer, on a clock whose waits are skipped.</summary>
public sealed class TransferOutageTests
{
    private const int MiB = 1024 * 1024;
    private static readonly TimeSpan FourMinutes = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan SixMinutes = TimeSpan.FromMinutes(6);

    [Theory]
    [InlineData(UploadModes.Multipart, "entries.create", "return-503")]
    [InlineData(UploadModes.Multipart, "entries.initiate", "return-503")]
    [InlineData(UploadModes.Multipart, "entries.initiate", "return-reset-connection")]
    [InlineData(UploadModes.Both, "entries.initiate", "return-reset-connection")]
    [InlineData(UploadModes.Both, "entries.initiate", "return-503")]
    [InlineData(UploadModes.Multipart, "parts.put", "return-reset-connection-after-256K")]
    [InlineData(UploadModes.Multipart, "parts.put", "return-500")]
    [InlineData(UploadModes.Multipart, "entries.complete", "return-503")]
    [InlineData(UploadModes.Multipart, "entries.complete", "return-reset-connection")]
    [InlineData(UploadModes.Multipart, "entries.patch", "return-503")]
    [InlineData(UploadModes.Multipart, "entries.patch", "return-reset-connection")]
    [InlineData(UploadModes.Session, "sessions.start", "return-503")]
    [InlineData(UploadModes.Session, "sessions.put", "return-reset-connection")]
    public async Task Four_minutes_of_it_are_outlived_on_the_way_up(UploadModes modes, string operation, string fault)
    {
        await using var bench = await Bench.StartAsync(modes);
        var path = bench.File("a.bin", 12 * MiB);
        await bench.Client.LogInAsync(Bench.None);
        await bench.BeginOutageAsync(operation, fault, FourMinutes);
        await bench.RoundTripAsync(path);
        Assert.Equal(1, await CreatedAsync(bench));
    }

    [Theory]
    [InlineData("return-503")]
    [InlineData("return-reset-connection-after-256K")]
    [InlineData("return-broken-stream")]
    public async Task Four_minutes_of_it_are_outlived_on_the_way_down(string fault)
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 12 * MiB);
        var entry = await bench.UploadAsync(path);
        await bench.BeginOutageAsync("objects.get", fault, FourMinutes);
        await bench.EnsureSameAsync(path, entry);
    }

    [Theory]
    [InlineData("parts.put", "return-503")]
    [InlineData("entries.complete", "return-503")]
    [InlineData("entries.patch", "return-reset-connection")]
    public async Task Six_minutes_of_it_are_one_error_and_the_same_command_goes_on(string operation, string fault)
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        var path = bench.File("a.bin", 25 * MiB);
        await bench.Client.LogInAsync(Bench.None);
        if (operation == "parts.put")
        {
            // The first part is stored before it begins.
            var stored = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                using var cancel = new CancellationTokenSource();
                await bench.Another(new TransferOptions { PartsInFlight = 1 }).UploadAsync(
                    Bench.Request(path), new Callback(p => { if (p.BytesDone > 11 * MiB && Interlocked.Exchange(ref stored, 1) == 0) { cancel.Cancel(); } }), cancel.Token);
            });
        }

        await bench.BeginOutageAsync(operation, fault, SixMinutes);
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(path));
        Assert.True(error.IsTransient);
        Assert.Contains("same command", error.Message, StringComparison.Ordinal);
        await bench.ClearFaultsAsync();
        Assert.Equal(EntryStatus.Pending, await bench.Client.GetEntryStatusAsync(error.EntryId!.Value, Bench.None));

        await bench.RoundTripAsync(path);
        Assert.Equal(1, await CreatedAsync(bench));
        Assert.Equal(3, await AnsweredAsync(bench, "parts.put"));
    }

    [Fact]
    public async Task The_renewals_of_an_address_count_anew_after_progress()
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 12 * MiB);
        var entry = await bench.UploadAsync(path);
        foreach (var k in (int[])[1024, 2048, 3072])
        {
            await bench.InjectAsync(("objects.get", $"return-broken-stream-after-{k}K"), ("objects.get", "return-expired-token"));
        }

        await bench.EnsureSameAsync(path, entry);
        await bench.EnsureCleanAsync();
    }

    [Fact]
    public async Task An_address_that_is_refused_anew_without_progress_is_an_error()
    {
        await using var bench = await Bench.StartAsync();
        var entry = await bench.UploadAsync(bench.File("a.bin", MiB));
        await bench.InjectAsync(("objects.get", "return-expired-token"), ("objects.get", "return-expired-token"));
        await Assert.ThrowsAsync<DownloadFailedException>(() => bench.FetchAsync(entry));
        Assert.Empty(Directory.GetFileSystemEntries(bench.Out));
    }

    private static Task<int> CreatedAsync(Bench bench) => AnsweredAsync(bench, "entries.create");

    private static async Task<int> AnsweredAsync(Bench bench, string operation)
    {
        using var http = new HttpClient { BaseAddress = bench.Platform.Url };
        var requests = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(new Uri("/testbench/requests", UriKind.Relative))).RootElement;
        return requests.EnumerateArray().Count(r => r.GetProperty("operation").GetString() == operation && r.GetProperty("status").ValueKind == System.Text.Json.JsonValueKind.Number && r.GetProperty("status").GetInt32() is >= 200 and < 300);
    }
}
