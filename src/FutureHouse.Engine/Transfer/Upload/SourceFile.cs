using System.Globalization;
using System.IO.Abstractions;
using FutureHouse.Errors;
using Microsoft.Win32.SafeHandles;

namespace FutureHouse.Transfer.Upload;

/// <summary>What makes a file the same file as before.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="ModifiedTicks">Time of the last change, UTC ticks.</param>
/// <param name="Inode">Number of the file in its file system; 0 where the system has none to tell.</param>
internal readonly record struct FileIdentity(long Size, long ModifiedTicks, long Inode);

/// <summary>
/// A file that is being sent: opened once, read by position from several threads, watched for change.
/// </summary>
internal sealed class SourceFile : IDisposable
{
    // A file that is being written to may grow between the two looks at it.
    private const int Attempts = 3;

    private readonly IFileSystem _fileSystem;
    private readonly SafeFileHandle? _handle;
    private readonly FileStream? _copy;
    private readonly Stream? _stream;
    private readonly SemaphoreSlim? _streamLock;

    private SourceFile(IFileSystem fileSystem, string path, FileIdentity identity, SafeFileHandle? handle, Stream? stream, FileStream? copy = null)
    {
        _copy = copy;
        _fileSystem = fileSystem;
        Path = path;
        Identity = identity;
        _handle = handle;
        _stream = stream;
        _streamLock = stream is null ? null : new SemaphoreSlim(1, 1);
    }

    public string Path { get; }

    public FileIdentity Identity { get; }

    public long Size => Identity.Size;

    /// <summary>
    /// Opens a file. A device, pipe or socket is refused before it is opened, as opening one may wait for ever. A file
    /// that does not end where its file system says (below <c>/proc</c>,
    /// <c>/sys</c>) is copied first, and the copy is sent.
    /// </summary>
    /// <exception cref="PathNotFoundException">There is nothing, or a link that leads nowhere.</exception>
    /// <exception cref="PathUnreadableException">It is a directory, no regular file, or may not be read.</exception>
    /// <exception cref="FileChangedException">It does not stand still.</exception>
    public static SourceFile Open(IFileSystem fileSystem, string path, CancellationToken cancellationToken = default)
    {
        try
        {
            if (fileSystem.Directory.Exists(path))
            {
                throw new PathUnreadableException(Format(TransferMessages.IsDirectory, path)) { Target = path };
            }

            var info = fileSystem.FileInfo.New(path);
            if (info.LinkTarget is not null && info.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true })
            {
                throw new PathNotFoundException(Format(TransferMessages.BrokenLink, path)) { Target = path };
            }

            if (!info.Exists)
            {
                throw new PathNotFoundException(Format(TransferMessages.PathNotFound, path)) { Target = path };
            }

            if (fileSystem is not FileSystem)
            {
                return new SourceFile(fileSystem, path, Identify(info), null, info.OpenRead());
            }

            if (!UnixFileType.IsRegular(path))
            {
                throw new PathUnreadableException(Format(TransferMessages.NotRegular, path)) { Target = path };
            }

            return OpenRegular(fileSystem, path, cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PathNotFoundException(Format(TransferMessages.PathNotFound, path), e) { Target = path };
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or NotSupportedException or ArgumentException)
        {
            throw new PathUnreadableException(Format(TransferMessages.Unreadable, path, e.Message), e) { Target = path };
        }
    }

    /// <summary>Fills the buffer from a position.</summary>
    /// <exception cref="FileChangedException">The file ends before the buffer is full.</exception>
    public async ValueTask ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        var done = 0;
        while (done < buffer.Length)
        {
            int read;
            try
            {
                read = _handle is not null
                    ? await RandomAccess.ReadAsync(_handle, buffer[done..], offset + done, cancellationToken).ConfigureAwait(false)
                    : await ReadStreamAsync(buffer[done..], offset + done, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                throw new PathUnreadableException(Format(TransferMessages.Unreadable, Path, e.Message), e) { Target = Path };
            }

            if (read == 0)
            {
                throw Changed();
            }

            done += read;
        }
    }

    /// <summary>Makes sure that the file is still what it was when it was opened.</summary>
    /// <exception cref="FileChangedException">It grew, shrank, was written to, or is gone.</exception>
    public void ThrowIfChanged()
    {
        if (_copy is not null)
        {
            return; // what is sent is the copy
        }

        var now = _fileSystem.FileInfo.New(Path);
        if (!now.Exists || Identify(now) != Identity || (_handle is not null && !EndsAt(_handle, Identity.Size)))
        {
            throw Changed();
        }
    }

    public FileChangedException Changed() => new(Format(TransferMessages.FileChanged, Path)) { Target = Path };

    public void Dispose()
    {
        _handle?.Dispose();
        _copy?.Dispose();
        _stream?.Dispose();
        _streamLock?.Dispose();
    }

    private static SourceFile OpenRegular(IFileSystem fileSystem, string path, CancellationToken cancellationToken)
    {
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        try
        {
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                var identity = Identify(fileSystem.FileInfo.New(path));
                if (EndsAt(handle, identity.Size))
                {
                    return new SourceFile(fileSystem, path, identity, handle, null);
                }

                if (Identify(fileSystem.FileInfo.New(path)) == identity)
                {
                    // It stands still, and has another size than its file system says.
                    var (copy, copied) = SpooledFile.Copy(handle, path, cancellationToken);
                    handle.Dispose();
                    return new SourceFile(fileSystem, path, copied, copy.SafeFileHandle, null, copy);
                }
            }

            throw new FileChangedException(Format(TransferMessages.FileChanged, path)) { Target = path };
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file has its last byte just before a position. One call to the system.</summary>
    private static bool EndsAt(SafeFileHandle handle, long size)
    {
        Span<byte> two = stackalloc byte[2];
        return size == 0 ? RandomAccess.Read(handle, two[..1], 0) == 0 : RandomAccess.Read(handle, two, size - 1) == 1;
    }

    private static string Format(string format, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, format, arguments);

    private static FileIdentity Identify(IFileInfo info)
    {
        // Of a link, what counts is what it leads to.
        var target = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as IFileInfo ?? info;
        return new FileIdentity(target.Length, target.LastWriteTimeUtc.Ticks, info.FileSystem is FileSystem ? UnixFileType.Inode(info.FullName) : 0);
    }

    private async ValueTask<int> ReadStreamAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        await _streamLock!.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _stream!.Position = offset;
            return await _stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _streamLock.Release();
        }
    }
}
