using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;
using Answer = FutureHouse.Tests.Unit.Platform.ScriptedService.Answer;

namespace FutureHouse.Tests.Unit.Platform;

public sealed class LogInTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task However_many_calls_wait_one_log_in_serves_them()
    {
        var logIns = 0;
        await using var service = new ScriptedService(request =>
            request.Path == "/auth/login" ? Answer.Json($$"""{"access_token":"token-{{Interlocked.Increment(ref logIns)}}","expires_in":300}""") : Answer.Json("[]"));
        var time = new SkippingTime();
        using var client = Clients.Of(service.Url, time);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetOrganizationsAsync(None)));
        Assert.Equal(1, logIns);

        time.Advance(TimeSpan.FromSeconds(301));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetOrganizationsAsync(None)));
        Assert.Equal(2, logIns);
        Assert.Equal(30, service.Requests.Count(request => request.Headers.GetValueOrDefault("Authorization") == "Bearer token-2"));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_expires_and_good_until_then()
    {
        using var renewed = new ManualResetEventSlim();
        var logIns = 0;
        await using var service = new ScriptedService(request =>
        {
            if (request.Path != "/auth/login")
            {
                return Answer.Json("[]");
            }

            if (Interlocked.Increment(ref logIns) == 2)
            {
                renewed.Wait();
            }

            return Answer.Json($$"""{"access_token":"token-{{logIns}}","expires_in":300}""");
        });
        var time = new SkippingTime();
        using var client = Clients.Of(service.Url, time);
        await client.LogInAsync(None);
        var first = client.TokenExpiresAt;
        time.Advance(TimeSpan.FromSeconds(280));

        // The new log-in has no answer yet, and the call does not wait for it.
        await client.GetOrganizationsAsync(None);
        renewed.Set();
        time.Advance(TimeSpan.FromSeconds(18));
        await client.GetOrganizationsAsync(None);

        Assert.Equal(["Bearer token-1", "Bearer token-2"], service.Requests.Where(request => request.Method == "GET").Select(request => request.Headers["Authorization"]));
        Assert.Equal(2, logIns);
        Assert.True(client.TokenExpiresAt > first);
    }

    [Fact]
    public async Task A_token_that_is_refused_is_renewed_once_for_all_that_were_refused()
    {
        var logIns = 0;
        await using var service = new ScriptedService(request =>
            request.Path == "/auth/login" ? Answer.Json($$"""{"access_token":"token-{{Interlocked.Increment(ref logIns)}}","expires_in":300}""")
            : request.Headers["Authorization"] == "Bearer token-1" ? Answer.Json("""{"detail":"expired"}""", 401)
            : Answer.Json("[]"));
        using var client = Clients.Of(service.Url);

        await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetOrganizationsAsync(None)));

        Assert.Equal(2, logIns);
    }

    [Fact]
    public async Task A_token_that_is_refused_again_is_given_up()
    {
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("""{"detail":"no"}""", 401));
        using var client = Clients.Of(service.Url);

        await Assert.ThrowsAsync<AuthenticationFailedException>(() => client.GetOrganizationsAsync(None));
        Assert.Equal(["POST /auth/login", "GET /v0.1/organizations?filter=True", "POST /auth/login", "GET /v0.1/organizations?filter=True"], service.Lines);
    }

    [Fact]
    public async Task A_ready_token_is_used_and_cannot_be_renewed()
    {
        // Header, payload {"exp":1893456000}, signature.
        const string Jwt = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE4OTM0NTYwMDB9.c2ln";
        await using var service = new ScriptedService(_ => Answer.Json("""{"detail":"expired"}""", 401));
        using var client = new PlatformClient(Clients.Options(service.Url) with { ApiKey = null, Token = ApiKeySource.Protect(Jwt + "\n") });

        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1893456000), client.TokenExpiresAt);
        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => client.GetOrganizationsAsync(None));

        Assert.Contains("cannot be renewed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Jwt, error.ToString(), StringComparison.Ordinal);
        Assert.Equal($"Bearer {Jwt}", Assert.Single(service.Requests).Headers["Authorization"]);
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("")]
    public void A_token_that_is_no_header_is_refused_without_showing_it(string token)
    {
        var error = Assert.Throws<AuthenticationFailedException>(() =>
            new PlatformClient(Clients.Options(new Uri("http://127.0.0.1:9")) with { ApiKey = null, Token = ApiKeySource.Protect(token) }));
        Assert.DoesNotContain("lines", error.Message.Replace("single line", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Neither_key_nor_token_and_an_empty_key_are_errors_of_their_own()
    {
        Assert.Throws<NotConnectedException>(() => new PlatformClient(new PlatformClientOptions { ServiceUri = new Uri("http://127.0.0.1:9") }));
        using var client = Clients.Of(new Uri("http://127.0.0.1:9"), key: " \n");
        await Assert.ThrowsAsync<AuthenticationFailedException>(() => client.LogInAsync(None));
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_fail_the_others()
    {
        using var gate = new ManualResetEventSlim();
        await using var service = new ScriptedService(request =>
        {
            gate.Wait();
            return request.Path == "/auth/login" ? Answer.Json("""{"access_token":"t","expires_in":300}""") : Answer.Json("[]");
        });
        using var client = Clients.Of(service.Url);
        using var cancel = new CancellationTokenSource();

        var leaves = client.GetOrganizationsAsync(cancel.Token);
        var stays = client.GetOrganizationsAsync(None);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        gate.Set();

        Assert.Empty(await stays);
        Assert.Single(service.Requests, request => request.Path == "/auth/login");
    }

    [Fact]
    public async Task A_token_that_the_real_platform_takes_for_expired_is_renewed()
    {
        var there = new SkippingTime();
        await using var platform = await PlatformFixture.StartAsync(options => options with { TimeProvider = there });
        using var client = Clients.Of(platform.Url, key: PlatformFixture.Ann.ApiKey + "\n");
        Assert.Equal(["alpha"], await client.GetOrganizationsAsync(None));

        // Only the platform's clock moves: the client learns of it by the 401.
        there.Advance(TimeSpan.FromMinutes(6));

        Assert.Equal(["alpha"], await client.GetOrganizationsAsync(None));
    }

    [Fact]
    public async Task The_real_platform_refuses_a_wrong_key()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var client = Clients.Of(platform.Url, key: "no such key");
        var error = await Assert.ThrowsAsync<AuthenticationFailedException>(() => client.LogInAsync(None));
        Assert.DoesNotContain("no such key", error.ToString(), StringComparison.Ordinal);
    }
}
