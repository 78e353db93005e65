using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Hosting;

namespace FutureHouse.Tests.Support;

/// <summary>The real local platform, in process, on a free loopback port and a store of its own, with faults to inject.</summary>
public sealed class PlatformFixture : IAsyncDisposable
{
    private readonly TempDirectory _directory;

    private PlatformFixture(TempDirectory directory, LocalPlatformHost host)
    {
        _directory = directory;
        Host = host;
    }

    /// <summary>A user of organisation <c>alpha</c>.</summary>
    public static PlatformUser Ann { get; } = new() { Id = "user-ann", Email = "ann@example.org", Organization = "alpha", ApiKey = "key-of-ann-0123456789" };

    /// <summary>A user of organisation <c>beta</c>.</summary>
    public static PlatformUser Bob { get; } = new() { Id = "user-bob", Email = "bob@example.org", Organization = "beta", ApiKey = "key-of-bob-0123456789" };

    /// <summary>An administrator of organisation <c>gamma</c>.</summary>
    public static PlatformUser Root { get; } = new() { Id = "user-root", Email = "root@example.org", Organization = "gamma", ApiKey = "key-of-root-0123456789", Admin = true };

    /// <summary>The platform.</summary>
    public LocalPlatformHost Host { get; }

    /// <summary>Address of the platform.</summary>
    public Uri Url => Host.Url;

    /// <summary>Folder of the test, with the store in it.</summary>
    public TempDirectory Directory => _directory;

    /// <summary>Starts a platform.</summary>
    /// <param name="change">Changes the options from the defaults of the tests.</param>
    /// <param name="onPostgres">Whether PostgreSQL keeps its database; skips the test where there is none.</param>
    /// <returns>The running platform.</returns>
    public static async Task<PlatformFixture> StartAsync(Func<LocalPlatformOptions, LocalPlatformOptions>? change = null, bool onPostgres = false)
    {
        var database = onPostgres ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : null;
        var directory = new TempDirectory();
        var options = new LocalPlatformOptions { Store = directory.Combine("store"), Users = [Ann, Bob, Root], EnableFaults = true, Database = database };
        return new PlatformFixture(directory, await LocalPlatformHost.StartAsync(change?.Invoke(options) ?? options));
    }

    /// <summary>A plain HTTP client, logged in.</summary>
    /// <param name="user">Whom to log in; Ann where none is given.</param>
    /// <returns>The client; its caller disposes of it.</returns>
    public async Task<HttpClient> LogInAsync(PlatformUser? user = null)
    {
        var client = new HttpClient { BaseAddress = Url };
        using var answer = await client.PostAsJsonAsync("/auth/login", new { api_key = (user ?? Ann).ApiKey });
        answer.EnsureSuccessStatusCode();
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>Registers faults, to be met in this order by the requests of each operation.</summary>
    /// <param name="faults">Operation and fault, such as <c>("parts.put", "return-503")</c>.</param>
    /// <returns>When they are registered.</returns>
    public async Task InjectAsync(params (string Operation, string Fault)[] faults)
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var answer = await client.PostAsJsonAsync("/testbench/faults", new { faults = faults.Select(f => new { operation = f.Operation, fault = f.Fault }) });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Injects faults that every request meets until <see cref="ClearFaultsAsync"/>: an outage.</summary>
    /// <param name="faults">Operation and fault of each.</param>
    /// <returns>When they are registered.</returns>
    public async Task InjectAlwaysAsync(params (string Operation, string Fault)[] faults)
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var answer = await client.PostAsJsonAsync("/testbench/faults", new { faults = faults.Select(f => new { operation = f.Operation, fault = f.Fault, times = "always" }) });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Takes all faults back.</summary>
    /// <returns>When they are gone.</returns>
    public async Task ClearFaultsAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var answer = await client.DeleteAsync(new Uri("/testbench/faults", UriKind.Relative));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Faults that no request has met yet; a test that injects faults ends with none.</summary>
    /// <returns>Operation and fault of each.</returns>
    public async Task<IReadOnlyList<string>> PendingFaultsAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        var list = await client.GetFromJsonAsync<JsonElement>("/testbench/faults");
        var faults = list.ValueKind == JsonValueKind.Array ? list : list.GetProperty("faults");
        return [.. faults.EnumerateArray().Where(f => !f.GetProperty("fired").GetBoolean()).Select(f => $"{f.GetProperty("operation")}: {f.GetProperty("fault")}")];
    }

    /// <summary>Operations that were asked of the platform, in order.</summary>
    /// <returns>Such as <c>entries.create</c>.</returns>
    public async Task<IReadOnlyList<string>> OperationsAsync()
    {
        using var client = new HttpClient { BaseAddress = Url };
        var list = await client.GetFromJsonAsync<JsonElement>("/testbench/requests");
        var requests = list.ValueKind == JsonValueKind.Array ? list : list.GetProperty("requests");
        return [.. requests.EnumerateArray().Select(r => r.GetProperty("operation").GetString()!).Where(o => !o.StartsWith("testbench", StringComparison.Ordinal))];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _directory.Dispose();
    }
}
