using System.IO.Abstractions;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FutureHouse.Transfer.Upload;

/// <summary>What a later process needs to go on with an upload. Its addresses are bearer secrets: the file is its owner's only.</summary>
internal sealed record UploadState
{
    /// <summary>The entry; empty while the service has been asked for it and has not answered.</summary>
    public required Guid EntryId { get; init; }

    /// <summary>The key under which the entry was asked for: asked again with it, the service makes no second.</summary>
    public required Guid CreationKey { get; init; }

    public required long Size { get; init; }

    public required long ModifiedTicks { get; init; }

    /// <summary>Inode of the file; null for an archive, which is made again, and where there is none.</summary>
    public long? Inode { get; init; }

    public required IReadOnlyList<string> PartMd5 { get; init; }

    public required uint Crc32C { get; init; }

    /// <summary>The multipart upload, once it has begun.</summary>
    public string? UploadId { get; init; }

    /// <summary>One presigned URL a part, in order.</summary>
    public IReadOnlyList<Uri>? PartUrls { get; init; }

    /// <summary>ETags of the parts that are there, by index from 0.</summary>
    public IReadOnlyDictionary<int, string> Done { get; init; } = new Dictionary<int, string>();

    /// <summary>The resumable session, where the upload goes that way.</summary>
    public Uri? Session { get; init; }

    /// <summary>Whether it was begun for this very file, as it is now.</summary>
    public bool IsOf(FileIdentity file) => Size == file.Size && ModifiedTicks == file.ModifiedTicks && (Inode ?? file.Inode) == file.Inode;
}

[JsonSerializable(typeof(UploadState))]
internal sealed partial class UploadStateJson : JsonSerializerContext;

/// <summary>The journal of one upload: a file named by what is sent where, written whole or not at all, gone when the upload has ended.</summary>
internal sealed class UploadJournal : IDisposable
{
    private readonly IFileSystem _fileSystem;
    private readonly string _directory;
    private readonly string _file;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private readonly Stream? _lock;

    public UploadJournal(TransferContext context, UploadRequest request, string filePath)
    {
        _fileSystem = context.FileSystem;
        _directory = context.Options.JournalDirectory
            ?? _fileSystem.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "FutureHouse", "uploads");

        // The same command finds its upload again; one with another name, place or tag is another upload.
        var what = string.Join('\n', [context.Client.ServiceUri.ToString(), request.JournalKey ?? request.Path, request.Name, request.Description, filePath, request.DatasetId?.ToString(), request.ParentId?.ToString(), request.ProjectId?.ToString(), .. request.Tags ?? []]);
        _file = _fileSystem.Path.Combine(_directory, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(what)))[..32] + ".json");
        _lock = TryLock();
    }

    /// <summary>The upload that the same command began; null where there is none.</summary>
    public async Task<UploadState?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_lock is null)
        {
            return null;
        }

        try
        {
            var text = await _fileSystem.File.ReadAllTextAsync(_file, cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(text, UploadStateJson.Default.UploadState);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            return null; // None, or one that cannot be used: the upload begins anew.
        }
    }

    /// <summary>Keeps the state. A journal that cannot be written costs the ability to go on later, not the upload.</summary>
    public async Task WriteAsync(UploadState state, CancellationToken cancellationToken)
    {
        if (_lock is null)
        {
            return;
        }

        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var temporary = _file + ".tmp";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            var stream = _fileSystem.FileStream.New(temporary, options);
            await using (stream.ConfigureAwait(false))
            {
                await JsonSerializer.SerializeAsync(stream, state, UploadStateJson.Default.UploadState, cancellationToken).ConfigureAwait(false);
            }

            _fileSystem.File.Move(temporary, _file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // See above.
        }
        finally
        {
            _writer.Release();
        }
    }

    public void Remove()
    {
        if (_lock is null)
        {
            return;
        }

        try
        {
            _fileSystem.File.Delete(_file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is not used again: its entry is no longer pending.
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _lock?.Dispose();
    }

    /// <summary>One upload at a time has the journal; the same file sent twice at once is two uploads, and the second goes without.</summary>
    private FileSystemStream? TryLock()
    {
        try
        {
            MakeDirectory();
            return _fileSystem.FileStream.New(_file + ".lock", new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = FileOptions.DeleteOnClose });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void MakeDirectory()
    {
        if (OperatingSystem.IsWindows())
        {
            _fileSystem.Directory.CreateDirectory(_directory);
        }
        else if (!_fileSystem.Directory.Exists(_directory))
        {
            _fileSystem.Directory.CreateDirectory(_directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
