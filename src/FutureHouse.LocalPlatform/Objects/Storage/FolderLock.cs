using System.Diagnostics;

namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>One writer at a time in a folder, across processes: the operating system drops the lock of a process that dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Longer than any flush, and shorter than a client waits: a writer that hangs must not hang the next one too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="DirectoryNotFoundException">The folder is gone.</exception>
    /// <exception cref="BucketException">503: another request has been writing all the while.</exception>
    public static async Task<FolderLock> AcquireAsync(string folder, CancellationToken ct)
    {
        var path = Path.Combine(folder, "lock");
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1));
            }
            catch (IOException) when (Directory.Exists(folder))
            {
                if (Stopwatch.GetElapsedTime(since) > Patience)
                {
                    throw new BucketException(503, "ServiceUnavailable", "Another request is writing to this upload.");
                }

                await Task.Delay(Interval, ct).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
