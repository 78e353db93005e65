namespace FutureHouse.Packaging.Manifests;

/// <summary>A file or directory that a manifest names, and what is in it.</summary>
internal sealed class ManifestItem
{
    private volatile bool _matched;

    public Dictionary<string, ManifestItem> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>Levels below the root.</summary>
    public int Depth { get; init; }

    /// <summary>Where it is named; null where only something in it is.</summary>
    public Position? Position { get; set; }

    /// <summary>Its name ends in a slash, so that it is no file.</summary>
    public bool IsDirectory { get; set; }

    public string? Description { get; set; }

    public IReadOnlyDictionary<string, object?>? Metadata { get; set; }

    public bool IsMatched => _matched;

    public void Match() => _matched = true;
}
