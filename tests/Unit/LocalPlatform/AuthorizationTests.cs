using System.Net;
using System.Text;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>No endpoint serves a caller without a token, however its path is written, but for those that are listed here.</summary>
public sealed class AuthorizationTests : IAsyncLifetime
{
    // Storage is guarded by the signature of its URLs, which AccessTests and SigningTests look at.
    private static readonly string[] Open = ["/health", "/auth/login", "/futurehouse-local/{**name}", "/mapped/{**name}"];
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
    private PlatformFixture _platform = null!;

    public async ValueTask InitializeAsync()
    {
        using var folder = new TempDirectory();
        var bucket = folder.Combine("bucket");
        Directory.CreateDirectory(bucket);
        _platform = await PlatformFixture.StartAsync(o => o with { EnableFaults = false, Sources = o.Sources with { Buckets = new Dictionary<string, string> { ["mapped"] = bucket } } });
    }

    public ValueTask DisposeAsync() => _platform.DisposeAsync();

    [Fact]
    public void Only_what_is_listed_is_open()
    {
        var open = _platform.Host.Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => e.RoutePattern.RawText!).Distinct();
        Assert.Equal(Open.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Faults_are_open_only_where_they_are_enabled()
    {
        await using var testbench = await PlatformFixture.StartAsync(o => o with { EnableFaults = true });
        var open = testbench.Host.Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => e.RoutePattern.RawText!);
        Assert.Equal(["/auth/login", "/futurehouse-local/{**name}", "/health", "/testbench/faults", "/testbench/requests"], open.Distinct().Order(StringComparer.Ordinal));
        Assert.Equal((401, "Not authenticated"), await AskAsync(_platform.Url, "GET", "/testbench/requests"));
    }

    [Fact]
    public async Task Every_endpoint_asks_for_a_token_in_every_spelling()
    {
        using var ann = await _platform.LogInAsync();
        using var made = await ann.PostAsync("/v0.1/data-storage/data-entries", new StringContent("""{"name":"n","content":"secret"}""", Encoding.UTF8, "application/json"));
        var id = JsonElement.Parse(await made.Content.ReadAsStringAsync()).GetProperty("data_storage").GetProperty("id").GetString()!;
        var patterns = _platform.Host.Endpoints.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null).Select(e => e.RoutePattern.RawText!).Distinct().ToList();
        Assert.True(patterns.Count > 10, $"only {patterns.Count} are closed");
        foreach (var path in patterns.Select(pattern => pattern.Replace("{id}", id, StringComparison.Ordinal)).Append("/v0.1/none").Append("/v0.1").SelectMany(Spellings))
        {
            foreach (var method in Methods)
            {
                var (status, detail) = await AskAsync(_platform.Url, method, path);
                Assert.True(status == 401, $"{method} {path}: {status} {detail}");
                Assert.Equal(method == "HEAD" ? string.Empty : "Not authenticated", detail);
            }
        }
    }

    [Theory]
    [InlineData("Bearer x", "Invalid token")]
    [InlineData("bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.", "Invalid token")]
    [InlineData("Bearer ", "Not authenticated")]
    [InlineData("Bearer", "Not authenticated")]
    [InlineData("Basic YTpi", "Not authenticated")]
    [InlineData("Bearerx", "Not authenticated")]
    public async Task What_is_no_token_opens_nothing(string header, string detail)
    {
        using var client = new HttpClient { BaseAddress = _platform.Url };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/V0.1/organizations");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal(detail, JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/V0.1/ORGANIZATIONS", 200)]
    [InlineData("/v0.1/none", 404)]
    [InlineData("/none", 404)]
    public async Task Who_has_a_token_is_told_what_there_is(string path, int status)
    {
        using var ann = await _platform.LogInAsync();
        using var answer = await ann.GetAsync(path);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    private static IEnumerable<string> Spellings(string path)
    {
        var at = path.IndexOf('/', 1) is var next and > 0 ? next : path.Length;
        return
        [
            path, path.ToUpperInvariant(), path + "/", "/" + path, path[..at] + "/" + path[at..], path.Replace(".", "%2e", StringComparison.Ordinal), path.Replace("v", "%76", StringComparison.Ordinal),
            "/." + path, "/x/.." + path, "/%2e%2e" + path, path + "?x=/health", path + "#/health", "/health/.." + path, "/auth/login/%2e%2e/.." + path, "/futurehouse-local/.." + path, path + ";x",
            path.Replace("/", "%2f", StringComparison.Ordinal)[3..].Insert(0, "/"), path.Replace("/", "\\", StringComparison.Ordinal)[1..].Insert(0, "/"),
        ];
    }

    /// <summary>Asks with the path as it is written.</summary>
    private static async Task<(int Status, string Detail)> AskAsync(Uri url, string method, string path)
    {
        using var tcp = new System.Net.Sockets.TcpClient();
        await tcp.ConnectAsync(url.Host, url.Port);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var text = await reader.ReadToEndAsync();
        var (status, at) = (int.Parse(text.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture), text.IndexOf('{', StringComparison.Ordinal));
        return (status, at < 0 ? string.Empty : JsonElement.Parse(text[at..(text.LastIndexOf('}') + 1)]).GetProperty("detail").GetString()!);
    }
}
