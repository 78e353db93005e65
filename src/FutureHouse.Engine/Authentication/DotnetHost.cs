namespace FutureHouse.Authentication;

/// <summary>Finds the <c>dotnet</c> program.</summary>
internal static class DotnetHost
{
    /// <summary>The path of <c>dotnet</c>: where the environment says, then on the path, then where installers put it.</summary>
    /// <returns>A full path, or <see langword="null"/> where there is none.</returns>
    public static string? Find()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        return Candidates(name).FirstOrDefault(File.Exists);
    }

    private static IEnumerable<string> Candidates(string name)
    {
        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host)
        {
            yield return host;
        }

        var folders = new List<string?> { Environment.GetEnvironmentVariable("DOTNET_ROOT") };
        folders.AddRange((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator));
        if (OperatingSystem.IsWindows())
        {
            folders.Add(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet"));
        }
        else
        {
            folders.AddRange(["/usr/share/dotnet", "/usr/lib/dotnet", "/usr/local/share/dotnet"]);
        }

        folders.Add(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet"));
        foreach (var folder in folders)
        {
            // A relative folder on the path would let the current location choose the program.
            if (!string.IsNullOrWhiteSpace(folder) && Path.IsPathFullyQualified(folder))
            {
                yield return Path.Combine(folder, name);
            }
        }
    }
}
