using System.IO.Abstractions;
using FutureHouse.Errors;
using FutureHouse.Packaging.Placing;

namespace FutureHouse.Transfer.Download;

/// <summary>A folder in the making: a temporary one beside the target, which takes its name when it is whole or is merged into what has the name, and is gone otherwise.</summary>
internal sealed class TargetFolder : IDisposable
{
    private readonly IFileSystem _fileSystem;
    private readonly Placement _placement;
    private readonly PartFolder _part;
    private readonly Guid _entry;

    /// <param name="fileSystem">Where it is made.</param>
    /// <param name="parent">Folder to make it in, which exists.</param>
    /// <param name="root">The entry it is made of, for its name and for what goes wrong.</param>
    /// <param name="naming">Names given so far.</param>
    /// <param name="force">Whether one of that name is merged.</param>
    /// <exception cref="DestinationExistsException">The name is taken.</exception>
    /// <exception cref="DownloadFailedException">The folder cannot be written to.</exception>
    public TargetFolder(IFileSystem fileSystem, string parent, DataEntry root, Naming naming, bool force)
    {
        _fileSystem = fileSystem;
        _entry = root.Id;
        _placement = new Placement(fileSystem, force, root.Id);
        var original = StoredName.OfEntry(root);
        Path = fileSystem.Path.Combine(parent, fileSystem.Path.GetFileName(original));
        PartFolder? part = null;
        Write(() => part = new PartFolder(fileSystem, parent));
        _part = part!;
        try
        {
            var name = naming.Take(parent, original, isFile: false, IgnoresCase);
            OriginalName = name == original ? null : original;
            Path = fileSystem.Path.Combine(parent, name);
            _placement.ThrowIfTaken(Path, isDirectory: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Full path that it has at the end.</summary>
    public string Path { get; private set; }

    /// <summary>The stored name, where the folder has another.</summary>
    public string? OriginalName { get; }

    /// <summary>Full path while it is made.</summary>
    public string Temporary => _part.Content;

    /// <summary>Whether the file system takes names that differ in case for one.</summary>
    public bool IgnoresCase => _part.IgnoresCase;

    /// <summary>Makes folders in it.</summary>
    /// <param name="folders">Their paths below it.</param>
    /// <exception cref="DownloadFailedException">They cannot be made.</exception>
    public void Create(IEnumerable<string> folders) => Write(() =>
    {
        foreach (var folder in folders)
        {
            _fileSystem.Directory.CreateDirectory(_fileSystem.Path.Combine(Temporary, folder));
        }
    });

    /// <summary>Gives the whole its name; where there is a folder of that name already, moves into it what nothing is in the way of.</summary>
    /// <param name="stamps">Permissions and times of the directories, by their paths below it; the model of a new directory's permissions is given.</param>
    /// <returns>What could not be put in its place.</returns>
    /// <exception cref="DestinationExistsException">The name has been taken meanwhile.</exception>
    /// <exception cref="DownloadFailedException">It cannot be written to.</exception>
    public IReadOnlyList<PlacementFailure> Commit(Func<string, IEnumerable<DirectoryStamp>>? stamps = null)
    {
        Write(() =>
        {
            var made = stamps?.Invoke(Temporary).ToList();
            _placement.Place(Temporary, Path);
            if (made is not null)
            {
                _placement.Stamp(Path, made);
            }
        });
        return _placement.Failures;
    }

    /// <summary>Whether something of it is not in its place.</summary>
    /// <param name="relativePath">Its path below it, with <c>/</c> between parts.</param>
    public bool IsLost(string relativePath) => _placement.IsLost(relativePath);

    /// <summary>Removes what has no name of its own yet.</summary>
    public void Dispose() => _part.Dispose();

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
