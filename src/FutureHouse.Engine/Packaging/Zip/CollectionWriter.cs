using System.Collections.Concurrent;
using System.Text;
using FutureHouse.Errors;

namespace FutureHouse.Packaging.Zip;

/// <summary>
/// Writes a directory as one zip archive. The same items give the same bytes, whatever the order they come in and the number of cores. Small files are compressed several at a time
/// and large ones in blocks of 1 MiB, on all cores; the archive is written in order.
/// </summary>
public sealed class CollectionWriter : IDisposable
{
    private const int BytesOfJob = 3 << 20; // input, output and what growing it takes
    private const int Ahead = 4;            // jobs of each worker that may be waiting to be written
    private const long LargeEntry = uint.MaxValue - (16L << 20); // deflate makes what does not shrink a little larger

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _target;
    private readonly CollectionOptions _options;
    private readonly IProgress<CollectionProgress>? _progress;
    private readonly ConcurrentBag<PackBuffer> _buffers = [];
    private readonly MemoryStream _directory = new();
    private readonly ContentDigest _digest = new();
    private readonly long _start;
    private long _entries;
    private long _files;
    private long _bytes;
    private long _failed;
    private CollectionProgress _done;

    private CollectionWriter(Stream target, CollectionOptions options, IProgress<CollectionProgress>? progress)
    {
        _target = target;
        _options = options;
        _progress = progress;
        _start = target.Position;
    }

    /// <summary>Writes the archive.</summary>
    /// <param name="target">Where to, from its position on; must be able to seek. Not closed. What is in it after a failure is of no use.</param>
    /// <param name="items">What goes in, with paths relative to the root of the archive, in any order.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told how far it is, after every mebibyte or so.</param>
    /// <param name="ct">Stops it.</param>
    /// <returns>What went in.</returns>
    /// <exception cref="FutureHouseException">A file cannot be read or changed meanwhile, and nobody is told by <see cref="CollectionOptions.Failed"/>.</exception>
    /// <exception cref="ArgumentException">The stream cannot seek, or a path is there twice.</exception>
    public static async Task<CollectionSummary> WriteAsync(
        Stream target, IEnumerable<TreeItem> items, CollectionOptions options, IProgress<CollectionProgress>? progress, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(options);
        if (!target.CanSeek)
        {
            throw new ArgumentException(ZipMessages.NotSeekable, nameof(target));
        }

        // Also the walk of the tree, which `items` may do as it goes, is not the caller's thread's work.
        using var writer = new CollectionWriter(target, options, progress);
        return await Task.Run(() => writer.RunAsync(items, ct), ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _directory.Dispose();
        _digest.Dispose();
    }

    private async Task<CollectionSummary> RunAsync(IEnumerable<TreeItem> items, CancellationToken ct)
    {
        var records = Sort(items, ct);
        _done = new CollectionProgress(0, records.Count, 0, records.Sum(r => r.Item.Size));
        var workers = _options.Workers > 0 ? _options.Workers : Environment.ProcessorCount;
        var limit = (int)Math.Max(1, Math.Min(workers * (long)Ahead, _options.MemoryBudget / BytesOfJob));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var turns = new SemaphoreSlim(Math.Min(workers, limit));
        var running = new Queue<(PackJob Job, Task Task)>();
        var open = new HashSet<LargeFile>();
        try
        {
            foreach (var job in PackPlan.Of(records))
            {
                ct.ThrowIfCancellationRequested();
                if (job is BlockJob { IsFirst: true } block)
                {
                    open.Add(block.File);
                }

                running.Enqueue((job, CompressAsync(job, turns, stop.Token)));
                if (running.Count >= limit)
                {
                    await WriteNextAsync(running, open, ct).ConfigureAwait(false);
                }
            }

            while (running.Count > 0)
            {
                await WriteNextAsync(running, open, ct).ConfigureAwait(false);
            }

            return await FinishAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(running.Select(r => r.Task)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var file in open)
            {
                file.Dispose();
            }
        }
    }

    private List<ZipRecord> Sort(IEnumerable<TreeItem> items, CancellationToken ct)
    {
        var records = new List<ZipRecord>();
        foreach (var item in items)
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                if (EntryName.WhyNotWritable(item.RelativePath) is { } why)
                {
                    Fail(new PathUnreadableException(ZipText.Format(ZipMessages.ItemName, item.FullPath, why)) { Target = item.FullPath });
                    continue;
                }

                var name = Utf8.GetBytes(item.IsDirectory ? item.RelativePath + "/" : item.RelativePath);
                records.Add(new ZipRecord(name, item) { LargeLocal = item.Size > LargeEntry });
            }
            catch (EncoderFallbackException e)
            {
                Fail(new PathUnreadableException(ZipText.Format(ZipMessages.ItemName, item.FullPath, ZipMessages.WhyEncoding), e) { Target = item.FullPath });
            }
        }

