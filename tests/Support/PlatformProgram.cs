using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace FutureHouse.Tests.Support;

/// <summary>The local platform as a process of its own, for what a test in process cannot show: command line, environment, and being killed.</summary>
public sealed class PlatformProgram : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private readonly Process _process;
    private readonly string _store;

    private PlatformProgram(Process process, string store, Uri url)
    {
        _process = process;
        _store = store;
        Url = url;
    }

    /// <summary>Address it answers at.</summary>
    public Uri Url { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="store">Folder of the store; its one user's key is kept there.</param>
    /// <param name="database">Connection string, given in the environment; <see langword="null"/> for a file of the store.</param>
    /// <returns>The running process.</returns>
    public static async Task<PlatformProgram> StartAsync(string store, string? database = null)
    {
        var process = Start(database is null ? [] : new() { ["FUTUREHOUSE_LOCAL_DATABASE"] = database }, "--store", store);
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        return new PlatformProgram(process, store, new Uri(JsonDocument.Parse(line).RootElement.GetProperty("url").GetString()!));
    }

    /// <summary>Runs it with arguments that end it at once.</summary>
    /// <param name="environment">Variables to set.</param>
    /// <param name="arguments">Arguments.</param>
    /// <returns>What came of it.</returns>
    public static Task<(int ExitCode, string Output, string Error)> RunAsync(Dictionary<string, string> environment, params string[] arguments) =>
        DotnetProgram.FinishAsync(Start(environment, arguments));

    /// <summary>Starts it with arguments of the caller's.</summary>
    /// <param name="environment">Variables to set.</param>
    /// <param name="arguments">Arguments.</param>
    /// <returns>The process; its caller disposes of it.</returns>
    public static Process Start(Dictionary<string, string> environment, params string[] arguments) =>
        DotnetProgram.Start(Path.Combine(Repository.Root, "src", "FutureHouse.LocalPlatform", "bin", Configuration, "net10.0", "FutureHouse.LocalPlatform.dll"), environment, arguments);

    /// <summary>A client, logged in as the store's user.</summary>
    /// <returns>The client; its caller disposes of it.</returns>
    public async Task<HttpClient> LogInAsync()
    {
        var client = new HttpClient { BaseAddress = Url };
        using var answer = await client.PostAsJsonAsync("/auth/login", new { api_key = await File.ReadAllTextAsync(Path.Combine(_store, "api-key")) });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString());
        return client;
    }

    /// <summary>Kills it: no code of its own runs any more.</summary>
    /// <returns>When it is gone.</returns>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops it as a session does, by the end of its input.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
