using FutureHouse.Errors;
using Microsoft.Win32.SafeHandles;

namespace FutureHouse.Packaging.Zip;

/// <summary>What a worker reads into and compresses into; used again and again.</summary>
internal sealed class PackBuffer
{
    public byte[] Input { get; } = new byte[PackJob.BlockSize + 1]; // one more, to see that a file has grown

    public MemoryStream Output { get; } = new(PackJob.BlockSize + (PackJob.BlockSize >> 3));
}

/// <summary>A piece of the archive that one worker makes.</summary>
internal abstract class PackJob
{
    /// <summary>Bytes of a piece of a large file, and of the small files that are compressed together. The archive's bytes depend on it.</summary>
    public const int BlockSize = 1 << 20;

    private PackBuffer? _buffer;

    /// <summary>What the piece is in the archive.</summary>
    public ReadOnlyMemory<byte> Payload { get; protected set; }

    protected PackBuffer Buffer => _buffer!;

    public void Run(PackBuffer buffer)
    {
        _buffer = buffer;
        buffer.Output.SetLength(0);
        Make();
    }

    public PackBuffer? Release()
    {
        Payload = default;
        return Interlocked.Exchange(ref _buffer, null);
    }

    protected abstract void Make();

    protected static SafeFileHandle Open(TreeItem item) =>
        File.OpenHandle(item.FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    protected static FileChangedException Changed(TreeItem item) => new(ZipText.Format(ZipMessages.ItemChanged, item.FullPath)) { Target = item.FullPath };

    /// <summary>A file that is longer or shorter than it was said to be.</summary>
    protected static FutureHouseException NotAsStated(TreeItem item, SafeFileHandle file) => RandomAccess.GetLength(file) == item.Size
        ? new PathUnreadableException(ZipText.Format(ZipMessages.ItemSize, item.FullPath, item.Size)) { Target = item.FullPath }
        : Changed(item);

    protected static FutureHouseException Unreadable(TreeItem item, Exception cause) => cause switch
    {
        FutureHouseException known => known,
        FileNotFoundException or DirectoryNotFoundException => new PathNotFoundException(ZipText.Format(ZipMessages.ItemNotFound, item.FullPath), cause) { Target = item.FullPath },
        _ => new PathUnreadableException(ZipText.Format(ZipMessages.ItemUnreadable, item.FullPath, cause.Message), cause) { Target = item.FullPath },
    };

    protected static bool IsOfFile(Exception e) => e is IOException or UnauthorizedAccessException or FileChangedException or PathUnreadableException or NotSupportedException;
}

/// <summary>Directories and small files, whole, one after the other with their headers.</summary>
internal sealed class BatchJob(IReadOnlyList<ZipRecord> records) : PackJob
{
    /// <summary>Entries of a batch at most.</summary>
    public const int MaximumCount = 256;

    private const int NeverShrinks = 8; // bytes

    /// <summary>What is in the piece, with offsets from its start.</summary>
    public List<ZipRecord> Written { get; } = new(records.Count);

    public List<FutureHouseException> Failed { get; } = [];

    protected override void Make()
    {
        var output = Buffer.Output;
        foreach (var record in records)
        {
            record.Offset = output.Length;
            try
            {
                var bytes = record.Item.IsDirectory ? default : Read(record.Item);
                output.SetLength(record.Offset + record.LocalLength);
                output.Position = output.Length;
                Compress(record, bytes, output);
                Written.Add(record);
            }
            catch (Exception e) when (IsOfFile(e))
            {
                Failed.Add(Unreadable(record.Item, e));
            }
        }

        Payload = output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    private static void Compress(ZipRecord record, ReadOnlySpan<byte> bytes, MemoryStream output)
    {
        var start = output.Length;
        record.Size = bytes.Length;
        record.Crc = Crc32.Compute(bytes);
        if (bytes.Length > NeverShrinks && !Deflater.IsCompressedKind(record.Item.RelativePath))
        {
            Deflater.Append(bytes, output, last: true);
            record.Method = ZipRecord.Deflated;
        }

        if (record.Method == ZipRecord.Stored || output.Length - start >= bytes.Length)
        {
            output.SetLength(start);
            output.Write(bytes);
            record.Method = ZipRecord.Stored;
        }

        record.CompressedSize = output.Length - start;
        record.WriteLocal(output.GetBuffer().AsSpan((int)record.Offset, record.LocalLength));
    }

    private ReadOnlySpan<byte> Read(TreeItem item)
    {
        using var file = Open(item);
        var total = 0;
        for (int read; total < Buffer.Input.Length && (read = RandomAccess.Read(file, Buffer.Input.AsSpan(total), total)) > 0;)
        {
            total += read;
        }

        // Where the file system goes on saying the same, it is the size that is not true, as below /proc: what was read to its end is the file.
        return total == item.Size || (total <= BlockSize && RandomAccess.GetLength(file) == item.Size)
            ? Buffer.Input.AsSpan(0, total)
            : throw NotAsStated(item, file);
    }
}

/// <summary>A large file, whose blocks are compressed apart.</summary>
internal sealed class LargeFile(ZipRecord record) : IDisposable
{
    private readonly object _lock = new();
    private SafeFileHandle? _file;
    private DateTime _modified;

