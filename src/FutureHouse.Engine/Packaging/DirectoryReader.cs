using System.Globalization;
using System.IO.Enumeration;
using FutureHouse.Errors;
using FutureHouse.Transfer.Upload;

namespace FutureHouse.Packaging;

/// <summary>Reads one directory: its ignore file, then its names, of which only those that no rule excludes are looked at further. Calls nothing of the caller's, so that several can read at once.</summary>
internal sealed class DirectoryReader(TreeWalkOptions options)
{
    private const char Replacement = '\uFFFD';
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
    private readonly List<FutureHouseException> _failures = [];
    private char[] _path = new char[512]; // ByteText of the path in hand
    private int _nameStart;

    /// <summary>Reads a directory.</summary>
    /// <exception cref="PathNotFoundException">It is gone.</exception>
    /// <exception cref="PathUnreadableException">It may not be read.</exception>
    public TreeFrame Read(string relativePath, string fullPath, string? realPath, IgnoreMatcher rules)
    {
        if (options.IgnoreFileName.Length > 0 && ReadIgnoreFile(relativePath, fullPath, rules.IgnoreCase) is { } file)
        {
            rules = rules.Enter(file);
        }

        var prefix = relativePath.Length == 0 ? string.Empty : relativePath + "/";
        _nameStart = ByteText.Append(ref _path, 0, prefix, rules.IgnoreCase);
        try
        {
            var entries = new List<TreeEntry>();
            if (_failures.Count > 0)
            {
                // What the file was to keep out must not be sent because it cannot be read. (Where the whole directory cannot be, that is what is wrong.)
                _ = Directory.EnumerateFileSystemEntries(fullPath).Any();
                return new TreeFrame(entries, relativePath, fullPath, realPath, rules, _failures);
            }

            var found = new FileSystemEnumerable<TreeEntry>(fullPath, (ref FileSystemEntry entry) => Look(ref entry, prefix, rules), Everything);
            foreach (var entry in found)
            {
                if (entry.Name is not null)
                {
                    entries.Add(entry);
                }
            }

            entries.Sort();
            RejectDoubles(entries, fullPath);
            return new TreeFrame(entries, relativePath, fullPath, realPath, rules, _failures);
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            throw new PathNotFoundException(Format(WalkMessages.Vanished, fullPath), e) { Target = fullPath };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PathUnreadableException(Format(WalkMessages.DirectoryUnreadable, fullPath, e.Message), e) { Target = fullPath };
        }
    }

    /// <summary>What a file or directory is as an item, a link being followed.</summary>
    /// <param name="info">The file or directory, or what the link leads to.</param>
    /// <param name="relativePath">Its path in the tree.</param>
    /// <param name="fullPath">Its full path in the tree.</param>
    public static TreeEntry Describe(FileSystemInfo info, string relativePath, string fullPath)
    {
        try
        {
            var directory = info is DirectoryInfo;
            var size = directory ? 0 : ((FileInfo)info).Length;
            if (!directory && size == 0 && !UnixFileType.IsRegular(info.FullName))
            {
                return new TreeEntry(info.Name, null, false, new SkippedItem(relativePath, fullPath, false, SkipReason.Special, null), null);
            }

            UnixFileMode? mode = OperatingSystem.IsWindows() ? null : info.UnixFileMode;
            return new TreeEntry(info.Name, new TreeItem(relativePath, fullPath, directory, size, new DateTimeOffset(info.LastWriteTimeUtc), mode), false, null, null);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Failed(info.Name, new PathNotFoundException(Format(WalkMessages.Vanished, fullPath), e) { Target = fullPath });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed(info.Name, new PathUnreadableException(Format(WalkMessages.FileUnreadable, fullPath, e.Message), e) { Target = fullPath });
        }
    }

    // A name that is no Unicode may be shown like one that is: what was looked at is then twice the other.
    private static void RejectDoubles(List<TreeEntry> entries, string folder)
    {
        for (var i = 1; i < entries.Count; i++)
        {
            if (entries[i].Name == entries[i - 1].Name && entries[i].Skipped is null)
            {
                entries[i] = Failed(entries[i].Name, InvalidName(Path.Join(folder, entries[i].Name)));
            }
        }
    }

    private static PathUnreadableException InvalidName(string path) => new(Format(WalkMessages.InvalidName, path)) { Target = path };

