namespace FutureHouse.Packaging;

/// <summary>What a manifest says of a file or directory.</summary>
/// <param name="Description">Its description; <see langword="null"/> where the manifest gives none.</param>
/// <param name="Metadata">Its metadata: strings, <see cref="long"/>, <see cref="double"/>, booleans, <see langword="null"/>, lists and dictionaries. Empty where the manifest gives none.</param>
public sealed record ManifestEntry(string? Description, IReadOnlyDictionary<string, object?> Metadata)
{
    /// <summary>The manifest's metadata over that of the caller.</summary>
    internal IReadOnlyDictionary<string, object?>? Over(IReadOnlyDictionary<string, object?>? metadata)
    {
        if (Metadata.Count == 0)
        {
            return metadata;
        }

        var merged = new Dictionary<string, object?>(metadata ?? new Dictionary<string, object?>(), StringComparer.Ordinal);
        foreach (var (name, value) in Metadata)
        {
            merged[name] = value;
        }

        return merged;
    }
}
