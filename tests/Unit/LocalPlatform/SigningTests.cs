using System.Net;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

public class SigningTests
{
    [Fact]
    public async Task A_signed_url_works_until_it_expires()
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync("o", [1, 2, 3]);
        var url = host.Bucket.SignDownload(host.Base, "o", "f");
        host.Clock.Now += TimeSpan.FromMinutes(59);
        using var good = await host.Http.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);

        host.Clock.Now += TimeSpan.FromMinutes(1);
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, "ExpiredToken", await host.Http.GetAsync(url));
    }

    [Theory]
    [InlineData("X-Goog-Expires=3600", "X-Goog-Expires=360000")]
    [InlineData("X-Goog-Expires=3600", "X-Goog-Expires=9999999")]
    [InlineData("/o?", "/other?")]
    [InlineData("filename%3D%22f%22", "filename%3D%22g%22")]
    [InlineData("X-Goog-Credential=GOOG", "X-Goog-Credential=GOOGX")]
    [InlineData("X-Goog-Date=20261123", "X-Goog-Date=20261122")]
    [InlineData("X-Goog-SignedHeaders=host", "X-Goog-SignedHeaders=accept%3Bhost")]
    [InlineData("X-Goog-Signature=", "X-Goog-Signature=0")]
    [InlineData("&X-Goog-Signature=", "&added=1&X-Goog-Signature=")]
    public async Task An_altered_url_is_refused(string from, string to)
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync("o", [1, 2, 3]);
        var url = host.Bucket.SignDownload(host.Base, "o", "f").OriginalString;
        Assert.Contains(from, url, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, url.Replace(from, to, StringComparison.Ordinal));
        request.Headers.Add("Accept", "*/*");
        await BucketHost.AssertErrorAsync(HttpStatusCode.Forbidden, "SignatureDoesNotMatch", await host.Http.SendAsync(request));
    }

    [Fact]
    public async Task Another_method_host_or_hash_is_another_url()
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync("o", [1, 2, 3]);
        var url = host.Bucket.SignDownload(host.Base, "o", "f");
        using var put = await host.Http.PutAsync(url, new ByteArrayContent([]));
        await BucketHost.AssertErrorAsync(HttpStatusCode.Forbidden, "SignatureDoesNotMatch", put);

        using var other = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Host = "localhost:1" } };
        await BucketHost.AssertErrorAsync(HttpStatusCode.Forbidden, "SignatureDoesNotMatch", await host.Http.SendAsync(other));

        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "p", [BucketHost.Md5([1])], default);
        await BucketHost.AssertErrorAsync(HttpStatusCode.Forbidden, "SignatureDoesNotMatch", await host.PutPartAsync(ticket.PartUrls[0], [2]));
    }

    [Fact]
    public async Task A_signed_header_must_be_sent()
    {
        await using var host = await BucketHost.StartAsync();
        using var start = await host.Http.PostAsync(host.Bucket.SignResumableStart(host.Base, "o"), new ByteArrayContent([]));
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, "MalformedSecurityHeader", start);

        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "p", [BucketHost.Md5([1])], default);
        using var part = await host.Http.PutAsync(ticket.PartUrls[0], new ByteArrayContent([1]));
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, "MalformedSecurityHeader", part);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?X-Goog-Algorithm=GOOG4-HMAC-SHA256")]
    public async Task Without_a_signature_nothing_is_given(string query)
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync("o", [1]);
        using var answer = await host.Http.GetAsync(new Uri($"/{host.Bucket.Name}/o{query}", UriKind.Relative));
        await BucketHost.AssertErrorAsync(HttpStatusCode.Forbidden, "AccessDenied", answer);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with space/and+plus/ünï😀.bin")]
    [InlineData("a//b/%41/../c")]
    public async Task Names_of_any_kind_can_be_signed(string name)
    {
        await using var host = await BucketHost.StartAsync();
        await host.UploadAsync(name, [7]);
        var url = host.Bucket.SignDownload(host.Base, name, "f");
        Assert.Equal(url.OriginalString, url.ToString());
        Assert.Equal([7], await host.Http.GetByteArrayAsync(url));
    }

    [Fact]
    public async Task The_key_lasts_as_long_as_the_store_and_is_the_owners_only()
    {
        await using var first = await BucketHost.StartAsync();
        await first.UploadAsync("o", [1, 2]);
        await using var second = await BucketHost.StartAsync(first.Store);
        var url = first.Bucket.SignDownload(second.Base, "o", "f");
        Assert.Equal([1, 2], await second.Http.GetByteArrayAsync(url));

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(first.Store, "objects", "signing-key.json")));
        }
    }
}
