using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using FutureHouse.LocalPlatform.Objects.Hashing;
using FutureHouse.LocalPlatform.Objects.Storage;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

public class SessionTests
{
    private const int Step = 256 * 1024;
    private const HttpStatusCode Incomplete = (HttpStatusCode)308;

    [Fact]
    public async Task Chunks_make_the_object()
    {
        await using var host = await BucketHost.StartAsync();
        var bytes = BucketHost.Bytes((2 * Step) + 5);
        var session = await host.StartSessionAsync("o");
        AssertHeld(0, await host.PutSessionAsync(session, "bytes */*"));
        AssertHeld(0, await host.PutSessionAsync(session, $"bytes */{bytes.Length}"));
        AssertHeld(Step, await host.PutSessionAsync(session, $"bytes 0-{Step - 1}/*", bytes[..Step]));
        AssertHeld(2 * Step, await host.PutSessionAsync(session, $"bytes {Step}-{(2 * Step) - 1}/{bytes.Length}", bytes[Step..(2 * Step)]));
        using var last = await host.PutSessionAsync(session, $"bytes {2 * Step}-{bytes.Length - 1}/{bytes.Length}", bytes[(2 * Step)..]);
        await AssertDoneAsync(host, bytes, last);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task One_put_makes_the_object(int length)
    {
        await using var host = await BucketHost.StartAsync();
        var bytes = BucketHost.Bytes(length);
        var range = length == 0 ? "bytes */0" : $"bytes 0-{length - 1}/{length}";
        using var ranged = await host.PutSessionAsync(await host.StartSessionAsync("o"), range, bytes);
        await AssertDoneAsync(host, bytes, ranged);

        using var plain = await host.PutSessionAsync(await host.StartSessionAsync("o"), null, bytes);
        await AssertDoneAsync(host, bytes, plain);

        using var chunked = new HttpRequestMessage(HttpMethod.Put, await host.StartSessionAsync("o")) { Content = new StreamContent(new MemoryStream(bytes)) };
        chunked.Headers.TransferEncodingChunked = true;
        using var answer = await host.Http.SendAsync(chunked);
        await AssertDoneAsync(host, bytes, answer);
    }

    [Fact]
    public async Task Bytes_sent_again_are_ignored()
    {
        await using var host = await BucketHost.StartAsync();
        var bytes = BucketHost.Bytes(2 * Step);
        var session = await host.StartSessionAsync("o");
        AssertHeld(Step, await host.PutSessionAsync(session, $"bytes 0-{Step - 1}/*", bytes[..Step]));
        AssertHeld(Step, await host.PutSessionAsync(session, $"bytes 0-{Step - 1}/*", BucketHost.Bytes(Step, 9)));
        using var last = await host.PutSessionAsync(session, $"bytes 0-{bytes.Length - 1}/{bytes.Length}", bytes);
        await AssertDoneAsync(host, bytes, last);
    }

    [Fact]
    public async Task A_finished_session_stays_as_it_is()
    {
        await using var host = await BucketHost.StartAsync();
        var bytes = BucketHost.Bytes(Step);
        var session = await host.StartSessionAsync("o");
        using var done = await host.PutSessionAsync(session, $"bytes 0-{Step - 1}/{Step}", bytes);
        await AssertDoneAsync(host, bytes, done);
        await AssertDoneAsync(host, bytes, await host.PutSessionAsync(session, $"bytes {Step}-{(2 * Step) - 1}/*", bytes)); // S.1
        await AssertDoneAsync(host, bytes, await host.PutSessionAsync(session, $"bytes */{Step}")); // S.4
        await AssertDoneAsync(host, bytes, await host.PutSessionAsync(session, $"bytes */{Step - 1}")); // S.4.1
        await AssertDoneAsync(host, bytes, await host.PutSessionAsync(session, $"bytes */{Step + 1}")); // S.4.2
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.Http.DeleteAsync(session));
    }

