using System.Net;
using FutureHouse.LocalPlatform.Objects.Hashing;
using FutureHouse.LocalPlatform.Objects;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

public class BucketMultipartTests
{
    private const int FiveMiB = 5 * 1024 * 1024;

    [Fact]
    public async Task Parts_in_any_order_make_the_object()
    {
        await using var host = await BucketHost.StartAsync();
        byte[][] parts = [BucketHost.Bytes(FiveMiB, 1), BucketHost.Bytes(FiveMiB + 3, 2), BucketHost.Bytes(17, 3)];
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [.. parts.Select(BucketHost.Md5)], default);
        var completed = new CompletedPart[3];
        await Task.WhenAll(Enumerable.Range(0, 3).Reverse().Select(async i =>
        {
            using var answer = await host.PutPartAsync(ticket.PartUrls[i], parts[i]);
            completed[i] = new CompletedPart(i + 1, answer.Headers.ETag!.ToString(), BucketHost.Md5(parts[i]));
        }));
        Assert.Equal($"\"{Convert.ToHexStringLower(Convert.FromBase64String(BucketHost.Md5(parts[1])))}\"", completed[1].ETag);

        var info = await host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, completed, default);
        var whole = parts.SelectMany(p => p).ToArray();
        Assert.Equal(whole.Length, info.Size);
        Assert.Equal(Crc32C.ToBase64(Crc32C.Append(0, whole)), info.Crc32cBase64);
        Assert.Null(info.Md5Base64);
        Assert.EndsWith("-3\"", info.ETag, StringComparison.Ordinal);

        using var down = await host.DownloadAsync("o");
        Assert.Equal(whole, await down.Content.ReadAsByteArrayAsync());
        Assert.Equal(info, await host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, completed, default));
        Assert.Equal(info, await host.Bucket.GetInfoAsync("o", default));
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.PutPartAsync(ticket.PartUrls[2], parts[2]));
    }

    [Fact]
    public async Task An_empty_file_is_one_empty_part()
    {
        await using var host = await BucketHost.StartAsync();
        var info = await host.UploadAsync("o", [[]]);
        Assert.Equal((0, "AAAAAA=="), (info.Size, info.Crc32cBase64));
        using var down = await host.DownloadAsync("o");
        Assert.Empty(await down.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_part_sent_again_replaces_itself()
    {
        await using var host = await BucketHost.StartAsync();
        var part = BucketHost.Bytes(100);
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [BucketHost.Md5(part)], default);
        using var first = await host.PutPartAsync(ticket.PartUrls[0], part);
        using var second = await host.PutPartAsync(ticket.PartUrls[0], part);
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        var info = await host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, [new(1, second.Headers.ETag!.ToString(), null)], default);
        Assert.Equal(100, info.Size);
    }

    [Fact]
    public async Task Bytes_that_do_not_match_their_hash_are_refused()
    {
        await using var host = await BucketHost.StartAsync();
        var part = BucketHost.Bytes(100);
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [BucketHost.Md5(part), "no-md5"], default);
        await BucketHost.AssertErrorAsync(
            HttpStatusCode.BadRequest, "BadDigest", await host.PutPartAsync(ticket.PartUrls[0], BucketHost.Bytes(100, 2), BucketHost.Md5(part)));
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, "InvalidDigest", await host.PutPartAsync(ticket.PartUrls[1], part, "no-md5"));
        await AssertRefusedAsync(host, ticket, 400, "InvalidPart", new CompletedPart(1, "x", null));
        Assert.Empty(Directory.GetFiles(Path.Combine(host.Store, "objects", "tmp")));
    }

    [Fact]
    public async Task A_list_that_does_not_fit_is_refused_and_changes_nothing()
    {
        await using var host = await BucketHost.StartAsync();
        byte[][] parts = [BucketHost.Bytes(10, 1), BucketHost.Bytes(10, 2)];
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [.. parts.Select(BucketHost.Md5)], default);
        var etags = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            using var answer = await host.PutPartAsync(ticket.PartUrls[i], parts[i]);
            etags.Add(answer.Headers.ETag!.ToString());
        }

        await AssertRefusedAsync(host, ticket, 400, "EntityTooSmall", new(1, etags[0], null), new(2, etags[1], null));
        await AssertRefusedAsync(host, ticket, 400, "InvalidPart", new CompletedPart(1, etags[1], null));
        await AssertRefusedAsync(host, ticket, 400, "InvalidPart", new CompletedPart(1, etags[0], BucketHost.Md5(parts[1])));
        await AssertRefusedAsync(host, ticket, 400, "InvalidPart", new CompletedPart(3, etags[0], null));
        await AssertRefusedAsync(host, ticket, 400, "InvalidPart");
        await AssertRefusedAsync(host, ticket, 400, "InvalidPartOrder", new(2, etags[1], null), new(1, etags[0], null));
        await AssertRefusedAsync(host, ticket with { UploadId = new string('0', 64) }, 404, "NoSuchUpload", new CompletedPart(1, etags[0], null));
        await AssertRefusedAsync(host, ticket with { UploadId = "../.." }, 404, "NoSuchUpload", new CompletedPart(1, etags[0], null));
        Assert.Null(await host.Bucket.GetInfoAsync("o", default));

        await host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, [new(1, etags[0], null)], default);
        await AssertRefusedAsync(host, ticket, 400, "InvalidPart", new CompletedPart(2, etags[1], null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public async Task An_upload_has_1_to_10000_parts(int count)
    {
        await using var host = await BucketHost.StartAsync();
        var error = await Assert.ThrowsAsync<BucketException>(
            () => host.Bucket.InitiateMultipartAsync(host.Base, "o", [.. Enumerable.Repeat(BucketHost.Md5([]), count)], default));
        Assert.Equal((400, "InvalidArgument"), (error.StatusCode, error.Code));
    }

    [Fact]
    public async Task Deleting_takes_object_and_uploads()
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync("o", [1]);
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [BucketHost.Md5([2])], default);
        var session = await host.StartSessionAsync("o");
        await host.Bucket.DeleteAsync("o", default);
        await host.Bucket.DeleteAsync("o", default);

        Assert.Null(await host.Bucket.GetInfoAsync("o", default));
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchKey", await host.DownloadAsync("o"));
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.PutPartAsync(ticket.PartUrls[0], [2]));
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.PutSessionAsync(session, "bytes */*"));
    }

    [Fact]
    public async Task An_upload_survives_a_restart_and_leftovers_do_not()
    {
        await using var first = await BucketHost.StartAsync();
        byte[][] parts = [BucketHost.Bytes(FiveMiB, 1), BucketHost.Bytes(10, 2)];
        var ticket = await first.Bucket.InitiateMultipartAsync(first.Base, "o", [.. parts.Select(BucketHost.Md5)], default);
        using var one = await first.PutPartAsync(ticket.PartUrls[0], parts[0]);
        await first.StopAsync();
        var leftover = Path.Combine(first.Store, "objects", "tmp", "leftover");
        await File.WriteAllTextAsync(leftover, "half");

        await using var second = await BucketHost.StartAsync(first.Store, first.Clock);
        Assert.False(File.Exists(leftover));
        var url = new Uri(second.Base, ticket.PartUrls[1].PathAndQuery);
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Headers = { Host = first.Base.Authority }, Content = new ByteArrayContent(parts[1]) };
        request.Content.Headers.TryAddWithoutValidation("Content-MD5", BucketHost.Md5(parts[1]));
        using var two = await second.Http.SendAsync(request);
        var info = await second.Bucket.CompleteMultipartAsync(
            "o", ticket.UploadId, [new(1, one.Headers.ETag!.ToString(), null), new(2, two.Headers.ETag!.ToString(), null)], default);
        Assert.Equal(FiveMiB + 10, info.Size);
    }

    private static async Task AssertRefusedAsync(BucketHost host, MultipartTicket ticket, int status, string code, params CompletedPart[] parts)
    {
        var error = await Assert.ThrowsAsync<BucketException>(() => host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, parts, default));
        Assert.Equal((status, code), (error.StatusCode, error.Code));
    }
}
