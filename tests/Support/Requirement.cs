using Xunit;

namespace FutureHouse.Tests.Support;

/// <summary>
/// What a test needs of the machine. Where it is missing the test is skipped, by name; where the environment variable
/// <c>FH_TEST_REQUIRE</c> (names between spaces) says that it must be here, the test fails instead.
/// </summary>
public static class Requirement
{
    /// <summary>Requires a program on the path.</summary>
    /// <param name="name">Name of the program, without extension.</param>
    public static void Tool(string name)
    {
        var names = OperatingSystem.IsWindows() ? new[] { name + ".exe", name + ".cmd" } : [name];
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        Met(folders.Any(folder => names.Any(n => File.Exists(Path.Combine(folder, n)))), name, $"{name} is not on the path");
    }

    /// <summary>Requires anything else.</summary>
    /// <param name="met">Whether it is there.</param>
    /// <param name="name">Name as in <c>FH_TEST_REQUIRE</c>.</param>
    /// <param name="missing">What is missing.</param>
    public static void Met(bool met, string name, string missing)
    {
        if (met)
        {
            return;
        }

        var required = (Environment.GetEnvironmentVariable("FH_TEST_REQUIRE") ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.False(required.Contains(name), $"{missing}, and FH_TEST_REQUIRE says that it must be here.");
        Assert.Skip(missing);
    }
}
