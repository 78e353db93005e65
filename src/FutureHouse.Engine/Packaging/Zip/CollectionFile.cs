namespace FutureHouse.Packaging.Zip;

/// <summary>
/// A temporary archive, gone when it is disposed of. Beside it lies a file that is locked while this process lives: what a killed one left behind is not, and is removed by the next.
/// </summary>
public sealed class CollectionFile : IDisposable
{
    private const string ArchiveExtension = ".zip";
    private const string LockExtension = ".lock";
    private readonly FileStream _lock;

    private CollectionFile(string path, FileStream held)
    {
        Path = path;
        _lock = held;
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            Stream = new FileStream(path, options);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Where the archives are, unless the caller says otherwise: <c>FutureHouse/collections</c> in the user's local application data, or in the temporary folder where there is none.</summary>
    public static string DefaultFolder
    {
        get
        {
            var data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return System.IO.Path.Combine(data.Length > 0 ? data : System.IO.Path.GetTempPath(), "FutureHouse", "collections");
        }
    }

    /// <summary>Full path of the archive.</summary>
    public string Path { get; }

    /// <summary>The archive, to be written. <see cref="CloseStream"/> closes it so that others can read the file.</summary>
    public FileStream Stream { get; }

    /// <summary>Makes an empty file, after removing what processes that were killed have left in the folder.</summary>
    /// <param name="folder">The folder; <see cref="DefaultFolder"/> if not given. Made if it is not there.</param>
    /// <returns>The file.</returns>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static CollectionFile Create(string? folder = null)
    {
        folder = System.IO.Path.GetFullPath(folder ?? DefaultFolder);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        RemoveLeftovers(folder);
        const int attempts = 10; // another process may take a new lock for a leftover, in the moment before it is held
        for (var attempt = 1; ; attempt++)
        {
            var path = System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N") + ArchiveExtension);
            try
            {
                return new CollectionFile(path, new FileStream(path + LockExtension, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (attempt < attempts)
            {
            }
        }
    }

    /// <summary>Removes the archives that no process holds any more.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>How many were removed.</returns>
    public static int RemoveLeftovers(string folder)
    {
        var removed = 0;
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*" + ArchiveExtension + LockExtension))
            {
                removed += TryRemove(path) ? 1 : 0;
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever packed.
        }

        return removed;
    }

    /// <summary>Closes <see cref="Stream"/>; the file stays until this is disposed of.</summary>
    public void CloseStream() => Stream.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        Release();
    }

    private static bool TryRemove(string lockPath)
    {
        try
        {
            using var held = new FileStream(lockPath, FileMode.Open, FileAccess.ReadWrite, FileShare.Delete | FileShare.None);
            File.Delete(lockPath[..^LockExtension.Length]);
            File.Delete(lockPath);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // in use, or not ours
        }
    }

    private void Release()
    {
        try
        {
            File.Delete(Path);
            if (OperatingSystem.IsWindows())
            {
                _lock.Dispose();
            }

            File.Delete(_lock.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Somebody reads it (Windows): the next process removes it.
        }
        finally
        {
            _lock.Dispose();
        }
    }
}
