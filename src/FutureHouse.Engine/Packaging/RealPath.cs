namespace FutureHouse.Packaging;

/// <summary>The path that is left when every link of a path is followed, which .NET has no call for: its own follows the last part only.</summary>
internal static class RealPath
{
    private const int MaximumLinks = 40; // as Linux has it

    public static StringComparison Comparison { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>Follows the links of a path.</summary>
    /// <param name="path">A full path.</param>
    /// <returns>The real path; <see langword="null"/> if there is nothing, or links lead in a circle.</returns>
    public static string? Resolve(string path)
    {
        var root = Path.GetPathRoot(path)!;
        var done = root;
        var parts = new Stack<string>(Parts(path[root.Length..]));
        for (var links = 0; parts.TryPop(out var part);)
        {
            if (part == ".")
            {
                continue;
            }

            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? done;
                continue;
            }

            var next = Path.Join(done, part);
            var info = new FileInfo(next);
            if ((int)info.Attributes == -1)
            {
                return null;
            }

            if (info.LinkTarget is not { } target)
            {
                done = next;
                continue;
            }

            if (++links > MaximumLinks)
            {
                return null;
            }

            if (Path.IsPathRooted(target))
            {
                done = Path.GetPathRoot(Path.GetFullPath(target))!;
                target = target[Path.GetPathRoot(target)!.Length..];
            }

            foreach (var inner in Parts(target))
            {
                parts.Push(inner);
            }
        }

        return done;
    }

    /// <summary>Whether a real path is another or below it.</summary>
    public static bool IsWithin(string path, string directory) =>
        path.StartsWith(directory, Comparison)
        && (path.Length == directory.Length || Path.EndsInDirectorySeparator(directory) || path[directory.Length] == Path.DirectorySeparatorChar);

    // Last first, as a stack takes them.
    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).AsEnumerable().Reverse();
}
