namespace FutureHouse.LocalPlatform.Sources;

/// <summary>
/// A folder that stands for a bucket: each regular file below it is an object, named by its path with <c>/</c> between parts. A link is no object, nor is what lies behind one: so
/// nothing outside of the folder can be reached, whoever made the link. The folder is only ever read.
/// </summary>
internal sealed class MappedBucket(string name, string folder)
{
    /// <summary>Of a folder that may not be read an error is made, not a shorter list.</summary>
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false };

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public string Name { get; } = name;

    /// <summary>The file of an object.</summary>
    /// <returns>Its full path, or <see langword="null"/> where there is no such object.</returns>
    public string? Find(string objectName)
    {
        var parts = objectName.Split('/');
        if (!parts.All(IsPlain))
        {
            return null;
        }

        var path = _root;
        for (var i = 0; i < parts.Length - 1; i++)
        {
            path = Path.Combine(path, parts[i]);
            if (new DirectoryInfo(path) is not { Exists: true, LinkTarget: null })
            {
                return null;
            }
        }

        path = Path.Combine(path, parts[^1]);
        return RegularFile.IsAt(path) ? path : null;
    }

    /// <summary>The objects whose names begin with a prefix, in the order of their names, as the storage service has it (UTF-16 code units here, UTF-8 bytes there).</summary>
    /// <param name="prefix">Beginning of the names, of a folder or not; empty for all.</param>
    /// <param name="limit">No more are listed than one above it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder, or one in it, may not be read.</exception>
    public List<string> List(string prefix, int limit, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        if (FolderOf(prefix) is not { } start)
        {
            return names;
        }

        foreach (var path in Directory.EnumerateFiles(start, "*", Everything))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(_root, path).Replace(Path.DirectorySeparatorChar, '/');

            // A name that is no Unicode cannot be an object's, nor be asked for.
            if (name.StartsWith(prefix, StringComparison.Ordinal) && !name.Contains('\uFFFD', StringComparison.Ordinal) && RegularFile.IsAt(path))
            {
                names.Add(name);
                if (names.Count > limit)
                {
                    break;
                }
            }
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>The deepest folder that a prefix is about; <see langword="null"/> where there is none.</summary>
    private string? FolderOf(string prefix)
    {
        var path = _root;
        var parts = prefix.Split('/');
        foreach (var part in parts[..^1])
        {
            path = Path.Combine(path, part);
            if (!IsPlain(part) || new DirectoryInfo(path) is not { Exists: true, LinkTarget: null })
            {
                return null;
            }
        }

        return Directory.Exists(path) ? path : null;
    }

    /// <summary>Whether a part of a name is the plain name of a file: no way up, out or to a device.</summary>
    private static bool IsPlain(string part) =>
        part.Length > 0 && part is not ("." or "..") && !part.Contains('\0', StringComparison.Ordinal)
        && (!OperatingSystem.IsWindows() || (part.IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && !part.EndsWith('.') && !part.EndsWith(' ')));
}