    [Fact]
    public async Task Disagreements_are_told()
    {
        await using var host = await BucketHost.StartAsync();
        var bytes = BucketHost.Bytes(2 * Step);
        var session = await host.StartSessionAsync("o");
        using var early = await host.PutSessionAsync(session, $"bytes 1-{Step}/*", bytes[..Step]); // S.5
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/plain"), (early.StatusCode, early.Content.Headers.ContentType!.MediaType));
        Assert.Contains("Content-Range", await early.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        AssertHeld(2 * Step, await host.PutSessionAsync(session, $"bytes 0-{(2 * Step) - 1}/*", bytes));
        AssertHeld(2 * Step, await host.PutSessionAsync(session, $"bytes */{Step}")); // S.2
        AssertHeld(2 * Step, await host.PutSessionAsync(session, $"bytes 0-{Step - 1}/{Step}", bytes[..Step])); // S.2
        AssertHeld(2 * Step, await host.PutSessionAsync(session, $"bytes */{3 * Step}")); // S.3
        Assert.Null(await host.Bucket.GetInfoAsync("o", default));
        await AssertDoneAsync(host, bytes, await host.PutSessionAsync(session, $"bytes */{2 * Step}"));
    }

    [Theory]
    [InlineData("bytes 0-99/*", 100)]
    [InlineData("bytes 0-99/200", 100)]
    [InlineData("bytes 0-99/100", 99)]
    [InlineData("bytes 0-99/100", 101)]
    [InlineData("bytes 0-99/50", 100)]
    [InlineData("bytes 0-99/99", 100)]
    [InlineData("bytes 9-0/100", 1)]
    [InlineData("bytes */100", 1)]
    [InlineData("lines 0-99/100", 100)]
    [InlineData("bytes 0-99999999999999999999/*", 100)]
    public async Task Ranges_that_make_no_sense_are_refused(string range, int length)
    {
        await using var host = await BucketHost.StartAsync();
        var session = await host.StartSessionAsync("o");
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, "InvalidArgument", await host.PutSessionAsync(session, range, BucketHost.Bytes(length)));
        AssertHeld(0, await host.PutSessionAsync(session, "bytes */*"));
    }

    [Theory]
    [InlineData("crc32c=AAAAAA==", "BadDigest")]
    [InlineData("md5=1B2M2Y8AsgTpgAmY7PhCfg==", "BadDigest")]
    [InlineData("crc32c=nonsense", "InvalidDigest")]
    [InlineData("sha1=AAAA", "InvalidDigest")]
    public async Task A_declared_checksum_that_does_not_match_leaves_no_object(string hash, string code)
    {
        await using var host = await BucketHost.StartAsync();
        var session = await host.StartSessionAsync("o");
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, code, await host.PutSessionAsync(session, "bytes 0-2/3", [1, 2, 3], hash));
        Assert.Null(await host.Bucket.GetInfoAsync("o", default));

