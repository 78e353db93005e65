using System.Diagnostics;
using System.IO.Compression;

namespace FutureHouse.Bench.Hierarchy;

/// <summary>The official Python client, unchanged, in a process of its own.</summary>
internal sealed class PythonClient(string pythonPath)
{
    private const string Prologue = """
        import os, pathlib
        from edison_client import EdisonClient

        """;

    private const string Upload = """
        client = EdisonClient(service_uri=os.environ["FH_URL"], api_key=os.environ["FH_KEY"])
        answer = client.store_file_content(name="tree", file_path=pathlib.Path(os.environ["FH_ROOT"]))
        print(answer.data_storage.id)

        """;

    /// <summary>Where the client is: as FH_TEST_PYTHONPATH says, else the wheels beside the repository; null, and said so, where there is none.</summary>
    public static async Task<PythonClient?> FindAsync(string folder)
    {
        var path = Environment.GetEnvironmentVariable("FH_TEST_PYTHONPATH");
        var beside = Path.Combine(LocalPlatform.Repository() ?? ".", "..", "shared", "python-client");
        if (string.IsNullOrEmpty(path) && Directory.Exists(Path.Combine(beside, "wheels")))
        {
            var site = Directory.CreateDirectory(Path.Combine(folder, "site")).FullName;
            foreach (var wheel in Directory.EnumerateFiles(Path.Combine(beside, "wheels"), "*.whl").Where(wheel => !wheel.Contains("edison_client-0.11", StringComparison.Ordinal)))
            {
                await ZipFile.ExtractToDirectoryAsync(wheel, site, overwriteFiles: true);
            }

            path = Path.GetFullPath(Path.Combine(beside, "shims")) + Path.PathSeparator + site;
        }

        if (string.IsNullOrEmpty(path))
        {
            Console.WriteLine("SKIPPED the Python client: FH_TEST_PYTHONPATH does not say where it is, and it is not beside the repository.");
            return null;
        }

        var client = new PythonClient(path);
        try
        {
            await client.StartTimeAsync(); // compiles it, too
            return client;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            Console.WriteLine($"SKIPPED the Python client: {e.Message}");
            return null;
        }
    }

    /// <summary>How long the client takes to be imported.</summary>
    public async Task<TimeSpan> StartTimeAsync()
    {
        var watch = Stopwatch.StartNew();
        await RunAsync(Prologue, []);
        return watch.Elapsed;
    }

    /// <returns>The root entry.</returns>
    public async Task<Guid> UploadAsync(LocalPlatform platform, string root) =>
        Guid.Parse(await RunAsync(Prologue + Upload, new() { ["FH_URL"] = platform.Url.ToString().TrimEnd('/'), ["FH_KEY"] = platform.ApiKey, ["FH_ROOT"] = root }));

    private async Task<string> RunAsync(string script, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-");
        foreach (var (name, value) in environment.Append(new("PYTHONPATH", pythonPath)).Append(new("TQDM_DISABLE", "1")))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output).Trim().Split('\n')[^1] : throw new InvalidOperationException($"the Python client failed: {(await error).Trim().Split('\n')[^1]}");
    }
}
