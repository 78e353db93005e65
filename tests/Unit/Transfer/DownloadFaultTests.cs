using System.Diagnostics.CodeAnalysis;
using System.IO.Abstractions;
using System.Reflection;
using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Packaging.Placing;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

public sealed class DownloadFaultTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData("return-broken-stream|return-broken-stream")]
    [InlineData("return-broken-stream-after-256K")]
    [InlineData("return-broken-stream-after-256K|return-broken-stream-after-512K|return-broken-stream-after-768K|return-broken-stream-after-1024K|return-broken-stream-after-1280K")]
    [InlineData("return-broken-stream-after-256K|ignore-range")]
    [InlineData("return-broken-stream-after-256K|return-412")]
    [InlineData("return-broken-stream-after-256K|return-expired-token")]
    [InlineData("return-reset-connection")]
    [InlineData("return-reset-connection-after-256K")]
    [InlineData("return-503|return-429-retry-after-0")]
    [InlineData("return-408")]
    [InlineData("return-expired-token")]
    [InlineData("return-403")]
    [InlineData("lose-answer")]
    public async Task Failures_that_pass_are_lived_through(string faults)
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 5 * MiB);
        var entry = await bench.UploadAsync(path);
        await bench.InjectAsync(faults.Split('|').Select(f => ("objects.get", f)).ToArray());
        await bench.EnsureSameAsync(path, entry);
        Assert.Empty(await bench.Platform.PendingFaultsAsync());
    }

    [Fact]
    public async Task Silence_is_noticed_and_the_rest_asked_for()
    {
        await using var bench = await Bench.StartAsync(options: new TransferOptions { DownloadStall = TimeSpan.FromSeconds(1) });
        var path = bench.File("a.bin", 5 * MiB);
        var entry = await bench.UploadAsync(path);
        await bench.InjectAsync(("objects.get", "stall-for-600s-after-256K"));
        await bench.EnsureSameAsync(path, entry);
        Assert.Contains(bench.Lines, line => line.Contains("no byte moved for 1 seconds", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Corrupted_bytes_are_an_error_and_nothing_is_left()
    {
        await using var bench = await Bench.StartAsync();
        var entry = await bench.UploadAsync(bench.File("a.bin", 5 * MiB));
        await bench.InjectAsync(("objects.get", "return-corrupted-data"));
        var error = await Assert.ThrowsAsync<ChecksumMismatchException>(() => bench.FetchAsync(entry));
        Assert.Equal(entry.Id, error.EntryId);
        Assert.Empty(Directory.GetFileSystemEntries(bench.Out));
    }

    [Fact]
    public async Task Urls_that_are_refused_again_and_errors_that_stay_are_errors_without_a_url()
    {
        await using var bench = await Bench.StartAsync();
        var entry = await bench.UploadAsync(bench.File("a.bin", MiB));
        await bench.InjectAsync(("objects.get", "return-expired-token"), ("objects.get", "return-expired-token"));
        var error = await Assert.ThrowsAsync<DownloadFailedException>(() => bench.FetchAsync(entry));
        Assert.Contains("ExpiredToken", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Goog", error.ToString(), StringComparison.OrdinalIgnoreCase);
        await bench.InjectAlwaysAsync("objects.get", "return-503");
        Assert.Contains("503", (await Assert.ThrowsAsync<DownloadFailedException>(() => bench.FetchAsync(entry))).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(bench.Out));
    }

    [Fact]
    public async Task A_file_that_is_there_is_kept_unless_forced_and_survives_a_failed_download()
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 2 * MiB);
        var entry = await bench.UploadAsync(path);
        Directory.CreateDirectory(bench.Out);
        var target = Path.Combine(bench.Out, "a.bin");
        await File.WriteAllTextAsync(target, "mine");

        Assert.Equal(target, (await Assert.ThrowsAsync<DestinationExistsException>(() => bench.FetchAsync(entry))).Target);
        await bench.InjectAsync(("objects.get", "return-corrupted-data"));
        await Assert.ThrowsAsync<ChecksumMismatchException>(() => bench.FetchAsync(entry, force: true));
        Assert.Equal("mine", await File.ReadAllTextAsync(target));
        Assert.Equal([target], Directory.GetFileSystemEntries(bench.Out));

        await bench.FetchAsync(entry, force: true);
        Assert.Equal(await File.ReadAllBytesAsync(path), await File.ReadAllBytesAsync(target));
        File.Delete(target);
        Directory.CreateDirectory(target);
        await Assert.ThrowsAsync<DestinationExistsException>(() => bench.FetchAsync(entry, force: true));
    }

    [Fact]
    public async Task Two_entries_of_one_name_in_one_call_are_told_apart()
    {
        await using var bench = await Bench.StartAsync();
        var (one, two) = (await bench.UploadAsync(bench.File("a.bin", 10)), await bench.UploadAsync(bench.Text("A.BIN", "x")));
        var paths = new List<string>();
        var naming = new Naming(FileNameRules.Windows);
        foreach (var entry in new[] { one, two })
        {
            paths.Add((await bench.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = bench.Out, Naming = naming }, null, Bench.None)).Single().Path!);
        }

        Assert.Equal([Path.Combine(bench.Out, "a.bin"), Path.Combine(bench.Out, "A (2).BIN")], paths);
        Assert.Equal("x", await File.ReadAllTextAsync(paths[1]));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_said_to_be_so()
    {
        await using var bench = await Bench.StartAsync();
        var entry = await bench.UploadAsync(bench.File("a.bin", 10));
        var error = await Assert.ThrowsAsync<DownloadFailedException>(() =>
            bench.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = bench.File("file", 1) }, null, Bench.None));
        Assert.Contains("no folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_said_to_be_full_and_nothing_is_left()
    {
        await using var bench = await Bench.StartAsync();
        var entry = await bench.UploadAsync(bench.File("a.bin", 2 * MiB));
        var engine = bench.Another(new TransferOptions { FileSystem = new FullDisk() });
        var error = await Assert.ThrowsAsync<DownloadFailedException>(() =>
            engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = bench.Out }, null, Bench.None));
        Assert.Contains("disk is full", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(bench.Out));
    }

    [Fact]
    public async Task Cancelling_leaves_nothing()
    {
        await using var bench = await Bench.StartAsync();
        var entry = await bench.UploadAsync(bench.File("a.bin", 5 * MiB));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Engine.FetchAsync(
            new FetchRequest { Entry = entry, DestinationDirectory = bench.Out },
            new Callback(p =>
            {
                if (p.BytesDone > MiB)
                {
                    stop.Cancel();
                }
            }),
            stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(bench.Out));
    }

    [Fact]
    public async Task An_entry_without_bytes_and_one_kept_elsewhere_are_clear_errors()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        await bench.InjectAsync(("entries.initiate", "fewer-urls"));
        var failed = await Assert.ThrowsAsync<UploadFailedException>(() => bench.UploadAsync(bench.File("a.bin", 10)));
        var entry = await bench.Client.GetEntryAsync(failed.EntryId!.Value);
        Assert.Contains("Failed", (await Assert.ThrowsAsync<DownloadFailedException>(() => bench.FetchAsync(entry))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DownloadFailedException>(() => bench.FetchAsync(entry with { Status = EntryStatus.Pending }));
        await Assert.ThrowsAsync<UnsupportedStorageException>(() => bench.FetchAsync(new DataEntry
        {
            Id = Guid.NewGuid(), Name = "q", Status = EntryStatus.Active, Locations = [new DataLocation { StorageType = StorageType.Unknown }],
        }));
        var row = new DataEntry { Id = Guid.NewGuid(), Name = "r", Status = EntryStatus.Active, Content = "{}", Locations = [new DataLocation { StorageType = StorageType.PgTable }] };
        Assert.Equal("{}", (await bench.Engine.FetchAsync(new FetchRequest { Entry = row }, null, Bench.None)).Single().Text);
    }

    [Fact]
    public async Task An_entry_from_a_listing_is_read_again_for_its_data()
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 100);
        var made = await bench.UploadAsync(path);
        var listed = (await bench.Client.GetDatasetAsync(made.DatasetId!.Value, Bench.None)).Entries.Single();
        Assert.Equal(await File.ReadAllBytesAsync(path), await File.ReadAllBytesAsync(await bench.FetchAsync(listed)));
    }

    /// <summary>The real file system, on whose disk a mebibyte is left.</summary>
    private sealed class FullDisk : FileSystem
    {
        public override IFileStreamFactory FileStream => DispatchProxy.Create<IFileStreamFactory, Factory>();

        [SuppressMessage("Performance", "CA1852", Justification = "A proxy's base is derived from at run time.")]
        internal class Factory : DispatchProxy
        {
            protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
                new Limited((FileSystemStream)targetMethod!.Invoke(new FileSystem().FileStream, args)!);
        }

        private sealed class Limited(FileSystemStream inner) : FileSystemStream(inner, inner.Name, inner.IsAsync)
        {
            public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
                Position + buffer.Length > MiB ? throw new IOException("No space left on device", OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28) : base.WriteAsync(buffer, cancellationToken);
        }
    }
}
