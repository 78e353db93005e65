using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Packaging.Zip;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>Archives that are written, read back by us and by others.</summary>
public sealed class ZipWriterTests : IDisposable
{
    private const UnixFileMode Script = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;
    private readonly ZipTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task A_tree_comes_back_as_it_was()
    {
        Everything();
        var items = _tree.Items();
        var summary = await _tree.PackAsync(items);
        Assert.Empty(_tree.Failures);
        Assert.Equal(new CollectionSummary(items.Count(i => !i.IsDirectory), items.Count(i => i.IsDirectory), items.Sum(i => i.Size), new FileInfo(_tree.Archive).Length, 0, summary.ContentDigest), summary);
        Assert.True(ZipFormat.IsZip(_tree.Archive));
        var made = await _tree.UnpackAsync();
        Assert.Equal(Path.Combine(_tree.Out, "made"), made);
        ZipTree.Same(_tree.Source, made);
        Assert.Single(Directory.EnumerateFileSystemEntries(_tree.Out));
    }

    [Fact]
    public async Task The_bytes_do_not_depend_on_the_cores_nor_on_the_order()
    {
        Everything();
        var items = _tree.Items();
        await _tree.PackAsync(items, new CollectionOptions { Workers = 1 });
        var one = await File.ReadAllBytesAsync(_tree.Archive);
        items.Reverse();
        await _tree.PackAsync(items, new CollectionOptions { Workers = 13, MemoryBudget = 1 });
        Assert.Equal(one, await File.ReadAllBytesAsync(_tree.Archive));
        await _tree.PackAsync(items, new CollectionOptions { Workers = 13 });
        Assert.Equal(one, await File.ReadAllBytesAsync(_tree.Archive));
    }

