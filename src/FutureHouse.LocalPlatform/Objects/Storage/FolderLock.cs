using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace FutureHouse.LocalPlatform.Objects.Storage;

/// <summary>One writer at a time in a folder, across processes: the operating system drops the lock of a process that dies.</summary>
internal sealed class FolderLock : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Longer than any flush, and shorter than a client waits: a writer that hangs must not hang the next one too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock if nobody holds it.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is gone.</exception>
    public static bool TryAcquire(string folder, [NotNullWhen(true)] out FolderLock? held)
    {
        try
        {
            held = new FolderLock(OwnerOnly.Open(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            return true;
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            held = null;
            return false;
        }
    }

    /// <summary>Takes the lock, waiting for who holds it.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder is gone.</exception>
    /// <exception cref="BucketException">503: another request has been writing all the while.</exception>
    public static async Task<FolderLock> AcquireAsync(string folder, CancellationToken ct)
    {
        var since = Stopwatch.GetTimestamp();
        FolderLock? held;
        while (!TryAcquire(folder, out held))
        {
            if (Stopwatch.GetElapsedTime(since) > Patience)
            {
                throw new BucketException(503, "ServiceUnavailable", "Another request is writing to this upload.");
            }

            await Task.Delay(Interval, ct).ConfigureAwait(false);
        }

        return held;
    }

    public void Dispose() => _file.Dispose();
}
