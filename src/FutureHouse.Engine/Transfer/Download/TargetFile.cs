using FutureHouse.Errors;

namespace FutureHouse.Transfer.Download;

/// <summary>A file in the making: a temporary one beside the target, which takes its place when it is whole and is gone otherwise.</summary>
internal sealed class TargetFile : IDisposable
{
    private const int BufferSize = 0; // what is written comes in large pieces
    private readonly TransferContext _context;
    private readonly FetchRequest _request;
    private readonly string _temporary;
    private bool _committed;

    private TargetFile(TransferContext context, FetchRequest request, string path, string temporary, Stream stream)
    {
        _context = context;
        _request = request;
        _temporary = temporary;
        Path = path;
        Stream = stream;
    }

    public string Path { get; }

    public Stream Stream { get; }

    /// <exception cref="DestinationExistsException">The name is taken, and <see cref="FetchRequest.Force"/> is not given.</exception>
    /// <exception cref="DownloadFailedException">The folder cannot be written to.</exception>
    public static TargetFile Reserve(TransferContext context, FetchRequest request, string name)
    {
        var files = context.FileSystem;
        var folder = request.DestinationDirectory!;
        name = request.ChooseName?.Invoke(name) ?? name;
        var path = files.Path.Combine(folder, name);
        ThrowIfTaken(context, request, path);
        var temporary = files.Path.Combine(folder, $".{Guid.NewGuid():N}.fhpart");
        try
        {
            var stream = files.FileStream.New(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = BufferSize, Options = FileOptions.Asynchronous });
            return new TargetFile(context, request, path, temporary, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(request, path, e);
        }
    }

    /// <summary>Puts a file that is whole, in a temporary folder below the destination, in its place.</summary>
    /// <returns>The full path.</returns>
    public static string Adopt(TransferContext context, FetchRequest request, string file)
    {
        var files = context.FileSystem;
        var name = files.Path.GetFileName(file);
        var path = files.Path.Combine(request.DestinationDirectory!, request.ChooseName?.Invoke(name) ?? name);
        ThrowIfTaken(context, request, path);
        files.File.Move(file, path, request.Force);
        return path;
    }

    /// <summary>Puts the file in its place.</summary>
    /// <returns>The full path.</returns>
    public string Commit()
    {
        Stream.Dispose();
        ThrowIfTaken(_context, _request, Path);
        _context.FileSystem.File.Move(_temporary, Path, _request.Force);
        _committed = true;
        return Path;
    }

    public DownloadFailedException CannotWrite(Exception cause) => CannotWrite(_request, Path, cause);

    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed)
        {
            try
            {
                _context.FileSystem.File.Delete(_temporary);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What cannot be removed here (a disk that went away) is beyond us.
            }
        }
    }

    private static void ThrowIfTaken(TransferContext context, FetchRequest request, string path)
    {
        var files = context.FileSystem;
        if (files.Directory.Exists(path) || (files.File.Exists(path) && !request.Force))
        {
            throw new DestinationExistsException(TransferContext.Format(TransferMessages.Exists, path)) { Target = path, EntryId = request.Entry.Id };
        }

        // A rename replaces a read-only file without asking; what was protected by its owner is not ours to replace.
        if (files.File.Exists(path) && files.File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly))
        {
            throw CannotWrite(request, path, new UnauthorizedAccessException(new System.ComponentModel.Win32Exception(13).Message));
        }
    }

    public static DownloadFailedException CannotWrite(FetchRequest request, string path, Exception cause) => CannotWrite(request.Entry.Id, path, cause);

    public static DownloadFailedException CannotWrite(Guid entry, string path, Exception cause) =>
        new(IsDiskFull(cause) ? TransferContext.Format(TransferMessages.DiskFull, path) : TransferContext.Format(TransferMessages.DownloadWrite, path, cause.Message), cause)
            { Target = path, EntryId = entry };

    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows; ENOSPC, and EDQUOT of Linux and of macOS.
    private static bool IsDiskFull(Exception cause) => cause is IOException && (OperatingSystem.IsWindows()
        ? cause.HResult is unchecked((int)0x80070070) or unchecked((int)0x80070027)
        : cause.HResult == 28 || cause.HResult == (OperatingSystem.IsMacOS() ? 69 : 122));
}
