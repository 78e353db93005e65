using System.Diagnostics;

namespace FutureHouse.Tests.Support;

/// <summary>The pwsh that <c>.config/dotnet-tools.json</c> pins, without a profile and without a terminal.</summary>
public static class Pwsh
{
    /// <summary>The tool starts it as a grandchild, by way of the home folder. A test that kills a session, or gives it another home, starts the program itself.</summary>
    private static readonly Lazy<Task<string>> Program = new(FindAsync);

    /// <summary>Where its assembly is, as it says itself.</summary>
    /// <returns>The path.</returns>
    public static Task<string> PathAsync() => Program.Value;

    /// <summary>Starts a session.</summary>
    /// <param name="environment">Variables to set.</param>
    /// <param name="arguments">What comes after <c>pwsh</c>: <c>-Command</c> or <c>-File</c>, and the rest.</param>
    /// <returns>The process; its caller disposes of it.</returns>
    public static async Task<Process> StartAsync(IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments) =>
        DotnetProgram.Start(await Program.Value, environment, ["-NoProfile", "-NonInteractive", .. arguments]);

    /// <summary>Runs a session to its end.</summary>
    /// <param name="environment">Variables to set.</param>
    /// <param name="arguments">What comes after <c>pwsh</c>.</param>
    /// <returns>What came of it.</returns>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments) =>
        await DotnetProgram.FinishAsync(await StartAsync(environment, arguments));

    /// <summary>A command line of a session that has the module: an argument of <c>-Command</c>.</summary>
    /// <param name="script">What comes after the import.</param>
    /// <returns>The script.</returns>
    public static string WithModule(string script) => $"$ErrorActionPreference = 'Stop'; Import-Module '{Repository.Manifest.Replace("'", "''", StringComparison.Ordinal)}'; {script}";

    private static async Task<string> FindAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["tool", "run", "pwsh", "--", "-NoProfile", "-NonInteractive", "-Command", "$PSHOME"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        var (exitCode, output, error) = await DotnetProgram.FinishAsync(Process.Start(start)!);
        return exitCode == 0 ? Path.Combine(output.Trim(), "pwsh.dll") : throw new InvalidOperationException($"dotnet pwsh ended with exit code {exitCode}: {output}{error}");
    }
}
