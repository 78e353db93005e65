using System.IO.Abstractions;
using FutureHouse.Errors;

namespace FutureHouse.Transfer.Download;

/// <summary>A folder in the making: a temporary one beside the target, which takes its name when it is whole and is gone otherwise.</summary>
internal sealed class TargetFolder : IDisposable
{
    private readonly IFileSystem _fileSystem;
    private readonly bool _force;
    private readonly Guid _entry;

    /// <param name="fileSystem">Where it is made.</param>
    /// <param name="parent">Folder to make it in, which exists.</param>
    /// <param name="name">Its name.</param>
    /// <param name="force">Whether one of that name is written into.</param>
    /// <param name="entry">The entry it is made of, for what goes wrong.</param>
    /// <exception cref="DestinationExistsException">The name is taken.</exception>
    public TargetFolder(IFileSystem fileSystem, string parent, string name, bool force, Guid entry)
    {
        _fileSystem = fileSystem;
        _force = force;
        _entry = entry;
        Path = fileSystem.Path.Combine(parent, name);
        Temporary = fileSystem.Path.Combine(parent, $".{Guid.NewGuid():N}.fhpart");
        ThrowIfTaken();
    }

    /// <summary>Full path that it has at the end.</summary>
    public string Path { get; }

    /// <summary>Full path while it is made.</summary>
    public string Temporary { get; }

    /// <summary>Makes the temporary folder, and folders in it.</summary>
    /// <param name="folders">Their paths below it.</param>
    /// <exception cref="DownloadFailedException">They cannot be made.</exception>
    public void Create(IEnumerable<string> folders) => Write(() =>
    {
        _fileSystem.Directory.CreateDirectory(Temporary);
        foreach (var folder in folders)
        {
            _fileSystem.Directory.CreateDirectory(_fileSystem.Path.Combine(Temporary, folder));
        }
    });

    /// <summary>Gives the whole its name; where there is a folder of that name already, moves each file into it.</summary>
    /// <exception cref="DestinationExistsException">The name has been taken meanwhile.</exception>
    /// <exception cref="DownloadFailedException">It cannot be written to.</exception>
    public void Commit()
    {
        ThrowIfTaken();
        Write(Place);
    }

    /// <summary>Removes what has no name of its own yet.</summary>
    public void Dispose() => Remove(_fileSystem, Temporary);

    /// <summary>Removes a temporary folder, if it is there.</summary>
    public static void Remove(IFileSystem fileSystem, string folder)
    {
        try
        {
            if (fileSystem.Directory.Exists(folder))
            {
                fileSystem.Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be removed here (a disk that went away) is beyond us.
        }
    }

    private void ThrowIfTaken()
    {
        if (_fileSystem.File.Exists(Path) || (_fileSystem.Directory.Exists(Path) && !_force))
        {
            throw new DestinationExistsException(TransferContext.Format(TransferMessages.Exists, Path)) { Target = Path, EntryId = _entry };
        }
    }

    private void Place()
    {
        if (!_fileSystem.Directory.Exists(Path))
        {
            _fileSystem.Directory.Move(Temporary, Path);
            return;
        }

        foreach (var directory in _fileSystem.Directory.EnumerateDirectories(Temporary, "*", SearchOption.AllDirectories))
        {
            _fileSystem.Directory.CreateDirectory(_fileSystem.Path.Combine(Path, _fileSystem.Path.GetRelativePath(Temporary, directory)));
        }

        foreach (var file in _fileSystem.Directory.EnumerateFiles(Temporary, "*", SearchOption.AllDirectories).ToList())
        {
            _fileSystem.File.Move(file, _fileSystem.Path.Combine(Path, _fileSystem.Path.GetRelativePath(Temporary, file)), overwrite: true);
        }
    }

    private void Write(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw TargetFile.CannotWrite(_entry, Path, e);
        }
    }
}
