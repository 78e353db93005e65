using System.Diagnostics;
using System.Globalization;
using FutureHouse.Packaging.Zip;

namespace FutureHouse.Bench.Collection;

/// <summary>
/// A source tree into a zip archive and out of it again, beside Info-ZIP's zip and unzip and Python's zipfile on the same tree in the same run: ratios of the medians of three rounds,
/// and the growth of this process's peak memory.
///   dotnet run -c Release --project bench/Collection [-- FILES BYTES [ROUNDS]]
/// </summary>
internal static class Program
{
    private const string PythonZip =
        "import sys, os, zipfile\n"
        + "z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED)\n"
        + "for d, ds, fs in os.walk(sys.argv[2]):\n"
        + "    for f in fs:\n"
        + "        p = os.path.join(d, f); z.write(p, os.path.relpath(p, sys.argv[2]))\n"
        + "z.close()\n";

    private static async Task<int> Main(string[] args)
    {
        var files = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 50_000;
        var bytes = args.Length > 1 ? long.Parse(args[1], CultureInfo.InvariantCulture) : 1L << 30;
        var rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 3;
        var folder = Directory.CreateTempSubdirectory("fh-bench-").FullName;
        try
        {
            var source = Path.Combine(folder, "source");
            var total = SourceTree.Make(source, files, bytes);
            Console.WriteLine($"tree: {files} files, {total / 1048576.0:F0} MiB, {Environment.ProcessorCount} cores");
            var (ours, zip, python) = (Path.Combine(folder, "ours.zip"), Path.Combine(folder, "zip.zip"), Path.Combine(folder, "python.zip"));
            await PackAsync(source, ours, 100); // what a first use compiles and allocates is not the archive's
            GC.Collect();
            var idle = Process.GetCurrentProcess().WorkingSet64;
            var peak = ResetPeak();

            List<double> packs = [], zips = [], pythons = [], unpacks = [], unzips = [];
            for (var round = 0; round < rounds; round++)
            {
                zips.Add(await TimeAsync(() => RunAsync("zip", source, "-r", "-q", zip, "."), () => File.Delete(zip)));
                packs.Add(await TimeAsync(() => PackAsync(source, ours, int.MaxValue), () => File.Delete(ours)));
                pythons.Add(await TimeAsync(() => RunAsync("python3", source, "-c", PythonZip, python, source), () => File.Delete(python)));
            }

            var packPeak = PeakMemory();
            for (var round = 0; round < rounds; round++)
            {
                var theirs = Path.Combine(folder, "unzip");
                var made = Path.Combine(folder, "made");
                unzips.Add(await TimeAsync(() => RunAsync("unzip", folder, "-q", ours, "-d", theirs), () => Remove(theirs)));
                unpacks.Add(await TimeAsync(() => CollectionReader.UnpackAsync(ours, folder, "made", new UnpackOptions(), null, default), () => Remove(made)));
            }

            await RunAsync("diff", folder, "-r", source, Path.Combine(folder, "made"));
            await RunAsync("unzip", folder, "-t", "-q", ours);
            var size = new FileInfo(ours).Length;
            Console.WriteLine($"pack: {Median(packs):F2} s; zip {Median(zips):F2} s, {Median(zips) / Median(packs):F2} x; zipfile {Median(pythons):F2} s, {Median(pythons) / Median(packs):F2} x");
            Console.WriteLine($"size: {size} bytes; {(double)size / new FileInfo(zip).Length:F4} of zip's, {(double)size / new FileInfo(python).Length:F4} of zipfile's");
            Console.WriteLine($"unpack: {Median(unpacks):F2} s; unzip {Median(unzips):F2} s, {Median(unzips) / Median(unpacks):F2} x");
            Console.WriteLine($"peak memory: packing +{(packPeak - idle) / 1048576.0:F0} MiB, in all +{(PeakMemory() - idle) / 1048576.0:F0} MiB over idle{(peak ? string.Empty : " (of the whole run)")}");
            Console.WriteLine("same tree, unzip -t: yes");
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task PackAsync(string source, string archive, int count)
    {
        await using var stream = new FileStream(archive, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        await CollectionWriter.WriteAsync(stream, SourceTree.Items(source).Take(count), new CollectionOptions(), null, default);
    }

    private static async Task<double> TimeAsync(Func<Task> action, Action before)
    {
        before();
        if (!OperatingSystem.IsWindows())
        {
            await RunAsync("sync", "/"); // or each pays for what the one before it wrote
        }

        var watch = Stopwatch.StartNew();
        await action();
        return watch.Elapsed.TotalSeconds;
    }

    private static async Task RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed with {process.ExitCode}: {output}");
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    // Linux forgets the peak when asked to; elsewhere it is that of the whole run.
    private static bool ResetPeak()
    {
        try
        {
            File.WriteAllText("/proc/self/clear_refs", "5");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long PeakMemory()
    {
        var line = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line is null ? Process.GetCurrentProcess().PeakWorkingSet64 : long.Parse(line.AsSpan(6).Trim()[..^3], CultureInfo.InvariantCulture) << 10;
    }
}
