using System.Diagnostics;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>The local platform as a program: its first line, its ends, its refusals.</summary>
public sealed class LocalPlatformProgramTests
{
    [Fact]
    public async Task It_says_where_it_is_and_stops_when_its_standard_input_closes()
    {
        using var folder = new TempDirectory();
        using var process = PlatformProgram.Start([], "--store", folder.Combine("store"), "--ignore-interrupt");
        var url = await UrlAsync(process);
        using var client = new HttpClient();
        Assert.True((await client.GetAsync(url + "/health")).IsSuccessStatusCode);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.Combine("store", "connection.json")));
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(folder.Combine("store", "connection.json")));
    }

    [Fact]
    public async Task A_store_that_is_served_is_refused_and_one_whose_platform_was_killed_is_not()
    {
        using var folder = new TempDirectory();
        using (var first = PlatformProgram.Start([], "--store", folder.Combine("store")))
        {
            await UrlAsync(first);
            var (code, _, error) = await PlatformProgram.RunAsync([], "--store", folder.Combine("store"));
            Assert.Equal(3, code);
            Assert.Contains("already being served", error, StringComparison.Ordinal);
            first.Kill();
            await first.WaitForExitAsync();
        }

        using var second = PlatformProgram.Start([], "--store", folder.Combine("store"));
        await UrlAsync(second);
        second.StandardInput.Close();
        await second.WaitForExitAsync();
    }

    [Fact]
    public async Task A_signal_to_end_stops_it_cleanly()
    {
        Requirement.Tool("kill");
        using var folder = new TempDirectory();
        foreach (var signal in new[] { "-TERM", "-INT" })
        {
            using var process = PlatformProgram.Start([], "--store", folder.Combine("store"));
            await UrlAsync(process);
            using (var kill = Process.Start("kill", [signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync();
            }

            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }
    }

    [Fact]
    public async Task An_interrupt_that_is_the_sessions_does_not_end_it()
    {
        Requirement.Tool("kill");
        using var folder = new TempDirectory();
        using var process = PlatformProgram.Start([], "--store", folder.Combine("store"), "--ignore-interrupt");
        var url = await UrlAsync(process);
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using var client = new HttpClient();
        Assert.True((await client.GetAsync(url + "/health")).IsSuccessStatusCode);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }

    [Fact]
    public async Task It_ends_with_its_session_also_when_that_is_killed()
    {
        using var folder = new TempDirectory();
        var store = folder.Combine("store");
        using var session = await Pwsh.StartAsync(null, "-Command", Pwsh.WithModule($"$null = Connect-Fh -Local -Path '{store}'; 'connected'; [Console]::ReadLine()"));
        Assert.Equal("connected", await session.StandardOutput.ReadLineAsync());
        var pid = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(store, "connection.json"))).RootElement.GetProperty("pid").GetInt32();
        using var platform = Process.GetProcessById(pid);
        session.Kill();
        await session.WaitForExitAsync();
        await platform.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("--nonsense")]
    [InlineData("--store")]
    [InlineData("--uploads", "sideways", "--store", "x")]
    [InlineData("--urls", "http://0.0.0.0:0", "--store", "x")]
    [InlineData("--users", "missing.json", "--store", "x")]
    public async Task Wrong_words_are_explained(params string[] arguments)
    {
        using var folder = new TempDirectory();
        var (code, output, error) = await PlatformProgram.RunAsync([], [.. arguments.Select(a => a == "x" ? folder.Combine("store") : a)]);
        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.NotEmpty(error);
    }

    private static async Task<string> UrlAsync(Process process)
    {
        var line = await process.StandardOutput.ReadLineAsync();
        Assert.NotNull(line);
        var first = JsonDocument.Parse(line).RootElement;
        Assert.Equal(process.Id, first.GetProperty("pid").GetInt32());
        return first.GetProperty("url").GetString()!;
    }
}
