using System.IO.Abstractions;
using FutureHouse.Errors;
using FutureHouse.Packaging.Placing;

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
        using var target = new TargetFolder(_fileSystem, destination, entry, request.Names, request.Force);
        var naming = new Naming();
        var places = LocationTree.Plan(entry.Locations, naming, target.IgnoresCase);
        var items = new FetchedItem[entry.Locations.Count];
        target.Create(places.Select(p => p.Folder).Distinct(StringComparer.Ordinal));
        var sum = progress is null ? null : new ProgressSum(progress, entry.Locations.Count);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, context.Options.MaxConcurrency), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, items.Length), options, async (i, ct) => items[i] = await FetchAsync(i, target, places[i], naming, sum, ct).ConfigureAwait(false)).ConfigureAwait(false);
        if (Array.TrueForAll(items, item => item.Error is not null))
        {
            var first = items[0].Error!;
            throw new DownloadFailedException(TransferContext.Format(SourceMessages.CollectionFailed, entry.Name, items.Length, first.Message), first) { Target = entry.Id, EntryId = entry.Id };
        }

        var failures = target.Commit();
        var placed = items.Select(item => Placed(item, target, failures)).ToList();
        if (target.OriginalName is { } original)
        {
            placed[0] = placed[0] with { Warnings = [request.Names.Explain(original, _fileSystem.Path.GetFileName(target.Path), isFile: false), .. placed[0].Warnings] };
        }

        return placed;
    }

    /// <summary>The item with the path that its file has at the end, or with what was in its way.</summary>
    private FetchedItem Placed(FetchedItem item, TargetFolder target, IReadOnlyList<PlacementFailure> failures)
    {
        if (item.Path is null)
        {
            return item;
        }

        var relative = _fileSystem.Path.GetRelativePath(target.Temporary, item.Path);
        var stored = relative.Replace(_fileSystem.Path.DirectorySeparatorChar, '/');
        return target.IsLost(stored)
            ? new FetchedItem(item.Entry, null, null) { Error = failures.First(f => f.RelativePath == stored || stored.StartsWith(f.RelativePath + "/", StringComparison.Ordinal)).Error }
            : item with { Path = _fileSystem.Path.Combine(target.Path, relative) };
    }

    private async Task<FetchedItem> FetchAsync(int index, TargetFolder target, LocationPlace place, Naming naming, ProgressSum? sum, CancellationToken cancellationToken)
    {
        var entry = request.Entry;
        var location = entry.Locations[index];
        var one = request with
        {
            // What is wrong with one file names it, not the whole.
            Entry = location.Location is null ? entry : entry with { Name = $"{entry.Name}: {location.Location}" },
            DestinationDirectory = _fileSystem.Path.Combine(target.Temporary, place.Folder),
            PlannedName = stored => place.Name ?? naming.Take(place.Folder, stored, isFile: true, target.IgnoresCase),
        };
        try
        {
            var placed = await new ObjectDownload(context, one, location, sum?.For(index)).RunAsync(cancellationToken).ConfigureAwait(false);
            var path = TreePlan.Join(place.Folder, _fileSystem.Path.GetFileName(placed.Path));
            var original = place.Name is null ? placed.OriginalName : place.Original == path ? null : place.Original;
            return new FetchedItem(entry, null, placed.Path) { OriginalName = original, Warnings = original is null ? [] : [naming.ExplainPath(original, path)] };
        }
        catch (FutureHouseException e) when (e is not (AuthenticationFailedException or NotConnectedException))
        {
            return new FetchedItem(entry, null, null) { Error = e };
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
