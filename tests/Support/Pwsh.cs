using System.Diagnostics;

namespace FutureHouse.Tests.Support;

/// <summary>The pwsh that <c>.config/dotnet-tools.json</c> pins.</summary>
public static class Pwsh
{
    /// <summary>Runs a script to its end, without a profile and without a terminal.</summary>
    /// <param name="script">Path of the script.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The exit code, and what it wrote to either stream.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Repository.Root };
        foreach (var argument in (string[])["tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive", "-File", script, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
