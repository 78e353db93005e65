using System.Runtime.InteropServices;

namespace FutureHouse.Packaging;

/// <summary>
/// Size, time and mode of a file or directory by one call to the system, the runtime's own portable <c>lstat</c>; .NET's public classes take more calls and objects for the same. It is held against
/// them once before it is used, as the runtime may change it; where they differ, or on Windows, they are used.
/// </summary>
internal static partial class UnixStatus
{
    private const int AmpleSize = 512;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private const int DirectoryType = 0x4000;
    private static readonly bool Usable = !OperatingSystem.IsWindows() && IsUsable();

    /// <summary>Reads what is known of a regular file or directory.</summary>
    /// <returns>Whether it is one of these, and could be read.</returns>
    public static bool TryGet(string path, out bool isDirectory, out long size, out DateTimeOffset modified, out UnixFileMode mode)
    {
        (isDirectory, size, modified, mode) = (false, 0, default, default);
        return Usable && Read(path, out isDirectory, out size, out modified, out mode);
    }

    /// <summary>Whether it is neither a regular file nor a directory: a device, a pipe, a socket. <see langword="false"/> where that cannot be told.</summary>
    public static bool IsSpecial(string path) => Usable && File.Exists(path) && !Read(path, out _, out _, out _, out _);

    private static unsafe bool Read(string path, out bool isDirectory, out long size, out DateTimeOffset modified, out UnixFileMode mode)
    {
        var status = stackalloc byte[AmpleSize];
        var found = LStat(path, status) == 0;
        var bits = found ? *(int*)(status + 4) : 0;
        var type = bits & TypeMask;
        isDirectory = type == DirectoryType;
        mode = (UnixFileMode)(bits & 0xFFF);
        size = found && !isDirectory ? *(long*)(status + 16) : 0;
        modified = found ? new DateTimeOffset(DateTime.UnixEpoch.Ticks + (*(long*)(status + 40) * TimeSpan.TicksPerSecond) + (*(long*)(status + 48) / 100), TimeSpan.Zero) : default;
        return isDirectory || type == RegularType;
    }

    private static bool IsUsable()
    {
        try
        {
            return RealPath.Resolve(Environment.ProcessPath ?? string.Empty) is { } file && Agrees(new FileInfo(file)) && Agrees(new DirectoryInfo(Path.GetDirectoryName(file)!));
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static bool Agrees(FileSystemInfo info) =>
        Read(info.FullName, out var isDirectory, out var size, out var modified, out var mode)
        && isDirectory == info is DirectoryInfo
        && (isDirectory || size == ((FileInfo)info).Length)
        && modified.UtcDateTime == info.LastWriteTimeUtc
        && !OperatingSystem.IsWindows() && mode == info.UnixFileMode;

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int LStat(string path, byte* output);
}
