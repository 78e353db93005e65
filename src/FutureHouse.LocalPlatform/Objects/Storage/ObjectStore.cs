using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>
/// Objects in a folder:
/// <code>
/// tmp/                               temporaries; a leftover is removed at start
/// names/ab/abcd…/                    one folder an object, named by the SHA-256 of its name
///     object.json                    the finished object; its rename is the moment the object appears
///     uploads/ID/upload.json         an upload (multipart or session), finished or not
///     uploads/ID/00001-…, body       its bytes
/// </code>
/// All state is in these files, so that a restart loses nothing and several processes may serve one folder.
/// </summary>
internal sealed class ObjectStore
{
    private const string RecordFile = "object.json";
    private const string StateFile = "upload.json";
    private const int IdBytes = 32;
    private readonly string _names;
    private readonly TimeProvider _clock;

    public ObjectStore(string root, TimeProvider clock)
    {
        _names = Path.Combine(root, "names");
        Temporaries = Path.Combine(root, "tmp");
        _clock = clock;
        DurableFile.CreateFolder(root);
        DurableFile.CreateFolder(_names);
        DurableFile.CreateFolder(Temporaries);
    }

    /// <summary>Folder of the temporaries, on the same volume as the objects.</summary>
    public string Temporaries { get; }

    /// <summary>A name for a new temporary.</summary>
    public string NewTemporary() => Path.Combine(Temporaries, Guid.NewGuid().ToString("N"));

    /// <summary>The finished object, or null.</summary>
    public Task<ObjectRecord?> FindAsync(string objectName, CancellationToken ct) =>
        ReadAsync(Path.Combine(ObjectFolder(objectName), RecordFile), StoreJson.Default.ObjectRecord, ct);

    /// <summary>Full path of a segment.</summary>
    public string SegmentPath(ObjectRecord record, Segment segment) =>
        Path.IsPathFullyQualified(segment.File) ? segment.File : Path.Combine(UploadFolder(record.Name, record.UploadId), segment.File);

    /// <summary>Begins an upload.</summary>
    /// <returns>Its id: 256 random bits, a bearer secret.</returns>
    public async Task<string> CreateUploadAsync(UploadState state, CancellationToken ct)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        var folder = UploadFolder(state.ObjectName, id);
        DurableFile.CreateFolder(folder);
        await WriteAsync(Path.Combine(folder, StateFile), state, StoreJson.Default.UploadState, ct).ConfigureAwait(false);
        return id;
    }

    /// <summary>An upload, or null where there is none of this id.</summary>
    public async Task<UploadState?> FindUploadAsync(string objectName, string id, CancellationToken ct) => IsUploadId(id)
        ? await ReadAsync(Path.Combine(UploadFolder(objectName, id), StateFile), StoreJson.Default.UploadState, ct).ConfigureAwait(false)
        : null;

    /// <summary>Forgets an upload and its bytes.</summary>
    public void DeleteUpload(string objectName, string id)
    {
        var folder = UploadFolder(objectName, id);
        // Without its state an upload does not exist, whatever becomes of the rest.
        TryDelete(() => File.Delete(Path.Combine(folder, StateFile)));
        TryDelete(() => Directory.Delete(folder, recursive: true));
    }

    /// <summary>Makes an object of an upload's files, which are on disk already; an older object of the name goes.</summary>
    /// <exception cref="DirectoryNotFoundException">The object was deleted meanwhile, with all its uploads.</exception>
    public async Task<ObjectRecord> PublishAsync(ObjectRecord record, CancellationToken ct)
    {
        var folder = ObjectFolder(record.Name);
        var previous = await FindAsync(record.Name, ct).ConfigureAwait(false);
        var now = _clock.GetUtcNow();
        var microseconds = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        record = record with { Created = now, Generation = Math.Max(microseconds, (previous?.Generation ?? 0) + 1) };
        await WriteAsync(Path.Combine(folder, RecordFile), record, StoreJson.Default.ObjectRecord, ct).ConfigureAwait(false);
        if (previous is not null && previous.UploadId != record.UploadId)
        {
            DeleteUpload(record.Name, previous.UploadId);
        }

        return record;
    }

    /// <summary>Removes an object and every upload of its name.</summary>
    /// <returns>Whether nothing is left of it.</returns>
    public bool Delete(string objectName)
    {
        var folder = ObjectFolder(objectName);
        if (!Directory.Exists(folder))
        {
            return true;
        }

        TryDelete(() => File.Delete(Path.Combine(folder, RecordFile)));
        TryDelete(() => Directory.Delete(folder, recursive: true));
        return !Directory.Exists(folder);
    }

    public string UploadFolder(string objectName, string id) => IsUploadId(id)
        ? Path.Combine(ObjectFolder(objectName), "uploads", id)
        : throw new ArgumentException("Not an upload id.", nameof(id));

    /// <summary>Removes temporaries that nobody writes to: what a crash has left.</summary>
    /// <param name="before">Those written to last before that time: another process that has just created one may not hold it yet.</param>
    public void RemoveLeftovers(DateTimeOffset before)
    {
        foreach (var path in Directory.EnumerateFiles(Temporaries))
        {
            TryDelete(() =>
            {
                if (File.GetLastWriteTimeUtc(path) >= before)
                {
                    return;
                }

                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                }

                File.Delete(path);
            });
        }
    }

    /// <summary>Removes sessions that began before <paramref name="before"/> and made no object.</summary>
    public async Task RemoveExpiredSessionsAsync(DateTimeOffset before, CancellationToken ct)
    {
        foreach (var folder in Directory.EnumerateDirectories(_names).SelectMany(Directory.EnumerateDirectories))
        {
            try
            {
                await RemoveExpiredSessionsAsync(Path.Combine(folder, "uploads"), before, ct).ConfigureAwait(false);
            }
            catch (IOException)
            {
                // The object is being deleted, by another process perhaps.
            }
        }
    }

    private async Task RemoveExpiredSessionsAsync(string uploads, DateTimeOffset before, CancellationToken ct)
    {
        foreach (var upload in Directory.Exists(uploads) ? Directory.EnumerateDirectories(uploads) : [])
        {
            var state = await ReadAsync(Path.Combine(upload, StateFile), StoreJson.Default.UploadState, ct).ConfigureAwait(false);
            if (state is null && Directory.GetLastWriteTimeUtc(upload) < before)
            {
                TryDelete(() => Directory.Delete(upload, recursive: true));
            }

            if (state is not { Kind: UploadKind.Session } || state.Created > before)
            {
                continue;
            }

            var record = await FindAsync(state.ObjectName, ct).ConfigureAwait(false);
            if (record?.UploadId != Path.GetFileName(upload))
            {
                DeleteUpload(state.ObjectName, Path.GetFileName(upload));
            }
        }
    }

    private static bool IsUploadId(string id) => id.Length == 2 * IdBytes && id.All(char.IsAsciiHexDigitLower);

    /// <summary>Never a path made of a name: its hash.</summary>
    private string ObjectFolder(string objectName)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(objectName)));
        return Path.Combine(_names, hash[..2], hash);
    }

    private static async Task<T?> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) where T : class
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false);
            return JsonSerializer.Deserialize(bytes, type);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private Task WriteAsync<T>(string path, T value, JsonTypeInfo<T> type, CancellationToken ct) =>
        DurableFile.ReplaceAsync(NewTemporary(), path, JsonSerializer.SerializeToUtf8Bytes(value, type), ct);

    /// <summary>Removal of what no longer counts may fail (another process is at it, a reader holds it); the next start tries again.</summary>
    private static void TryDelete(Action delete)
    {
        try
        {
            delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
