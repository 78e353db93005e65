namespace FutureHouse.Tests.Support;

/// <summary>Where the repository is, and what lies beside it.</summary>
public static class Repository
{
    /// <summary>Folder of the solution, above the running tests.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The module's manifest.</summary>
    public static string Manifest => Path.Combine(Root, "FutureHouse.psd1");

    /// <summary>A file of the folder <c>shared</c> beside the repository; skips the test where it is not there.</summary>
    /// <param name="parts">Path below <c>shared</c>.</param>
    /// <returns>The full path.</returns>
    public static string Shared(params string[] parts)
    {
        var path = Path.Combine([Root, "..", "shared", .. parts]);
        Requirement.Met(Path.Exists(path), "shared", $"shared/{string.Join('/', parts)} is not beside the repository");
        return Path.GetFullPath(path);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FutureHouse.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("FutureHouse.slnx is in no folder above the tests.");
    }
}
