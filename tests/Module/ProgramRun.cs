using System.Diagnostics;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Runs one of the project's programs as it is built, in a process of its own.</summary>
internal static class ProgramRun
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private static readonly string[] HomeVariables = ["HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"];

    public static Process Start(string project, params string[] arguments) => Start(project, null, arguments);

    /// <summary>Starts it for a user whose home is a given folder.</summary>
    public static Process StartIn(string home, string project, params string[] arguments) => Start(project, Home(home), arguments);

    /// <summary>Runs it to its end for a user whose home is a given folder.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunInAsync(string home, string project, params string[] arguments) => FinishAsync(StartIn(home, project, arguments));

    /// <summary>Runs it to its end with some variables of the environment set.</summary>
    public static Task<(int ExitCode, string Output, string Error)> RunWithAsync(IReadOnlyDictionary<string, string> environment, string project, params string[] arguments) =>
        FinishAsync(Start(project, environment, arguments));

    public static Task<(int ExitCode, string Output, string Error)> RunAsync(string project, params string[] arguments) => FinishAsync(Start(project, null, arguments));

    private static Dictionary<string, string> Home(string folder) => HomeVariables.ToDictionary(variable => variable, _ => folder);

    private static Process Start(string project, IReadOnlyDictionary<string, string>? environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(Repository.Root, "src", project, "bin", Configuration, "net10.0", project + ".dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1"; // the engine's own, which would leave a file behind
        return Process.Start(start)!;
    }

    private static async Task<(int ExitCode, string Output, string Error)> FinishAsync(Process process)
    {
        using var ended = process;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
