using System.IO.Abstractions;
using FutureHouse.Errors;
using FutureHouse.Packaging.Placing;
using FutureHouse.Platform;

namespace FutureHouse.Transfer.Download;

/// <summary>Fetches a hierarchy as a directory: into a temporary folder beside, then to its name. Files that fail are missing in it, each with its error; the rest is whole.</summary>
internal sealed class HierarchyDownload(TransferContext context, FileDownload files, TreeFetchRequest request, ITreeFetchObserver observer)
{
    private readonly object _telling = new();
    private readonly IFileSystem _fileSystem = context.FileSystem;
    private readonly List<string> _paths = [];
    private long _files;
    private long _failed;

    public async Task<TreeFetchResult> RunAsync(CancellationToken cancellationToken)
    {
        if (!_fileSystem.Directory.Exists(request.DestinationDirectory))
        {
            throw new DownloadFailedException(TransferContext.Format(TreeMessages.NoFolder, request.DestinationDirectory)) { Target = request.DestinationDirectory, EntryId = request.Root.Id };
        }

        using var target = new TargetFolder(_fileSystem, request.DestinationDirectory, request.Root, request.Names, request.Force);
        var entries = request.Entries ?? await EntriesAsync(cancellationToken).ConfigureAwait(false);
        var plan = await TreePlan.MakeAsync(request.Root, entries, entry => HoldsDataAsync(entry, cancellationToken), new Naming(), target.IgnoresCase).ConfigureAwait(false);
        target.Create(plan.Directories.Select(directory => directory.Path));
        TellRenamed(plan, target);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, request.Concurrency), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(plan.Files, options, async (file, ct) => await FetchAsync(plan, target, file, ct).ConfigureAwait(false)).ConfigureAwait(false);
        foreach (var failure in target.Commit(content => Stamps(plan, content)))
        {
            TellLost(plan, failure);
        }

        return new TreeFetchResult(target.Path, _files, plan.Directories.Count, _failed, target.OriginalName);
    }

    /// <summary>Says what has another name than the stored one.</summary>
    private void TellRenamed(TreePlan plan, TargetFolder target)
    {
        if (target.OriginalName is { } original)
        {
            observer.Renamed(request.Root, request.Names.Explain(original, _fileSystem.Path.GetFileName(target.Path), isFile: false));
        }

        foreach (var (places, isFile) in new[] { (plan.Directories, false), (plan.Files, true) })
        {
            foreach (var place in places.Where(place => place.Name != place.Original))
            {
                observer.Renamed(place.Entry, plan.Naming.Explain(place.Original, place.Path, isFile));
            }
        }
    }

    /// <summary>Says what was fetched and could not be put in its place.</summary>
    private void TellLost(TreePlan plan, PlacementFailure failure)
    {
        var lost = _paths.Where(path => path == failure.RelativePath || path.StartsWith(failure.RelativePath + "/", StringComparison.Ordinal)).ToList();
        _files -= lost.Count;
        _failed += Math.Max(1, lost.Count);
        var place = plan.Files.Concat(plan.Directories).FirstOrDefault(place => place.Path == failure.RelativePath);
        observer.Failed(place?.Entry ?? request.Root, failure.Error);
    }

    private IEnumerable<DirectoryStamp> Stamps(TreePlan plan, string model) =>
        plan.Directories.Select(directory => FileStamp.Of(directory.Entry).ForDirectory(directory.Path, _fileSystem, model)).Prepend(FileStamp.Of(request.Root).ForDirectory(string.Empty, _fileSystem, model));

    /// <summary>What is below the root, with what places it: of a dataset of many large texts none is held, each is read again when it is written.</summary>
    private async Task<IReadOnlyList<DataEntry>> EntriesAsync(CancellationToken cancellationToken)
    {
        var dataset = request.Root.DatasetId ?? throw new DownloadFailedException(TransferContext.Format(TreeMessages.NotInDataset, request.Root.Name)) { Target = request.Root.Id, EntryId = request.Root.Id };
        var entries = new List<DataEntry>();
        var below = new Descendants(request.Root.Id, recurse: true, entries.Add);
        await foreach (var entry in context.Client.ReadDatasetEntriesAsync(dataset, cancellationToken).ConfigureAwait(false))
        {
            below.Take(new DataEntry
            {
                Id = entry.Id,
                ParentId = entry.ParentId,
                DatasetId = entry.DatasetId,
                Name = entry.Name,
                FilePath = entry.FilePath,
                Status = entry.Status,
                StorageType = entry.StorageType,
                ContentType = entry.ContentType,
                IsCollection = entry.IsCollection,
                CreatedAt = entry.CreatedAt,
                Size = entry.Size,
                Metadata = FileStamp.Only(entry.Metadata),
                Content = entry.GetText() is null ? null : string.Empty,
            });
        }

        return entries;
    }

    /// <summary>A listing may leave text and locations out; only an entry read by itself shows that it is a directory. One that cannot be read is reported when it is fetched.</summary>
    private async Task<bool> HoldsDataAsync(DataEntry entry, CancellationToken cancellationToken)
    {
        if (entry.ContentType == ContentType.Directory && entry.StorageType == StorageType.RawContent)
        {
            return false;
        }

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

    private async Task FetchAsync(TreePlan plan, TargetFolder target, TreePlace file, CancellationToken cancellationToken)
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
                Naming = plan.Naming,
                Entry = request.Entries is null ? await context.Client.GetEntryAsync(file.Entry.Id, default, cancellationToken).ConfigureAwait(false) : file.Entry,
                DestinationDirectory = _fileSystem.Path.Combine(target.Temporary, file.Folder),
                PlannedName = stored => Interlocked.Exchange(ref planned, null!) ?? plan.Naming.Take(file.Folder, stored, isFile: true, target.IgnoresCase),
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
                    var relative = _fileSystem.Path.GetRelativePath(target.Temporary, path).Replace(_fileSystem.Path.DirectorySeparatorChar, '/');
                    _paths.Add(relative);
                    observer.Fetched(file.Entry, relative);
                }
            }
        }
        catch (Exception e) when (e is FutureHouseException or IOException or UnauthorizedAccessException)
        {
            var error = e as FutureHouseException
                ?? TargetFile.CannotWrite(file.Entry.Id, file.Path, e);
            lock (_telling)
            {
                _failed++;
                observer.Failed(file.Entry, error);
            }
        }
    }
}
