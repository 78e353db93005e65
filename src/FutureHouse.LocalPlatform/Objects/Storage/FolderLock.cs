namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>One writer at a time in a folder, across processes: the operating system drops the lock of a process that dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="DirectoryNotFoundException">The folder is gone.</exception>
    public static async Task<FolderLock> AcquireAsync(string folder, CancellationToken ct)
    {
        var path = Path.Combine(folder, "lock");
        while (true)
        {
            try
            {
                return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                await Task.Delay(Interval, ct).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
