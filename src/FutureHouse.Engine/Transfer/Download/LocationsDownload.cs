using System.IO.Abstractions;
using FutureHouse.Errors;

namespace FutureHouse.Transfer.Download;

/// <summary>
/// Fetches the several locations of one entry, several at once, into a folder of the entry's name that keeps their tree (Protocol §5, §6). It is built in a temporary folder beside,
/// which takes its name at the end. Files that fail are missing in it, each with its error; the rest is whole.
/// </summary>
internal sealed class LocationsDownload(TransferContext context, FetchRequest request, IProgress<TransferProgress>? progress)
{
    private readonly IFileSystem _fileSystem = context.FileSystem;

    /// <returns>An item for each location, in their order.</returns>
    /// <exception cref="DestinationExistsException">The name is taken, and <see cref="FetchRequest.Force"/> is not given.</exception>
    /// <exception cref="DownloadFailedException">Not one of the files could be fetched, or the folder cannot be written to.</exception>
    public async Task<IReadOnlyList<FetchedItem>> RunAsync(CancellationToken cancellationToken)
    {
        var entry = request.Entry;
        var destination = request.DestinationDirectory
            ?? throw new DownloadFailedException(TransferContext.Format(TransferMessages.NeedsDestination, entry.Name)) { Target = entry.Id, EntryId = entry.Id };
        var name = SafeFileName.Of(entry with { FilePath = null }, null);
        var target = _fileSystem.Path.Combine(destination, request.ChooseName?.Invoke(name) ?? name);
        ThrowIfTaken(target);
        var naming = new Naming();
        var places = LocationTree.Plan(entry.Locations, naming);
        var temporary = _fileSystem.Path.Combine(destination, $".{Guid.NewGuid():N}.fhpart");
        var items = new FetchedItem[entry.Locations.Count];
        try
        {
            Write(target, () =>
            {
                _fileSystem.Directory.CreateDirectory(temporary);
                foreach (var folder in places.Select(p => p.Folder).Distinct(StringComparer.Ordinal))
                {
                    _fileSystem.Directory.CreateDirectory(_fileSystem.Path.Combine(temporary, folder));
                }
            });
            var sum = progress is null ? null : new ProgressSum(progress, entry.Locations.Count);
            var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, context.Options.MaxConcurrency), CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Enumerable.Range(0, items.Length), options, async (i, ct) => items[i] = await FetchAsync(i, temporary, places[i], naming, sum, ct).ConfigureAwait(false)).ConfigureAwait(false);
            if (Array.TrueForAll(items, item => item.Error is not null))
            {
                var first = items[0].Error!;
                throw new DownloadFailedException(TransferContext.Format(SourceMessages.CollectionFailed, entry.Name, items.Length, first.Message), first) { Target = entry.Id, EntryId = entry.Id };
            }

            ThrowIfTaken(target);
            Write(target, () => Place(temporary, target));
            return [.. items.Select(item => item.Path is null ? item : item with { Path = _fileSystem.Path.Combine(target, _fileSystem.Path.GetRelativePath(temporary, item.Path)) })];
        }
        finally
        {
            Remove(temporary);
        }
    }

    private async Task<FetchedItem> FetchAsync(int index, string temporary, (string Folder, string? Name) place, Naming naming, ProgressSum? sum, CancellationToken cancellationToken)
    {
        var entry = request.Entry;
        var location = entry.Locations[index];
        var one = request with
        {
            // What is wrong with one file names it, not the whole.
            Entry = location.Location is null ? entry : entry with { Name = $"{entry.Name}: {location.Location}" },
            DestinationDirectory = _fileSystem.Path.Combine(temporary, place.Folder),
            ChooseName = stored => place.Name ?? naming.Take(place.Folder, stored, isFile: true),
        };
        try
        {
            return new FetchedItem(entry, null, await new ObjectDownload(context, one, location, sum?.For(index)).RunAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (FutureHouseException e) when (e is not (AuthenticationFailedException or NotConnectedException))
        {
            return new FetchedItem(entry, null, null) { Error = e };
        }
    }

    private void ThrowIfTaken(string target)
    {
        if (_fileSystem.File.Exists(target) || (_fileSystem.Directory.Exists(target) && !request.Force))
        {
            throw new DestinationExistsException(TransferContext.Format(TransferMessages.Exists, target)) { Target = target, EntryId = request.Entry.Id };
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

        foreach (var file in _fileSystem.Directory.EnumerateFiles(temporary, "*", SearchOption.AllDirectories).ToList())
        {
            var place = _fileSystem.Path.Combine(target, _fileSystem.Path.GetRelativePath(temporary, file));
            _fileSystem.Directory.CreateDirectory(_fileSystem.Path.GetDirectoryName(place)!);
            _fileSystem.File.Move(file, place, overwrite: true);
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
            throw TargetFile.CannotWrite(request, target, e);
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

    /// <summary>Tells the progress of the files as one; the total is known once each has begun.</summary>
    private sealed class ProgressSum(IProgress<TransferProgress> progress, int count)
    {
        private readonly TransferProgress?[] _files = new TransferProgress?[count];
        private long _done;
        private long _total;
        private int _begun;

        public IProgress<TransferProgress> For(int index) => new One(this, index);

        private void Report(int index, TransferProgress value)
        {
            TransferProgress whole;
            lock (_files)
            {
                var before = _files[index];
                _begun += before is null ? 1 : 0;
                _done += value.BytesDone - (before?.BytesDone ?? 0);
                _total += Math.Max(0, value.BytesTotal) - Math.Max(0, before?.BytesTotal ?? 0);
                _files[index] = value;
                whole = new TransferProgress(value.Phase, _done, _begun == count ? _total : -1);
            }

            progress.Report(whole);
        }

        private sealed class One(ProgressSum sum, int index) : IProgress<TransferProgress>
        {
            public void Report(TransferProgress value) => sum.Report(index, value);
        }
    }
}
