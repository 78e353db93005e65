namespace FutureHouse.Transfer.Upload;

/// <summary>The <c>file_path</c> that is stored: <c>/</c> stands between its parts, on every system.</summary>
internal static class StoredPath
{
    /// <summary>A path as it is typed on this machine. Where a backslash may be part of a name, it stays one.</summary>
    public static string Of(string path) => OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;

    /// <summary>A name as one part of a path.</summary>
    public static string Part(string name) => name.Replace('/', '_');
}
