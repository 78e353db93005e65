using FutureHouse.Errors;
using FutureHouse.Packaging.Zip;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>Archives of others, and of those who mean harm.</summary>
public sealed class ZipReaderTests : IDisposable
{
    private readonly ZipTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("../evil")]
    [InlineData("a/../../evil")]
    [InlineData("/etc/evil")]
    [InlineData("C:/evil")]
    [InlineData("C:evil")]
    [InlineData("a\\..\\evil")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("..")]
    [InlineData("../")]
    [InlineData("a\u0001b")]
    [InlineData("a\nb")]
    [InlineData("a\u001b[2Jb")]
    [InlineData("a\0b")]
    public async Task Names_that_lead_elsewhere(string name)
    {
        var error = await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("good"), HandmadeEntry.Text(name)));
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Theory]
    [InlineData("..\\evil")]
    [InlineData("\\\\server\\share\\evil")]
    [InlineData("\\evil")]
    [InlineData("C:\\evil")]
    public async Task Names_of_Windows_that_lead_elsewhere(string name) =>
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text(name) with { Host = 0 }, HandmadeEntry.Text("good")));

    [Theory]
    [InlineData("nul")]
    [InlineData("a/COM1.txt")]
    [InlineData("aux .c/b")]
    [InlineData("lpt\u00b9")]
    [InlineData("a:stream")]
    [InlineData("a./b")]
    [InlineData("a ")]
    [InlineData("a?")]
    public void Names_that_Windows_does_not_allow(string name)
    {
        Assert.NotNull(EntryName.WhyUnsafe(name, windows: true));
        Assert.Null(EntryName.WhyUnsafe(name, windows: false));
    }

    [Fact]
    public async Task Backslashes_of_Windows_are_separators()
    {
        var made = await _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text("a\\b\\c.txt") with { Host = 0, Attributes = 0 }));
        Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(made, "b", "c.txt")));
    }

    [Fact]
    public async Task Names_that_are_too_long()
    {
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("a/" + new string('b', 256))));
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text(new string('é', 128))));
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text(string.Join('/', Enumerable.Repeat("a", 2049)))));
        await _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text(new string('b', 255))));
    }

    [Theory]
    [InlineData(0xA1FF0000u)] // link
    [InlineData(0x11A40000u)] // pipe
    [InlineData(0x21A40000u)] // device
    [InlineData(0x61A40000u)]
    [InlineData(0xC1A40000u)] // socket
    public async Task Links_and_devices(uint attributes) =>
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("link", "/etc/passwd") with { Attributes = attributes }, HandmadeEntry.Text("link/file")));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a/", "a/")]
    [InlineData("a", "a/")]
    [InlineData("a/", "a")]
    [InlineData("a", "a/b")]
    [InlineData("a/b", "a")]
    public async Task Names_that_collide(string first, string second)
    {
        static HandmadeEntry Entry(string name) => name.EndsWith('/') ? new HandmadeEntry(name, []) with { Attributes = 0x41ED0010 } : HandmadeEntry.Text(name);
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(Entry(first), Entry(second)));
    }

    [Theory]
    [InlineData("Readme", "README")]
    [InlineData("Dir/a", "dir/b")]
    [InlineData("caf\u00e9", "cafe\u0301")]
    public void Names_that_differ_in_case(string first, string second)
    {
        ZipEntry[] entries = [Entry(first), Entry(second)];
        Assert.Throws<UnsafeArchiveException>(() => new ArchiveTree(entries, "a.zip", 100, new UnpackOptions(), ignoreCase: true));
        Assert.Equal(2, new ArchiveTree(entries, "a.zip", 100, new UnpackOptions(), ignoreCase: false).Entries.Count);

        static ZipEntry Entry(string path) => new()
        {
            Path = path, RawName = default, IsDirectory = false, Flags = 0, Method = 0, Crc = 0, Size = 0, CompressedSize = 0, Offset = 0, Mode = null, ModifiedUtc = default,
        };
    }

    [Fact]
    public async Task Bombs()
    {
        var zeros = new HandmadeEntry("zeros", new byte[20 << 20]) with { Deflate = true };
        var archive = HandmadeZip.Make(zeros);
        var small = new UnpackOptions { RatioFloor = 1 << 20, MaxRatio = 100 };
        Assert.Contains("MaxRatio", (await _tree.RefusesAsync<UnsafeArchiveException>(archive, small)).Message, StringComparison.Ordinal);
        Assert.Contains("MaxTotalBytes", (await _tree.RefusesAsync<UnsafeArchiveException>(archive, new UnpackOptions { MaxTotalBytes = 20 << 20 - 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("MaxEntries", (await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("a/b/c/d")), new UnpackOptions { MaxEntries = 3 })).Message, StringComparison.Ordinal);
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("a"), HandmadeEntry.Text("b")), new UnpackOptions { MaxEntries = 1 });
        // By the limits that hold when nobody sets any.
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("a") with { Size = 3L << 30 }));
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make([.. Enumerable.Range(0, 300).Select(i => HandmadeEntry.Text($"{i}") with { Size = 90 << 20 })]));
        await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make([.. Enumerable.Range(0, 300).Select(i => HandmadeEntry.Text($"{i}")).Append(new HandmadeEntry("z", []) with { Size = 90 << 20 })]));
        Assert.Equal(20 << 20, new FileInfo(await _tree.UnpackAsync(archive)).Length);
    }

    [Fact]
    public async Task Entries_that_share_bytes()
    {
        var first = HandmadeEntry.Text("a", new string('x', 1000));
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(first, HandmadeEntry.Text("b", new string('x', 1000)) with { Offset = 0 }));
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(first, HandmadeEntry.Text("b") with { Offset = 500 }));
        await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make(first, HandmadeEntry.Text("b") with { Offset = 50_000 }));
    }

    [Theory]
    [InlineData(false, 10)]
    [InlineData(true, 10)]
    [InlineData(false, 3_000_000)]
    [InlineData(true, 3_000_000)]
    public async Task Sizes_and_checksums_that_lie(bool deflate, int size)
    {
        var entry = new HandmadeEntry("a", ZipTree.Textual(size)) with { Deflate = deflate };
        await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make(entry with { Size = size - 1 }));
        await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make(entry with { Size = size + 1 }));
        await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make(entry with { Size = 0 }));
        await _tree.RefusesAsync<ChecksumMismatchException>(HandmadeZip.Make(entry with { Crc = 1 }));
        var error = await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make(entry with { CompressedSize = 5 }, HandmadeEntry.Text("b")));
        Assert.Equal("a", error.Target);
    }

    [Fact]
    public async Task What_cannot_be_read()
    {
        var text = HandmadeEntry.Text("a");
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(text with { LocalName = "b" }));
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(text with { RawName = [0x61, 0xFF] }));
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("d/", "data")));
        await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make(text with { Extra = [1, 0, 200, 0] }, text with { Name = "b", Size = uint.MaxValue }));
        await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make(text with { Method = 8 }));
        await _tree.RefusesAsync<DownloadFailedException>(HandmadeZip.Make([text], count: 2));
        Assert.Equal("é", Path.GetFileName(await _tree.UnpackAsync(HandmadeZip.Make(text with { RawName = [0x82], Flags = 0 })))); // code page 437
    }

    [Fact]
    public async Task Every_cut_of_an_archive_and_every_bit_is_noticed_or_harmless()
    {
        var archive = HandmadeZip.Make(HandmadeEntry.Text("a"), new HandmadeEntry("b/c", ZipTree.Textual(60)) with { Deflate = true });
        for (var length = 0; length < archive.Length; length++)
        {
            await _tree.RefusesAsync<DownloadFailedException>(archive[..length]);
            Assert.False(ZipFormat.IsZip(_tree.Archive));
        }

        for (var bit = 0; bit < archive.Length * 8; bit++)
        {
            var changed = (byte[])archive.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                var made = await _tree.UnpackAsync(changed);
                Assert.Equal(Path.GetFullPath(_tree.Out), Path.GetDirectoryName(made));
                Directory.Delete(_tree.Out, recursive: true);
                Directory.CreateDirectory(_tree.Out);
            }
            catch (FutureHouseException)
            {
                Assert.Empty(Directory.EnumerateFileSystemEntries(_tree.Out));
            }
        }
    }

    [Fact]
    public async Task A_taken_name_is_left_alone_or_replaced()
    {
        var one = HandmadeZip.Make(HandmadeEntry.Text("top/new"));
        var old = Directory.CreateDirectory(Path.Combine(_tree.Out, "top")).FullName;
        await File.WriteAllTextAsync(Path.Combine(old, "old"), "old");
        var error = await Assert.ThrowsAsync<DestinationExistsException>(() => _tree.UnpackAsync(one));
        Assert.Equal(old, error.Target);
        Assert.Equal(["old"], Directory.EnumerateFiles(old).Select(Path.GetFileName));

        // What is damaged replaces nothing.
        var force = new UnpackOptions { Force = true };
        await Assert.ThrowsAsync<ChecksumMismatchException>(() => _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text("top/new") with { Crc = 1 }), force));
        Assert.Equal(["old"], Directory.EnumerateFiles(old).Select(Path.GetFileName));

        Assert.Equal(old, await _tree.UnpackAsync(one, force));
        Assert.Equal(["new", "old"], Directory.EnumerateFiles(old).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(old, "old")));
        await Assert.ThrowsAsync<DestinationExistsException>(() => _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text("top")), force));
        Assert.Equal([old], Directory.EnumerateFileSystemEntries(_tree.Out));
    }

    [Fact]
    public async Task One_item_at_the_top_is_what_comes_and_several_come_in_a_folder()
    {
        Assert.Equal(Path.Combine(_tree.Out, "a.txt"), await _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text("a.txt"))));
        Assert.Equal(Path.Combine(_tree.Out, "dir"), await _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text("dir/a"), HandmadeEntry.Text("dir/b"))));
        var made = await _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text("a"), HandmadeEntry.Text("b/c")));
        Assert.Equal(Path.Combine(_tree.Out, "made"), made);
        Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(made, "b", "c")));
        await Assert.ThrowsAsync<ArgumentException>(() => _tree.UnpackAsync(name: "../made"));
    }

    [Fact]
    public async Task Set_user_bits_are_not_restored()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "modes are of Unix");
        var made = await _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text("suid") with { Attributes = 0x8FED0000 }));
        Assert.Equal((UnixFileMode)0x1ED, new FileInfo(made).UnixFileMode);
    }

    [Fact]
    public async Task Archives_of_others_are_read()
    {
        _tree.File("dir/żółć.txt", ZipTree.Textual(100_000));
        _tree.File("large", ZipTree.Textual(3_000_000));
        Requirement.Tool("python3");
        ZipTree.Run("python3", "-c", "import shutil, sys\nshutil.make_archive(sys.argv[1][:-4], 'zip', sys.argv[2])", _tree.Archive, _tree.Source);
        var made = await _tree.UnpackAsync(name: "python");
        Assert.Equal(ZipTree.Textual(3_000_000), await File.ReadAllBytesAsync(Path.Combine(made, "large")));
        Assert.True(File.Exists(Path.Combine(made, "dir", "żółć.txt")));

        // With descriptors after the bytes, as they are written where nobody can seek.
        await using (var file = File.Create(_tree.Archive))
        await using (var stream = new ForwardStream(file))
        using (var zip = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create))
        {
            await using (var first = zip.CreateEntry("a").Open())
            {
                await first.WriteAsync(ZipTree.Textual(1000));
            }

            await using var second = zip.CreateEntry("b").Open();
            await second.WriteAsync(ZipTree.Textual(2_000_000));
        }

        Assert.Equal(ZipTree.Textual(2_000_000), await File.ReadAllBytesAsync(Path.Combine(await _tree.UnpackAsync(name: "descriptors"), "b")));
    }

    [Fact]
    public async Task A_cancelled_unpacking_leaves_nothing()
    {
        for (var i = 0; i < 50; i++)
        {
            _tree.File($"{i}", ZipTree.Random(100_000));
        }

        await _tree.PackAsync();
        using var stop = new CancellationTokenSource();
        var progress = new Now(stop.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CollectionReader.UnpackAsync(_tree.Archive, _tree.Out, "made", new UnpackOptions(), progress, stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_tree.Out));
    }

    private sealed class Now(Action action) : IProgress<CollectionProgress>
    {
        public void Report(CollectionProgress value) => action();
    }

    private sealed class ForwardStream(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    }
}
