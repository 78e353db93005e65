namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>Permissions of a store: its owner's only, whatever the umask is. On Windows the folder's access list is inherited.</summary>
internal static class OwnerOnly
{
    private const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder = File | UnixFileMode.UserExecute;
    private const UnixFileMode Others = ~(Folder | UnixFileMode.SetUser | UnixFileMode.SetGroup | UnixFileMode.StickyBit);

    /// <summary>Creates a folder, with those above it that are missing.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // One by one: those above get the permissions of the umask otherwise, and who may write there may put another folder in the place of this one.
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
        {
            CreateFolder(parent);
        }

        Directory.CreateDirectory(path, Folder);
    }

    /// <summary>Opens a file, or creates it.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share, FileOptions options = FileOptions.None)
    {
        var how = new FileStreamOptions { Mode = mode, Access = access, Share = share, Options = options, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = File;
        }

        return new FileStream(path, how);
    }

    /// <summary>
    /// Takes from others what an earlier release left to them. The folder itself comes first, which closes everything inside. The rest is walked only where the folder or one of
    /// <paramref name="marks"/> was open; the marks come last, so that a start that is killed in between leaves the walk to the next one.
    /// </summary>
    /// <param name="path">The store.</param>
    /// <param name="marks">Names of files in it.</param>
    public static void Mend(string path, params ReadOnlySpan<string> marks)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var root = new DirectoryInfo(path);
        var last = new List<FileInfo>();
        foreach (var name in marks)
        {
            last.Add(new FileInfo(Path.Combine(path, name)));
        }

        if (!Close(root, Folder) && !last.Exists(IsOpen))
        {
            return;
        }

        foreach (var entry in root.EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }))
        {
            if (!last.Exists(file => file.FullName == entry.FullName))
            {
                Close(entry, entry is DirectoryInfo ? Folder : File);
            }
        }

        foreach (var file in last)
        {
            Close(file, File);
        }
    }

    private static bool IsOpen(FileSystemInfo entry) => entry.Exists && (entry.UnixFileMode & Others) != 0;

    /// <returns>Whether it was open.</returns>
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool Close(FileSystemInfo entry, UnixFileMode most)
    {
        try
        {
            if (!IsOpen(entry))
            {
                return false;
            }

            entry.UnixFileMode &= most;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Removed meanwhile, another user's, or on a volume without permissions.
            return false;
        }
    }
}
