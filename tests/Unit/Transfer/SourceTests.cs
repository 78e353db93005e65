using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

public sealed class SourceTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData("a.txt", "")]
    [InlineData("a.md", "\uFEFFone\r\ntwo\rthree\n")]
    [InlineData("A.CSV", "ä,🧬\n")]
    [InlineData("a.json", "{ }")]
    public async Task Small_text_is_one_request_and_comes_back_byte_for_byte(string name, string content)
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.Text(name, content);
        var entry = await bench.UploadAsync(path);
        Assert.Equal(StorageType.RawContent, entry.StorageType);
        Assert.Equal(["auth.login", "entries.create"], await bench.Platform.OperationsAsync());
        await bench.EnsureSameAsync(path, entry);
        var item = (await bench.Engine.FetchAsync(new FetchRequest { Entry = entry }, null, Bench.None)).Single();
        Assert.Equal((content, null), (item.Text, item.Path));
    }

    [Theory]
    [InlineData("latin1.txt", 1, 0xE4)]
    [InlineData("nul.json", 1, 0x00)]
    [InlineData("limit.txt", 10 * MiB, 'a')]
    [InlineData("text.pdf", 10, 'a')]
    public async Task What_is_no_text_goes_to_the_bucket(string name, int size, byte fill)
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.Platform.Directory.Combine(name);
        await File.WriteAllBytesAsync(path, Enumerable.Repeat(fill, size).ToArray());
        Assert.Equal(UploadKind.Bucket, (await bench.Engine.PlanAsync(Bench.Request(path), Bench.None)).Kind);
        Assert.Empty(await bench.Platform.OperationsAsync());
        Assert.Equal(StorageType.Gcs, (await bench.RoundTripAsync(path)).StorageType);
    }

    [Fact]
    public async Task The_entry_carries_what_was_asked_for_and_the_callers_metadata_is_not_touched()
    {
        await using var bench = await Bench.StartAsync();
        var dataset = await bench.Client.CreateDatasetAsync("d", null, null, Bench.None);
        var metadata = new Dictionary<string, object?> { ["k"] = "v", ["none"] = null };
        var request = new UploadRequest
        {
            Path = bench.File("a.bin", 10), Name = "n", Description = "d", DestinationPath = "x/y.bin", DatasetId = dataset.Id, Tags = ["t"], Metadata = metadata,
        };
        var made = await bench.Engine.UploadAsync(request, null, Bench.None);
        Assert.Equal(("n", "d", "x/y.bin", dataset.Id), (made.Name, made.Description, made.FilePath, made.DatasetId!.Value));
        Assert.Equal(["t"], made.Tags);
        Assert.Equal("v", made.Metadata!["k"]);
        Assert.True(made.Metadata.ContainsKey("none"));
        Assert.Equal(10L, Convert.ToInt64(made.Metadata["size"], null));
        Assert.IsType<string>(made.Metadata["crc32c"]);
        Assert.Equal(2, metadata.Count);
    }

    [Fact]
    public async Task Many_small_files_at_once_are_all_there()
    {
        await using var bench = await Bench.StartAsync();
        var dataset = await bench.Client.CreateDatasetAsync("d", null, null, Bench.None);
        var paths = Enumerable.Range(0, 100).Select(i => bench.Text($"f{i}.txt", $"text {i}")).ToArray();
        await Task.WhenAll(paths.Select(path => bench.Engine.UploadAsync(Bench.Request(path) with { DatasetId = dataset.Id }, null, Bench.None)));
        Assert.Equal(100, (await bench.Client.GetDatasetAsync(dataset.Id, Bench.None)).Entries.Select(e => e.Name).Distinct().Count());
    }

    [Fact]
    public async Task The_same_file_twice_at_once_is_two_entries()
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 12 * MiB);
        var entries = await Task.WhenAll(bench.UploadAsync(path), bench.UploadAsync(path));
        Assert.NotEqual(entries[0].Id, entries[1].Id);
        Assert.All(entries, entry => Assert.Equal(EntryStatus.Active, entry.Status));
        Assert.Empty(bench.Journals);
    }

    [Fact]
    public async Task The_same_file_again_while_it_is_under_way_is_another_entry()
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 12 * MiB);
        var second = new Lazy<Task<DataEntry>>(() => bench.UploadAsync(path)); // parts report from several threads
        var first = await bench.UploadAsync(path, new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > 0 })
            {
                _ = second.Value;
            }
        }));
        Assert.True(second.IsValueCreated);
        Assert.NotEqual(first.Id, (await second.Value).Id);
        Assert.Equal(2, await bench.CountAsync("entries.create"));
        Assert.Empty(bench.Journals);
    }

    [Fact]
    public async Task What_is_no_file_is_refused_and_nothing_is_made()
    {
        await using var bench = await Bench.StartAsync();
        var folder = bench.Platform.Directory;
        await Assert.ThrowsAsync<PathNotFoundException>(() => bench.UploadAsync(folder.Combine("none.bin")));
        await Assert.ThrowsAsync<PathNotFoundException>(() => bench.UploadAsync(folder.Combine("none", "none.bin")));
        Assert.Contains("directory", (await Assert.ThrowsAsync<PathUnreadableException>(() => bench.UploadAsync(folder.Path))).Message, StringComparison.Ordinal);
        File.CreateSymbolicLink(folder.Combine("broken"), folder.Combine("gone"));
        Assert.Contains("link", (await Assert.ThrowsAsync<PathNotFoundException>(() => bench.UploadAsync(folder.Combine("broken")))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidRequestException>(() => bench.Engine.UploadAsync(new UploadRequest { Path = bench.File("a", 1), Name = " " }, null, Bench.None));
        Assert.DoesNotContain("entries.create", await bench.Platform.OperationsAsync());
    }

    [Fact]
    public async Task A_link_to_a_file_sends_the_file()
    {
        await using var bench = await Bench.StartAsync();
        File.CreateSymbolicLink(bench.Platform.Directory.Combine("link.bin"), bench.File("real.bin", 12 * MiB));
        Assert.Equal("link.bin", (await bench.RoundTripAsync(bench.Platform.Directory.Combine("link.bin"))).FilePath);
    }

    [Fact]
    public async Task Pipes_sockets_and_devices_never_block()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "pipes and sockets in the file system are of Unix");
        Requirement.Tool("mkfifo");
        await using var bench = await Bench.StartAsync();
        var pipe = bench.Platform.Directory.Combine("pipe.txt");
        using (var mkfifo = Process.Start("mkfifo", pipe))
        {
            await mkfifo.WaitForExitAsync();
        }

        var name = bench.Platform.Directory.Combine("socket.txt");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(name));
        foreach (var path in new[] { pipe, name, "/dev/zero", "/dev/null" })
        {
            var error = await Assert.ThrowsAsync<PathUnreadableException>(() => bench.UploadAsync(path));
            Assert.Contains("device", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_file_that_may_not_be_read_and_a_folder_that_may_not_be_written_are_said_to_be_so()
    {
        // Not even root reads this file or writes to this folder.
        const string Closed = "/sys/bus/platform/drivers_probe";
        const string Folder = "/sys";
        Requirement.Met(File.Exists(Closed), "linux", "only Linux has files that nobody may read");
        await using var bench = await Bench.StartAsync();
        var request = new FetchRequest { Entry = await bench.UploadAsync(bench.File("a.bin", 10)), DestinationDirectory = Folder };
        Assert.Contains("cannot be read", (await Assert.ThrowsAsync<PathUnreadableException>(() => bench.UploadAsync(Closed))).Message, StringComparison.Ordinal);
        Assert.Contains("could not be written", (await Assert.ThrowsAsync<DownloadFailedException>(() => bench.Engine.FetchAsync(request, null, Bench.None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_ends_at_the_whole_and_knows_its_phases()
    {
        await using var bench = await Bench.StartAsync();
        var seen = new List<TransferProgress>();
        await bench.UploadAsync(bench.File("a.bin", 12 * MiB), progress: new Callback(p =>
        {
            lock (seen)
            {
                seen.Add(p);
            }
        }));
        Assert.Equal(TransferPhase.Waiting, seen[0].Phase);
        Assert.Equal(12 * MiB, seen.Where(p => p.Phase == TransferPhase.Hashing).Max(p => p.BytesDone));
        Assert.Equal(12 * MiB, seen.Where(p => p.Phase == TransferPhase.Sending).Max(p => p.BytesDone));
        Assert.Equal(new TransferProgress(TransferPhase.Finishing, 12 * MiB, 12 * MiB), seen[^1]);
    }

    [Theory]
    [InlineData(UploadModes.Multipart)]
    [InlineData(UploadModes.Session)]
    public async Task A_file_that_changes_while_it_is_sent_is_an_error_and_its_entry_failed(UploadModes modes)
    {
        foreach (var change in new Action<string>[]
        {
            path => { using var file = Shared(path); file.Position = file.Length; file.Write("more"u8); },
            path => { using var file = Shared(path); file.SetLength(100); },
            path => { using var file = Shared(path); file.Write("other"u8); },
            File.Delete,
        })
        {
            await using var bench = await Bench.StartAsync(modes);
            var path = bench.File("a.bin", 12 * MiB);
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
            var changed = 0;
            var error = await Assert.ThrowsAsync<FileChangedException>(() => bench.UploadAsync(path, progress: new Callback(p =>
            {
                if (p is { Phase: TransferPhase.Sending, BytesDone: > 0 } && Interlocked.Exchange(ref changed, 1) == 0)
                {
                    change(path);
                }
            })));
            Assert.Equal(EntryStatus.Failed, (await bench.Client.GetEntryAsync(error.EntryId!.Value)).Status);
            Assert.Empty(bench.Journals);
        }
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_hashed_makes_nothing()
    {
        await using var bench = await Bench.StartAsync();
        var path = bench.File("a.bin", 12 * MiB);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        await Assert.ThrowsAsync<FileChangedException>(() => bench.UploadAsync(path, progress: new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Hashing, BytesDone: > 0 })
            {
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            }
        })));
        Assert.DoesNotContain("entries.create", await bench.Platform.OperationsAsync());
    }

    [Fact]
    public async Task Other_bytes_of_the_same_size_and_time_are_noticed_by_their_hash()
    {
        await using var bench = await Bench.StartAsync(UploadModes.Multipart);
        var path = bench.File("a.bin", 12 * MiB);
        var time = File.GetLastWriteTimeUtc(path);
        var changed = 0;
        await Assert.ThrowsAsync<FileChangedException>(() => bench.UploadAsync(path, progress: new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Hashing, BytesDone: 12 * MiB } && Interlocked.Exchange(ref changed, 1) == 0)
            {
                using (var file = Shared(path))
                {
                    file.Write("other"u8);
                }

                File.SetLastWriteTimeUtc(path, time);
            }
        })));
    }

    // The engine reads the file meanwhile, which whoever writes to it has to allow.
    private static FileStream Shared(string path) => new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
}
