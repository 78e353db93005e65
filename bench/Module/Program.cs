using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FutureHouse.Bench.Module;

/// <summary>
/// What importing the module costs a warm session, and what many small files through one pipeline cost: how many are a second, how far the first entry is out before the pipeline has
/// produced its last file, and the growth of the peak memory over the connected, idle session.
///   dotnet run -c Release --project bench/Module [-- FILES]
/// </summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        var files = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 10_000;
        var manifest = FindManifest();
        var folder = Directory.CreateTempSubdirectory("fh-bench-").FullName;
        try
        {
            using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
            runspace.Open();

            // Warm: another binary module has been imported, a pipeline has run.
            Run(runspace, "1..10 | ForEach-Object { $_ } | Where-Object { $_ -gt 5 }; Get-Command Import-Module; Get-Module -ListAvailable | Out-Null");
            var import = Stopwatch.StartNew();
            Run(runspace, $"Import-Module '{manifest}'");
            Console.WriteLine($"Import-Module in a warm session: {import.ElapsedMilliseconds} ms (limit 150 ms: {import.ElapsedMilliseconds / 150.0:F2} x)");

            var source = Directory.CreateDirectory(Path.Combine(folder, "source")).FullName;
            for (var i = 0; i < files; i++)
            {
                File.WriteAllText(Path.Combine(source, $"{i:D6}.txt"), $"file {i}\n");
            }

            Run(runspace, $"$null = Connect-Fh -Local -Path '{Path.Combine(folder, "store")}'; $d = New-FhDataset many; $null = New-FhTextContent -Name warm -Content x -DatasetId $d");
            var idle = PeakMemory();
            var watch = Stopwatch.StartNew();
            var counts = Run(runspace, $$"""
                $script:produced = 0; $script:first = -1; $script:sent = 0
                [IO.Directory]::EnumerateFiles('{{source}}') | ForEach-Object { $script:produced++; $_ } | Send-FhFile -DatasetId $d | ForEach-Object { if ($script:first -lt 0) { $script:first = $script:produced }; $script:sent++ }
                $script:sent; $script:first
                """);
            var seconds = watch.Elapsed.TotalSeconds;
            var growth = PeakMemory() - idle;
            var stored = (int)Run(runspace, "(Get-FhDataset $d).Entries.Count")[0].BaseObject - 1;
            Console.WriteLine($"small files through one pipeline: {counts[0]} out, {stored} of {files} stored, {files / seconds:F0} a second; the first was out when {counts[1]} of {files} had been produced; peak memory +{growth / 1048576.0:F1} MiB over idle");
            Run(runspace, "Disconnect-Fh");
            return stored == files ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static System.Collections.ObjectModel.Collection<PSObject> Run(Runspace runspace, string script)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        var output = shell.AddScript(script).Invoke();
        return shell.Streams.Error.Count == 0 ? output : throw shell.Streams.Error[0].Exception;
    }

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
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