    /// <summary>Why something that its directory names cannot be looked at.</summary>
    private static FutureHouseException WhyUnseen(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
        }
        catch (Exception e) when (e is not (FileNotFoundException or DirectoryNotFoundException) && e is IOException or UnauthorizedAccessException)
        {
            return new PathUnreadableException(Format(WalkMessages.FileUnreadable, path, e.Message), e) { Target = path };
        }
        catch (IOException)
        {
            // It is gone.
        }

        return new PathNotFoundException(Format(WalkMessages.Vanished, path)) { Target = path };
    }

    private static TreeEntry Failed(string name, FutureHouseException error) => new(name, null, false, null, error);

    private static string Format(string format, params object[] values) => string.Format(CultureInfo.CurrentCulture, format, values);

    // A link is asked for by the attributes only where that costs nothing more: a directory, or something that is taken in and so looked at anyway.
    private TreeEntry Look(ref FileSystemEntry entry, string prefix, IgnoreMatcher rules)
    {
        var directory = entry.IsDirectory && !((entry.Attributes & FileAttributes.ReparsePoint) != 0 && (int)entry.Attributes != -1 && entry.ToFileSystemInfo().LinkTarget is not null);
        var length = ByteText.Append(ref _path, _nameStart, entry.FileName, rules.IgnoreCase);
        if (rules.Find(_path.AsSpan(0, length), _nameStart, directory) is { IsNegated: false } rule)
        {
            return options.Skipped is null
                ? default
                : new TreeEntry(
                    entry.FileName.ToString(), null, false, new SkippedItem(string.Concat(prefix, entry.FileName), entry.ToFullPath(), directory, SkipReason.Ignored, rule.Origin), null);
        }

        var fullPath = entry.ToFullPath();
        if (UnixStatus.TryGet(fullPath, out var isDirectory, out var size, out var modified, out var mode) && (isDirectory || size > 0))
        {
            return new TreeEntry(entry.FileName.ToString(), new TreeItem(string.Concat(prefix, entry.FileName), fullPath, isDirectory, size, modified, mode), false, null, null);
        }

        var info = entry.ToFileSystemInfo();
        var relativePath = string.Concat(prefix, info.Name);
        var attributes = info.Attributes;
        if ((int)attributes == -1)
        {
            var path = Path.Join(entry.Directory, entry.FileName); // of one that is too long for the system it says nothing
            return Failed(info.Name, info.Name.Contains(Replacement, StringComparison.Ordinal) ? InvalidName(path) : WhyUnseen(path));
        }

        return (attributes & FileAttributes.ReparsePoint) != 0 && info.LinkTarget is not null
            ? new TreeEntry(info.Name, new TreeItem(relativePath, info.FullName, false, 0, default, null), true, null, null)
            : Describe(info, relativePath, info.FullName);
    }

    private IgnoreFile? ReadIgnoreFile(string relativePath, string fullPath, bool ignoreCase)
    {
        var path = Path.Join(fullPath, options.IgnoreFileName);
        try
        {
            var info = new FileInfo(path);
            var attributes = info.Attributes;
            if ((int)attributes == -1 || (attributes & FileAttributes.Directory) != 0)
            {
                return null;
            }

            if ((attributes & FileAttributes.ReparsePoint) != 0 && info.LinkTarget is not null)
            {
                return Reject(Format(WalkMessages.IgnoreFileLink, path), path); // as git, since what is led to may be of someone else
            }

            if (info.Length == 0)
            {
                return null; // a pipe, too
            }

            if (info.Length > IgnoreFile.MaximumSize)
            {
                return Reject(Format(WalkMessages.IgnoreFileTooLarge, path, info.Length, IgnoreFile.MaximumSize), path);
            }

            var content = File.ReadAllBytes(path);
            return content.AsSpan().Contains((byte)0)
                ? Reject(Format(WalkMessages.IgnoreFileBinary, path), path)
                : IgnoreFile.Parse(content, relativePath.Length == 0 ? options.IgnoreFileName : $"{relativePath}/{options.IgnoreFileName}", relativePath, ignoreCase);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Reject(Format(WalkMessages.IgnoreFileUnreadable, path, e.Message), path);
        }
    }

    private IgnoreFile? Reject(string message, string path)
    {
        _failures.Add(new PathUnreadableException(message) { Target = path });
        return null;
    }
}
