using System.Diagnostics;
using System.Globalization;
using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Platform;
using FutureHouse.Transfer;

namespace FutureHouse.Bench.Hierarchy;

/// <summary>
/// A directory as a hierarchy, ours against the official Python client's (0.18), on one platform that answers every request 20 ms late. What both stored is compared: names, paths from the root,
/// descriptions and text. Without python3 or the client ours is timed alone, and it says what is missing. The client is looked for where FH_TEST_PYTHONPATH says, else beside the
/// repository in ../shared/python-client.
///   dotnet run -c Release --project bench/Hierarchy [-- FILES DIRECTORIES DELAY_MS CONCURRENCY [ours]]
/// With <c>ours</c> the Python client is left out.
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var (files, directories, delay, concurrency) = (Argument(args, 0, 5000), Argument(args, 1, 500), Argument(args, 2, 20), Argument(args, 3, new TransferOptions().MaxConcurrency));
        var folder = Directory.CreateTempSubdirectory("fh-bench-").FullName;
        try
        {
            var root = Write(Path.Combine(folder, "tree"), files, directories);
            using var platform = await LocalPlatform.StartAsync(Path.Combine(folder, "store"));
            using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = platform.Key });
            var transfers = new TransferEngine(client, new TransferOptions { JournalDirectory = Path.Combine(folder, "journal"), MaxConcurrency = concurrency });
            await client.LogInAsync(default);
            await transfers.UploadTreeAsync(new TreeUploadRequest { Root = root, Name = "warm", Items = Walk(root).Take(20) }, new Quiet(), default);
            await platform.DelayAsync(delay);

            var idle = PeakMemory();
            var (cpu, platformCpu) = (Environment.CpuUsage.TotalTime, platform.Cpu);
            var watch = Stopwatch.StartNew();
            var result = await transfers.UploadTreeAsync(new TreeUploadRequest { Root = root, Name = "tree", Items = Walk(root), Concurrency = concurrency }, new Quiet(), default);
            var ours = watch.Elapsed;
            Console.WriteLine($"ours: {result.Uploaded} entries in {ours.TotalSeconds:F1} s, {result.Uploaded / ours.TotalSeconds:F0} a second, {delay} ms added to each answer, {concurrency} at once, peak memory +{(PeakMemory() - idle) / 1048576.0:F1} MiB over idle, processor time {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:F1} s, and the platform's {(platform.Cpu - platformCpu).TotalSeconds:F1} s");
            if (result.Failed + result.NotSent > 0 || result.Uploaded != files + directories + 1)
            {
                Console.WriteLine($"MISSING: {result.Failed} failed, {result.NotSent} not sent");
                return 1;
            }

            if (args.Length > 4 || await PythonClient.FindAsync(folder) is not { } python)
            {
                return 0;
            }

            watch.Restart();
            var theirRoot = await python.UploadAsync(platform, root);
            var theirs = watch.Elapsed - await python.StartTimeAsync();
            Console.WriteLine($"Python client 0.18: the same in {theirs.TotalSeconds:F1} s, its start not counted");
            await platform.DelayAsync(null);
            var same = (await StoredAsync(client, result.Root.Id)).SetEquals(await StoredAsync(client, theirRoot));
            Console.WriteLine($"ratio: {theirs / ours:F1} x (at least 12 wanted); what is stored is {(same ? "the same" : "DIFFERENT")}");
            return same ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What is stored below a root: path of names, description with its names in order (the Python client has them in the disk's), and text.</summary>
    private static async Task<HashSet<string>> StoredAsync(PlatformClient client, Guid root)
    {
        var entry = await client.GetEntryAsync(root);
        var all = (await client.GetDatasetAsync(entry.DatasetId!.Value, default)).Entries.ToDictionary(item => item.Id);
        return [.. all.Values.Where(item => item.Id != root).Select(item => $"{PathOf(item)}|{Sorted(item.Description)}|{item.GetText()}")];

        string PathOf(DataEntry item) => item.ParentId is { } parent && parent != root ? $"{PathOf(all[parent])}/{item.Name}" : item.Name;
    }

    private static string? Sorted(string? description) =>
        description?.StartsWith("Directory containing: ", StringComparison.Ordinal) == true ? string.Join(", ", description["Directory containing: ".Length..].Split(", ").Order(StringComparer.Ordinal)) : description;

    /// <summary>Directories of ten each, two levels deep, and text files spread over them.</summary>
    private static string Write(string root, int files, int directories)
    {
        var paths = new List<string>();
        for (var i = 0; i < directories; i++)
        {
            var path = i % 10 == 0 ? Path.Combine(root, $"d{i:D4}") : Path.Combine(root, $"d{i - (i % 10):D4}", $"s{i:D4}");
            paths.Add(Directory.CreateDirectory(path).FullName);
        }

        for (var i = 0; i < files; i++)
        {
            File.WriteAllText(Path.Combine(paths[i % paths.Count], $"f{i:D5}.txt"), $"file {i}\n");
        }

        return root;
    }

    private static IEnumerable<TreeItem> Walk(string root, string below = "")
    {
        foreach (var info in new DirectoryInfo(Path.Combine(root, below)).EnumerateFileSystemInfos().OrderBy(info => info.Name, StringComparer.Ordinal))
        {
            var path = below.Length == 0 ? info.Name : $"{below}/{info.Name}";
            yield return new TreeItem(path, info.FullName, info is DirectoryInfo, (info as FileInfo)?.Length ?? 0, info.LastWriteTimeUtc, null);
            foreach (var item in info is DirectoryInfo ? Walk(root, path) : [])
            {
                yield return item;
            }
        }
    }

    private static int Argument(string[] args, int index, int other) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : other;

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    private sealed class Quiet : ITreeUploadObserver
    {
        public void Uploaded(TreeItem? item, DataEntry entry)
        {
            // The result counts them.
        }

        public void Failed(TreeItem item, FutureHouseException error) => Console.WriteLine(error.Message);

        public IProgress<TransferProgress>? Starting(TreeItem item) => null;
    }
}
