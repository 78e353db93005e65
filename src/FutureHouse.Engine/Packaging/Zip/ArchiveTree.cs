using System.Text;
using FutureHouse.Errors;

namespace FutureHouse.Packaging.Zip;

/// <summary>The files and directories that an archive makes, known not to collide, and within the limits.</summary>
internal sealed class ArchiveTree
{
    private readonly string _archive;
    private readonly UnpackOptions _options;
    private readonly bool _ignoreCase;
    private readonly Dictionary<string, (bool IsDirectory, bool Explicit, string Path)> _paths;

    /// <summary>Checks the entries.</summary>
    /// <param name="entries">The archive's.</param>
    /// <param name="archive">Its path, for messages.</param>
    /// <param name="archiveLength">Its bytes.</param>
    /// <param name="options">The limits.</param>
    /// <param name="ignoreCase">Whether names that differ only in case, or in how an accent is composed, are one to the file system.</param>
    /// <exception cref="UnsafeArchiveException">Names collide, or a limit is passed.</exception>
    public ArchiveTree(IReadOnlyList<ZipEntry> entries, string archive, long archiveLength, UnpackOptions options, bool ignoreCase)
    {
        (_archive, _options, _ignoreCase) = (archive, options, ignoreCase);
        _paths = new(entries.Count, ignoreCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            CheckSize(entry);
            Add(entry);
        }

        if (TotalBytes > options.RatioFloor && TotalBytes / options.MaxRatio > archiveLength)
        {
            throw Unsafe(ZipText.Format(ZipMessages.WhyRatio, options.MaxRatio));
        }

        Entries = entries;
        Directories = _paths.Values.Where(p => p.IsDirectory).Select(p => p.Path).Order(StringComparer.Ordinal).ToList();
        Top = _paths.Values.Where(p => !p.Path.Contains('/')).Select(p => p.Path).Take(2).ToList();
    }

    public IReadOnlyList<ZipEntry> Entries { get; }

    /// <summary>All directories, also those that are only part of a path, each after the one that it is in.</summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary>What is at the top: one, or more than one.</summary>
    public IReadOnlyList<string> Top { get; }

    public long TotalBytes { get; private set; }

    private void CheckSize(ZipEntry entry)
    {
        if (entry.Size > _options.RatioFloor && entry.Size / _options.MaxRatio > entry.CompressedSize)
        {
            throw EntryUnsafe(entry.Path, ZipText.Format(ZipMessages.WhyRatio, _options.MaxRatio));
        }

        if (entry.Size > _options.MaxTotalBytes - TotalBytes)
        {
            throw Unsafe(ZipText.Format(ZipMessages.WhyTotal, (decimal)TotalBytes + entry.Size, _options.MaxTotalBytes));
        }

        TotalBytes += entry.Size;
    }

    private void Add(ZipEntry entry)
    {
        if (_paths.TryGetValue(Key(entry.Path), out var known))
        {
            if (known.Path != entry.Path)
            {
                throw EntryUnsafe(entry.Path, ZipMessages.WhyCase);
            }

            if (known.Explicit || known.IsDirectory != entry.IsDirectory)
            {
                throw EntryUnsafe(entry.Path, known.IsDirectory == entry.IsDirectory ? ZipMessages.WhyDuplicate : ZipMessages.WhyFileAndDirectory);
            }
        }

        _paths[Key(entry.Path)] = (entry.IsDirectory, true, entry.Path);
        var path = entry.Path;
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/'))
        {
            path = path[..slash];
            if (!_paths.TryGetValue(Key(path), out var parent))
            {
                _paths[Key(path)] = (true, false, path);
                continue;
            }

            if (parent.Path != path)
            {
                throw EntryUnsafe(entry.Path, ZipMessages.WhyCase);
            }

            if (!parent.IsDirectory)
            {
                throw EntryUnsafe(path, ZipMessages.WhyFileAndDirectory);
            }

            break; // its own parents are there too
        }

        if (_paths.Count > _options.MaxEntries)
        {
            throw Unsafe(ZipText.Format(ZipMessages.WhyEntries, _options.MaxEntries));
        }
    }

    private string Key(string path) => _ignoreCase && !Ascii.IsValid(path) ? path.Normalize() : path;

    private UnsafeArchiveException Unsafe(string why) => new(ZipText.Format(ZipMessages.ArchiveUnsafe, _archive, why)) { Target = _archive };

    private UnsafeArchiveException EntryUnsafe(string name, string why) => new(ZipText.Format(ZipMessages.EntryUnsafe, name, _archive, why)) { Target = name };
}
