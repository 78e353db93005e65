using System.IO.Abstractions;
using FutureHouse.Errors;

namespace FutureHouse.Packaging.Placing;

/// <summary>What could not be put in its place.</summary>
/// <param name="RelativePath">The file, or the directory with all that belongs in it; below the top, with <c>/</c> between parts; empty for the top itself.</param>
/// <param name="Error">Why. Its target is the full path.</param>
internal sealed record PlacementFailure(string RelativePath, FutureHouseException Error);

/// <summary>Permissions and time of a directory that was made.</summary>
/// <param name="RelativePath">The directory, below the top, with <c>/</c> between parts; empty for the top itself.</param>
/// <param name="Mode">Its permissions, where they are known.</param>
/// <param name="ModifiedUtc">When its content last changed, where that is known.</param>
internal readonly record struct DirectoryStamp(string RelativePath, UnixFileMode? Mode, DateTime? ModifiedUtc);

/// <summary>
/// Puts a file or a directory that is whole in its place: the one mechanism for files, collections, hierarchies and entries of several files. A directory that is there is merged, never
/// removed. A file takes the place of a file only. What is read-only stays, and links are neither followed nor replaced. Each thing that is in the way is one failure; the rest goes on.
/// </summary>
internal sealed class Placement(IFileSystem fileSystem, bool force, Guid? entry = null)
{
    private readonly HashSet<string> _merged = new(StringComparer.Ordinal);
    private readonly List<PlacementFailure> _failures = [];

    private enum Found
    {
        Nothing,
        File,
        Directory,
        ReadOnly,
        Link,
        Special,
    }

    /// <summary>What could not be put in its place so far.</summary>
    public IReadOnlyList<PlacementFailure> Failures => _failures;

    /// <exception cref="DestinationExistsException">Something is in the way that may not be replaced or merged.</exception>
    public void ThrowIfTaken(string target, bool isDirectory)
    {
        if (WhyTaken(target, isDirectory, isTop: true) is { } error)
        {
            throw error;
        }
    }

    /// <summary>Finds what is in the way, and changes nothing.</summary>
    public IEnumerable<FutureHouseException> Obstacles(string source, string target)
    {
        var isDirectory = fileSystem.Directory.Exists(source);
        if (WhyTaken(target, isDirectory, isTop: true) is { } top)
        {
            return [top];
        }

        return isDirectory && Look(target) == Found.Directory ? Below(source, target) : [];
    }

    /// <summary>Moves what is at one path to the other.</summary>
    /// <exception cref="DestinationExistsException">Something is in the way of the whole.</exception>
    /// <exception cref="IOException">The whole cannot be moved.</exception>
    /// <exception cref="UnauthorizedAccessException">The whole may not be moved.</exception>
    public void Place(string source, string target)
    {
        var isDirectory = fileSystem.Directory.Exists(source);
        ThrowIfTaken(target, isDirectory);
        if (isDirectory && Look(target) == Found.Directory)
        {
            Merge(source, target, string.Empty);
        }
        else
        {
            Move(source, target, isDirectory);
        }
    }

    /// <summary>Gives the directories that were made their permissions and times, those of their content first. A directory that was there keeps its own.</summary>
    public void Stamp(string target, IEnumerable<DirectoryStamp> stamps)
    {
        foreach (var stamp in stamps.Where(s => !_merged.Contains(s.RelativePath) && !IsLost(s.RelativePath)).OrderByDescending(s => s.RelativePath, StringComparer.Ordinal))
        {
            var path = stamp.RelativePath.Length == 0 ? target : fileSystem.Path.Combine(target, stamp.RelativePath);
            if (stamp.ModifiedUtc is { } modified)
            {
                fileSystem.Directory.SetLastWriteTimeUtc(path, modified);
            }

            if (stamp.Mode is { } mode && !OperatingSystem.IsWindows())
            {
                fileSystem.File.SetUnixFileMode(path, mode);
            }
        }
    }

