using System.Diagnostics;

namespace FutureHouse.Tests.Support;

/// <summary>A .NET program in a process of its own, with its streams in the hands of the test.</summary>
public static class DotnetProgram
{
    private static readonly string[] HomeVariables = ["HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"];

    /// <summary>The variables of a user whose home is a given folder.</summary>
    /// <param name="folder">The home.</param>
    /// <returns>Names and values.</returns>
    public static Dictionary<string, string> Home(string folder) => HomeVariables.ToDictionary(variable => variable, _ => folder);

    /// <summary>Starts it.</summary>
    /// <param name="path">Path of its assembly.</param>
    /// <param name="environment">Variables to set, besides those of the tests.</param>
    /// <param name="arguments">Arguments.</param>
    /// <returns>The process; its caller disposes of it.</returns>
    public static Process Start(string path, IReadOnlyDictionary<string, string>? environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Lets it run to its end, with nothing to read, and disposes of it.</summary>
    /// <param name="process">The process.</param>
    /// <returns>What came of it.</returns>
    public static async Task<(int ExitCode, string Output, string Error)> FinishAsync(Process process)
    {
        using var ended = process;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, error);
    }
}
