using System.Buffers;
using System.Security.Cryptography;

namespace FutureHouse.Transfer.Upload;

/// <summary>Hashes of a file: MD5 of each part as the storage wants it, CRC32C of the whole, from one read.</summary>
internal sealed record FileHashes(IReadOnlyList<string> PartMd5, uint Crc32C);

/// <summary>Hashes the parts of a file on all cores.</summary>
internal static class FileHasher
{
    public const int BufferSize = 256 * 1024;

    // One for all files: hashing is bound by the processor, and the next file is hashed while this one is on the wire.
    private static readonly SemaphoreSlim Cores = new(Environment.ProcessorCount);

    public static async Task<FileHashes> HashAsync(SourceFile file, PartPlan plan, Action<long> hashed, CancellationToken cancellationToken)
    {
        var parts = new (string Md5, uint Crc)[plan.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, plan.Count),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (index, token) => parts[index] = await HashPartAsync(file, plan, index, hashed, token).ConfigureAwait(false)).ConfigureAwait(false);
        file.ThrowIfChanged();

        var crc = parts[0].Crc;
        for (var i = 1; i < parts.Length; i++)
        {
            crc = Crc32C.Combine(crc, parts[i].Crc, plan.Length(i));
        }

        return new FileHashes(Array.ConvertAll(parts, p => p.Md5), crc);
    }

    public static async Task<(string Md5, uint Crc)> HashPartAsync(SourceFile file, PartPlan plan, int index, Action<long>? hashed, CancellationToken cancellationToken)
    {
        await Cores.WaitAsync(cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
#pragma warning disable CA5351 // The storage asks for MD5 (Content-MD5); it guards against damage, not against malice.
            using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
#pragma warning restore CA5351
            var crc = default(Crc32C);
            var (offset, end) = (plan.Offset(index), plan.Offset(index) + plan.Length(index));
            while (offset < end)
            {
                var slice = buffer.AsMemory(0, (int)Math.Min(BufferSize, end - offset));
                await file.ReadAsync(slice, offset, cancellationToken).ConfigureAwait(false);
                md5.AppendData(slice.Span);
                crc.Append(slice.Span);
                offset += slice.Length;
                hashed?.Invoke(slice.Length);
            }

            return (Convert.ToBase64String(md5.GetHashAndReset()), crc.Value);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Cores.Release();
        }
    }
}
