using System.IO.Abstractions;
using FutureHouse.Errors;
using FutureHouse.Packaging.Placing;

namespace FutureHouse.Transfer.Download;

/// <summary>A file that is in its place.</summary>
/// <param name="Path">Full path.</param>
/// <param name="OriginalName">The stored name, where the file has another.</param>
internal readonly record struct PlacedFile(string Path, string? OriginalName);

/// <summary>A file in the making: a temporary one beside the target, which takes its place when it is whole and is gone otherwise.</summary>
internal sealed class TargetFile : IDisposable
{
    private const int BufferSize = 0; // what is written comes in large pieces
    private readonly TransferContext _context;
    private readonly FetchRequest _request;
    private readonly string _temporary;
    private readonly PlacedFile _place;
    private bool _committed;

    private TargetFile(TransferContext context, FetchRequest request, string temporary, Stream stream, PlacedFile place)
    {
        _context = context;
        _request = request;
        _temporary = temporary;
        _place = place;
        Stream = stream;
    }

    public string Path => _place.Path;

    public Stream Stream { get; }

    /// <param name="context">The engine's.</param>
    /// <param name="request">What is fetched.</param>
    /// <param name="name">Its stored name.</param>
    /// <exception cref="DestinationExistsException">The name is taken, and <see cref="FetchRequest.Force"/> is not given; or something else than a file has it.</exception>
    /// <exception cref="DownloadFailedException">The folder cannot be written to.</exception>
    public static TargetFile Reserve(TransferContext context, FetchRequest request, string name)
    {
        var files = context.FileSystem;
        var (stream, temporary) = Open(context, request, name);
        try
        {
            var place = PlaceOf(context, request, name, IgnoresCase(files, temporary));
            Placing(context, request).ThrowIfTaken(place.Path, isDirectory: false);
            return new TargetFile(context, request, temporary, stream, place);
        }
        catch
        {
            stream.Dispose();
            Parts.Remove(files, temporary);
            throw;
        }
    }

    /// <summary>Puts a file that is whole, in a temporary folder below the destination, in its place.</summary>
    public static PlacedFile Adopt(TransferContext context, FetchRequest request, string file, string name, bool ignoresCase)
    {
        var place = PlaceOf(context, request, name, ignoresCase);
        Placing(context, request).Place(file, place.Path);
        return place;
    }

    /// <summary>Another file in the making for the same place, to be committed instead of this one.</summary>
    public TargetFile Another()
    {
        var (stream, temporary) = Open(_context, _request, Path);
        return new TargetFile(_context, _request, temporary, stream, _place);
    }

    /// <summary>Puts the file in its place, with the permissions and the time that its entry tells.</summary>
    public PlacedFile Commit()
    {
        Stream.Dispose();
        if (_request.Entry.Locations.Count <= 1)
        {
            FileStamp.Of(_request.Entry).Apply(_context.FileSystem, _temporary);
        }

        Placing(_context, _request).Place(_temporary, Path);
        _committed = true;
        return _place;
    }

    public DownloadFailedException CannotWrite(Exception cause) => CannotWrite(_request, Path, cause);

    public void Dispose()
    {
        Stream.Dispose();
        if (!_committed)
        {
            Parts.Remove(_context.FileSystem, _temporary);
        }
    }

    public static DownloadFailedException CannotWrite(FetchRequest request, string path, Exception cause) => CannotWrite(request.Entry.Id, path, cause);

    public static DownloadFailedException CannotWrite(Guid entry, string path, Exception cause)
    {
        path = Parts.Hide(path);
        return new(IsDiskFull(cause) ? TransferContext.Format(TransferMessages.DiskFull, path) : TransferContext.Format(TransferMessages.DownloadWrite, path, Parts.Hide(cause.Message)), cause)
            { Target = path, EntryId = entry };
    }

    private static Placement Placing(TransferContext context, FetchRequest request) => new(context.FileSystem, request.Force, request.Entry.Id);

    private static PlacedFile PlaceOf(TransferContext context, FetchRequest request, string original, bool ignoresCase)
    {
        var folder = request.DestinationDirectory!;
        var name = request.PlannedName?.Invoke(original) ?? request.Names.Take(folder, original, isFile: true, ignoresCase);
        return new PlacedFile(context.FileSystem.Path.Combine(folder, name), name == original ? null : original);
    }

    private static (Stream Stream, string Temporary) Open(TransferContext context, FetchRequest request, string name)
    {
        var files = context.FileSystem;
        var temporary = Parts.NewPath(files, request.DestinationDirectory!);
        try
        {
            // Nobody else opens it: the lock tells other processes that this one lives.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = BufferSize, Options = FileOptions.Asynchronous };
            return (files.FileStream.New(temporary, options), temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(request, files.Path.Combine(request.DestinationDirectory!, files.Path.GetFileName(name)), e);
        }
    }

    private static bool IgnoresCase(IFileSystem files, string temporary) =>
        files.File.Exists(files.Path.Combine(files.Path.GetDirectoryName(temporary)!, files.Path.GetFileName(temporary).ToUpperInvariant()));

    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows; ENOSPC, and EDQUOT of Linux and of macOS.
    private static bool IsDiskFull(Exception cause) => cause is IOException && (OperatingSystem.IsWindows()
        ? cause.HResult is unchecked((int)0x80070070) or unchecked((int)0x80070027)
        : cause.HResult == 28 || cause.HResult == (OperatingSystem.IsMacOS() ? 69 : 122));
}
