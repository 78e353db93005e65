using FutureHouse.Errors;
using FutureHouse.Packaging.Zip;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>What other programs write and is no harm, and what is not read.</summary>
public sealed class ZipOfOthersTests : IDisposable
{
    private readonly ZipTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("./a.txt", "a.txt")]
    [InlineData(".//a.txt", "a.txt")]
    [InlineData("d//a.txt", "d/a.txt")]
    [InlineData("d/./a.txt", "d/a.txt")]
    [InlineData("./d/.//./a.txt", "d/a.txt")]
    [InlineData(".hidden", ".hidden")]
    [InlineData("d/.hidden", "d/.hidden")]
    [InlineData("d/...", "d/...")]
    public async Task Empty_parts_and_dots_are_harmless(string name, string expected)
    {
        static HandmadeEntry Folder(string path) => new HandmadeEntry(path, []) with { Attributes = 0x41ED0010 };
        var made = await _tree.UnpackAsync(HandmadeZip.Make(Folder("./"), Folder("/"), Folder("./"), HandmadeEntry.Text(name), HandmadeEntry.Text("other")));
        Assert.Equal(new[] { expected, "other" }.Order(StringComparer.Ordinal), Directory.EnumerateFiles(made, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(f => Path.GetRelativePath(made, f).Replace('\\', '/')).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_name_is_one_name_however_it_is_written() =>
        await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("d/a"), HandmadeEntry.Text("./d//a")));

    [Theory]
    [InlineData(9, 2048, "Deflate64")]
    [InlineData(12, 2048, "bzip2")]
    [InlineData(14, 2048, "LZMA")]
    [InlineData(93, 2048, "Zstandard")]
    [InlineData(95, 2048, "xz")]
    [InlineData(98, 2048, "PPMd")]
    [InlineData(77, 2048, "77")]
    [InlineData(0, 2049, "encrypted")]
    [InlineData(8, 2049, "encrypted")]
    [InlineData(99, 2049, "encrypted")]
    public async Task What_is_not_read_is_said_to_be_so(int method, int flags, string why)
    {
        var error = await _tree.RefusesAsync<UnsupportedArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("good"), HandmadeEntry.Text("a") with { Method = method, Flags = flags }));
        Assert.Equal(("FhUnsupportedArchive", "a"), (error.ErrorId, error.Target));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_call_the_archive_by_its_name()
    {
        var named = new UnpackOptions { ArchiveName = "results.zip" };
        var error = await _tree.RefusesAsync<UnsafeArchiveException>(HandmadeZip.Make(HandmadeEntry.Text("../evil")), named);
        Assert.Contains("'results.zip'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_tree.Archive, error.Message, StringComparison.Ordinal);
        var damaged = await _tree.RefusesAsync<DownloadFailedException>([1, 2, 3], named);
        Assert.DoesNotContain(_tree.Archive, damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_beyond_2038_are_those_of_NTFS()
    {
        var time = new DateTime(2050, 6, 7, 8, 9, 10, DateTimeKind.Utc);
        var field = new byte[36];
        field[0] = 0x0a;
        field[2] = 32;
        field[8] = 1;
        field[10] = 24;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(field.AsSpan(12), time.ToFileTimeUtc());
        Assert.Equal(time, File.GetLastWriteTimeUtc(await _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text("a") with { Extra = field }))));
        foreach (var wrong in new byte[] { 0, 3, 7, 200 })
        {
            var cut = (byte[])field.Clone();
            cut[10] = wrong;
            await _tree.UnpackAsync(HandmadeZip.Make(HandmadeEntry.Text($"wrong{wrong}") with { Extra = cut }));
        }
    }

    [Fact]
    public async Task Everything_in_the_way_is_told_or_nothing_is_done()
    {
        var archive = HandmadeZip.Make(HandmadeEntry.Text("top/a"), HandmadeEntry.Text("top/b"), HandmadeEntry.Text("top/c/d"));
        var old = Directory.CreateDirectory(Path.Combine(_tree.Out, "top", "a")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(old, "c"), "old");
        await Assert.ThrowsAsync<DestinationExistsException>(() => _tree.UnpackAsync(archive, new UnpackOptions { Force = true }));
        Assert.False(File.Exists(Path.Combine(old, "b")));
        var told = new List<FutureHouseException>();
        await _tree.UnpackAsync(archive, new UnpackOptions { Force = true, Failed = told.Add });
        Assert.Equal([Path.Combine(old, "a"), Path.Combine(old, "c")], told.Select(t => t.Target));
        Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(old, "b")));
        Assert.Equal("old", await File.ReadAllTextAsync(Path.Combine(old, "c")));
    }
}
