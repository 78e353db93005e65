namespace FutureHouse.Packaging;

/// <summary>
/// The rules that hold in one directory of a tree, in git's order: the caller's patterns, then the ignore files from the deepest to the root's, then the defaults. The first of these with a rule that
/// matches decides, by its last such rule. Immutable: <see cref="Enter"/> gives the matcher of a directory below.
/// </summary>
public sealed class IgnoreMatcher
{
    private static readonly string[] Defaults = [".git", "__pycache__", "*.pyc", ".DS_Store", "node_modules"];
    private readonly IgnoreFile[] _files;
    private readonly int _patterns;

    /// <summary>Makes the matcher of a tree's root, before its ignore file.</summary>
    /// <param name="patterns">The caller's patterns.</param>
    /// <param name="useDefaults">Whether the default rules hold.</param>
    /// <param name="ignoreCase">Whether case is ignored; <see langword="null"/>: as file systems here do.</param>
    public IgnoreMatcher(IReadOnlyList<string> patterns, bool useDefaults, bool? ignoreCase = null)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        IgnoreCase = ignoreCase ?? (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS());
        _patterns = patterns.Count == 0 ? 0 : 1;
        IgnoreFile[] files = patterns.Count == 0 ? [] : [IgnoreFile.FromPatterns(patterns, "-IgnorePattern", IgnoreCase)];
        _files = useDefaults ? [.. files, IgnoreFile.FromPatterns(Defaults, "default", IgnoreCase)] : files;
    }

    private IgnoreMatcher(IgnoreMatcher above, IgnoreFile file)
    {
        IgnoreCase = above.IgnoreCase;
        _patterns = above._patterns;
        _files = [.. above._files[.._patterns], file, .. above._files[_patterns..]];
    }

    /// <summary>Whether case is ignored.</summary>
    public bool IgnoreCase { get; }

    /// <summary>The matcher of a directory with an ignore file.</summary>
    /// <param name="file">The file, of a directory at or below this matcher's.</param>
    /// <returns>The matcher.</returns>
    public IgnoreMatcher Enter(IgnoreFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.Rules.Count == 0 ? this : new IgnoreMatcher(this, file);
    }

    /// <summary>The rule that decides on a path, which may be one that takes it in; <see langword="null"/> if none matches. A path below an ignored directory is ignored whatever this says.</summary>
    /// <param name="relativePath">Path below the tree's root, with <c>/</c>.</param>
    /// <param name="isDirectory">Whether it is a directory; a link to one is not.</param>
    /// <returns>The rule.</returns>
    public IgnoreRule? Find(string relativePath, bool isDirectory)
    {
        ArgumentNullException.ThrowIfNull(relativePath);
        var path = ByteText.Of(relativePath);
        path = IgnoreCase ? ByteText.Fold(path) : path;
        return Find(path, path.LastIndexOf('/') + 1, isDirectory);
    }

    /// <summary>As above, of <see cref="ByteText"/> that is folded where case is ignored.</summary>
    internal IgnoreRule? Find(ReadOnlySpan<char> path, int nameStart, bool isDirectory)
    {
        foreach (var file in _files)
        {
            if (file.Find(path, nameStart, isDirectory) is { } rule)
            {
                return rule;
            }
        }

        return null;
    }
}
