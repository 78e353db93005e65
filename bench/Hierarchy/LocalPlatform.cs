using System.Diagnostics;
using System.Net.Http.Json;
using System.Security;
using System.Text.Json;

namespace FutureHouse.Bench.Hierarchy;

/// <summary>A local platform as a process of its own, whose answers can be delayed.</summary>
internal sealed class LocalPlatform : IDisposable
{
    private static readonly string[] Operations =
        ["auth.login", "organizations.list", "entries.create", "entries.get", "entries.status", "entries.patch", "entries.initiate", "entries.complete", "datasets.create", "datasets.get", "parts.put"];

    private readonly Process _process;

    private LocalPlatform(Process process, Uri url, string apiKey)
    {
        _process = process;
        Url = url;
        ApiKey = apiKey;
        foreach (var c in apiKey)
        {
            Key.AppendChar(c);
        }
    }

    public Uri Url { get; }

    public string ApiKey { get; }

    /// <summary>Processor time it has had.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public SecureString Key { get; } = new();

    public static async Task<LocalPlatform> StartAsync(string store)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { Find(), "--store", store, "--enable-faults" })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The local platform did not start.");
        using var told = JsonDocument.Parse(line);
        using var connection = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(store, "connection.json")));
        return new LocalPlatform(process, new Uri(told.RootElement.GetProperty("url").GetString()!), connection.RootElement.GetProperty("api_key").GetString()!);
    }

    /// <summary>Adds so many milliseconds to every answer from now on, or none.</summary>
    public async Task DelayAsync(int? milliseconds)
    {
        using var client = new HttpClient { BaseAddress = Url };
        using var cleared = await client.DeleteAsync(new Uri("/testbench/faults", UriKind.Relative));
        if (milliseconds is > 0)
        {
            using var answer = await client.PostAsJsonAsync("/testbench/faults", new { faults = Operations.Select(operation => new { operation, fault = $"delay-{milliseconds}ms", times = "always" }) });
            answer.EnsureSuccessStatusCode();
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        Key.Dispose();
    }

    public static string? Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FutureHouse.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }

    private static string Find() => Repository() is { } repository
        ? Directory.EnumerateFiles(Path.Combine(repository, "src", "FutureHouse.LocalPlatform", "bin"), "FutureHouse.LocalPlatform.dll", SearchOption.AllDirectories).OrderByDescending(File.GetLastWriteTimeUtc).First()
        : throw new InvalidOperationException("Run it from a clone of the repository.");
}
