namespace FutureHouse.Transfer.Download;

/// <summary>Where a file of an entry goes, below the entry's folder.</summary>
/// <param name="Folder">The folder, with <c>/</c> between parts, empty for the top.</param>
/// <param name="Name">The file's name; none where only the download tells it.</param>
/// <param name="Original">The stored path below the prefix.</param>
internal readonly record struct LocationPlace(string Folder, string? Name, string Original);

/// <summary>
/// Where each of an entry's several locations goes in a folder: the tree of their names below the registered prefix, else below what they have in common. Each part is a plain
/// name, fit for the file system, and no two places are the same (Protocol §5, §6).
/// </summary>
internal static class LocationTree
{
    private const string Scheme = "gs://";

    /// <returns>A place for each location, in their order.</returns>
    public static IReadOnlyList<LocationPlace> Plan(IReadOnlyList<DataLocation> locations, Naming naming, bool ignoresCase = false)
    {
        var names = locations.Select(ObjectName).ToList();
        var start = Start(locations, names);
        var places = new LocationPlace[locations.Count];
        var files = new List<(int Index, string[] Parts)>();

        // In the order of the names, so that the same entry gives the same tree whatever order the service lists them in.
        foreach (var i in Enumerable.Range(0, names.Count).OrderBy(i => names[i], StringComparer.Ordinal))
        {
            // An empty part, "." and ".." are nothing in a path; an object of no other parts is named by its download.
            var parts = names[i]?[start..].Split('/').Where(part => part is not ("" or "." or "..")).ToArray() ?? [];
            places[i] = new LocationPlace(string.Empty, null, string.Join('/', parts));
            if (parts.Length > 0)
            {
                files.Add((i, parts));
            }
        }

        Place(files, 0, string.Empty, naming, ignoresCase, places);
        return places;
    }

    /// <summary>Names what is in one folder, all at once, and then what is in the folders below.</summary>
    private static void Place(List<(int Index, string[] Parts)> inside, int depth, string folder, Naming naming, bool ignoresCase, LocationPlace[] places)
    {
        var files = inside.Where(f => f.Parts.Length == depth + 1).ToList();
        var folders = inside.Where(f => f.Parts.Length > depth + 1).GroupBy(f => f.Parts[depth], StringComparer.Ordinal).ToList();
        var names = naming.TakeAll(folder, [.. files.Select(f => (f.Parts[depth], true)), .. folders.Select(f => (f.Key, false))], ignoresCase);
        for (var i = 0; i < files.Count; i++)
        {
            var index = files[i].Index;
            places[index] = places[index] with { Folder = folder, Name = names[i] };
        }

        for (var i = 0; i < folders.Count; i++)
        {
            Place([.. folders[i]], depth + 1, TreePlan.Join(folder, names[files.Count + i]), naming, ignoresCase, places);
        }
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
}
