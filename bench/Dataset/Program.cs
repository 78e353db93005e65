using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net.Http.Json;
using System.Text.Json;

namespace FutureHouse.Bench.Dataset;

/// <summary>
/// What reading and removing a dataset of many entries costs: growth of memory of the session and of the platform, and when the first entry is out, as a part of the whole time. Beside it,
/// in the same run, the same entries held all at once (Get-FhDataset).
///   dotnet run -c Release --project bench/Dataset [-- ENTRIES]
/// </summary>
internal static class Program
{
    private const int AtOnce = 16;

    private static async Task<int> Main(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var folder = Directory.CreateTempSubdirectory("fh-bench-").FullName;
        var store = Path.Combine(folder, "store");
        try
        {
            using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
            runspace.Open();
            Run(runspace, $"Import-Module '{FindManifest()}'; $null = Connect-Fh -Local -Path '{store}'; $d = New-FhDataset many; $few = New-FhDataset few; 1..300 | ForEach-Object {{ $null = New-FhTextContent -Name $_ -Content x -DatasetId $few }}");
            var dataset = (Guid)Run(runspace, "$d.Id")[0].BaseObject;
            var watch = Stopwatch.StartNew();
            await FillAsync(store, dataset, count);
            Console.WriteLine($"{count} entries made, {count / watch.Elapsed.TotalSeconds:F0} a second, {AtOnce} at once");

            // A platform that has done nothing yet; both warm.
            Run(runspace, $"Disconnect-Fh; $null = Connect-Fh -Local -Path '{store}'; $null = Get-FhDataEntry -DatasetId $few; $null = Get-FhDataset $few");
            var pid = Connection(store).Pid;
            var first = TimeSpan.Zero;
            var read = 0;
            var (seconds, session, platform) = await MeasureAsync(pid, since => Run(runspace, "Get-FhDataEntry -DatasetId $d | ForEach-Object { $each.Invoke() }", () => first = read++ == 0 ? since.Elapsed : first));
            Console.WriteLine($"Get-FhDataEntry -DatasetId: {read} entries in {seconds:F1} s, the first after {first.TotalMilliseconds:F0} ms ({first.TotalSeconds / seconds:F3} of the whole); memory: session +{session:F1} MiB, platform +{platform:F1} MiB");

            (seconds, session, platform) = await MeasureAsync(pid, _ => Run(runspace, "Remove-FhDataset $d -WhatIf"));
            Console.WriteLine($"Remove-FhDataset -WhatIf: counted in {seconds:F1} s; memory: session +{session:F1} MiB, platform +{platform:F1} MiB");

            var held = 0;
            (seconds, session, platform) = await MeasureAsync(pid, _ => held = (int)Run(runspace, "(Get-FhDataset $d).Entries.Count")[0].BaseObject);
            Console.WriteLine($"Get-FhDataset, all {held} held: {seconds:F1} s; memory: session +{session:F1} MiB, platform +{platform:F1} MiB");

            (seconds, session, platform) = await MeasureAsync(pid, _ => Run(runspace, "Remove-FhDataset $d -Force"));
            Console.WriteLine($"Remove-FhDataset -Force: {seconds:F1} s; memory: session +{session:F1} MiB, platform +{platform:F1} MiB");
            Run(runspace, "Disconnect-Fh");
            return read == count && held == count ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Seconds, double Session, double Platform)> MeasureAsync(int platform, Action<Stopwatch> work)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var here = new MemoryWatch(Environment.ProcessId);
        using var there = new MemoryWatch(platform);
        var watch = Stopwatch.StartNew();
        work(watch);
        var seconds = watch.Elapsed.TotalSeconds;
        return (seconds, await here.GrowthAsync(), await there.GrowthAsync());
    }

    /// <summary>Past the cmdlets: how fast entries are made is another bench's.</summary>
    private static async Task FillAsync(string store, Guid dataset, int count)
    {
        var (url, _, key) = Connection(store);
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(1000), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (numbers, token) =>
        {
            // A token lives for five minutes.
            using var login = await client.PostAsJsonAsync("/auth/login", new { api_key = key }, token);
            var bearer = (await login.Content.ReadFromJsonAsync<JsonElement>(token)).GetProperty("access_token").GetString();
            foreach (var number in numbers)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v0.1/data-storage/data-entries")
                {
                    Content = JsonContent.Create(new { name = $"sample {number}", content = $"well {number}\n", description = "one of many", tags = new[] { "bench" }, metadata = new { number }, dataset_id = dataset }),
                };
                request.Headers.Authorization = new("Bearer", bearer);
                using var answer = await client.SendAsync(request, token);
                answer.EnsureSuccessStatusCode();
            }
        });
    }

    private static (string Url, int Pid, string Key) Connection(string store)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(store, "connection.json")));
        string Text(string name) => file.RootElement.GetProperty(name).GetString()!;
        return (Text("url"), file.RootElement.GetProperty("pid").GetInt32(), Text("api_key"));
    }

    private static Collection<PSObject> Run(Runspace runspace, string script, Action? each = null)
    {
        runspace.SessionStateProxy.SetVariable("each", each);
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        var output = shell.AddScript(script).Invoke();
        return shell.Streams.Error.Count == 0 ? output : throw shell.Streams.Error[0].Exception;
    }

    private static string FindManifest()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var manifest = Path.Combine(folder.FullName, "FutureHouse.psd1");
            if (File.Exists(manifest))
            {
                return manifest;
            }
        }

        throw new InvalidOperationException("Run it from a clone of the repository.");
    }
}
