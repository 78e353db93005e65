using System.Text;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;
using Answer = FutureHouse.Tests.Unit.Platform.ScriptedService.Answer;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>Routes without a method of their own.</summary>
public sealed class RawCallTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Any_route_is_called_with_the_log_in()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var client = Clients.Of(platform.Url, null, PlatformFixture.Ann.ApiKey);
        foreach (var path in new[] { "/v0.1/organizations", "v0.1/organizations?filter=True", $"{platform.Url}v0.1/organizations", "//v0.1/organizations", "/v0.1/x/../organizations" })
        {
            Assert.Equal("alpha", Read(await client.CallAsync(new RawCall { Path = path }, None))[0].GetProperty("name").GetString());
        }

        var made = Read(await client.CallAsync(new RawCall { Method = HttpMethod.Post, Path = "/v0.1/data-storage/workspaces", Body = """{"name": "w 🧬"}""" }, None));
        var id = made.GetProperty("data_storage").GetProperty("id").GetString();
        Assert.Equal("w 🧬", made.GetProperty("data_storage").GetProperty("name").GetString());
        Assert.Equal(204, (await client.CallAsync(new RawCall { Method = HttpMethod.Delete, Path = $"/v0.1/data-storage/workspaces/{id}" }, None)).StatusCode);
        Assert.Contains("Workspace not found", (await Assert.ThrowsAsync<NotFoundException>(() => client.CallAsync(new RawCall { Path = $"/v0.1/data-storage/workspaces/{id}" }, None))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_are_added_to_the_query_and_escaped()
    {
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("[]"));
        using var client = Clients.Of(service.Url);
        await client.CallAsync(new RawCall { Path = "/a/b c?x=1", Query = [new("y", "ä &="), new("none", null), new("y", "2")] }, None);
        Assert.Equal("GET /a/b%20c?x=1&y=%C3%A4%20%26%3D&y=2", service.Lines[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("https://elsewhere.example.org/v0.1/organizations")]
    [InlineData("http://127.0.0.1:1/v0.1/organizations")]
    [InlineData("http://user@HOST/v0.1/organizations")]
    [InlineData("https://HOST/v0.1/organizations")]
    [InlineData("file:///etc/passwd")]
    [InlineData("v0.1\\..\\x")]
    [InlineData("/v0.1/organizations#part")]
    [InlineData("/auth/login")]
    [InlineData("/AUTH/x/../%6cogin/")]
    public async Task The_log_in_goes_nowhere_else(string path)
    {
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("{}"));
        using var client = Clients.Of(service.Url);
        await Assert.ThrowsAsync<InvalidRequestException>(() => client.CallAsync(new RawCall { Path = path.Replace("HOST", service.Url.Authority, StringComparison.Ordinal) }, None));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task A_service_below_a_path_is_not_left()
    {
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("""{"access_token": "t", "expires_in": 300}"""));
        using var client = Clients.Of(new Uri(service.Url, "base/"));
        await client.CallAsync(new RawCall { Path = "/v0.1/x" }, None);
        Assert.Equal("GET /base/v0.1/x", service.Lines[^1]);
        await Assert.ThrowsAsync<InvalidRequestException>(() => client.CallAsync(new RawCall { Path = "/../other" }, None));
    }

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PUT", true)]
    [InlineData("DELETE", true)]
    [InlineData("POST", false)]
    [InlineData("PATCH", false)]
    public async Task Only_what_may_be_repeated_is(string method, bool repeats)
    {
        foreach (var failure in new[] { Answer.Cut(), Answer.Json("", 503) })
        {
            var calls = 0;
            await using var service = ScriptedService.AfterLogIn(_ => Interlocked.Increment(ref calls) == 1 ? failure : Answer.Json("{}"));
            using var client = Clients.Of(service.Url);
            var call = new RawCall { Method = new HttpMethod(method), Path = "/x", Body = method == "GET" ? null : "{}" };
            var error = await Record.ExceptionAsync(() => client.CallAsync(call, None));
            Assert.Equal((repeats, repeats ? 2 : 1), (error is null, calls));
            Assert.Equal(!repeats, error?.Message.Contains("it may have been made all the same", StringComparison.Ordinal) == true);
        }

        // Not processed: sent again, whatever it is.
        var again = 0;
        await using var busy = ScriptedService.AfterLogIn(_ => Interlocked.Increment(ref again) < 3 ? Answer.Json("", 429) : Answer.Json("{}"));
        using var patient = Clients.Of(busy.Url);
        await patient.CallAsync(new RawCall { Method = new HttpMethod(method), Path = "/x" }, None);
        Assert.Equal(3, again);
    }

    [Fact]
    public async Task A_deletion_whose_answer_is_lost_is_done()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var client = Clients.Of(platform.Url, null, PlatformFixture.Ann.ApiKey);
        var id = (await client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "x" }, None)).Id;
        await platform.InjectAsync(("entries.delete", "lose-answer"));
        Assert.Equal(204, (await client.CallAsync(new RawCall { Method = HttpMethod.Delete, Path = $"/v0.1/data-storage/data-entries/{id}" }, None)).StatusCode);
        await Assert.ThrowsAsync<NotFoundException>(() => client.GetEntryAsync(id, ct: None));
    }

    [Fact]
    public async Task A_web_page_or_half_an_answer_is_no_answer_and_text_is_text()
    {
        await using var service = ScriptedService.AfterLogIn(request => request.Path switch
        {
            "/page" => Answer.Text("<html>", 200, "text/html"),
            "/half" => Answer.Json("{\"a"),
            "/empty" => Answer.Json(""),
            _ => Answer.Text("plain", 200, "text/plain"),
        });
        using var client = Clients.Of(service.Url);
        await Assert.ThrowsAsync<ServiceUnavailableException>(() => client.CallAsync(new RawCall { Path = "/page" }, None));
        await Assert.ThrowsAsync<ServiceUnavailableException>(() => client.CallAsync(new RawCall { Path = "/half" }, None));
        Assert.True((await client.CallAsync(new RawCall { Path = "/empty" }, None)).Body.IsEmpty);
        var text = await client.CallAsync(new RawCall { Path = "/text" }, None);
        Assert.Equal((false, "plain"), (text.IsJson, Encoding.UTF8.GetString(text.Body.Span)));
        Assert.DoesNotContain("plain", text.ToString().Replace("text/plain", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST", "{\"a\": ")]
    [InlineData("POST", "name=x")]
    [InlineData("GET", "{}")]
    public async Task A_body_that_is_none_is_refused_before_it_is_sent(string method, string body)
    {
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("{}"));
        using var client = Clients.Of(service.Url);
        await Assert.ThrowsAsync<InvalidRequestException>(() => client.CallAsync(new RawCall { Method = new HttpMethod(method), Path = "/x", Body = body }, None));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task What_stands_in_a_query_is_in_no_log_and_no_error()
    {
        var lines = new List<string>();
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("", 404));
        using var client = new PlatformClient(Clients.Options(service.Url) with { Log = lines.Add });
        var error = await Assert.ThrowsAsync<NotFoundException>(() => client.CallAsync(new RawCall { Path = "/bucket/o?X-Goog-Signature=s3cret" }, None));
        Assert.DoesNotContain(lines.Append(error.Message), line => line.Contains("s3cret", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("GET /bucket/o?…", StringComparison.Ordinal));
    }

    private static JsonElement Read(RawAnswer answer) => JsonElement.Parse(answer.Body.Span);
}
