using System.Text.Json;
using FutureHouse.Packaging;
using FutureHouse.Packaging.Zip;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>All that an archive keeps, as the programs that people unpack it with see it.</summary>
public sealed class ZipInteropTests : IDisposable
{
    private const string PythonList = """
        import json, sys, zipfile
        z = zipfile.ZipFile(sys.argv[1])
        print(json.dumps([[i.filename, i.external_attr >> 16, i.is_dir(), list(i.date_time), i.file_size, i.flag_bits, i.create_system, i.header_offset] for i in z.infolist()]))
        """;

    private readonly ZipTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task Python_sees_names_modes_times_and_empty_directories()
    {
        Everything();
        await _tree.PackAsync();
        var entries = JsonDocument.Parse(ZipTree.Run("python3", "-X", "utf8", "-c", PythonList, _tree.Archive)).RootElement.EnumerateArray().ToDictionary(e => e[0].GetString()!);
        Assert.Equal(_tree.Items().Select(i => i.IsDirectory ? i.RelativePath + "/" : i.RelativePath).Order(StringComparer.Ordinal), entries.Keys.Order(StringComparer.Ordinal));
        foreach (var item in _tree.Items())
        {
            var entry = entries[item.IsDirectory ? item.RelativePath + "/" : item.RelativePath];
            var kind = item.IsDirectory ? 0x4000 : 0x8000;
            Assert.Equal(item.Mode is { } mode ? kind | (int)mode : entry[1].GetInt32(), entry[1].GetInt32());
            Assert.Equal(item.IsDirectory, entry[2].GetBoolean());
            var modified = item.Modified.UtcDateTime; // two seconds are as exact as its field is; it does not read the exact one
            Assert.Equal([modified.Year, modified.Month, modified.Day, modified.Hour, modified.Minute, modified.Second / 2 * 2], entry[3].EnumerateArray().Select(n => n.GetInt32()));
            Assert.Equal(item.Size, entry[4].GetInt64());
            Assert.Equal((0x800, 3), (entry[5].GetInt32(), entry[6].GetInt32())); // UTF-8, from Unix
        }
    }

