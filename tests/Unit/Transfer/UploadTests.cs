using System.Text;
using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Uploads, the platform's database in a file.</summary>
public sealed class SqliteUploadTests() : UploadTests(onPostgres: false);

/// <summary>The same, the database on a server.</summary>
public sealed class PostgresUploadTests() : UploadTests(onPostgres: true);

/// <summary>Files go up and come back the same, whichever way and whatever goes wrong on it.</summary>
public abstract class UploadTests(bool onPostgres)
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(UploadModes.Multipart, 0)]
    [InlineData(UploadModes.Multipart, 1)]
    [InlineData(UploadModes.Multipart, (21 * MiB) + 16)]
    [InlineData(UploadModes.Session, 0)]
    [InlineData(UploadModes.Session, 1)]
    [InlineData(UploadModes.Session, (21 * MiB) + 16)]
    public async Task A_file_comes_back_byte_for_byte(UploadModes modes, int size)
    {
        await using var fixture = await StartAsync(modes);
        var path = fixture.Platform.Directory.RandomFile("a.bin", size);
        var entry = await fixture.UploadAsync(path);
        Assert.Equal(EntryStatus.Active, entry.Status);
        Assert.Equal(size, entry.Size);
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
        Assert.Empty(Directory.EnumerateFiles(fixture.Journals));
    }

    [Theory]
    [InlineData("crlf.txt", "one\r\ntwo\rthree\n", UploadKind.Text)]
    [InlineData("bom.CSV", "\uFEFFa,b\n", UploadKind.Text)]
    [InlineData("empty.md", "", UploadKind.Text)]
    [InlineData("nul.json", "a\0b", UploadKind.Bucket)]
    [InlineData("text.py", "print()\n", UploadKind.Bucket)]
    public async Task Text_or_bucket_and_back_unchanged(string name, string text, UploadKind kind)
    {
        await using var fixture = await StartAsync();
        var path = fixture.Platform.Directory.Combine(name);
        await File.WriteAllBytesAsync(path, Encoding.UTF8.GetBytes(text));
        Assert.Equal(kind, (await fixture.Engine.PlanAsync(new UploadRequest { Path = path, Name = "n" }, default)).Kind);
        var entry = await fixture.UploadAsync(path);
        Assert.Equal(kind == UploadKind.Text ? StorageType.RawContent : StorageType.Gcs, entry.StorageType);
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
    }

    [Fact]
    public async Task Latin_1_goes_to_the_bucket()
    {
        await using var fixture = await StartAsync();
        var path = fixture.Platform.Directory.Combine("latin.txt");
        await File.WriteAllBytesAsync(path, [0x63, 0xE9]);
        var entry = await fixture.UploadAsync(path);
        Assert.Equal(StorageType.Gcs, entry.StorageType);
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
    }

    [Theory]
    [InlineData((10 * MiB) - 1, UploadKind.Text)]
    [InlineData(10 * MiB, UploadKind.Bucket)]
    public async Task Ten_mebibytes_are_the_limit_of_text(int size, UploadKind kind)
    {
        await using var fixture = await StartAsync();
        var path = fixture.Platform.Directory.Combine("big.txt");
        await File.WriteAllTextAsync(path, new string('x', size));
        var entry = await fixture.UploadAsync(path);
        Assert.Equal(kind == UploadKind.Text ? StorageType.RawContent : StorageType.Gcs, entry.StorageType);
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
    }

    [Theory]
    [InlineData("parts.put", "return-503")]
    [InlineData("parts.put", "return-429-retry-after-0")]
    [InlineData("parts.put", "return-reset-connection")]
    [InlineData("parts.put", "return-503-after-256K")]
    [InlineData("parts.put", "lose-answer")]
    [InlineData("parts.put", "return-corrupted-data")]
    [InlineData("parts.put", "return-expired-token")]
    [InlineData("entries.complete", "lose-answer")]
    [InlineData("entries.complete", "return-503")]
    [InlineData("entries.patch", "lose-answer")]
    [InlineData("entries.initiate", "return-503")]
    [InlineData("entries.create", "lose-answer")]
    [InlineData("entries.create", "return-truncated-json")]
    public async Task Multipart_upload_survives(string operation, string fault)
    {
        await using var fixture = await StartAsync(UploadModes.Multipart);
        var dataset = await fixture.Client.CreateDatasetAsync("d", null, null, default);
        await fixture.Platform.InjectAsync((operation, fault));
        var path = fixture.Platform.Directory.RandomFile("a.bin", 12 * MiB);
        var entry = await fixture.Engine.UploadAsync(new UploadRequest { Path = path, Name = "a", DatasetId = dataset.Id }, null, default);
        Assert.Empty(await fixture.Platform.PendingFaultsAsync());
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
        Assert.Single((await fixture.Client.GetDatasetAsync(dataset.Id, default)).Entries);
    }

    [Theory]
    [InlineData("sessions.start", "return-503")]
    [InlineData("sessions.put", "return-503")]
    [InlineData("sessions.put", "return-408")]
    [InlineData("sessions.put", "return-503-after-256K")]
    [InlineData("sessions.put", "return-reset-connection")]
    [InlineData("sessions.put", "return-reset-connection-after-1024K")]
    [InlineData("sessions.put", "lose-answer")]
    [InlineData("sessions.put", "return-410")]
    [InlineData("sessions.start", "return-expired-token")]
    public async Task A_session_survives(string operation, string fault)
    {
        await using var fixture = await StartAsync(UploadModes.Session);
        await fixture.Platform.InjectAsync((operation, fault));
        var path = fixture.Platform.Directory.RandomFile("a.bin", 9 * MiB);
        var entry = await fixture.UploadAsync(path);
        Assert.Empty(await fixture.Platform.PendingFaultsAsync());
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
    }

    [Fact]
    public async Task When_initiate_always_fails_the_session_takes_over()
    {
        await using var fixture = await StartAsync();
        await fixture.InjectAlwaysAsync(("entries.initiate", "return-500"));
        var path = fixture.Platform.Directory.RandomFile("a.bin", MiB);
        var entry = await fixture.UploadAsync(path);
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
        Assert.Contains("sessions.put", await fixture.Platform.OperationsAsync());
    }

    [Fact]
    public async Task Without_any_way_up_the_entry_is_failed_and_the_service_is_named()
    {
        await using var fixture = await StartAsync(UploadModes.Multipart);
        await fixture.Platform.InjectAsync(("entries.initiate", "return-405"));
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 10)));
        Assert.Contains("service's fault", error.Message, StringComparison.Ordinal);
        Assert.Equal(EntryStatus.Failed, await fixture.Client.GetEntryStatusAsync(error.EntryId!.Value, default));
    }

    [Fact]
    public async Task A_part_that_keeps_failing_ends_the_command_and_leaves_the_upload_to_go_on_with()
    {
        await using var fixture = await StartAsync(UploadModes.Multipart);
        await fixture.InjectAlwaysAsync(("parts.put", "return-500"));
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 10)));
        Assert.Equal(EntryStatus.Pending, await fixture.Client.GetEntryStatusAsync(error.EntryId!.Value, default));
        Assert.DoesNotContain("X-Goog-Signature", error.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("fewer-urls")]
    [InlineData("more-urls")]
    public async Task Another_number_of_urls_than_parts_is_an_error(string fault)
    {
        await using var fixture = await StartAsync(UploadModes.Multipart);
        await fixture.Platform.InjectAsync(("entries.initiate", fault));
        var error = await Assert.ThrowsAsync<UploadFailedException>(() => fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 12 * MiB)));
        Assert.Equal(EntryStatus.Failed, await fixture.Client.GetEntryStatusAsync(error.EntryId!.Value, default));
    }

    [Theory]
    [InlineData(UploadModes.Multipart)]
    [InlineData(UploadModes.Session)]
    public async Task A_file_that_changes_while_it_is_sent_is_an_error(UploadModes modes)
    {
        await using var fixture = await StartAsync(modes);
        var path = fixture.Platform.Directory.RandomFile("a.bin", 12 * MiB);
        var changed = 0;
        var progress = new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > 0 } && Interlocked.Exchange(ref changed, 1) == 0)
            {
                using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                stream.SetLength(13 * MiB);
            }
        });
        var error = await Record.ExceptionAsync(() => fixture.UploadAsync(path, progress));

        // With a session the one PUT may be done before the change is seen; then the entry holds the file as it was.
        if (modes == UploadModes.Multipart || error is not null)
        {
            var change = Assert.IsType<FileChangedException>(error);
            Assert.Equal(EntryStatus.Failed, await fixture.Client.GetEntryStatusAsync(change.EntryId!.Value, default));
        }
    }

    [Theory]
    [InlineData(UploadModes.Multipart)]
    [InlineData(UploadModes.Session)]
    public async Task A_cancelled_upload_goes_on_with_the_same_entry_in_a_later_engine(UploadModes modes)
    {
        await using var fixture = await StartAsync(modes);
        var path = fixture.Platform.Directory.RandomFile("a.bin", 32 * MiB);
        using var cancel = new CancellationTokenSource();
        var progress = new Callback(p =>
        {
            if (p is { Phase: TransferPhase.Sending, BytesDone: > 11 * MiB })
            {
                cancel.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.UploadAsync(path, progress, cancel.Token));
        var journal = Assert.Single(Directory.EnumerateFiles(fixture.Journals, "*.journal"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal));
        }

        var entry = await fixture.NewEngine().UploadAsync(new UploadRequest { Path = path, Name = "a.bin" }, null, default);
        Assert.Single(await fixture.Platform.OperationsAsync(), o => o == "entries.create");
        Assert.True(await fixture.IsSameAsync(entry.Id, path));
        Assert.Empty(Directory.EnumerateFiles(fixture.Journals));
    }

    [Fact]
    public async Task The_same_file_twice_at_once_is_two_entries()
    {
        await using var fixture = await StartAsync();
        var path = fixture.Platform.Directory.RandomFile("a.bin", 11 * MiB);
        var entries = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fixture.UploadAsync(path)));
        Assert.Equal(4, entries.Select(e => e.Id).Distinct().Count());
        foreach (var entry in entries)
        {
            Assert.True(await fixture.IsSameAsync(entry.Id, path));
        }
    }

    [Fact]
    public async Task The_callers_metadata_is_never_written_to_and_comes_back()
    {
        await using var fixture = await StartAsync();
        var metadata = new Dictionary<string, object?> { ["k"] = null };
        var path = fixture.Platform.Directory.RandomFile("a.bin", 5);
        var entry = await fixture.Engine.UploadAsync(new UploadRequest { Path = path, Name = "a", Metadata = metadata, Tags = ["x"] }, null, default);
        Assert.Equal(["k"], metadata.Keys);
        Assert.True(entry.Metadata!.ContainsKey("k"));
        Assert.Equal(5L, entry.Metadata["size"]);
        Assert.Equal(["x"], entry.Tags!);
        Assert.Equal("a.bin", entry.FilePath);
    }

    [Theory]
    [InlineData("size", "a.bin")]
    [InlineData("crc32c", "a.bin")]
    [InlineData("size", "a.txt")]
    public async Task A_callers_own_value_under_a_name_of_the_uploads_is_an_error_not_overwritten(string member, string name)
    {
        await using var fixture = await StartAsync();
        var folder = fixture.Platform.Directory;
        var path = folder.Combine("tree/" + name);
        Directory.CreateDirectory(folder.Combine("tree"));
        await File.WriteAllTextAsync(path, "text");
        var metadata = new Dictionary<string, object?> { [member] = "mine" };
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => fixture.Engine.UploadAsync(new UploadRequest { Path = path, Name = "a", Metadata = metadata }, null, default));
        Assert.Contains($"'{member}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(path, error.Target);
        await Assert.ThrowsAsync<InvalidRequestException>(() => fixture.Engine.UploadTreeAsync(Trees.Request(folder.Combine("tree")) with { Metadata = metadata }, new TreeLog(), default));
        await Assert.ThrowsAsync<InvalidRequestException>(() => fixture.Engine.UploadCollectionAsync(
            new CollectionUploadRequest { Root = folder.Combine("tree"), Name = "t", Items = Trees.Walk(folder.Combine("tree")), Metadata = metadata }, null, default));
        Assert.DoesNotContain("entries.create", await fixture.Platform.OperationsAsync());
    }

    [Fact]
    public async Task What_is_no_readable_file_is_refused_before_anything_is_made()
    {
        await using var fixture = await StartAsync();
        var folder = fixture.Platform.Directory;
        await Assert.ThrowsAsync<PathNotFoundException>(() => fixture.UploadAsync(folder.Combine("missing.bin")));
        await Assert.ThrowsAsync<PathUnreadableException>(() => fixture.UploadAsync(folder.Path));
        if (!OperatingSystem.IsWindows())
        {
            await Assert.ThrowsAsync<PathUnreadableException>(() => fixture.UploadAsync("/dev/zero"));
            File.CreateSymbolicLink(folder.Combine("broken"), folder.Combine("nowhere"));
            var broken = await Assert.ThrowsAsync<PathNotFoundException>(() => fixture.UploadAsync(folder.Combine("broken")));
            Assert.Contains("link", broken.Message, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("entries.create", await fixture.Platform.OperationsAsync());
    }

    private Task<TransferFixture> StartAsync(UploadModes modes = UploadModes.Both, Func<LocalPlatformOptions, LocalPlatformOptions>? change = null) =>
        TransferFixture.StartAsync(modes, change, onPostgres);
}
