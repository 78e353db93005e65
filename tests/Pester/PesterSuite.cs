using System.Diagnostics;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Pester;

/// <summary>Runs each <c>*.Tests.ps1</c> in a real pwsh with Pester, where these are present; skipped, by name, where not.</summary>
public sealed class PesterSuite
{
    public static TheoryData<string> Files()
    {
        var files = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Pester"), "*.Tests.ps1").Order(StringComparer.Ordinal))
        {
            files.Add(Path.GetFileName(file));
        }

        return files;
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Passes_in_pwsh(string file)
    {
        Requirement.Tool("pwsh");
        var (found, _, _) = await RunAsync("-Command", "if (Get-Module Pester -ListAvailable | Where-Object Version -ge ([version]'5.0')) { exit 0 } else { exit 3 }");
        Requirement.Met(found == 0, "Pester", "the module Pester 5 or later is not installed for pwsh");

        var path = Path.Combine(Repository.Root, "tests", "Pester", file).Replace("'", "''", StringComparison.Ordinal);
        var (exitCode, output, error) = await RunAsync(
            "-Command",
            $"$c = New-PesterConfiguration; $c.Run.Path = '{path}'; $c.Run.PassThru = $true; $c.Output.Verbosity = 'Detailed'; $c.Output.RenderMode = 'Plaintext'; " +
            "$r = Invoke-Pester -Configuration $c; if ($r.TotalCount -eq 0) { exit 4 }; exit $r.FailedCount + $r.FailedBlocksCount + $r.FailedContainersCount");
        Assert.True(exitCode == 0, $"{file}: exit code {exitCode}\n{output}\n{error}");
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("pwsh") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Repository.Root };
        foreach (var argument in (string[])["-NoProfile", "-NonInteractive", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
