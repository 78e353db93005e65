using System.Text;
using FutureHouse.Transfer.Upload;

namespace FutureHouse.Transfer;

/// <summary>
/// What a dataset held when it was read: told to an upload, it leaves alone what is there unchanged. A file is
/// unchanged where an active entry below the same parent has its <c>file_path</c>, its size and its CRC32C; a
/// collection where the names, sizes and CRC-32s of its files are the same, whatever way they are compressed.
/// Descriptions, tags and metadata are not compared. Safe for use by many uploads at once.
/// </summary>
public sealed class StoredFiles
{
    private readonly HashSet<Guid> _ids = [];
    private readonly Dictionary<(Guid? Parent, string Path, bool IsCollection), List<Known>> _files = [];
    private readonly Dictionary<(Guid? Parent, string Name), DataEntry> _directories = [];

    private StoredFiles()
    {
    }

    /// <summary>Number of entries read.</summary>
    public int Count => _ids.Count;

    /// <summary>Whether an entry was there before, so that an upload which gives it has sent nothing.</summary>
    /// <param name="entry">What an upload gave.</param>
    /// <returns>Whether it was.</returns>
    public bool Has(DataEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return _ids.Contains(entry.Id);
    }

    /// <summary>
    /// Takes what there is of a dataset. Texts are not kept, only what tells whether they are the same.
    /// </summary>
    internal static async Task<StoredFiles> ReadAsync(IAsyncEnumerable<DataEntry> entries)
    {
        var stored = new StoredFiles();
        await foreach (var entry in entries.ConfigureAwait(false))
        {
            stored.Add(entry);
        }

        return stored;
    }

    /// <summary>
    /// The directory of a hierarchy that is there by that name, below that parent, or <see langword="null"/>.
    /// </summary>
    internal async Task<DataEntry?> FindDirectoryAsync(TransferContext context, Guid? parent, string name, CancellationToken ct)
    {
        if (!_directories.TryGetValue((parent, name), out var found) || found.ContentType == ContentType.Directory)
        {
            return found;
        }

        // A listing that tells no kind may have left out the text as well.
        var read = await context.Client.GetEntryAsync(found.Id, default, ct).ConfigureAwait(false);
        return TransferEngine.IsDirectory(read) ? found : null;
    }

    /// <summary>
    /// The entry that has a file's bytes already, or <see langword="null"/>. The file is read only where path and size
    /// are those of an entry.
    /// </summary>
    internal async Task<DataEntry?> FindAsync(TransferContext context, UploadRequest request, string filePath, long length, Lazy<Task<FileHashes>> hashes, CancellationToken ct)
    {
        if (!_files.TryGetValue((request.ParentId, filePath, request.IsCollection), out var candidates))
        {
            return null;
        }

        foreach (var candidate in candidates)
        {
            if (request.ContentDigest is { } digest && candidate.Entry.Metadata?.GetValueOrDefault(FileMetadata.ContentDigest) as string == digest)
            {
                return candidate.Entry;
            }

            var (size, stored) = candidate.Size is { } told && candidate.Crc32C is { } sum
                ? (told, sum)
                : await StoredObject.LookAsync(context, candidate.Entry.Id, ct).ConfigureAwait(false) ?? (-1, string.Empty);
            if (size == length && stored == Crc32C.ToBase64((await hashes.Value.ConfigureAwait(false)).Crc32C))
            {
                return candidate.Entry;
            }
        }

        return null;
    }

    private void Add(DataEntry entry)
    {
        _ids.Add(entry.Id);
        if (entry.Status != EntryStatus.Active)
        {
            return;
        }

        var light = entry with { Content = null };
        if (entry.FilePath is not null)
        {
            var key = (entry.ParentId, entry.FilePath, entry.IsCollection ?? false);
            if (!_files.TryGetValue(key, out var list))
            {
                _files[key] = list = [];
            }

            // The newest first: it is the likeliest.
            list.Insert(0, new Known(light, entry.Size, entry.GetText() is { } text ? Sum(text) : entry.Metadata?.GetValueOrDefault("crc32c") as string));
        }
        else if (TransferEngine.IsDirectory(entry))
        {
            _directories[(entry.ParentId, entry.Name)] = light;
        }
    }

    /// <summary>The CRC32C of a text's bytes, as <c>x-goog-hash</c> writes it.</summary>
    internal static string Sum(string text)
    {
        var crc = default(Crc32C);
        crc.Append(Encoding.UTF8.GetBytes(text));
        return Crc32C.ToBase64(crc.Value);
    }

    private sealed record Known(DataEntry Entry, long? Size, string? Crc32C);
}
