using System.Buffers;
using System.Collections.Concurrent;
using FutureHouse.LocalPlatform.Objects.Hashing;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>CRC32C of files that are not ours, kept as long as size and time of the file stay. What is begun is finished, also when nobody waits any more: who asks again finds it.</summary>
internal sealed class FileDigests : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private const int MostKept = 200_000;

    /// <summary>A download waits no longer than this, which is less than its client's patience (Protocol §1: 30 s); it goes without the checksum then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<(string Path, long Size, long Ticks), Lazy<Task<string?>>> _digests = new();
    private readonly SemaphoreSlim _readers = new(2, 2);

    /// <returns>Base64, or <see langword="null"/> where it is not known in time.</returns>
    public async Task<string?> Crc32CAsync(FileInfo file, CancellationToken cancellationToken)
    {
        var key = (file.FullName, file.Length, file.LastWriteTimeUtc.Ticks);
        if (_digests.Count > MostKept)
        {
            _digests.Clear();
        }

        var digest = _digests.GetOrAdd(key, k => new Lazy<Task<string?>>(() => Task.Run(() => ComputeAsync(k.Path, k.Size))));
        try
        {
            var result = await digest.Value.WaitAsync(Patience, cancellationToken).ConfigureAwait(false);
            if (result is null)
            {
                _digests.TryRemove(key, out _); // it changed while it was read
            }

            return result;
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _digests.TryRemove(key, out _);
            throw;
        }
    }

    public void Dispose() => _readers.Dispose();

    private async Task<string?> ComputeAsync(string path, long size)
    {
        await _readers.WaitAsync().ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            var (crc, position) = (0u, 0L);
            while (RandomAccess.Read(file, buffer.AsSpan(0, BufferSize), position) is var read and > 0)
            {
                crc = Crc32C.Append(crc, buffer.AsSpan(0, read));
                position += read;
            }

            return position == size ? Crc32C.ToBase64(crc) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _readers.Release();
        }
    }
}
