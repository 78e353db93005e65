using System.IO.Abstractions;

namespace FutureHouse.Packaging.Placing;

/// <summary>A folder in the making, on the volume of its place. It is gone when this is disposed of, with all that was not moved to its place.</summary>
internal sealed class PartFolder : IDisposable
{
    private readonly IFileSystem _fileSystem;
    private readonly string _path;
    private FileSystemStream? _lock;

    /// <param name="fileSystem">Where it is made.</param>
    /// <param name="parent">Folder that it is made in, which exists.</param>
    public PartFolder(IFileSystem fileSystem, string parent)
    {
        _fileSystem = fileSystem;
        _path = Parts.NewPath(fileSystem, parent);
        Content = fileSystem.Path.Combine(_path, Parts.ContentName);
        try
        {
            if (OperatingSystem.IsWindows() || fileSystem is not FileSystem)
            {
                fileSystem.Directory.CreateDirectory(_path);
            }
            else
            {
                // Nobody else looks in, or puts links in, before it is done.
                Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            _lock = fileSystem.FileStream.New(fileSystem.Path.Combine(_path, Parts.LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            fileSystem.Directory.CreateDirectory(Content);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Full path of what is to be moved to its place; made with the permissions that a new folder has here.</summary>
    public string Content { get; }

    /// <summary>Whether the file system takes names that differ in case for one.</summary>
    public bool IgnoresCase => _fileSystem.Directory.Exists(_fileSystem.Path.Combine(_path, Parts.ContentName.ToUpperInvariant()));

    /// <inheritdoc/>
    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
        Parts.Remove(_fileSystem, _path);
    }
}
