using System.Globalization;
using FutureHouse.LocalPlatform.Objects.Http;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Sources;

/// <summary>GET and HEAD of the files of a mapped bucket, as of objects: with ranges, conditions and checksum (Protocol §4, "Download").</summary>
internal sealed class MappedDownloads(ObjectStore store, MappedBucket bucket, FileDigests digests) : DownloadHandler(store)
{
    private const long TicksPerMicrosecond = 10;

    protected override async Task<ObjectRecord?> FindAsync(string objectName, CancellationToken cancellationToken)
    {
        if (bucket.Find(objectName) is not { } path)
        {
            return null;
        }

        var file = new FileInfo(path);
        var (size, modified) = (file.Length, file.LastWriteTimeUtc);
        var crc = await digests.Crc32CAsync(file, cancellationToken).ConfigureAwait(false);
        return new ObjectRecord(
            objectName,
            size,
            crc ?? string.Empty,
            Md5: null,
            Generation: (modified.Ticks - DateTime.UnixEpoch.Ticks) / TicksPerMicrosecond,
            ETag: string.Create(CultureInfo.InvariantCulture, $"\"{size:x}-{modified.Ticks:x}\""),
            ObjectRecord.DefaultContentType,
            ContentEncoding: null,
            new DateTimeOffset(modified, TimeSpan.Zero),
            UploadId: string.Empty,
            [new Segment(path, size)]);
    }
}
