using System.Runtime.InteropServices;
using System.Text;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>Tells a file from what only looks like one: opening a pipe waits for a writer, and a link leads elsewhere. .NET has no call for it, so its own portable <c>lstat</c> is used.</summary>
internal static class RegularFile
{
    private const int AmpleSize = 512;
    private const int ModeOffset = 4;
    private const int TypeMask = 0xF000;
    private const int RegularType = 0x8000;
    private static readonly bool HasStatus = !OperatingSystem.IsWindows() && Agrees();

    /// <summary>Whether there is a regular file at a path, and no link to one.</summary>
    public static bool IsAt(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.LinkTarget is null && (!HasStatus || Type(path) == RegularType);
    }

    private static int Type(string path)
    {
        var status = new byte[AmpleSize];
        return LStat(Encoding.UTF8.GetBytes(path + '\0'), status) == 0 ? BitConverter.ToInt32(status, ModeOffset) & TypeMask : 0;
    }

    /// <summary>The runtime may change its call: it is held against a file and a folder once.</summary>
    private static bool Agrees()
    {
        try
        {
            var file = typeof(RegularFile).Assembly.Location;
            return File.Exists(file) && new FileInfo(file).LinkTarget is null && Type(file) == RegularType && Type(Path.GetDirectoryName(file)!) is not (RegularType or 0);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libSystem.Native", EntryPoint = "SystemNative_LStat"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int LStat(byte[] path, byte[] output);
}