    /// <summary>Whether something is not in its place, itself or with the directory that it belongs in.</summary>
    public bool IsLost(string relativePath) => _failures.Exists(f => f.RelativePath.Length == 0 || relativePath == f.RelativePath
        || (relativePath.StartsWith(f.RelativePath, StringComparison.Ordinal) && relativePath[f.RelativePath.Length] == '/'));

    private void Merge(string source, string target, string relative)
    {
        _merged.Add(relative);
        foreach (var (path, isDirectory, place) in Children(source, target))
        {
            var below = relative.Length == 0 ? fileSystem.Path.GetFileName(path) : $"{relative}/{fileSystem.Path.GetFileName(path)}";
            try
            {
                if (WhyTaken(place, isDirectory, isTop: false) is { } error)
                {
                    _failures.Add(new PlacementFailure(below, error));
                }
                else if (isDirectory && Look(place) == Found.Directory)
                {
                    Merge(path, place, below);
                }
                else
                {
                    Move(path, place, isDirectory);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _failures.Add(new PlacementFailure(below, new DownloadFailedException(Format(PlacingMessages.CannotPlace, place, Parts.Hide(e.Message)), e) { Target = place, EntryId = entry }));
            }
        }
    }

    private IEnumerable<FutureHouseException> Below(string source, string target)
    {
        foreach (var (path, isDirectory, place) in Children(source, target))
        {
            if (WhyTaken(place, isDirectory, isTop: false) is { } error)
            {
                yield return error;
            }
            else if (isDirectory && Look(place) == Found.Directory)
            {
                foreach (var below in Below(path, place))
                {
                    yield return below;
                }
            }
        }
    }

    private IEnumerable<(string Path, bool IsDirectory, string Place)> Children(string source, string target) => fileSystem.DirectoryInfo.New(source).EnumerateFileSystemInfos().ToList()
        .OrderBy(child => child.Name, StringComparer.Ordinal)
        .Select(child => (child.FullName, child is IDirectoryInfo, fileSystem.Path.Combine(target, child.Name)));

    private void Move(string source, string target, bool isDirectory)
    {
        if (isDirectory)
        {
            fileSystem.Directory.Move(source, target);
        }
        else
        {
            fileSystem.File.Move(source, target, overwrite: force);
        }
    }

    private DestinationExistsException? WhyTaken(string target, bool isDirectory, bool isTop)
    {
        var found = Look(target);
        if (found == Found.Nothing || (force && found == (isDirectory ? Found.Directory : Found.File)))
        {
            return null;
        }

        var format = !force ? PlacingMessages.Exists : found switch
        {
            Found.Link => PlacingMessages.Link,
            Found.ReadOnly when !isDirectory => PlacingMessages.ReadOnly,
            Found.Directory => PlacingMessages.Directory,
            Found.Special => PlacingMessages.Special,
            _ => isTop ? PlacingMessages.File : PlacingMessages.FileAndBelow,
        };
        return new DestinationExistsException(Format(format, target)) { Target = target, EntryId = entry };
    }

    private Found Look(string path)
    {
        var info = fileSystem.FileInfo.New(path);
        if (info.LinkTarget is not null)
        {
            return Found.Link; // a junction too; also one that leads nowhere
        }

        if (fileSystem.Directory.Exists(path))
        {
            return Found.Directory;
        }

        if (!info.Exists)
        {
            return Found.Nothing;
        }

        // A rename replaces a read-only file without asking; what was protected by its owner is not ours to replace.
        return info.Attributes.HasFlag(FileAttributes.ReadOnly) ? Found.ReadOnly : UnixStatus.IsSpecial(path) && fileSystem is FileSystem ? Found.Special : Found.File;
    }

    private static string Format(string format, params object?[] parts) => string.Format(System.Globalization.CultureInfo.CurrentCulture, format, parts);
}
