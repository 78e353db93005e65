using FutureHouse.Errors;

namespace FutureHouse.Packaging.Zip;

/// <summary>A hidden folder beside the target, on its volume, where an archive is unpacked: what is in it moves to its place when it is whole, and is gone otherwise.</summary>
internal sealed class UnpackFolder : IDisposable
{
    private readonly string _folder;

    public UnpackFolder(string destination)
    {
        _folder = Path.Combine(destination, $".{Guid.NewGuid():N}.fhpart");
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(_folder);
        }
        else
        {
            // Nobody else looks in, or puts links in, before it is done.
            Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Tree = Path.Combine(_folder, "tree");
        Directory.CreateDirectory(Tree);
    }

    /// <summary>Root of what is unpacked.</summary>
    public string Tree { get; }

    /// <summary>Whether the file system takes names that differ in case for one.</summary>
    public bool IgnoresCase => Directory.Exists(Path.Combine(_folder, "TREE"));

    public static bool IsTaken(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    /// <exception cref="DestinationExistsException">The name is taken, and may not be replaced.</exception>
    public static void ThrowIfTaken(string path, bool force)
    {
        if (!force && IsTaken(path))
        {
            throw new DestinationExistsException(ZipText.Format(ZipMessages.Exists, path)) { Target = path };
        }
    }

    /// <summary>Moves what was unpacked to its place. What was there is put aside and comes back if that fails.</summary>
    public void MoveTo(string source, string target, bool force)
    {
        ThrowIfTaken(target, force);
        var aside = Path.Combine(_folder, "replaced");
        var replaces = IsTaken(target);
        if (replaces)
        {
            Move(target, aside);
        }

        try
        {
            Move(source, target);
        }
        catch when (replaces)
        {
            Move(aside, target);
            throw;
        }
    }

    public void Dispose()
    {
        for (var attempt = 0; attempt < 2; attempt++)
        {
            try
            {
                if (attempt > 0 && !OperatingSystem.IsWindows())
                {
                    MakeWritable(new DirectoryInfo(_folder));
                }

                Directory.Delete(_folder, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Directories that may not be written to are opened, once; what cannot be removed then is beyond us.
            }
        }
    }

    private static void Move(string from, string to)
    {
        if (Directory.Exists(from) && new FileInfo(from).LinkTarget is null)
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to);
        }
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void MakeWritable(DirectoryInfo folder)
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
}
