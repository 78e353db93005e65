using System.Diagnostics;
using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Packaging.Zip;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>A tree to pack, and what is done with it.</summary>
internal sealed class ZipTree : IDisposable
{
    public static readonly DateTime Modified = new(2021, 3, 4, 5, 6, 7, DateTimeKind.Utc);

    private readonly TempDirectory _folder = new();

    public ZipTree()
    {
        Directory.CreateDirectory(Source);
        Directory.CreateDirectory(Out);
    }

    public string Source => _folder.Combine("source");

    public string Out => _folder.Combine("out");

    public string Archive => _folder.Combine("a.zip");

    public List<FutureHouseException> Failures { get; } = [];

    public string Combine(params string[] parts) => _folder.Combine(parts);

    public string File(string name, byte[] content, UnixFileMode? mode = null)
    {
        var path = Path.Combine(Source, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
        System.IO.File.SetLastWriteTimeUtc(path, Modified);
        if (mode is { } m && !OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(path, m);
        }

        return path;
    }

    public static byte[] Random(int size, int seed = 1)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Bytes that deflate to about a third.</summary>
    public static byte[] Textual(int size, int seed = 1)
    {
        var random = new Random(seed);
        var bytes = new byte[size];
        for (var i = 0; i < size; i++)
        {
            bytes[i] = (byte)('a' + (random.Next(8) & random.Next(8)));
        }

        return bytes;
    }

    public List<TreeItem> Items() => new DirectoryInfo(Source).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(Item).ToList();

    public TreeItem Item(FileSystemInfo info) => new(
        Path.GetRelativePath(Source, info.FullName).Replace(Path.DirectorySeparatorChar, '/'), info.FullName, info is DirectoryInfo, info is FileInfo f ? f.Length : 0,
        info.LastWriteTimeUtc, OperatingSystem.IsWindows() ? null : info.UnixFileMode);

    public async Task<CollectionSummary> PackAsync(IEnumerable<TreeItem>? items = null, CollectionOptions? options = null)
    {
        await using var stream = System.IO.File.Create(Archive);
        return await CollectionWriter.WriteAsync(stream, items ?? Items(), options ?? new CollectionOptions { Failed = Failures.Add }, null, TestContext.Current.CancellationToken);
    }

    public Task<string> UnpackAsync(UnpackOptions? options = null, string name = "made") =>
        CollectionReader.UnpackAsync(Archive, Out, name, options ?? new UnpackOptions(), null, TestContext.Current.CancellationToken);

    public Task<string> UnpackAsync(byte[] archive, UnpackOptions? options = null)
    {
        System.IO.File.WriteAllBytes(Archive, archive);
        return UnpackAsync(options);
    }

    /// <summary>Refused, by that exception, and nothing is left.</summary>
    public async Task<T> RefusesAsync<T>(byte[] archive, UnpackOptions? options = null)
        where T : FutureHouseException
    {
        var error = await Assert.ThrowsAsync<T>(() => UnpackAsync(archive, options));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Out));
        Assert.NotNull(error.Target);
        return error;
    }

    public static void Same(string expected, string actual)
    {
        static SortedDictionary<string, string> List(string root) => new(
            new DirectoryInfo(root).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).ToDictionary(
                i => Path.GetRelativePath(root, i.FullName),
                i => $"{i.LastWriteTimeUtc:yyyy-MM-dd HH:mm:ss} {(OperatingSystem.IsWindows() ? 0 : i.UnixFileMode)} {(i is FileInfo ? Crc32.Compute(System.IO.File.ReadAllBytes(i.FullName)) : 0)}"),
            StringComparer.Ordinal);
        Assert.Equal(List(expected), List(actual));
    }

    public static string Run(string program, params string[] arguments)
    {
        Requirement.Tool(program);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {process.ExitCode} {output} {errors.Result}");
        return output;
    }

    public void Dispose() => _folder.Dispose();
}
