using System.Net;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Objects.Storage;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

public class BucketStoreTests
{
    [Fact]
    public async Task A_temporary_that_is_being_written_is_no_leftover()
    {
        await using var host = await BucketHost.StartAsync();
        var store = host.Get<ObjectStore>();
        var path = store.NewTemporary();
        await using (DurableFile.Create(path))
        {
            store.RemoveLeftovers(DateTimeOffset.MaxValue);
            Assert.True(File.Exists(path));
        }

        store.RemoveLeftovers(DateTimeOffset.MaxValue);
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task Until_its_record_is_there_an_object_is_not()
    {
        await using var host = await BucketHost.StartAsync();
        var info = await host.UploadAsync("o", [1, 2, 3]);
        var record = Directory.EnumerateFiles(host.Store, "object.json", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(record);
        File.Delete(record); // As a crash leaves it that comes before the rename.
        Assert.Null(await host.Bucket.GetInfoAsync("o", default));
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchKey", await host.DownloadAsync("o"));

        await File.WriteAllBytesAsync(record, bytes);
        Assert.Equal(info, await host.Bucket.GetInfoAsync("o", default));
    }

    [Fact]
    public async Task Two_processes_may_serve_one_folder()
    {
        await using var one = await BucketHost.StartAsync();
        await using var two = await BucketHost.StartAsync(one.Store, one.Clock);
        byte[] bytes = [1, 2, 3];
        var session = await one.StartSessionAsync("o");
        using var done = await two.PutSessionAsync(new Uri(two.Base, session.PathAndQuery), "bytes 0-2/3", bytes);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        using var down = await one.DownloadAsync("o");
        Assert.Equal(bytes, await down.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Completing_twice_at_once_makes_one_object()
    {
        await using var host = await BucketHost.StartAsync();
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [BucketHost.Md5([1])], default);
        using var part = await host.PutPartAsync(ticket.PartUrls[0], [1]);
        CompletedPart[] parts = [new(1, part.Headers.ETag!.ToString(), null)];
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, parts, default))));
        Assert.Single(answers.Distinct());
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("/absolute")]
    [InlineData("CON")]
    [InlineData("a\0b")]
    public async Task No_name_is_a_path(string name)
    {
        await using var host = await BucketHost.StartAsync();
        await host.Bucket.InitiateMultipartAsync(host.Base, name, [BucketHost.Md5([1])], default);
        Assert.Single(Directory.EnumerateFiles(host.Store, "upload.json", SearchOption.AllDirectories));
        Assert.All(
            Directory.EnumerateFileSystemEntries(Path.Combine(host.Store, "objects", "names"), "*", SearchOption.AllDirectories),
            path => Assert.Matches("^([0-9a-f]{2}|[0-9a-f]{64}|uploads|lock|[a-z]+\\.json|[0-9]{5}-[0-9a-f-]+)$", Path.GetFileName(path)));
    }
}
