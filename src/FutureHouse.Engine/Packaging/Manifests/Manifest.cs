using System.Collections.ObjectModel;
using System.Globalization;
using System.Security.Cryptography;
using FutureHouse.Errors;
using FutureHouse.Packaging.Manifests;

namespace FutureHouse.Packaging;

/// <summary>
/// Descriptions and metadata for the files and directories of an uploaded directory, from a file in JSON or YAML. The documented form is
/// <c>{"NAME": {"description": …, "entries": {"file.txt": "description", "sub/": {"description", "metadata", "entries"}}}}</c> with NAME the directory's name; the plain nested form
/// <c>{"file.txt": "description", "sub": {"x.txt": "description"}}</c> counts too, at the top and within. Names may be paths (<c>sub/x.txt</c>), and a directory's may end in a slash.
/// In YAML a description is taken as it is written, and values of metadata by the core schema of YAML 1.2. Safe to ask from several threads.
/// </summary>
public sealed class Manifest
{
    private static readonly ReadOnlyDictionary<string, object?> NoMetadata = ReadOnlyDictionary<string, object?>.Empty;
    private readonly ManifestItem _root;

    private Manifest(string path, string digest, ManifestItem root)
    {
        Path = path;
        Digest = digest;
        _root = root;
    }

    /// <summary>Full path of the file.</summary>
    public string Path { get; }

    /// <summary>The same for the same bytes.</summary>
    internal string Digest { get; }

    /// <summary>What has matched nothing yet: the path of each, with the line it is named in. Complete once every item was asked for.</summary>
    public IReadOnlyList<string> Unmatched
    {
        get
        {
            var list = new List<(Position At, string Text)>();
            Collect(_root, string.Empty, list);
            return [.. list.OrderBy(item => item.At.Line).ThenBy(item => item.At.Column).Select(item => item.Text)];
        }
    }

    /// <summary>Finds a manifest: a relative name in the uploaded directory first, then as a path of its own. There is no default name.</summary>
    /// <param name="directory">Full path of the uploaded directory.</param>
    /// <param name="fileName">Name or path; <see langword="null"/> for no manifest.</param>
    /// <param name="currentDirectory">What a relative path is relative to, where it is not in the uploaded directory; by default the process's current directory.</param>
    /// <returns>Full path of the manifest, or <see langword="null"/> where no name is given.</returns>
    /// <exception cref="ManifestInvalidException">There is no such file in either place.</exception>
    public static string? FindIn(string directory, string? fileName, string? currentDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (string.IsNullOrEmpty(fileName))
        {
            return null;
        }

        foreach (var folder in new[] { directory, currentDirectory ?? Environment.CurrentDirectory })
        {
            var path = System.IO.Path.GetFullPath(fileName, System.IO.Path.GetFullPath(folder));
            if (File.Exists(path))
            {
                return path;
            }
        }

        var reason = string.Format(CultureInfo.CurrentCulture, ManifestMessages.NotFound, directory);
        throw new ManifestInvalidException(string.Format(CultureInfo.CurrentCulture, ManifestMessages.Whole, fileName, reason)) { Target = fileName };
    }

    /// <summary>Reads a manifest: JSON by the extension <c>.json</c>, YAML by <c>.yaml</c> and <c>.yml</c>, else JSON where it begins with a brace.</summary>
    /// <param name="path">Full path of the file, in UTF-8, of at most 16 MiB.</param>
    /// <param name="directoryName">Name of the uploaded directory, under which the documented form has everything.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="ManifestInvalidException">The file is missing, empty, too large, no JSON or YAML, names something twice, has a value of the wrong type or a recursive alias; with line and column.</exception>
    public static Manifest Load(string path, string directoryName)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(directoryName);
        var source = ManifestSource.Read(path);
        var document = IsJson(source) ? JsonManifestReader.Read(source) : YamlManifestReader.Read(source);
        return new Manifest(path, Convert.ToHexString(SHA256.HashData(source.Bytes)), new ManifestBuilder(source).Build(document, directoryName));
    }

    /// <summary>What the manifest says of an item, which thereby counts as matched.</summary>
    /// <param name="relativePath">Path below the uploaded directory, with <c>/</c> between parts; empty for the directory itself.</param>
    /// <param name="isDirectory">Whether it is a directory; a name with a slash at its end is no file's. <see langword="null"/> where that is not known.</param>
    /// <returns>Description and metadata, or <see langword="null"/> where the manifest does not name it.</returns>
    public ManifestEntry? For(string relativePath, bool? isDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        var item = _root;
        foreach (var part in relativePath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!item.Entries.TryGetValue(part, out item))
            {
                return null;
            }
        }

        if (item.IsDirectory && isDirectory == false)
        {
            return null;
        }

        item.Match();
        return item.Position is null && item != _root ? null : new ManifestEntry(item.Description, item.Metadata ?? NoMetadata);
    }

    private static bool IsJson(ManifestSource source) => System.IO.Path.GetExtension(source.Path).ToUpperInvariant() switch
    {
        ".JSON" => true,
        ".YAML" or ".YML" => false,
        _ => source.Bytes.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'{', ..],
    };

    private static void Collect(ManifestItem item, string path, List<(Position At, string Text)> list)
    {
        foreach (var (name, entry) in item.Entries)
        {
            var full = path.Length == 0 ? name : $"{path}/{name}";
            if (!entry.IsMatched && entry.Position is { } at)
            {
                list.Add((at, string.Format(CultureInfo.CurrentCulture, ManifestMessages.UnmatchedAt, entry.IsDirectory ? full + "/" : full, at.Line)));
            }

            Collect(entry, full, list);
        }
    }
}