        var declared = await host.StartSessionAsync("o", r => r.Headers.Add("x-goog-hash", "crc32c=AAAAAA=="));
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, "BadDigest", await host.PutSessionAsync(declared, "bytes 0-2/3", [1, 2, 3]));
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.PutSessionAsync(declared, "bytes */*"));
    }

    [Fact]
    public async Task A_declared_checksum_that_matches_is_fine()
    {
        await using var host = await BucketHost.StartAsync();
        byte[] bytes = [1, 2, 3];
        var hash = $"crc32c={Crc32C.ToBase64(Crc32C.Append(0, bytes))}, md5={BucketHost.Md5(bytes)}";
        using var answer = await host.PutSessionAsync(await host.StartSessionAsync("o"), "bytes 0-2/3", bytes, hash);
        await AssertDoneAsync(host, bytes, answer);
    }

    [Fact]
    public async Task A_cancelled_session_is_gone()
    {
        await using var host = await BucketHost.StartAsync();
        var session = await host.StartSessionAsync("o");
        AssertHeld(Step, await host.PutSessionAsync(session, $"bytes 0-{Step - 1}/*", BucketHost.Bytes(Step)));
        using var cancelled = await host.Http.DeleteAsync(session);
        Assert.Equal(499, (int)cancelled.StatusCode);
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.PutSessionAsync(session, "bytes */*"));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(host.Store, "objects", "names"), "body", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_session_lives_a_week_whatever_its_url()
    {
        await using var host = await BucketHost.StartAsync();
        var session = await host.StartSessionAsync("o");
        host.Clock.Now += TimeSpan.FromDays(6.9);
        AssertHeld(0, await host.PutSessionAsync(session, "bytes */*"));
        host.Clock.Now += TimeSpan.FromDays(0.1);
        await BucketHost.AssertErrorAsync(HttpStatusCode.Gone, "NoSuchUpload", await host.PutSessionAsync(session, "bytes */*"));
        await host.Get<ObjectStore>().RemoveAbandonedUploadsAsync(host.Clock.Now, default);
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.PutSessionAsync(session, "bytes */*"));
    }

    [Fact]
    public async Task The_sweep_spares_finished_objects_and_uploads_that_parts_arrive_for()
    {
        await using var host = await BucketHost.StartAsync();
        using var done = await host.PutSessionAsync(await host.StartSessionAsync("o"), "bytes 0-2/3", [1, 2, 3]);
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "p", [BucketHost.Md5([1])], default);
        host.Clock.Now += TimeSpan.FromDays(100);
        Directory.SetLastWriteTimeUtc(host.Get<ObjectStore>().UploadFolder("p", ticket.UploadId), host.Clock.Now.UtcDateTime);
        await host.Get<ObjectStore>().RemoveAbandonedUploadsAsync(host.Clock.Now - TimeSpan.FromDays(14), default);
        await AssertDoneAsync(host, [1, 2, 3], done);
        Assert.NotNull(await host.Get<ObjectStore>().FindUploadAsync("p", ticket.UploadId, default));
    }

    [Fact]
    public async Task A_session_survives_a_restart()
    {
        await using var first = await BucketHost.StartAsync();
        var bytes = BucketHost.Bytes(Step + 10);
        var session = await first.StartSessionAsync("o");
        AssertHeld(Step, await first.PutSessionAsync(session, $"bytes 0-{Step - 1}/*", bytes[..Step]));
        await first.StopAsync();

        await using var second = await BucketHost.StartAsync(first.Store, first.Clock);
        var moved = new Uri(second.Base, session.PathAndQuery);
        AssertHeld(Step, await second.PutSessionAsync(moved, "bytes */*"));
        await AssertDoneAsync(second, bytes, await second.PutSessionAsync(moved, $"bytes {Step}-{Step + 9}/{Step + 10}", bytes[Step..]));
    }

    [Fact]
    public async Task What_came_of_a_broken_put_is_kept()
    {
        await using var host = await BucketHost.StartAsync();
        var bytes = BucketHost.Bytes(3 * Step);
        const int sent = Step + 100;
        var session = await host.StartSessionAsync("o");
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(host.Base.Host, host.Base.Port);
            var head = $"PUT {session.PathAndQuery} HTTP/1.1\r\nHost: {host.Base.Authority}\r\nContent-Length: {bytes.Length}\r\nContent-Range: bytes 0-{bytes.Length - 1}/{bytes.Length}\r\n\r\n";
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            await stream.WriteAsync(bytes.AsMemory(0, sent));

            // The question is answered while the PUT is under way.
            while (await HeldAsync(host, session) < Step)
            {
                await Task.Yield();
            }

        }

        var held = (int)await HeldAsync(host, session);
        Assert.InRange(held, Step, sent);
        await AssertDoneAsync(host, bytes, await host.PutSessionAsync(session, $"bytes {held}-{bytes.Length - 1}/{bytes.Length}", bytes[held..]));
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("../../x")]
    public async Task An_unknown_session_is_not_found(string id)
    {
        await using var host = await BucketHost.StartAsync();
        var uri = new Uri(host.Base, $"/{host.Bucket.Name}/o?upload_id={Uri.EscapeDataString(id)}");
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.PutSessionAsync(uri, "bytes */*"));
        await BucketHost.AssertErrorAsync(HttpStatusCode.NotFound, "NoSuchUpload", await host.Http.DeleteAsync(uri));
    }

    private static async Task<long> HeldAsync(BucketHost host, Uri session)
    {
        using var answer = await host.PutSessionAsync(session, "bytes */*");
        Assert.Equal(Incomplete, answer.StatusCode);
        return answer.Headers.TryGetValues("Range", out var values) ? long.Parse(values.Single().Split('-')[1], CultureInfo.InvariantCulture) + 1 : 0;
    }

    private static void AssertHeld(long held, HttpResponseMessage answer)
    {
        Assert.Equal(Incomplete, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        Assert.Equal(held == 0 ? null : $"bytes=0-{held - 1}", answer.Headers.TryGetValues("Range", out var values) ? values.Single() : null);
    }

    private static async Task AssertDoneAsync(BucketHost host, byte[] bytes, HttpResponseMessage answer)
    {
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        var info = (await host.Bucket.GetInfoAsync("o", default))!;
        Assert.Equal($"crc32c={Crc32C.ToBase64(Crc32C.Append(0, bytes))},md5={BucketHost.Md5(bytes)}", answer.Headers.GetValues("x-goog-hash").Single());
        Assert.Equal($"{bytes.Length}", answer.Headers.GetValues("x-goog-stored-content-length").Single());
        Assert.Equal($"{info.Generation}", answer.Headers.GetValues("x-goog-generation").Single());
        Assert.Equal(info.ETag, answer.Headers.ETag!.ToString());
        using var down = await host.DownloadAsync("o");
        Assert.Equal(bytes, await down.Content.ReadAsByteArrayAsync());
    }
}
