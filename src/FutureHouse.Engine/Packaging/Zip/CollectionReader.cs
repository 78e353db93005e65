using System.Collections.Concurrent;
using System.IO.Abstractions;
using System.Runtime.ExceptionServices;
using FutureHouse.Errors;
using FutureHouse.Packaging.Placing;
using Microsoft.Win32.SafeHandles;

namespace FutureHouse.Packaging.Zip;

/// <summary>
/// Unpacks a zip archive on all cores: all of it, or nothing where it cannot be read as a whole. Archives are taken for hostile: names that lead out of the folder or collide, links,
/// sizes that lie, bytes that several entries share and growth beyond the limits are refused (Protocol §4, "Download").
/// </summary>
public sealed class CollectionReader
{
    private readonly string _archive;
    private readonly string _name;
    private readonly UnpackOptions _options;
    private readonly IProgress<CollectionProgress>? _progress;
    private readonly object _lock = new();
    private CollectionProgress _done;

    private CollectionReader(string archive, UnpackOptions options, IProgress<CollectionProgress>? progress)
    {
        (_archive, _options, _progress) = (archive, options, progress);
        _name = options.ArchiveName ?? archive;
    }

    /// <summary>Unpacks an archive into a folder: its item, if it has one at the top, otherwise a folder of the given name.</summary>
    /// <param name="zipPath">The archive.</param>
    /// <param name="destinationDirectory">The folder, which exists.</param>
    /// <param name="folderName">Name of the folder that is made of several items, or of none.</param>
    /// <param name="options">How, and what is too much.</param>
    /// <param name="progress">Told how far it is, after every mebibyte or so; from any thread, one at a time.</param>
    /// <param name="ct">Stops it; nothing is left behind then.</param>
    /// <returns>The full path of what was made.</returns>
    /// <exception cref="DestinationExistsException">Something is in the way: see <see cref="UnpackOptions.Force"/> and <see cref="UnpackOptions.Failed"/>.</exception>
    /// <exception cref="UnsupportedArchiveException">The archive is encrypted, in parts, or compressed by a method that is not read.</exception>
    /// <exception cref="UnsafeArchiveException">The archive plays a trick or passes a limit. <see cref="FutureHouseException.Target"/> is the entry, or the archive.</exception>
    /// <exception cref="ChecksumMismatchException">An entry's bytes are not those that went in.</exception>
    /// <exception cref="DownloadFailedException">The archive is damaged, or the destination cannot be written to.</exception>
    public static async Task<string> UnpackAsync(
        string zipPath, string destinationDirectory, string folderName, UnpackOptions options, IProgress<CollectionProgress>? progress, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(zipPath);
        ArgumentException.ThrowIfNullOrEmpty(destinationDirectory);
        ArgumentException.ThrowIfNullOrEmpty(folderName);
        ArgumentNullException.ThrowIfNull(options);
        if (options.ChooseName is null && (folderName.Contains('/') || EntryName.WhyUnsafe(folderName, OperatingSystem.IsWindows()) is not null))
        {
            throw new ArgumentException(ZipText.Format(ZipMessages.NotAFolderName, folderName), nameof(folderName));
        }

        var reader = new CollectionReader(zipPath, options, progress);
        return await Task.Run(() => reader.Unpack(Path.GetFullPath(destinationDirectory), folderName, ct), ct).ConfigureAwait(false);
    }

    private string Unpack(string destination, string folderName, CancellationToken ct)
    {
        try
        {
            using var archive = File.OpenHandle(_archive, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var entries = new ZipDirectory(archive, _name, _options).Read();
            var files = new FileSystem();
            using var folder = new PartFolder(files, destination);
            var tree = new ArchiveTree(entries, _name, RandomAccess.GetLength(archive), _options, folder.IgnoresCase);
            var single = tree.Top.Count == 1 ? tree.Top[0] : null;
            var isDirectory = single is null || tree.Directories.Contains(single);
            var name = single ?? folderName;
            var target = Path.Combine(destination, _options.ChooseName?.Invoke(name, isDirectory, folder.IgnoresCase) ?? name);
            var placement = new Placement(files, _options.Force);
            placement.ThrowIfTaken(target, isDirectory);
            CheckSpace(destination, tree.TotalBytes);
            _done = new CollectionProgress(0, entries.Count, 0, tree.TotalBytes);

            foreach (var directory in tree.Directories)
            {
                ct.ThrowIfCancellationRequested();
                Directory.CreateDirectory(Path.Combine(folder.Content, directory));
            }

            ExtractFiles(archive, tree, folder.Content, ct);
            var directories = entries.Where(e => e.IsDirectory).ToList();
            Advance(directories.Count, 0);
            ct.ThrowIfCancellationRequested();
            var source = single is null ? folder.Content : Path.Combine(folder.Content, single);
            if (_options.Failed is null && placement.Obstacles(source, target).FirstOrDefault() is { } obstacle)
            {
                throw obstacle;
            }

            // A directory that may not be written to cannot be moved, so their permissions come last.
            placement.Place(source, target);
            placement.Stamp(target, directories.Select(e => new DirectoryStamp(single is null ? e.Path : e.Path[single.Length..].TrimStart('/'), e.Mode, e.ModifiedUtc)));
            foreach (var failure in placement.Failures)
            {
                (_options.Failed ?? (error => throw error)).Invoke(failure.Error);
            }

            return target;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DownloadFailedException(ZipText.Format(ZipMessages.CannotUnpack, _name, Parts.Hide(e.Message)), e) { Target = _name };
        }
    }

    private void ExtractFiles(SafeFileHandle archive, ArchiveTree tree, string root, CancellationToken ct)
    {
        var extractor = new EntryExtractor(archive, _name, root, Advance);
        var batches = EntryExtractor.Batches(tree.Entries.Where(e => !e.IsDirectory).ToArray());
        var parallel = new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = _options.Workers > 0 ? _options.Workers : Environment.ProcessorCount };
        using var failed = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct, failed.Token);
        try
        {
            Parallel.ForEach(Partitioner.Create(batches, EnumerablePartitionerOptions.NoBuffering), parallel, (batch, state) =>
            {
                try
                {
                    extractor.Extract(batch, stop.Token);
                }
                catch (OperationCanceledException) when (failed.IsCancellationRequested && !ct.IsCancellationRequested)
                {
                    state.Stop(); // the failure that stopped us is another's to tell
                }
                catch (Exception)
                {
                    failed.Cancel();
                    throw;
                }
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions.FirstOrDefault(i => i is FutureHouseException) ?? e.InnerExceptions[0]);
        }
    }

    private void CheckSpace(string destination, long bytes)
    {
        long free;
        try
        {
            free = new DriveInfo(destination).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return; // a network path of Windows has none; writing tells
        }

        if (bytes > free)
        {
            throw new DownloadFailedException(ZipText.Format(ZipMessages.CannotUnpack, _name, ZipText.Format(ZipMessages.WhySpace, bytes, free))) { Target = _name };
        }
    }

    private void Advance(long items, long bytes)
    {
        if (_progress is null)
        {
            return;
        }

        lock (_lock)
        {
            _done = _done with { ItemsDone = _done.ItemsDone + items, BytesDone = _done.BytesDone + bytes };
            _progress.Report(_done);
        }
    }
}
