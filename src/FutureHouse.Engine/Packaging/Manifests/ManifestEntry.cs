namespace FutureHouse.Packaging;

/// <summary>What a manifest says of a file or directory.</summary>
/// <param name="Description">Its description; <see langword="null"/> where the manifest gives none.</param>
/// <param name="Metadata">Its metadata: strings, <see cref="long"/>, <see cref="double"/>, booleans, <see langword="null"/>, lists and dictionaries. Empty where the manifest gives none.</param>
public sealed record ManifestEntry(string? Description, IReadOnlyDictionary<string, object?> Metadata);
