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
        OwnerOnly.CreateFolder(root);
        OwnerOnly.CreateFolder(_names);
        OwnerOnly.CreateFolder(Temporaries);
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
        OwnerOnly.CreateFolder(folder);
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

    /// <summary>Removes uploads that made no object and that nothing was written to since <paramref name="before"/>.</summary>
    public async Task RemoveAbandonedUploadsAsync(DateTimeOffset before, CancellationToken ct)
    {
        foreach (var upload in Directory.EnumerateDirectories(_names).SelectMany(Directory.EnumerateDirectories).SelectMany(UploadsOf))
        {
            ct.ThrowIfCancellationRequested();
            try
            {
                await RemoveIfAbandonedAsync(upload, before, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
            {
                // It is being deleted, by another process perhaps; or it cannot be read, and then nobody knows what it is.
            }
        }
    }

    private static IEnumerable<string> UploadsOf(string objectFolder)
    {
        try
        {
            return Directory.GetDirectories(Path.Combine(objectFolder, "uploads"));
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private async Task RemoveIfAbandonedAsync(string upload, DateTimeOffset before, CancellationToken ct)
    {
        var state = await ReadAsync(Path.Combine(upload, StateFile), StoreJson.Default.UploadState, ct).ConfigureAwait(false);
        if (state is null)
        {
            if (Directory.GetLastWriteTimeUtc(upload) < before)
            {
                TryDelete(() => Directory.Delete(upload, recursive: true));
            }

            return;
        }

        // A part that arrives is a change of the folder. A session ends by its own age, whatever arrives.
        if (state.Created > before || (state.Kind == UploadKind.Multipart && Directory.GetLastWriteTimeUtc(upload) > before))
        {
            return;
        }

        var id = Path.GetFileName(upload);
        if (!FolderLock.TryAcquire(upload, out var held))
        {
            return; // somebody finishes it
        }

        using (held)
        {
            if ((await FindAsync(state.ObjectName, ct).ConfigureAwait(false))?.UploadId == id)
            {
                return;
            }

            // From here on the upload is unknown: who waits for the lock finds no state.
            TryDelete(() => File.Delete(Path.Combine(upload, StateFile)));
        }

        DeleteUpload(state.ObjectName, id);
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