    [Fact]
    public async Task Info_ZIP_reads_it()
    {
        Everything();
        await _tree.PackAsync();
        Assert.Contains("No errors detected", ZipTree.Run("unzip", "-t", _tree.Archive), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_reads_it()
    {
        Everything();
        await _tree.PackAsync();
        var names = ZipTree.Run(
            "python3", "-X", "utf8", "-c", "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(chr(10).join(z.namelist()))", _tree.Archive);
        var expected = _tree.Items().Select(i => i.IsDirectory ? i.RelativePath + "/" : i.RelativePath);
        Assert.Equal(expected.Order(StringComparer.Ordinal), names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(n => n.TrimEnd('\r')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task More_entries_than_16_bits_count()
    {
        const int count = 66_000;
        var path = _tree.File("one", []);
        var items = Enumerable.Range(0, count).Select(i => new TreeItem($"{i % 100}/{i}", path, false, 0, ZipTree.Modified, null)).ToList();
        Assert.Equal(count, (await _tree.PackAsync(items)).Files);
        var made = await _tree.UnpackAsync();
        Assert.Equal(count, Directory.EnumerateFiles(made, "*", SearchOption.AllDirectories).Count());
        Assert.Contains($"{count} files", ZipTree.Run("unzip", "-Z", "-t", _tree.Archive), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_bytes_than_32_bits_count()
    {
        const long size = (4L << 30) + 5;
        _tree.File("b", [1]);
        using (var file = File.Create(Path.Combine(_tree.Source, "a")))
        {
            file.SetLength(size); // nothing on the disk
        }

        Assert.Equal(size + 1, (await _tree.PackAsync()).SourceBytes);
        using var archive = File.OpenHandle(_tree.Archive);
        var entries = new ZipDirectory(archive, _tree.Archive, new UnpackOptions()).Read();
        Assert.Equal([size, 1], entries.Select(e => e.Size));
        Assert.Equal(size + 1, new ArchiveTree(entries, _tree.Archive, RandomAccess.GetLength(archive), new UnpackOptions(), ignoreCase: false).TotalBytes); // no bomb
        Assert.Contains($"{size + 1} bytes uncompressed", ZipTree.Run("unzip", "-Z", "-t", _tree.Archive), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_compressed_already_is_stored()
    {
        _tree.File("small.png", ZipTree.Textual(1000));
        _tree.File("random", ZipTree.Random(1000));
        _tree.File("large.gz", ZipTree.Textual(3_000_000));
        _tree.File("large", ZipTree.Random(3_000_000));
        _tree.File("text", ZipTree.Textual(3_000_000));
        await _tree.PackAsync();
        using var zip = System.IO.Compression.ZipFile.OpenRead(_tree.Archive);
        Assert.Equal(["text"], zip.Entries.Where(e => e.CompressedLength != e.Length).Select(e => e.FullName));
    }

    [Fact]
    public async Task Losses_are_reported_and_the_rest_is_right()
    {
        foreach (var name in new[] { "a", "gone", "grown", "z" })
        {
            _tree.File(name, ZipTree.Textual(5000));
        }

        foreach (var name in new[] { "large-gone", "large-grown", "large-shrunk", "large-z" })
        {
            _tree.File(name, ZipTree.Textual(9_000_000));
        }

        var items = _tree.Items();
        File.Delete(Path.Combine(_tree.Source, "gone"));
        File.Delete(Path.Combine(_tree.Source, "large-gone"));
        await File.AppendAllTextAsync(Path.Combine(_tree.Source, "grown"), "more");
        await File.AppendAllTextAsync(Path.Combine(_tree.Source, "large-grown"), "more");
        using (var shrunk = File.OpenWrite(Path.Combine(_tree.Source, "large-shrunk")))
        {
            shrunk.SetLength(4_000_000);
        }

        var summary = await _tree.PackAsync(items);
        Assert.Equal((3, 5), (summary.Files, summary.Failed));
        Assert.Equal(["gone", "grown", "large-gone", "large-grown", "large-shrunk"], _tree.Failures.Select(f => Path.GetFileName((string)f.Target!)));
        Assert.Equal([true, false, true, false, false], _tree.Failures.Select(f => f is PathNotFoundException));
        Assert.All(_tree.Failures.Where(f => f is not PathNotFoundException), f => Assert.IsType<FileChangedException>(f));
        Assert.Equal(new FileInfo(_tree.Archive).Length, summary.ArchiveBytes);
        var made = await _tree.UnpackAsync();
        Assert.Equal(["a", "large-z", "z"], Directory.EnumerateFiles(made).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(ZipTree.Textual(9_000_000), await File.ReadAllBytesAsync(Path.Combine(made, "large-z")));
    }

    [Fact]
    public async Task Without_anybody_to_tell_a_loss_is_thrown()
    {
        var items = new[] { new TreeItem("a", _tree.Combine("no"), false, 1, ZipTree.Modified, null) };
        await Assert.ThrowsAsync<PathNotFoundException>(() => _tree.PackAsync(items, new CollectionOptions()));
    }

    [Theory]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("lone surrogate")] // which no test's name can carry
    [InlineData("../a")]
    public async Task Names_that_every_reader_would_refuse_are_left_out(string name)
    {
        var path = _tree.File("file", [1]);
        name = name == "lone surrogate" ? "a\ud800b" : name;
        var summary = await _tree.PackAsync([new TreeItem(name, path, false, 1, ZipTree.Modified, null), new TreeItem("b", path, false, 1, ZipTree.Modified, null)]);
        Assert.Equal((1, 1), (summary.Files, summary.Failed));
        Assert.IsType<PathUnreadableException>(_tree.Failures.Single());
        Assert.Equal(Path.Combine(_tree.Out, "b"), await _tree.UnpackAsync());
    }

    [Fact]
    public async Task An_empty_directory_makes_an_empty_folder()
    {
        await _tree.PackAsync();
        Assert.True(ZipFormat.IsZip(_tree.Archive));
        Assert.Empty(Directory.EnumerateFileSystemEntries(await _tree.UnpackAsync()));
    }

    [Fact]
    public async Task A_cancelled_write_leaves_nothing()
    {
        Everything();
        var folder = _tree.Combine("temp");
        using var stop = new CancellationTokenSource();
        using (var file = CollectionFile.Create(folder))
        {
            Assert.Equal(2, Directory.GetFiles(folder).Length);
            var progress = new Now(stop.Cancel);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CollectionWriter.WriteAsync(file.Stream, _tree.Items(), new CollectionOptions(), progress, stop.Token));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_and_what_is_held_is_not()
    {
        var folder = _tree.Combine("temp");
        using var held = CollectionFile.Create(folder);
        held.CloseStream();
        Assert.Empty(File.ReadAllBytes(held.Path)); // others may read it
        File.WriteAllText(Path.Combine(folder, "dead.zip"), "zip");
        File.WriteAllText(Path.Combine(folder, "dead.zip.lock"), string.Empty);
        File.WriteAllText(Path.Combine(folder, "other"), "not ours");
        using var next = CollectionFile.Create(folder);
        Assert.Equal(
            new[] { held.Path, held.Path + ".lock", next.Path, next.Path + ".lock", Path.Combine(folder, "other") }.Order(StringComparer.Ordinal),
            Directory.GetFiles(folder).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(79)]
    [InlineData(1_000_003)]
    public void The_checksum_is_the_same_by_every_way(int size)
    {
        Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));
        var bytes = ZipTree.Random(size);
        var whole = Crc32.Compute(bytes);
        Assert.Equal(~Crc32.Slice(bytes, uint.MaxValue), whole);
        var half = size / 2;
        Assert.Equal(whole, Crc32.Compute(bytes.AsSpan(half), Crc32.Compute(bytes.AsSpan(0, half))));
        Assert.Equal(whole, Crc32.Combine(Crc32.Compute(bytes.AsSpan(0, half)), Crc32.Compute(bytes.AsSpan(half)), size - half));
    }

    private void Everything()
    {
        _tree.File("empty", []);
        _tree.File("run.sh", "#!/bin/sh\n"u8.ToArray(), Script);
        _tree.File("dir/read-only", ZipTree.Textual(100), UnixFileMode.UserRead);
        _tree.File("dir.txt", ZipTree.Textual(100));
        _tree.File("żółć/日本語/😀.txt", ZipTree.Textual(70_000));
        _tree.File("\uFF21-\U0001F600", ZipTree.Textual(1));
        _tree.File("a b/ leading and trailing .txt", ZipTree.Textual(30));
        _tree.File("exactly", ZipTree.Textual(1 << 20));
        _tree.File("large", ZipTree.Textual((5 << 20) + 17));
        _tree.File("zeros", new byte[3 << 20]);
        _tree.File("large random", ZipTree.Random((2 << 20) + 1));
        for (var i = 0; i < 600; i++)
        {
            _tree.File($"many/{i % 7}/{i}.c", ZipTree.Textual(i * 7, i));
        }

        Directory.CreateDirectory(Path.Combine(_tree.Source, "nothing", "within"));
        foreach (var directory in Directory.GetDirectories(_tree.Source, "*", SearchOption.AllDirectories))
        {
            if (!OperatingSystem.IsWindows() && directory.EndsWith("within", StringComparison.Ordinal))
            {
                File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            Directory.SetLastWriteTimeUtc(directory, ZipTree.Modified.AddDays(directory.Length));
        }
    }

    private sealed class Now(Action action) : IProgress<CollectionProgress>
    {
        public void Report(CollectionProgress value) => action();
    }
}
