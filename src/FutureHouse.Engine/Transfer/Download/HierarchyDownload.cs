using System.IO.Abstractions;
using FutureHouse.Errors;

namespace FutureHouse.Transfer.Download;

/// <summary>Fetches a hierarchy as a directory: into a temporary folder beside, then to its name. Files that fail are missing in it, each with its error; the rest is whole.</summary>
internal sealed class HierarchyDownload(TransferContext context, FileDownload files, TreeFetchRequest request, ITreeFetchObserver observer)
{
    private readonly object _telling = new();
    private readonly IFileSystem _fileSystem = context.FileSystem;
    private long _files;
    private long _failed;

    public async Task<TreeFetchResult> RunAsync(CancellationToken cancellationToken)
    {
        if (!_fileSystem.Directory.Exists(request.DestinationDirectory))
        {
            throw new DownloadFailedException(TransferContext.Format(TreeMessages.NoFolder, request.DestinationDirectory)) { Target = request.DestinationDirectory, EntryId = request.Root.Id };
        }

        var name = SafeFileName.Of(request.Root, null);
        var target = _fileSystem.Path.Combine(request.DestinationDirectory, request.ChooseName?.Invoke(name) ?? name);
        ThrowIfTaken(target);
        var plan = await TreePlan.MakeAsync(request.Root, await EntriesAsync(cancellationToken).ConfigureAwait(false), entry => HoldsDataAsync(entry, cancellationToken)).ConfigureAwait(false);
        var temporary = _fileSystem.Path.Combine(request.DestinationDirectory, $".{Guid.NewGuid():N}.fhpart");
        try
        {
            Write(target, () => _fileSystem.Directory.CreateDirectory(temporary));
            foreach (var directory in plan.Directories)
            {
                Write(target, () => _fileSystem.Directory.CreateDirectory(_fileSystem.Path.Combine(temporary, directory)));
            }

            var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, request.Concurrency), CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(plan.Files, options, async (file, ct) => await FetchAsync(plan, temporary, file, ct).ConfigureAwait(false)).ConfigureAwait(false);
            ThrowIfTaken(target);
            Write(target, () => Place(temporary, target));
            return new TreeFetchResult(target, _files, plan.Directories.Count, _failed);
        }
        finally
        {
            Remove(temporary);
        }
    }

    private async Task<IReadOnlyList<DataEntry>> EntriesAsync(CancellationToken cancellationToken)
    {
        if (request.Entries is { } given)
        {
            return given;
        }

        var dataset = request.Root.DatasetId ?? throw new DownloadFailedException(TransferContext.Format(TreeMessages.NotInDataset, request.Root.Name)) { Target = request.Root.Id, EntryId = request.Root.Id };
        return (await context.Client.GetDatasetAsync(dataset, cancellationToken).ConfigureAwait(false)).Entries;
    }

    /// <summary>A listing may leave text and locations out; only an entry read by itself shows that it is a directory. One that cannot be read is reported when it is fetched.</summary>
    private async Task<bool> HoldsDataAsync(DataEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            var whole = entry.Locations.Count > 0 ? entry : await context.Client.GetEntryAsync(entry.Id, default, cancellationToken).ConfigureAwait(false);
            return whole.GetText() is not null || whole.Locations.Any(location => location.StorageType is not (StorageType.RawContent or StorageType.Unknown));
        }
        catch (FutureHouseException)
        {
            return true;
        }
    }

    private async Task FetchAsync(TreePlan plan, string temporary, (DataEntry Entry, string Folder, string Name) file, CancellationToken cancellationToken)
    {
        IProgress<TransferProgress>? progress;
        lock (_telling)
        {
            progress = observer.Starting(file.Entry);
        }

        try
        {
            // Of an entry with several locations, each has a name of its own; the planned one is the first's.
            var planned = file.Name;
            var fetch = new FetchRequest
            {
                Entry = file.Entry,
                DestinationDirectory = _fileSystem.Path.Combine(temporary, file.Folder),
                ChooseName = stored => Interlocked.Exchange(ref planned, null!) ?? plan.Take(file.Folder, stored, isFile: true),
            };
            var items = await files.RunAsync(fetch, progress, cancellationToken).ConfigureAwait(false);
            if (items is [{ Source: { } source }])
            {
                throw new UnsupportedStorageException(TransferContext.Format(SourceMessages.NoPath, file.Entry.Name, source.StorageType)) { Target = file.Entry.Id, EntryId = file.Entry.Id };
            }

            lock (_telling)
            {
                foreach (var error in items.Select(item => item.Error).OfType<FutureHouseException>())
                {
                    _failed++;
                    observer.Failed(file.Entry, error);
                }

                foreach (var path in items.Select(item => item.Path).OfType<string>())
                {
                    _files++;
                    observer.Fetched(file.Entry, _fileSystem.Path.GetRelativePath(temporary, path).Replace(_fileSystem.Path.DirectorySeparatorChar, '/'));
                }
            }
        }
        catch (Exception e) when (e is FutureHouseException or IOException or UnauthorizedAccessException)
        {
            var error = e as FutureHouseException
                ?? new DownloadFailedException(TransferContext.Format(TreeMessages.CannotWrite, TreePlan.Join(file.Folder, file.Name), e.Message), e) { Target = file.Entry.Id, EntryId = file.Entry.Id };
            lock (_telling)
            {
                _failed++;
                observer.Failed(file.Entry, error);
            }
        }
    }

    private void ThrowIfTaken(string target)
    {
        if (_fileSystem.File.Exists(target) || (_fileSystem.Directory.Exists(target) && !request.Force))
        {
            throw new DestinationExistsException(TransferContext.Format(TreeMessages.Exists, target)) { Target = target, EntryId = request.Root.Id };
        }
    }

    /// <summary>Gives the whole its name; where there is a directory of that name already, moves each file into it.</summary>
    private void Place(string temporary, string target)
    {
        if (!_fileSystem.Directory.Exists(target))
        {
            _fileSystem.Directory.Move(temporary, target);
            return;
        }

        foreach (var directory in _fileSystem.Directory.EnumerateDirectories(temporary, "*", SearchOption.AllDirectories))
        {
            _fileSystem.Directory.CreateDirectory(_fileSystem.Path.Combine(target, _fileSystem.Path.GetRelativePath(temporary, directory)));
        }

        foreach (var file in _fileSystem.Directory.EnumerateFiles(temporary, "*", SearchOption.AllDirectories).ToList())
        {
            _fileSystem.File.Move(file, _fileSystem.Path.Combine(target, _fileSystem.Path.GetRelativePath(temporary, file)), overwrite: true);
        }
    }

    private void Write(string target, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DownloadFailedException(TransferContext.Format(TreeMessages.CannotWrite, target, e.Message), e) { Target = target, EntryId = request.Root.Id };
        }
    }

    private void Remove(string temporary)
    {
        try
        {
            if (_fileSystem.Directory.Exists(temporary))
            {
                _fileSystem.Directory.Delete(temporary, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be removed here (a disk that went away) is beyond us.
        }
    }
}