    public ZipRecord Record { get; } = record;

    /// <summary>Set once a block has failed: the rest is not worth reading.</summary>
    public volatile bool Lost;

    /// <summary>Set once the loss has been reported and what was written of the file taken back.</summary>
    public bool Dropped { get; set; }

    public long BlockCount => (Record.Item.Size + PackJob.BlockSize - 1) / PackJob.BlockSize;

    /// <summary>Opens the file, the first time, and settles how it is compressed.</summary>
    public SafeFileHandle Open(Func<TreeItem, SafeFileHandle> open)
    {
        lock (_lock)
        {
            if (_file is null)
            {
                var file = open(Record.Item);
                _modified = File.GetLastWriteTimeUtc(file);
                var deflate = !Deflater.IsCompressedKind(Record.Item.RelativePath) && Deflater.IsWorthwhile(file, Record.Item.Size);
                Record.Method = deflate ? ZipRecord.Deflated : ZipRecord.Stored;
                _file = file;
            }

            return _file;
        }
    }

    /// <summary>Whether the file is still what it was when it was opened.</summary>
    public bool IsUnchanged() => RandomAccess.GetLength(_file!) == Record.Item.Size && File.GetLastWriteTimeUtc(_file!) == _modified;

    public void Dispose() => _file?.Dispose();
}

/// <summary>A block of a large file.</summary>
internal sealed class BlockJob(LargeFile file, long index) : PackJob
{
    public LargeFile File { get; } = file;

    public bool IsFirst => index == 0;

    public bool IsLast => index == File.BlockCount - 1;

    public uint Crc { get; private set; }

    /// <summary>Bytes of the file that the block has.</summary>
    public int Length { get; private set; }

    public FutureHouseException? Failure { get; private set; }

    protected override void Make()
    {
        if (File.Lost)
        {
            return;
        }

        var item = File.Record.Item;
        try
        {
            var handle = File.Open(Open);
            var offset = index * BlockSize;
            var wanted = (int)Math.Min(BlockSize, item.Size - offset);
            while (Length < wanted)
            {
                var read = RandomAccess.Read(handle, Buffer.Input.AsSpan(Length, wanted - Length), offset + Length);
                Length = read > 0 ? Length + read : throw NotAsStated(item, handle);
            }

            if (IsLast && RandomAccess.Read(handle, Buffer.Input.AsSpan(wanted, 1), offset + wanted) > 0)
            {
                throw NotAsStated(item, handle);
            }

            if (IsLast && !File.IsUnchanged())
            {
                throw Changed(item);
            }

            var bytes = Buffer.Input.AsMemory(0, Length);
            Crc = Crc32.Compute(bytes.Span);
            if (File.Record.Method == ZipRecord.Deflated)
            {
                Deflater.Append(bytes.Span, Buffer.Output, IsLast);
                if (!IsLast)
                {
                    Deflater.Pad(Buffer.Output, Length);
                }

                bytes = Buffer.Output.GetBuffer().AsMemory(0, (int)Buffer.Output.Length);
            }

            Payload = bytes;
        }
        catch (Exception e) when (IsOfFile(e))
        {
            File.Lost = true;
            Failure = Unreadable(item, e);
        }
    }
}
