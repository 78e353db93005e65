using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using FutureHouse.LocalPlatform.Objects.Hashing;
using FutureHouse.LocalPlatform.Objects.Http;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

public class BucketDownloadTests
{
    private const int FiveMiB = 5 * 1024 * 1024;

    [Fact]
    public async Task Headers_tell_what_is_stored()
    {
        await using var host = await BucketHost.StartAsync();
        var info = await host.UploadAsync("o", [1, 2, 3]);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var answer = await host.DownloadAsync(
                "o",
                r =>
                {
                    r.Headers.TryAddWithoutValidation("Authorization", "Bearer x"); // As client 0.11 sends them.
                    r.Headers.Add("x-client", "sdk");
                },
                method);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(3, answer.Content.Headers.ContentLength);
            Assert.Equal(info.ETag, answer.Headers.ETag!.ToString());
            Assert.Equal("bytes", answer.Headers.AcceptRanges.Single());
            Assert.Equal($"crc32c={info.Crc32cBase64}", answer.Headers.GetValues("x-goog-hash").Single());
            Assert.Equal($"{info.Generation}", answer.Headers.GetValues("x-goog-generation").Single());
            Assert.Equal("3", answer.Headers.GetValues("x-goog-stored-content-length").Single());
            Assert.Equal("identity", answer.Headers.GetValues("x-goog-stored-content-encoding").Single());
            Assert.Equal(host.Clock.Now, answer.Content.Headers.LastModified);
            Assert.Equal(method == HttpMethod.Get ? 3 : 0, (await answer.Content.ReadAsByteArrayAsync()).Length);
        }
    }

    [Theory]
    [InlineData("a.txt", "attachment; filename*=UTF-8''a.txt; filename=\"a.txt\"")]
    [InlineData("a b(1).txt", "attachment; filename*=UTF-8''a%20b%281%29.txt; filename=\"a b(1).txt\"")]
    [InlineData("q\"u\\o\r\nte", "attachment; filename*=UTF-8''q%22u%5Co%0D%0Ate; filename=\"q_u_o__te\"")]
    [InlineData("ü😀", "attachment; filename*=UTF-8''%C3%BC%F0%9F%98%80; filename=\"__\"")]
    public async Task The_name_comes_twice_and_plain_last(string name, string expected)
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync("o", [1]);
        using var answer = await host.DownloadAsync("o", fileName: name);
        Assert.Equal(expected, answer.Content.Headers.GetValues("Content-Disposition").Single());
    }

    [Theory]
    [InlineData("bytes=0-0", 0, 1)]
    [InlineData("bytes=5-", 5, 95)]
    [InlineData("bytes=98-200", 98, 2)]
    [InlineData("bytes=-7", 93, 7)]
    [InlineData("bytes=-700", 0, 100)]
    [InlineData("bytes=0-99999999999999999999", 0, 100)]
    public async Task A_range_is_206(string range, int first, int length)
    {
        await using var host = await BucketHost.StartAsync();
        var bytes = BucketHost.Bytes(100);
        await host.UploadAsync("o", bytes);
        using var answer = await host.DownloadAsync("o", r => r.Headers.TryAddWithoutValidation("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal($"bytes {first}-{first + length - 1}/100", answer.Content.Headers.ContentRange!.ToString());
        Assert.Equal(bytes[first..(first + length)], await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=100-", 100)]
    [InlineData("bytes=-0", 100)]
    [InlineData("bytes=0-", 0)]
    public async Task A_range_beyond_the_end_is_416(string range, int size)
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync("o", [BucketHost.Bytes(size)]);
        using var answer = await host.DownloadAsync("o", r => r.Headers.TryAddWithoutValidation("Range", range));
        Assert.Equal($"bytes */{size}", answer.Content.Headers.ContentRange!.ToString());
        await BucketHost.AssertErrorAsync(HttpStatusCode.RequestedRangeNotSatisfiable, "InvalidRange", answer);
    }

    [Theory]
    [InlineData("bytes=1-2,4-5")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=-")]
    [InlineData("lines=1-2")]
    public async Task Another_range_is_ignored(string range)
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync("o", BucketHost.Bytes(100));
        using var answer = await host.DownloadAsync("o", r => r.Headers.TryAddWithoutValidation("Range", range));
        Assert.Equal((HttpStatusCode.OK, 100), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task Ranges_go_across_parts()
    {
        await using var host = await BucketHost.StartAsync();
        byte[][] parts = [BucketHost.Bytes(FiveMiB, 1), BucketHost.Bytes(FiveMiB, 2), BucketHost.Bytes(9, 3)];
        await host.UploadAsync("o", parts);
        using var answer = await host.DownloadAsync("o", r => r.Headers.Range = new RangeHeaderValue(FiveMiB - 4, (2 * FiveMiB) + 2));
        byte[] expected = [.. parts[0][^4..], .. parts[1], .. parts[2][..3]];
        Assert.Equal(expected, await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Conditions_hold_or_refuse()
    {
        await using var host = await BucketHost.StartAsync();
        var info = await host.UploadAsync("o", BucketHost.Bytes(10));
        async Task<HttpStatusCode> GetAsync(params (string Name, string Value)[] headers)
        {
            using var answer = await host.DownloadAsync("o", r => headers.ToList().ForEach(h => r.Headers.TryAddWithoutValidation(h.Name, h.Value)));
            return answer.StatusCode;
        }

        var date = host.Clock.Now.ToString("R");
        var earlier = (host.Clock.Now - TimeSpan.FromHours(1)).ToString("R");
        Assert.Equal(HttpStatusCode.OK, await GetAsync(("If-Match", info.ETag)));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(("If-Match", "*")));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await GetAsync(("If-Match", "\"other\"")));
        Assert.Equal(HttpStatusCode.NotModified, await GetAsync(("If-None-Match", info.ETag)));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(("If-None-Match", "\"other\"")));
        Assert.Equal(HttpStatusCode.NotModified, await GetAsync(("If-Modified-Since", date)));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(("If-Modified-Since", earlier)));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await GetAsync(("If-Unmodified-Since", earlier)));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(("x-goog-if-generation-match", $"{info.Generation}")));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await GetAsync(("x-goog-if-generation-match", "1")));
        Assert.Equal(HttpStatusCode.PartialContent, await GetAsync(("Range", "bytes=1-"), ("If-Range", info.ETag)));
        Assert.Equal(HttpStatusCode.PartialContent, await GetAsync(("Range", "bytes=1-"), ("If-Range", date)));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(("Range", "bytes=1-"), ("If-Range", "\"other\"")));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(("Range", "bytes=1-"), ("If-Range", earlier)));
    }

    [Fact]
    public async Task A_new_object_of_a_name_has_another_generation_and_the_old_bytes_go()
    {
        await using var host = await BucketHost.StartAsync();
        var first = await host.UploadAsync("o", [1]);
        var second = await host.UploadAsync("o", [2]);
        Assert.True(second.Generation > first.Generation);
        Assert.NotEqual(first.ETag, second.ETag);
        using var answer = await host.DownloadAsync("o");
        Assert.Equal([2], await answer.Content.ReadAsByteArrayAsync());
        Assert.Single(Directory.EnumerateFiles(Path.Combine(host.Store, "objects", "names"), "00001-*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Gzip_is_unpacked_only_for_who_does_not_take_it()
    {
        await using var host = await BucketHost.StartAsync();
        var plain = BucketHost.Bytes(300_000);
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain);
        }

        var session = await host.StartSessionAsync("o", r => r.Content!.Headers.ContentEncoding.Add("gzip"));
        using var done = await host.PutSessionAsync(session, null, packed.ToArray());
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);

        using var raw = await host.DownloadAsync("o", r => r.Headers.AcceptEncoding.Add(new("gzip")));
        Assert.Equal("gzip", raw.Content.Headers.ContentEncoding.Single());
        var bytes = await raw.Content.ReadAsByteArrayAsync();
        Assert.Equal(packed.ToArray(), bytes);
        Assert.StartsWith($"crc32c={Crc32C.ToBase64(Crc32C.Append(0, bytes))}", raw.Headers.GetValues("x-goog-hash").Single(), StringComparison.Ordinal);

        using var unpacked = await host.DownloadAsync("o", r => r.Headers.TryAddWithoutValidation("Range", "bytes=5-"));
        Assert.Equal(HttpStatusCode.OK, unpacked.StatusCode);
        Assert.Equal("gzip", unpacked.Headers.GetValues("x-goog-stored-content-encoding").Single());
        Assert.Equal(plain, await unpacked.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1000, 7)]
    [InlineData(13, 100_003)]
    public void Crcs_of_pieces_combine(int first, int second)
    {
        var bytes = BucketHost.Bytes(first + second);
        var combined = Crc32C.Combine(Crc32C.Append(0, bytes.AsSpan(0, first)), Crc32C.Append(0, bytes.AsSpan(first)), second);
        Assert.Equal(Crc32C.Append(0, bytes), combined);
    }

    [Fact]
    public void Crc32c_is_the_standards() => Assert.Equal(0xE3069283u, Crc32C.Append(0, "123456789"u8));

    [Fact]
    public void A_range_of_everything_has_no_bytes_beyond_the_end() => Assert.Equal(new ByteRange(0, 1), ByteRange.Parse("bytes=0-", 1));
}
