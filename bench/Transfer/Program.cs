using System.Diagnostics;
using System.Security;
using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.Platform;
using FutureHouse.Transfer;

namespace FutureHouse.Bench.Transfer;

/// <summary>
/// A large file up both ways and down again, and many small files: time as a ratio to reading and hashing the same bytes on one thread in the same run, and the growth of the
/// process's peak memory over the idle client. The platform is a process of its own, so its memory does not count.
///   dotnet run -c Release --project bench/Transfer [-- MEBIBYTES [SMALL_FILES]]
/// </summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        var mebibytes = args.Length > 0 ? int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 1024;
        var smallFiles = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 10_000;
        var folder = Directory.CreateTempSubdirectory("fh-bench-").FullName;
        try
        {
            var file = Path.Combine(folder, "large.bin");
            await WriteRandomAsync(file, mebibytes);
            var (limit, expected) = await TimeAsync(async () => await HashAsync(file));
            Console.WriteLine($"limit: read and SHA-256 of {mebibytes} MiB on one thread: {limit.TotalSeconds:F2} s");

            var identical = true;
            foreach (var way in new[] { "multipart", "session" })
            {
                using var platform = await Platform.StartAsync(Path.Combine(folder, way), way);
                using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = platform.Key });
                var transfers = new TransferEngine(client, new TransferOptions { JournalDirectory = Path.Combine(folder, "journal") });
                await client.LogInAsync(default);
                var small = Path.Combine(folder, "warm.bin");
                await File.WriteAllBytesAsync(small, new byte[1000]);
                await transfers.UploadAsync(new UploadRequest { Path = small, Name = "warm" }, null, default);
                var idle = PeakMemory();

                var (up, entry) = await TimeAsync(() => transfers.UploadAsync(new UploadRequest { Path = file, Name = "large" }, null, default));
                var target = Directory.CreateDirectory(Path.Combine(folder, "down-" + way)).FullName;
                var read = await client.GetEntryAsync(entry.Id);
                var (down, items) = await TimeAsync(() => transfers.FetchAsync(new FetchRequest { Entry = read, DestinationDirectory = target }, null, default));
                var growth = PeakMemory() - idle;
                var same = await HashAsync(items[0].Path!) == expected;
                identical &= same;
                File.Delete(items[0].Path!);
                Console.WriteLine($"{way}: up {up / limit:F2} x limit, down {down / limit:F2} x limit, {(same ? "identical" : "DIFFERENT")}, peak memory +{growth / 1048576.0:F1} MiB over idle");
            }

            var count = await ManySmallAsync(folder, smallFiles);
            return identical && count == smallFiles ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> ManySmallAsync(string folder, int files)
    {
        var source = Directory.CreateDirectory(Path.Combine(folder, "small")).FullName;
        for (var i = 0; i < files; i++)
        {
            await File.WriteAllTextAsync(Path.Combine(source, $"{i:D5}.txt"), $"file {i}\n");
        }

        using var platform = await Platform.StartAsync(Path.Combine(folder, "many"), "both");
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = platform.Key });
        var transfers = new TransferEngine(client, new TransferOptions { JournalDirectory = Path.Combine(folder, "journal") });
        var dataset = await client.CreateDatasetAsync("many", null, null, default);
        var idle = PeakMemory();
        var (time, _) = await TimeAsync(async () =>
        {
            await Parallel.ForEachAsync(
                Directory.EnumerateFiles(source),
                new ParallelOptions { MaxDegreeOfParallelism = 16 },
                async (path, ct) => await transfers.UploadAsync(new UploadRequest { Path = path, Name = Path.GetFileName(path), DatasetId = dataset.Id }, null, ct));
            return 0;
        });
        var growth = PeakMemory() - idle;
        var there = (await client.GetDatasetAsync(dataset.Id, default)).Entries.Count;
        Console.WriteLine($"small files: {there} of {files} there, {files / time.TotalSeconds:F0} a second, peak memory +{growth / 1048576.0:F1} MiB over idle");
        return there;
    }

    private static async Task WriteRandomAsync(string path, int mebibytes)
    {
        var random = new Random(1);
        var buffer = new byte[1 << 20];
        await using var stream = File.Create(path);
        for (var i = 0; i < mebibytes; i++)
        {
            random.NextBytes(buffer);
            await stream.WriteAsync(buffer);
        }
    }

    private static async Task<string> HashAsync(string path)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }

    private static async Task<(TimeSpan Time, T Result)> TimeAsync<T>(Func<Task<T>> action)
    {
        var watch = Stopwatch.StartNew();
        var result = await action();
        return (watch.Elapsed, result);
    }

    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        process.Refresh();
        return process.PeakWorkingSet64;
    }

    /// <summary>A local platform as a process of its own.</summary>
    private sealed class Platform : IDisposable
    {
        private readonly Process _process;

        private Platform(Process process, Uri url, SecureString key)
        {
            _process = process;
            Url = url;
            Key = key;
        }

        public Uri Url { get; }

        public SecureString Key { get; }

        public static async Task<Platform> StartAsync(string store, string uploads)
        {
            var assembly = Find();
            var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
            foreach (var argument in new[] { assembly, "--store", store, "--uploads", uploads })
            {
                start.ArgumentList.Add(argument);
            }

            var process = Process.Start(start)!;
            var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The local platform did not start.");
            var url = JsonDocument.Parse(line).RootElement.GetProperty("url").GetString()!;
            var key = new SecureString();
            foreach (var c in JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(store, "connection.json"))).RootElement.GetProperty("api_key").GetString()!)
            {
                key.AppendChar(c);
            }

            return new Platform(process, new Uri(url), key);
        }

        public void Dispose()
        {
            _process.StandardInput.Close();
            _process.WaitForExit();
            _process.Dispose();
            Key.Dispose();
        }

        private static string Find()
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "FutureHouse.slnx")))
                {
                    return Directory.EnumerateFiles(Path.Combine(folder.FullName, "src", "FutureHouse.LocalPlatform", "bin"), "FutureHouse.LocalPlatform.dll", SearchOption.AllDirectories)
                        .OrderByDescending(File.GetLastWriteTimeUtc).First();
                }
            }

            throw new InvalidOperationException("Run it from a clone of the repository.");
        }
    }
}