        records.Sort((a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        for (var i = 1; i < records.Count; i++)
        {
            if (records[i].Name.AsSpan().SequenceEqual(records[i - 1].Name))
            {
                throw new ArgumentException(ZipText.Format(ZipMessages.DuplicateItem, records[i].Item.RelativePath), nameof(items));
            }
        }

        return records;
    }

    private async Task CompressAsync(PackJob job, SemaphoreSlim turns, CancellationToken ct)
    {
        await turns.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            await Task.Run(() => job.Run(_buffers.TryTake(out var buffer) ? buffer : new PackBuffer()), ct).ConfigureAwait(false);
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task WriteNextAsync(Queue<(PackJob Job, Task Task)> running, HashSet<LargeFile> open, CancellationToken ct)
    {
        var (job, task) = running.Peek();
        await task.ConfigureAwait(false);
        running.Dequeue();
        if (job is BatchJob batch)
        {
            await WriteAsync(batch, ct).ConfigureAwait(false);
        }
        else
        {
            await WriteAsync((BlockJob)job, open, ct).ConfigureAwait(false);
        }

        if (job.Release() is { } buffer)
        {
            _buffers.Add(buffer);
        }

        _progress?.Report(_done);
    }

    private async Task WriteAsync(BatchJob batch, CancellationToken ct)
    {
        var at = _target.Position - _start;
        await _target.WriteAsync(batch.Payload, ct).ConfigureAwait(false);
        foreach (var record in batch.Written)
        {
            record.Offset += at;
            Add(record);
            Advance(1, record.Size);
        }

        foreach (var failure in batch.Failed)
        {
            Fail(failure);
            Advance(1, 0);
        }
    }

    private async Task WriteAsync(BlockJob block, HashSet<LargeFile> open, CancellationToken ct)
    {
        var (file, record) = (block.File, block.File.Record);
        if (block.IsFirst)
        {
            record.Offset = _target.Position - _start;
            await _target.WriteAsync(new byte[record.LocalLength], ct).ConfigureAwait(false); // filled in when the sizes are known
        }

        if (block.Failure is { } failure && !file.Dropped)
        {
            // What was written of the file goes again, and what follows of it is not written.
            file.Dropped = true;
            _target.SetLength(_start + record.Offset);
            _target.Position = _start + record.Offset;
            Fail(failure);
            Advance(1, 0);
        }

        if (!file.Dropped)
        {
            await _target.WriteAsync(block.Payload, ct).ConfigureAwait(false);
            record.Crc = Crc32.Combine(record.Crc, block.Crc, block.Length);
            record.CompressedSize += block.Payload.Length;
            record.Size += block.Length;
            Advance(0, block.Length);
        }

        if (block.IsLast)
        {
            if (!file.Dropped)
            {
                var header = new byte[record.LocalLength];
                record.WriteLocal(header);
                var end = _target.Position;
                _target.Position = _start + record.Offset;
                await _target.WriteAsync(header, ct).ConfigureAwait(false);
                _target.Position = end;
                Add(record);
                Advance(1, 0);
            }

            open.Remove(file);
            file.Dispose();
        }
    }

    private async Task<CollectionSummary> FinishAsync(CancellationToken ct)
    {
        var at = _target.Position - _start;
        await _target.WriteAsync(_directory.GetBuffer().AsMemory(0, (int)_directory.Length), ct).ConfigureAwait(false);
        await _target.WriteAsync(ZipRecord.End(_entries, at, _directory.Length), ct).ConfigureAwait(false);
        _target.SetLength(_target.Position);
        await _target.FlushAsync(ct).ConfigureAwait(false);
        return new CollectionSummary(_files, _entries - _files, _bytes, _target.Position - _start, _failed, _digest.Value);
    }

    private void Add(ZipRecord record)
    {
        record.WriteCentral(_directory);
        _digest.Add(record);
        _entries++;
        _files += record.Item.IsDirectory ? 0 : 1;
        _bytes += record.Size;
    }

    private void Advance(long items, long bytes) => _done = _done with { ItemsDone = _done.ItemsDone + items, BytesDone = _done.BytesDone + bytes };

    private void Fail(FutureHouseException failure)
    {
        _failed++;
        if (_options.Failed is null)
        {
            throw failure;
        }

        _options.Failed(failure);
    }
}
