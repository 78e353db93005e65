using System.Runtime.InteropServices;

namespace FutureHouse.Transfer.Upload;

/// <summary>What Unix knows of a file and .NET has no public call for: whether it is a regular one, and its inode. Asks the runtime's own portable stat, which follows links.</summary>
internal static partial class UnixFileType
{
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int ModeOffset = sizeof(int); // after the flags
    private const int InodeOffset = 104; // after mode, owners, size, four times and two devices
    private const int AmpleSize = 512;

    /// <summary>Whether it is no device, pipe or socket; also where that cannot be told.</summary>
    public static unsafe bool IsRegular(string path)
    {
        // Opening a device as a file fails on Windows, it does not wait.
        var status = stackalloc byte[AmpleSize];
        return !TryGet(path, status) || (*(int*)(status + ModeOffset) & TypeMask) == Regular;
    }

    /// <summary>The inode; 0 where there is no file, or nothing to tell it.</summary>
    public static unsafe long Inode(string path)
    {
        var status = stackalloc byte[AmpleSize];
        return TryGet(path, status) ? *(long*)(status + InodeOffset) : 0;
    }

    private static unsafe bool TryGet(string path, byte* status)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        try
        {
            return Stat(path, status) == 0;
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false; // a runtime without it: the read will tell
        }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Stat(string path, byte* output);
}
