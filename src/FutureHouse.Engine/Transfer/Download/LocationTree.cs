namespace FutureHouse.Transfer.Download;

/// <summary>
/// Where each of an entry's several locations goes in a folder: the tree of their names below the registered prefix, else below what they have in common. Each part is a plain
/// name, fit for the file system, and no two places are the same (Protocol §5, §6).
/// </summary>
internal static class LocationTree
{
    private const string Scheme = "gs://";

    /// <returns>For each location, in their order, the folder (with <c>/</c> between parts, empty for the top) and the file's name; no name where only the download tells it.</returns>
    public static IReadOnlyList<(string Folder, string? Name)> Plan(IReadOnlyList<DataLocation> locations, Naming naming)
    {
        var names = locations.Select(ObjectName).ToList();
        var start = Start(locations, names);
        var folders = new Dictionary<string, string>(StringComparer.Ordinal) { [string.Empty] = string.Empty };
        var places = new (string, string?)[locations.Count];

        // In the order of the names, so that the same entry gives the same tree whatever order the service lists them in.
        foreach (var i in Enumerable.Range(0, names.Count).OrderBy(i => names[i], StringComparer.Ordinal))
        {
            if (names[i] is not { } name)
            {
                places[i] = (string.Empty, null);
                continue;
            }

            var parts = name[start..].Split('/', '\\').Where(part => part.Length > 0).ToArray();
            var folder = Folder(parts.Length == 0 ? [] : parts[..^1], folders, naming);
            places[i] = (folder, SafeFileName.Part(parts.LastOrDefault()) is { } safe ? naming.Take(folder, safe, isFile: true) : null);
        }

        return places;
    }

    /// <summary>The object's name; some services write it as <c>gs://bucket/name</c>.</summary>
    private static string? ObjectName(DataLocation location)
    {
        if (string.IsNullOrEmpty(location.Location))
        {
            return null;
        }

        if (!location.Location.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return location.Location;
        }

        var slash = location.Location.IndexOf('/', Scheme.Length);
        return slash < 0 || slash == location.Location.Length - 1 ? null : location.Location[(slash + 1)..];
    }

    /// <summary>How much of every name is left out: up to the last slash of the prefix, if they all have one, else up to the last slash that all have in common.</summary>
    private static int Start(IReadOnlyList<DataLocation> locations, List<string?> names)
    {
        var known = names.OfType<string>().ToList();
        if (known.Count == 0)
        {
            return 0;
        }

        var prefixes = locations.Select(l => l.Metadata is { } metadata && metadata.TryGetValue("prefix", out var value) ? value as string : null).Distinct(StringComparer.Ordinal).ToList();
        var common = prefixes is [{ Length: > 0 } prefix] && known.TrueForAll(n => n.StartsWith(prefix, StringComparison.Ordinal)) ? prefix : Common(known);
        return common.LastIndexOf('/') + 1;
    }

    private static string Common(List<string> names)
    {
        var (first, last) = (names.Min(StringComparer.Ordinal)!, names.Max(StringComparer.Ordinal)!);
        var length = 0;
        while (length < first.Length && length < last.Length && first[length] == last[length])
        {
            length++;
        }

        return first[..length];
    }

    private static string Folder(string[] parts, Dictionary<string, string> folders, Naming naming)
    {
        var (stored, local) = (string.Empty, string.Empty);
        foreach (var part in parts)
        {
            stored = TreePlan.Join(stored, part);
            if (!folders.TryGetValue(stored, out var known))
            {
                // A part that is no name, such as "..", stands for nothing.
                known = SafeFileName.Part(part) is { } safe ? TreePlan.Join(local, naming.Take(local, safe, isFile: false)) : local;
                folders[stored] = known;
            }

            local = known;
        }

        return local;
    }
}
