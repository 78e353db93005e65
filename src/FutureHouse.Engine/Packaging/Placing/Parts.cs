using System.IO.Abstractions;
using System.Text.RegularExpressions;

namespace FutureHouse.Packaging.Placing;

/// <summary>
/// What is in the making: hidden files and folders beside their place, called <c>.</c>, 32 hexadecimal digits and <c>.fhpart</c>. Each is locked while its process lives, so that what a
/// killed process left is known and can be removed. Nothing else is ever called so.
/// </summary>
internal static partial class Parts
{
    /// <summary>Name of the file in a folder in the making that is locked.</summary>
    public const string LockName = "lock";

    /// <summary>Name of the folder in it that is moved to its place.</summary>
    public const string ContentName = "content";

    /// <summary>For how long a part is left alone in any case: a lock is taken a moment after its file is made, and released a moment before it is moved.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    /// <summary>After how long without a change a part counts as left behind where a lock of another machine cannot be seen.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    /// <summary>A new part's full path.</summary>
    public static string NewPath(IFileSystem fileSystem, string folder) => fileSystem.Path.Combine(folder, $".{Guid.NewGuid():N}.fhpart");

    /// <summary>A message of the system without the part that it speaks of: the place that the part is for.</summary>
    public static string Hide(string message) => InMessages().Replace(message, string.Empty);

    /// <summary>Removes from a folder the parts that a process left which lives no more, and those that are a week old.</summary>
    /// <returns>How many were removed.</returns>
    public static int Sweep(IFileSystem fileSystem, string folder, DateTimeOffset now)
    {
        var removed = 0;
        try
        {
            foreach (var part in fileSystem.DirectoryInfo.New(folder).EnumerateFileSystemInfos("*.fhpart").Where(p => Names().IsMatch(p.Name)).ToList())
            {
                removed += TryRemove(fileSystem, folder, part, now) ? 1 : 0;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed is told by the fetch itself.
        }

        return removed;
    }

    /// <summary>Removes a part, if it is there.</summary>
    public static void Remove(IFileSystem fileSystem, string path)
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                if (fileSystem.Directory.Exists(path))
                {
                    if (attempt > 0 && !OperatingSystem.IsWindows())
                    {
                        MakeWritable(fileSystem.DirectoryInfo.New(path));
                    }

                    fileSystem.Directory.Delete(path, recursive: true);
                }
                else
                {
                    fileSystem.File.Delete(path);
                }

                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Directories that may not be written to are opened, once; what cannot be removed then is left to a later sweep.
            }
        }
    }

    private static bool TryRemove(IFileSystem fileSystem, string folder, IFileSystemInfo part, DateTimeOffset now)
    {
        try
        {
            var age = now.UtcDateTime - Newest(part, now.UtcDateTime);
            if (part.LinkTarget is not null || age < Grace || !IsLeft(fileSystem, folder, part, age))
            {
                return false;
            }

            Remove(fileSystem, part.FullName);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // in use, or not ours
        }
    }

    private static bool IsLeft(IFileSystem fileSystem, string folder, IFileSystemInfo part, TimeSpan age)
    {
        var path = part is IDirectoryInfo ? fileSystem.Path.Combine(part.FullName, LockName) : part.FullName;
        if (!fileSystem.File.Exists(path))
        {
            return age >= Patience;
        }

        using var held = Open(fileSystem, path);
        return age >= Patience || (IsLocal(fileSystem, folder) && LocksHold(fileSystem, path));
    }

    /// <summary>When something in it last changed. Files have the times of what they are copies of, so one of the future does not count.</summary>
    private static DateTime Newest(IFileSystemInfo part, DateTime now)
    {
        var newest = part.LastWriteTimeUtc;
        if (part is IDirectoryInfo directory)
        {
            var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
            newest = directory.EnumerateFileSystemInfos("*", options).Select(i => i.LastWriteTimeUtc).Where(t => t <= now).Append(newest).Max();
        }

        return newest;
    }

    private static FileSystemStream Open(IFileSystem fileSystem, string path) => fileSystem.FileStream.New(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

    /// <summary>Whether a lock keeps others out here: some file systems grant one to everybody.</summary>
    private static bool LocksHold(IFileSystem fileSystem, string path)
    {
        try
        {
            using var second = Open(fileSystem, path);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Whether only this machine writes to the folder: a lock of another may not be seen here.</summary>
    private static bool IsLocal(IFileSystem fileSystem, string folder)
    {
        try
        {
            return fileSystem is FileSystem && new DriveInfo(folder).DriveType is DriveType.Fixed or DriveType.Ram or DriveType.Removable;
        }
        catch (ArgumentException)
        {
            return false; // a network path of Windows
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void MakeWritable(IDirectoryInfo folder)
    {
        folder.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (var child in folder.EnumerateDirectories())
        {
            if (child.LinkTarget is null)
            {
                MakeWritable(child);
            }
        }
    }

    [GeneratedRegex(@"^\.[0-9a-f]{32}\.fhpart$", RegexOptions.CultureInvariant)]
    private static partial Regex Names();

    [GeneratedRegex(@"[/\\]\.[0-9a-f]{32}\.fhpart([/\\]content)?", RegexOptions.CultureInvariant)]
    private static partial Regex InMessages();
}
