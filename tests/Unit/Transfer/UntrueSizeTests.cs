using System.IO.Compression;
using System.Text;
using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Packaging;
using FutureHouse.Packaging.Zip;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Files that do not end where their file system says: below <c>/proc</c> they have no size, below <c>/sys</c> a page. All their bytes are sent, or an error says why not.</summary>
public sealed class UntrueSizeTests
{
    private const string NoSize = "/proc/version";
    private const string PageSize = "/sys/devices/system/cpu/online";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NoSize, "v.bin", UploadModes.Multipart)]
    [InlineData(NoSize, "v.bin", UploadModes.Session)]
    [InlineData(NoSize, "v.txt", UploadModes.Both)]
    [InlineData(PageSize, "online.bin", UploadModes.Multipart)]
    [InlineData(PageSize, "online.txt", UploadModes.Both)]
    public async Task All_of_a_file_is_sent(string path, string name, UploadModes modes)
    {
        SkipWithout(path);
        await using var fixture = await TransferFixture.StartAsync(modes);
        var link = fixture.Platform.Directory.Combine(name); // by its extension it is text, or not
        File.CreateSymbolicLink(link, path);
        var bytes = ReadAll(path);
        var request = new UploadRequest { Path = link, Name = name };
        Assert.Equal(bytes.Length, (await fixture.Engine.PlanAsync(request, Ct)).Size);

        var entry = await fixture.Engine.UploadAsync(request, null, Ct);
        Assert.Equal(bytes.Length, entry.Size);
        var fetched = (await fixture.Engine.FetchAsync(new FetchRequest { Entry = await fixture.Client.GetEntryAsync(entry.Id, ct: Ct), DestinationDirectory = fixture.Target }, null, Ct)).Single();
        Assert.Equal(bytes, fetched.Text is { } text ? Encoding.UTF8.GetBytes(text) : await File.ReadAllBytesAsync(fetched.Path!, Ct));
        Assert.Empty(Directory.EnumerateFiles(Path.GetTempPath(), "futurehouse-*.tmp"));
    }

    [Theory]
    [InlineData(NoSize)]
    [InlineData(PageSize)]
    public async Task All_of_a_member_is_in_the_archive_and_in_the_hierarchy(string path)
    {
        SkipWithout(path);
        await using var fixture = await TransferFixture.StartAsync();
        var bytes = ReadAll(path);
        var item = new TreeItem("member", path, false, new FileInfo(path).Length, File.GetLastWriteTimeUtc(path), null);
        using var archive = new MemoryStream();
        await CollectionWriter.WriteAsync(archive, [item], new CollectionOptions(), null, Ct);
        using var zip = new ZipArchive(archive);
        Assert.Equal(bytes, Read(zip.GetEntry("member")!.Open()));

        var log = new TreeLog();
        await fixture.Engine.UploadTreeAsync(new TreeUploadRequest { Root = "/tree", Name = "tree", Items = [item] }, log, Ct);
        Assert.Empty(log.Errors);
        Assert.Equal(bytes.Length, log["member"].Size);
    }

    [Fact]
    public async Task A_large_member_that_is_longer_than_stated_is_an_error()
    {
        using var folder = new TempDirectory();
        var path = folder.RandomFile("large.bin", 3 * 1024 * 1024);
        var item = new TreeItem("large.bin", path, false, (2 * 1024 * 1024) + 1, File.GetLastWriteTimeUtc(path), null);
        await Assert.ThrowsAsync<FileChangedException>(() => CollectionWriter.WriteAsync(new MemoryStream(), [item], new CollectionOptions(), null, Ct));
    }

    private static void SkipWithout(string path) => Assert.SkipUnless(File.Exists(path), $"This system has no {path}.");

    private static byte[] ReadAll(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        return Read(file);
    }

    private static byte[] Read(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }
}
