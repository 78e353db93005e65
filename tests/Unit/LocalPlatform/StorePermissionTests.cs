#pragma warning disable CA1416 // Each test is skipped on Windows.
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>A store is its owner's only, whoever makes it and whatever the umask; one of before becomes so at the next start.</summary>
public sealed class StorePermissionTests : IDisposable
{
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Also_under_a_umask_that_takes_nothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the access list is inherited.");
        var store = Path.Combine(_directory.Combine("a"), "b", "store");
        await UseAsync(store, killed: false);
        AssertClosed(Path.GetDirectoryName(Path.GetDirectoryName(store))!);
    }

    [Fact]
    public async Task What_an_earlier_release_left_open_is_closed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the access list is inherited.");
        var store = _directory.Combine("store");
        await UseAsync(store, killed: true); // its -wal and -shm stay
        Open(store);
        await UseAsync(store, killed: false);
        AssertClosed(store);

        // A folder closed by hand, or a start that was killed while it closed the rest.
        Open(store);
        File.SetUnixFileMode(store, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await UseAsync(store, killed: false);
        AssertClosed(store);
    }

    [Fact]
    public async Task What_is_not_the_stores_is_let_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the access list is inherited.");
        var (store, outside) = (_directory.Combine("store"), _directory.Combine("outside"));
        Directory.CreateDirectory(Path.Combine(outside, "inner"));
        Directory.CreateDirectory(store);
        File.CreateSymbolicLink(Path.Combine(store, "link"), outside);
        Open(outside);
        Open(store);
        await UseAsync(store, killed: false);
        Assert.NotEqual(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(outside, "inner")) & Others);
        Assert.NotEqual(UnixFileMode.None, File.GetUnixFileMode(outside) & Others);
    }

    /// <summary>Opens it under umask 000, puts a text and a file in, and looks at everything while it runs.</summary>
    private static async Task UseAsync(string store, bool killed)
    {
        var before = Umask(0);
        PlatformProgram platform;
        try
        {
            platform = await PlatformProgram.StartAsync(store);
        }
        finally
        {
            _ = Umask(before);
        }

        using (platform)
        {
            using var client = await platform.LogInAsync();
            using var made = await client.PostAsync("/v0.1/data-storage/data-entries", new StringContent("""{"name":"t","content":"secret"}""", System.Text.Encoding.UTF8, "application/json"));
            Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync());
            AssertClosed(store);
            if (killed)
            {
                await platform.KillAsync();
            }
        }
    }

    private static void Open(string folder)
    {
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
        {
            entry.UnixFileMode = entry is DirectoryInfo ? (UnixFileMode)0b111_101_101 : (UnixFileMode)0b110_100_100;
        }
    }

    private static void AssertClosed(string folder)
    {
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(folder) & Others);
        Assert.All(
            new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }),
            entry => Assert.True((entry.UnixFileMode & Others) == UnixFileMode.None, $"{entry.FullName}: {entry.UnixFileMode}"));
    }

    [System.Runtime.InteropServices.DllImport("libc", EntryPoint = "umask"), System.Runtime.InteropServices.DefaultDllImportSearchPaths(System.Runtime.InteropServices.DllImportSearchPath.SafeDirectories)]
    private static extern int Umask(int mask);
}
