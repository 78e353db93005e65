using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.LocalPlatform.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

public class FaultsTests
{
    private const int Step = 256 * 1024;
    private const string Entries = "/v0.1/data-storage/data-entries";

    [Fact]
    public async Task Faults_fire_in_order_once_each_and_are_told()
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("entries.get", "return-503"), ("entries.get", "return-401"), ("entries.create", "return-500"));
        Assert.Equal((503, 401, 200), (await GetAsync(host), await GetAsync(host), await GetAsync(host)));

        var faults = await host.Http.GetFromJsonAsync<JsonElement>("/testbench/faults");
        Assert.Equal([true, true, false], faults.EnumerateArray().Select(f => f.GetProperty("fired").GetBoolean()));
        var requests = await host.Http.GetFromJsonAsync<JsonElement>("/testbench/requests");
        Assert.Equal(
            ["entries.get GET 503", "entries.get GET 401", "entries.get GET 200"],
            requests.EnumerateArray().Select(r => $"{r.GetProperty("operation")} {r.GetProperty("method")} {r.GetProperty("status")}"));
        Assert.Equal(Entries + "/1", requests[0].GetProperty("path").GetString());

        await host.Http.DeleteAsync("/testbench/faults");
        await host.Http.DeleteAsync("/testbench/requests");
        Assert.Equal("[]", await host.Http.GetStringAsync("/testbench/faults"));
        Assert.Equal("[]", await host.Http.GetStringAsync("/testbench/requests"));
    }

    [Fact]
    public async Task A_fault_may_show_several_times_or_always()
    {
        await using var host = await StartAsync();
        await host.Http.PostAsJsonAsync("/testbench/faults", new { faults = new object[]
        {
            new { operation = "entries.get", fault = "return-503", times = 2 },
            new { operation = "entries.get", fault = "return-500", times = "always" },
        } });
        Assert.Equal((503, 503, 500, 500), (await GetAsync(host), await GetAsync(host), await GetAsync(host), await GetAsync(host)));
    }

    [Theory]
    [InlineData("""{"faults":[{"operation":"entries.make","fault":"return-503"}]}""")]
    [InlineData("""{"faults":[{"operation":"entries.get","fault":"explode"}]}""")]
    [InlineData("""{"faults":[{"operation":"entries.get"}]}""")]
    [InlineData("""{"faults":[{"operation":"entries.get","fault":"return-503","times":"often"}]}""")]
    [InlineData("[]")]
    public async Task What_is_no_fault_is_refused(string body)
    {
        await using var host = await StartAsync();
        using var answer = await host.Http.PostAsync("/testbench/faults", new StringContent(body, null, "application/json"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("[]", await host.Http.GetStringAsync("/testbench/faults"));
    }

    [Fact]
    public async Task Without_the_switch_there_is_no_test_bench()
    {
        await using var host = await StartAsync(faults: false);
        using var answer = await host.Http.GetAsync("/testbench/faults");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Theory]
    [InlineData("POST", "/auth/login", "auth.login")]
    [InlineData("GET", "/v0.1/organizations?filter=True", "organizations.list")]
    [InlineData("POST", Entries, "entries.create")]
    [InlineData("GET", Entries + "/x", "entries.get")]
    [InlineData("GET", Entries + "/x/status", "entries.status")]
    [InlineData("PATCH", Entries + "/x", "entries.patch")]
    [InlineData("DELETE", Entries + "/x", "entries.delete")]
    [InlineData("POST", Entries + "/x/multipart-upload/initiate", "entries.initiate")]
    [InlineData("POST", Entries + "/x/multipart-upload/complete", "entries.complete")]
    [InlineData("POST", "/v0.1/data-storage/datasets", "datasets.create")]
    [InlineData("GET", "/v0.1/data-storage/datasets/x", "datasets.get")]
    [InlineData("DELETE", "/v0.1/data-storage/datasets/x", "datasets.delete")]
    [InlineData("PUT", "/futurehouse-local/a/b?partNumber=1&uploadId=2", "parts.put")]
    [InlineData("POST", "/futurehouse-local/a/b?X-Goog-Signature=1", "sessions.start")]
    [InlineData("PUT", "/futurehouse-local/a/b?upload_id=1", "sessions.put")]
    [InlineData("DELETE", "/futurehouse-local/a/b?upload_id=1", "sessions.delete")]
    [InlineData("GET", "/futurehouse-local/a/b?X-Goog-Signature=1", "objects.get")]
    public async Task Requests_are_told_apart(string method, string path, string operation)
    {
        await using var host = await StartAsync();
        await AddAsync(host, (operation, "return-418"));
        using var answer = await host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(418, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_query_of_a_session_is_its_own_operation()
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("sessions.query", "return-408"));
        var session = await host.StartSessionAsync("o");
        using var asked = await host.PutSessionAsync(session, "bytes */5");
        await BucketHost.AssertErrorAsync(HttpStatusCode.RequestTimeout, "RequestTimeout", asked);
    }

    [Fact]
    public async Task Retry_after_comes_as_seconds_and_as_date()
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("entries.get", "return-429-retry-after-7"), ("entries.get", "return-429-retry-after-date-60"));
        using var seconds = await host.Http.GetAsync(Entries + "/1");
        Assert.Equal((429, TimeSpan.FromSeconds(7)), ((int)seconds.StatusCode, seconds.Headers.RetryAfter!.Delta));
        using var date = await host.Http.GetAsync(Entries + "/1");
        Assert.NotNull(date.Headers.RetryAfter!.Date);
    }

    [Fact]
    public async Task Answers_can_be_anything()
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("entries.get", "return-html"), ("entries.get", "return-truncated-json"), ("entries.get", "return-expired-token"));
        using var html = await host.Http.GetAsync(Entries + "/1");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (html.StatusCode, html.Content.Headers.ContentType!.MediaType));

        using var half = await host.Http.GetAsync(Entries + "/1");
        Assert.Equal((HttpStatusCode.OK, "application/json"), (half.StatusCode, half.Content.Headers.ContentType!.MediaType));
        var text = await half.Content.ReadAsStringAsync();
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize<JsonElement>(text));

        Assert.Equal(401, await GetAsync(host));
    }

    [Theory]
    [InlineData("fewer-urls", 1)]
    [InlineData("more-urls", 3)]
    public async Task Urls_can_be_too_few_or_too_many(string fault, int count)
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("entries.initiate", fault));
        using var answer = await host.Http.PostAsync(Entries + "/1/multipart-upload/initiate", null);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(count, json.GetProperty("part_urls").GetArrayLength());
        Assert.Equal("u", json.GetProperty("upload_id").GetString());
    }

    [Fact]
    public async Task A_lost_answer_has_done_its_work()
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("parts.put", "lose-answer"));
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [BucketHost.Md5([1])], default);
        await Assert.ThrowsAsync<HttpRequestException>(() => host.PutPartAsync(ticket.PartUrls[0], [1]));
        var etag = Convert.ToHexString(Convert.FromBase64String(BucketHost.Md5([1])));
        Assert.Equal(1, (await host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, [new(1, etag, null)], default)).Size);
        var requests = await host.Http.GetFromJsonAsync<JsonElement>("/testbench/requests");
        Assert.Equal(JsonValueKind.Null, requests[0].GetProperty("status").ValueKind);
    }

    [Theory]
    [InlineData("return-reset-connection")]
    [InlineData("return-broken-stream")]
    [InlineData("return-reset-connection-after-1K")]
    [InlineData("return-broken-stream-after-1K")]
    public async Task The_connection_can_break(string fault)
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("parts.put", fault), ("objects.get", fault));
        var bytes = BucketHost.Bytes(100_000);
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [BucketHost.Md5(bytes)], default);
        await Assert.ThrowsAsync<HttpRequestException>(() => host.PutPartAsync(ticket.PartUrls[0], bytes));
        using var again = await host.PutPartAsync(ticket.PartUrls[0], bytes);
        await host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, [new(1, again.Headers.ETag!.ToString(), null)], default);

        await Assert.ThrowsAsync<HttpRequestException>(async () => await (await host.DownloadAsync("o")).Content.ReadAsByteArrayAsync());
        using var whole = await host.DownloadAsync("o");
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync());
        await AssertAllFiredAsync(host);
    }

    [Fact]
    public async Task A_broken_download_has_brought_what_came_before()
    {
        await using var host = await StartAsync();
        var bytes = BucketHost.Bytes(3 * Step);
        await host.UploadAsync("o", bytes);
        await AddAsync(host, ("objects.get", "return-broken-stream-after-256K"), ("objects.get", "return-broken-stream-after-512K"));
        Assert.Equal(Step, await ReadUntilBrokenAsync(0));
        Assert.Equal(Step, await ReadUntilBrokenAsync(Step)); // The second offset counts from the object's start.
        await AssertAllFiredAsync(host);

        async Task<int> ReadUntilBrokenAsync(int from)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, host.Bucket.SignDownload(host.Base, "o", "f"));
            request.Headers.Range = new(from, null);
            using var answer = await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await using var stream = await answer.Content.ReadAsStreamAsync();
            var received = new MemoryStream();
            await Assert.ThrowsAnyAsync<IOException>(() => stream.CopyToAsync(received));
            Assert.Equal(bytes[from..(from + (int)received.Length)], received.ToArray());
            return (int)received.Length;
        }
    }

    /// <summary>The cases that Google asks of its own clients, seen from the session: what came before the fault is kept.</summary>
    [Theory]
    [InlineData("return-503-after-256K", 503, Step)]
    [InlineData("return-503-after-300K", 503, 300 * 1024)]
    [InlineData("return-408", 408, 0)]
    [InlineData("return-broken-stream-after-256K", 0, Step)]
    [InlineData("return-reset-connection-after-257K", 0, 257 * 1024)]
    public async Task A_session_keeps_what_came_before_the_fault(string fault, int status, int held)
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("sessions.put", fault));
        var bytes = BucketHost.Bytes(4 * Step);
        var session = await host.StartSessionAsync("o");
        var range = $"bytes 0-{bytes.Length - 1}/{bytes.Length}";
        if (status == 0)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => host.PutSessionAsync(session, range, bytes));
        }
        else
        {
            // A service that answers while the body is still coming may be seen as either.
            try
            {
                using var answer = await host.PutSessionAsync(session, range, bytes);
                Assert.Equal(status, (int)answer.StatusCode);
            }
            catch (HttpRequestException)
            {
            }
        }

        await AssertAllFiredAsync(host);
        using var asked = await host.PutSessionAsync(session, $"bytes */{bytes.Length}");
        Assert.Equal(held == 0 ? null : $"bytes=0-{held - 1}", asked.Headers.TryGetValues("Range", out var values) ? values.Single() : null);
        using var rest = await host.PutSessionAsync(session, $"bytes {held}-{bytes.Length - 1}/{bytes.Length}", bytes[held..]);
        Assert.Equal(HttpStatusCode.OK, rest.StatusCode);
    }

    [Fact]
    public async Task A_fault_beyond_the_body_waits_for_the_next_request()
    {
        await using var host = await StartAsync();
        await AddAsync(host, ("sessions.put", "return-503-after-512K"));
        var bytes = BucketHost.Bytes(3 * Step);
        var session = await host.StartSessionAsync("o");
        using var first = await host.PutSessionAsync(session, $"bytes 0-{Step - 1}/*", bytes[..Step]);
        Assert.Equal(308, (int)first.StatusCode);
        using var second = await host.PutSessionAsync(session, $"bytes {Step}-{(2 * Step) - 1}/*", bytes[Step..(2 * Step)]);
        Assert.Equal(503, (int)second.StatusCode);
        using var asked = await host.PutSessionAsync(session, "bytes */*");
        Assert.Equal($"bytes=0-{(2 * Step) - 1}", asked.Headers.GetValues("Range").Single());
    }

    [Fact]
    public async Task Bytes_can_be_altered_on_the_wire()
    {
        await using var host = await StartAsync();
        byte[] bytes = [1, 2, 3];
        await AddAsync(host, ("parts.put", "return-corrupted-data"), ("objects.get", "return-corrupted-data"));
        var ticket = await host.Bucket.InitiateMultipartAsync(host.Base, "o", [BucketHost.Md5(bytes)], default);
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, "BadDigest", await host.PutPartAsync(ticket.PartUrls[0], bytes));
        using var again = await host.PutPartAsync(ticket.PartUrls[0], bytes);
        await host.Bucket.CompleteMultipartAsync("o", ticket.UploadId, [new(1, again.Headers.ETag!.ToString(), null)], default);
        using var altered = await host.DownloadAsync("o");
        Assert.Equal([254, 2, 3], await altered.Content.ReadAsByteArrayAsync());
        using var whole = await host.DownloadAsync("o");
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Storage_urls_can_expire_and_ranges_be_ignored()
    {
        await using var host = await StartAsync();
        await host.UploadAsync("o", [1, 2, 3]);
        await AddAsync(host, ("objects.get", "return-expired-token"), ("objects.get", "ignore-range"));
        await BucketHost.AssertErrorAsync(HttpStatusCode.BadRequest, "ExpiredToken", await host.DownloadAsync("o"));
        using var ignored = await host.DownloadAsync("o", r => r.Headers.Range = new(1, null));
        Assert.Equal(HttpStatusCode.OK, ignored.StatusCode);
        Assert.Equal([1, 2, 3], await ignored.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Answers_and_bodies_can_be_slow_but_come()
    {
        await using var host = await StartAsync();
        var bytes = BucketHost.Bytes(2 * Step);
        await host.UploadAsync("o", bytes);
        await AddAsync(host, ("objects.get", "stall-for-1s-after-256K"), ("entries.get", "delay-50ms"));
        using var answer = await host.DownloadAsync("o");
        Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(200, await GetAsync(host));
        await AssertAllFiredAsync(host);
    }

    private static Task<BucketHost> StartAsync(bool faults = true) => BucketHost.StartAsync(faults: faults, configure: app =>
    {
        app.UseFaults();
        app.MapFaults();
        app.MapGet(Entries + "/{id}", (string id) => Results.Json(new { id, name = "an entry" }));
        app.MapPost(Entries + "/{id}/multipart-upload/initiate", () => Results.Json(new { upload_id = "u", part_urls = new[] { "a", "b" } }));
    });

    private static async Task AddAsync(BucketHost host, params (string Operation, string Fault)[] faults)
    {
        using var answer = await host.Http.PostAsJsonAsync("/testbench/faults", new { faults = faults.Select(f => new { operation = f.Operation, fault = f.Fault }) });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<int> GetAsync(BucketHost host)
    {
        using var answer = await host.Http.GetAsync(Entries + "/1");
        return (int)answer.StatusCode;
    }

    private static async Task AssertAllFiredAsync(BucketHost host)
    {
        var faults = await host.Http.GetFromJsonAsync<JsonElement>("/testbench/faults");
        Assert.All(faults.EnumerateArray(), f => Assert.True(f.GetProperty("fired").GetBoolean(), f.GetProperty("fault").GetString()));
    }
}
