using System.Diagnostics;
using System.Diagnostics.Tracing;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>What importing does, and does not.</summary>
public sealed class ImportTests
{
    [Fact]
    public void Importing_opens_no_connection()
    {
        using var listener = new SocketListener();
        using (var session = new TypedSession())
        {
            session.Good("Get-Command -Module FutureHouse | Out-Null");
        }

        Assert.Equal(0, listener.Connects);
    }

    [Fact]
    public async Task Importing_writes_nothing()
    {
        using var home = new TempDirectory();
        var (code, output, error) = await Pwsh.RunAsync(DotnetProgram.Home(home.Path), "-Command", Pwsh.WithModule("(Get-Module FutureHouse).Name"));
        Assert.True(code == 0 && error.Length == 0, error);
        Assert.Equal("FutureHouse", output.Trim());

        // The caches of pwsh itself aside.
        Assert.DoesNotContain(Directory.EnumerateFiles(home.Path, "*", SearchOption.AllDirectories), f => !f.Contains("powershell", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Importing_opens_the_modules_own_files_and_no_socket()
    {
        Requirement.Tool("strace");
        using var folder = new TempDirectory();
        var (begin, end, trace) = (folder.Combine("begin"), folder.Combine("end"), folder.Combine("trace"));
        var script = $"$null = [IO.File]::Exists('{begin}'); {Pwsh.WithModule($"$null = [IO.File]::Exists('{end}')")}";
        var start = new ProcessStartInfo("strace", ["-f", "-o", trace, "-e", "trace=network,file", "dotnet", await Pwsh.PathAsync(), "-NoProfile", "-NonInteractive", "-Command", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var (code, _, error) = await DotnetProgram.FinishAsync(Process.Start(start)!);
        Requirement.Met(File.Exists(trace) && code == 0, "ptrace", "strace may not trace here: " + error);

        var calls = (await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken)).Where(l => !l.Contains("execve(", StringComparison.Ordinal))
            .SkipWhile(l => !l.Contains($"\"{begin}\"", StringComparison.Ordinal)).TakeWhile(l => !l.Contains($"\"{end}\"", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(calls);
        Assert.DoesNotContain(calls, l => l.Contains(" socket(", StringComparison.Ordinal) || l.Contains(" connect(", StringComparison.Ordinal));
        Assert.DoesNotContain(calls, l => l.Contains("O_CREAT", StringComparison.Ordinal) || l.Contains(" mkdir", StringComparison.Ordinal) || l.Contains(" unlink", StringComparison.Ordinal));

        // The runtime's own (assemblies, /proc, /sys) aside, nothing but what ships is opened.
        var opened = calls.Where(l => l.Contains("openat(", StringComparison.Ordinal) && !l.Contains(" = -1 ", StringComparison.Ordinal)).Select(l => l.Split('"')[1]).Where(f => f.StartsWith(Repository.Root, StringComparison.Ordinal));
        Assert.Subset(
            new HashSet<string?>(["FutureHouse.Engine.dll", "FutureHouse.Format.ps1xml", "FutureHouse.ModuleLoader.dll", "FutureHouse.PowerShell.dll", "FutureHouse.psd1"]),
            opened.Select(Path.GetFileName).ToHashSet());
    }

    private sealed class SocketListener : EventListener
    {
        private int _connects;

        public int Connects => Volatile.Read(ref _connects);

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "System.Net.Sockets")
            {
                EnableEvents(eventSource, EventLevel.Informational);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName == "ConnectStart")
            {
                Interlocked.Increment(ref _connects);
            }
        }
    }
}