    [Theory]
    [InlineData(2039)]
    [InlineData(2200)] // MS-DOS's own end in 2107
    public async Task Times_beyond_32_bits_keep_their_zone_and_others_still_read_the_archive(int year)
    {
        var time = new DateTime(year, 6, 7, 8, 9, 10, DateTimeKind.Utc);
        foreach (var (name, size) in new[] { ("small.txt", 100), ("large.bin", 3_000_000) })
        {
            File.SetLastWriteTimeUtc(_tree.File(name, ZipTree.Textual(size)), time);
        }

        await _tree.PackAsync();
        var made = await _tree.UnpackAsync();
        Assert.Equal([time, time], Directory.GetFiles(made).Select(File.GetLastWriteTimeUtc));
        Assert.Contains("No errors detected", ZipTree.Run("unzip", "-t", _tree.Archive), StringComparison.Ordinal);
        Assert.Contains("Win32", ZipTree.Run("unzip", "-Z", "-v", _tree.Archive), StringComparison.OrdinalIgnoreCase);
        const string Python = """
            import struct, sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            assert z.testzip() is None
            for i in z.infolist():
                field, size = struct.unpack("<HH", i.extra[:4])
                assert (field, size) == (0x0a, 32)
                print((struct.unpack("<q", i.extra[12:20])[0] - 116444736000000000) // 10000000)
            """;
        var seconds = new DateTimeOffset(time).ToUnixTimeSeconds();
        Assert.Equal($"{seconds} {seconds}", string.Join(' ', ZipTree.Run("python3", "-c", Python, _tree.Archive).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Info_ZIP_restores_the_tree_with_modes_and_times()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "modes are of Unix");
        Everything();
        await _tree.PackAsync();
        var made = Path.Combine(_tree.Out, "made");
        ZipTree.Run("unzip", "-q", _tree.Archive, "-d", made);
        ZipTree.Same(_tree.Source, made);
    }

    [Fact]
    public async Task The_reader_of_dotnet_which_Expand_Archive_is_restores_the_tree()
    {
        Everything();
        await _tree.PackAsync();
        var made = Path.Combine(_tree.Out, "made");
        await System.IO.Compression.ZipFile.ExtractToDirectoryAsync(_tree.Archive, made);
        Assert.Equal(Content(_tree.Source), Content(made));
    }

    [Fact]
    public async Task Entries_beyond_4_GiB_are_found_by_all()
    {
        const long size = (4L << 30) + 5;
        _tree.File("b.txt", "behind it"u8.ToArray());
        _tree.File("c", []);
        using (var file = File.Create(Path.Combine(_tree.Source, "a.zip")))
        {
            file.SetLength(size); // nothing on the disk, and stored as its name says that it is compressed
        }

        await using (var stream = new SparseStream(_tree.Archive))
        {
            await CollectionWriter.WriteAsync(stream, _tree.Items(), new CollectionOptions(), null, TestContext.Current.CancellationToken);
        }

        using (var archive = File.OpenHandle(_tree.Archive))
        {
            var entries = new ZipDirectory(archive, _tree.Archive, new UnpackOptions()).Read();
            Assert.Equal([("a.zip", size), ("b.txt", 9), ("c", 0)], entries.Select(e => (e.Path, e.Size)));
            Assert.True(entries[1].Offset > uint.MaxValue);
        }

        Assert.Equal("behind it", ZipTree.Run("unzip", "-p", _tree.Archive, "b.txt"));
        Assert.Equal("behind it", ZipTree.Run("python3", "-c", "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.getinfo('a.zip').file_size == 2**32 + 5\nprint(z.read('b.txt').decode(), end='')", _tree.Archive));
        using var dotnet = System.IO.Compression.ZipFile.OpenRead(_tree.Archive);
        using var reader = new StreamReader(dotnet.GetEntry("b.txt")!.Open());
        Assert.Equal("behind it", await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Python_counts_more_entries_than_16_bits()
    {
        var path = _tree.File("one", []);
        await _tree.PackAsync(Enumerable.Range(0, 66_000).Select(i => new TreeItem($"{i % 100}/{i}", path, false, 0, ZipTree.Modified, null)));
        Assert.Equal("66000", ZipTree.Run("python3", "-c", "import sys, zipfile\nprint(len(zipfile.ZipFile(sys.argv[1]).infolist()))", _tree.Archive).Trim());
    }

    [Fact]
    public async Task The_bytes_do_not_depend_on_where_the_tree_is_nor_on_when_it_is_packed()
    {
        Requirement.Tool("cp");
        Everything();
        await _tree.PackAsync();
        var first = await File.ReadAllBytesAsync(_tree.Archive);
        var elsewhere = _tree.Combine("else", "where");
        Directory.CreateDirectory(_tree.Combine("else"));
        ZipTree.Run("cp", "-Rp", _tree.Source, elsewhere);
        await _tree.PackAsync(TreeWalker.Walk(elsewhere, new TreeWalkOptions(), default));
        Assert.Equal(first, await File.ReadAllBytesAsync(_tree.Archive));
    }

    [Fact]
    public async Task A_tree_of_300_levels_comes_back()
    {
        var name = string.Concat(Enumerable.Repeat("d/", 300)) + "end.txt";
        _tree.File(name, "deep"u8.ToArray());
        await _tree.PackAsync(TreeWalker.Walk(_tree.Source, new TreeWalkOptions { Failed = e => throw e }, default));
        await _tree.UnpackAsync();
        Assert.Equal("deep", await File.ReadAllTextAsync(Path.Combine(_tree.Out, name)));
    }

    [Theory]
    [InlineData("c:x")]
    [InlineData("C:")]
    [InlineData("c:/x")]
    [InlineData("d/c:x")]
    [InlineData("12:x")]
    [InlineData("aux.c")]
    [InlineData("trailing. ")]
    [InlineData("-rf")]
    [InlineData("~")]
    [InlineData("made")]
    [InlineData("\u202Etxt.exe")]
    public async Task What_is_written_is_read_again(string name)
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "Windows does not allow such names");
        _tree.File(name, [1]);
        _tree.File("other", [2]);
        await _tree.PackAsync(TreeWalker.Walk(_tree.Source, new TreeWalkOptions(), default));
        var made = await _tree.UnpackAsync();

        // What no reader takes is not written: an error each, and the rest comes back.
        var refused = name.StartsWith("c:", StringComparison.OrdinalIgnoreCase) ? _tree.Items().Where(i => i.RelativePath != "other").Select(i => i.FullPath).ToList() : [];
        Assert.Equal(refused.Order(StringComparer.Ordinal), _tree.Failures.Select(f => (string)Assert.IsType<Errors.PathUnreadableException>(f).Target!).Order(StringComparer.Ordinal));
        Assert.Equal(refused.Count > 0 ? Path.Combine(_tree.Out, "other") : Path.Combine(_tree.Out, "made"), made);
        Assert.True(refused.Count > 0 || Content(_tree.Source).SequenceEqual(Content(made)));
    }

    private void Everything()
    {
        _tree.File("empty", []);
        _tree.File("run.sh", "#!/bin/sh\n"u8.ToArray(), (UnixFileMode)0x1E8); // 750
        _tree.File("secret", ZipTree.Textual(100), (UnixFileMode)0x180);      // 600
        _tree.File("read-only", ZipTree.Textual(100), (UnixFileMode)0x124);   // 444
        _tree.File("żółć/日本語/😀.txt", ZipTree.Textual(70_000));
        _tree.File("large", ZipTree.Textual((3 << 20) + 17));
        _tree.File("large random", ZipTree.Random((2 << 20) + 1));
        Directory.CreateDirectory(Path.Combine(_tree.Source, "nothing", "within"));
        foreach (var directory in Directory.GetDirectories(_tree.Source, "*", SearchOption.AllDirectories))
        {
            Directory.SetLastWriteTimeUtc(directory, ZipTree.Modified.AddDays(directory.Length % 50));
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(_tree.Source, "nothing", "within"), (UnixFileMode)0x1C0); // 700
        }
    }

    private static List<(string Path, string Bytes)> Content(string root) =>
    [
        .. new DirectoryInfo(root).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(i => (Path.GetRelativePath(root, i.FullName).Replace('\\', '/'), i is FileInfo ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(i.FullName))) : "directory")).Order(),
    ];

    /// <summary>A file in which zeros take no room.</summary>
    private sealed class SparseStream(string path) : FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Span.ContainsAnyExcept((byte)0))
            {
                return base.WriteAsync(buffer, cancellationToken);
            }

            Position += buffer.Length;
            return default;
        }
    }
}
