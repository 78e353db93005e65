using System.Net;
using System.Net.Sockets;
using FutureHouse.Errors;
using FutureHouse.Platform;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

public sealed class ErrorTests
{
    private static readonly Guid Id = Guid.Parse("d05dc31f-3159-5175-9952-29baa92bd5d1");
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(400, """{"detail":"Prefix is not allowed"}""", "FhInvalidRequest", "Prefix is not allowed")]
    [InlineData(401, """{"detail":"no"}""", "FhAuthenticationFailed", "no")]
    [InlineData(403, """{"detail":"not yours"}""", "FhForbidden", "not yours")]
    [InlineData(404, """{"detail":"Data storage entry not found"}""", "FhNotFound", "Data storage entry not found")]
    [InlineData(404, """{"detail":"Not Found"}""", "FhNotFound", "no such route")]
    [InlineData(409, """{"detail":"taken"}""", "FhConflict", "taken")]
    [InlineData(418, "", "FhInvalidRequest", "418")]
    [InlineData(429, "", "FhThrottled", "slow down")]
    [InlineData(500, """{"detail":"oops"}""", "FhServiceUnavailable", "oops")]
    [InlineData(501, "", "FhServiceUnavailable", "501")]
    [InlineData(503, "<html><body>Sorry</body></html>", "FhServiceUnavailable", "a web page")]
    [InlineData(307, "", "FhServiceUnavailable", "redirects")]
    [InlineData(200, "<!DOCTYPE html>", "FhServiceUnavailable", "a web page")]
    [InlineData(200, """{"data_storage":{"id":""", "FhServiceUnavailable", "cut off")]
    [InlineData(200, "[]", "FhServiceUnavailable", "another shape")]
    [InlineData(200, "null", "FhServiceUnavailable", "no JSON")]
    [InlineData(200, "", "FhServiceUnavailable", "empty body")]
    public async Task Each_answer_has_its_error(int status, string body, string errorId, string words)
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json(body, status, "x-request-id: r-1", "Location: http://127.0.0.1:1/"));
        using var client = Clients.Of(service.Url);

        var error = await Assert.ThrowsAnyAsync<FutureHouseException>(() => client.GetEntryAsync(Id, ct: None));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode)status, error.StatusCode);
        Assert.Equal("r-1", error.RequestId);
        Assert.Equal(new EntryId(Id), error.Target);
    }

    [Fact]
    public async Task The_fields_of_a_422_are_told_one_by_one_and_refused_input_is_not()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json(
            """{"detail":[{"loc":["body","name"],"msg":"too short","type":"t","input":"word"},{"loc":["body","tags",0],"msg":"no string","type":"t"}]}""", 422));
        using var client = Clients.Of(service.Url);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => client.CreateEntryAsync(new CreateEntryRequest { Name = "x" }, None));

        Assert.Equal([new FieldError("body.name", "too short"), new FieldError("body.tags.0", "no string")], error.Fields);
        Assert.Contains("body.name: too short; body.tags.0: no string", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("word", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(422)]
    public async Task A_refused_log_in_is_an_authentication_error_without_the_key(int status)
    {
        await using var service = new ScriptedService(_ => ScriptedService.Answer.Json($$"""{"detail":"bad key {{Clients.Key}}"}""", status));
        using var client = Clients.Of(service.Url);

        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => client.LogInAsync(None));

        Assert.Contains("bad key ***", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Clients.Key, error.ToString(), StringComparison.Ordinal);
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task Tokens_and_signed_urls_that_a_service_echoes_are_not_shown()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json(
            """{"detail":"token-1 and eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln at https://s/b/o?X-Goog-Signature=abc\nnext"}""", 400));
        using var client = Clients.Of(service.Url);

        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => client.GetEntryAsync(Id, ct: None));

        Assert.Equal("*** and *** at https://s/b/o?*** next", error.ServiceDetail);
        Assert.DoesNotContain("eyJ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_names_calls_and_never_a_secret()
    {
        var lines = new List<string>();
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Entry("t"));
        using var client = new PlatformClient(Clients.Options(service.Url) with { Log = lines.Add });

        await client.GetEntryAsync(Id, ct: None);

        Assert.Equal(2, lines.Count);
        Assert.StartsWith($"GET /v0.1/data-storage/data-entries/{Id:D}: 200 in ", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.Contains("token-1", StringComparison.Ordinal) || line.Contains(Clients.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_service_at_all_is_a_network_error_within_five_seconds()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        listener.Stop();
        var time = new SkippingTime();
        using var client = Clients.Of(url, time);

        var error = await Assert.ThrowsAsync<NetworkException>(() => client.LogInAsync(None));

        Assert.Contains("cannot be reached", error.Message, StringComparison.Ordinal);
        Assert.InRange(time.Waits.Count, 2, 3); // the waits have jitter
        Assert.True(time.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait) <= TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Silence_is_a_time_out()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Never());
        using var client = new PlatformClient(Clients.Options(service.Url) with { TimeProvider = TimeProvider.System, ReadTimeout = TimeSpan.FromMilliseconds(50), Patience = TimeSpan.Zero });

        var error = await Assert.ThrowsAsync<ServiceTimeoutException>(() => client.GetEntryAsync(Id, ct: None));

        Assert.Contains("was silent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled_and_no_error()
    {
        using var cancel = new CancellationTokenSource();
        await using var service = ScriptedService.AfterLogIn(_ =>
        {
            cancel.Cancel();
            return ScriptedService.Answer.Never();
        });
        using var client = Clients.Of(service.Url);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetEntryAsync(Id, ct: cancel.Token));
    }

    [Theory]
    [InlineData(404, """{"detail":"Not Found"}""", true)]
    [InlineData(404, """{"detail":"Data storage entry not found"}""", false)]
    [InlineData(405, """{"detail":"Method Not Allowed"}""", true)]
    [InlineData(501, "", true)]
    [InlineData(500, """{"detail":"Internal Server Error"}""", true)]
    [InlineData(429, "", false)]
    [InlineData(422, """{"detail":"bad hash"}""", false)]
    public async Task Multipart_is_unavailable_where_there_is_no_route_or_it_always_fails(int status, string body, bool unavailable)
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json(body, status));
        using var client = Clients.Of(service.Url);

        var error = await Record.ExceptionAsync(() => client.InitiateMultipartUploadAsync(Id, ["1B2M2Y8AsgTpgAmY7PhCfg=="], None));

        Assert.Equal(unavailable, error is MultipartUnavailableException);
        Assert.IsAssignableFrom<FutureHouseException>(error is MultipartUnavailableException signal ? signal.Reason : error);
    }
}
