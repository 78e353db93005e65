using System.Globalization;
using System.Security.Cryptography;
using FutureHouse.LocalPlatform.Objects.Hashing;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects.Multipart;

/// <summary>Multipart uploads: parts as files, the object a list of them (gcs-transfer, "Multipart upload by presigned part URLs").</summary>
internal sealed class MultipartUploads(ObjectStore store)
{
    public const int MaxParts = 10_000;
    public const long MinPartSize = 5L * 1024 * 1024;
    public const long MaxPartSize = 5L * 1024 * 1024 * 1024;

    /// <summary>Begins an upload of so many parts.</summary>
    public Task<string> InitiateAsync(string objectName, IReadOnlyList<string> partHashes, DateTimeOffset now, CancellationToken ct)
    {
        if (partHashes.Count is < 1 or > MaxParts)
        {
            throw new BucketException(400, "InvalidArgument", "Invalid argument.", $"An upload has 1 to {MaxParts} parts.");
        }

        return store.CreateUploadAsync(new UploadState(UploadKind.Multipart, objectName, now, PartHashes: partHashes), ct);
    }

    /// <summary>Stores a part; a part sent again replaces itself.</summary>
    /// <param name="objectName">Object to be made.</param>
    /// <param name="uploadId">Its upload.</param>
    /// <param name="number">1 and up.</param>
    /// <param name="contentMd5">Base64 MD5 of the part; a signed header, so it is the one of initiate.</param>
    /// <param name="contentLength">Bytes, where the request tells.</param>
    /// <param name="body">The part.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<StoredPart> PutPartAsync(
        string objectName, string uploadId, int number, string contentMd5, long? contentLength, Stream body, CancellationToken ct)
    {
        var upload = await FindAsync(objectName, uploadId, ct).ConfigureAwait(false);
        var record = await store.FindAsync(objectName, ct).ConfigureAwait(false);
        if (record?.UploadId == uploadId)
        {
            throw NoSuchUpload();
        }

        if (number < 1 || number > upload.PartHashes!.Count)
        {
            throw new BucketException(400, "InvalidArgument", "Invalid argument.", "There is no part of this number.");
        }

        if (!DeclaredHash.IsBase64(contentMd5, MD5.HashSizeInBytes))
        {
            throw new BucketException(400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
        }

        if (contentLength > MaxPartSize)
        {
            throw TooLarge();
        }

        var temporary = store.NewTemporary();
        try
        {
            using var digest = new ContentDigest();
            await using var file = DurableFile.Create(temporary);
            await StreamCopy.ReadAsync(body, long.MaxValue, Write, ct).ConfigureAwait(false);

            async Task Write(ReadOnlyMemory<byte> bytes)
            {
                digest.Append(bytes.Span);
                if (digest.Length > MaxPartSize)
                {
                    throw TooLarge();
                }

                await file.WriteAsync(bytes, CancellationToken.None).ConfigureAwait(false);
            }

            var part = new StoredPart(number, digest.Length, digest.Md5(), digest.Crc32C);
            if (contentMd5 != part.Md5Base64)
            {
                throw new BucketException(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
            }

            file.Flush(flushToDisk: true);
            // The hash was fixed at initiate: a part sent again has the same bytes, and so the same name.
            File.Move(temporary, Path.Combine(store.UploadFolder(objectName, uploadId), part.FileName), overwrite: true);
            return part;
        }
        catch (DirectoryNotFoundException)
        {
            File.Delete(temporary);
            throw NoSuchUpload();
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Makes the object. Nothing is copied: it is done as soon as the list is checked.</summary>
    public async Task<ObjectRecord> CompleteAsync(string objectName, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken ct)
    {
        await FindAsync(objectName, uploadId, ct).ConfigureAwait(false);
        var folder = store.UploadFolder(objectName, uploadId);
        using var held = await LockAsync(folder, ct).ConfigureAwait(false);
        await FindAsync(objectName, uploadId, ct).ConfigureAwait(false); // abandoned and swept, while the lock was waited for

        var listed = Match(parts, StoredPart.ReadFolder(folder));
        var segments = listed.ConvertAll(part => new Segment(part.FileName, part.Size));
        var record = await store.FindAsync(objectName, ct).ConfigureAwait(false);
        if (record?.UploadId == uploadId)
        {
            return record.Segments.SequenceEqual(segments)
                ? record
                : throw InvalidPart("The upload was completed with another list of parts.");
        }

        return await store.PublishAsync(
            new ObjectRecord(
                objectName,
                listed.Sum(part => part.Size),
                Crc32C.ToBase64(listed.Aggregate(0u, (crc, part) => Crc32C.Combine(crc, part.Crc32C, part.Size))),
                Md5: null,
                Generation: 0,
                ETagOf(listed),
                ObjectRecord.DefaultContentType,
                ContentEncoding: null,
                default,
                uploadId,
                segments),
            ct).ConfigureAwait(false);
    }

    public static BucketException NoSuchUpload() =>
        new(404, "NoSuchUpload", "The requested upload was not found.");

    /// <summary>Checks a list against what is stored: order, hashes, sizes.</summary>
    private static List<StoredPart> Match(IReadOnlyList<CompletedPart> parts, Dictionary<int, StoredPart> stored)
    {
        if (parts.Count == 0)
        {
            throw InvalidPart("The list names no part.");
        }

        var listed = new List<StoredPart>(parts.Count);
        foreach (var part in parts)
        {
            if (listed.Count > 0 && part.PartNumber <= listed[^1].Number)
            {
                throw new BucketException(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
            }

            if (!stored.TryGetValue(part.PartNumber, out var found)
                || !string.Equals(part.ETag.Trim('"'), found.Md5Hex, StringComparison.OrdinalIgnoreCase)
                || (part.Checksum is not null && part.Checksum != found.Md5Base64))
            {
                throw InvalidPart($"Part {part.PartNumber.ToString(CultureInfo.InvariantCulture)} is not stored, or has another ETag.");
            }

            listed.Add(found);
        }

        if (listed.Take(listed.Count - 1).FirstOrDefault(part => part.Size < MinPartSize) is { } small)
        {
            throw new BucketException(
                400,
                "EntityTooSmall",
                "Your proposed upload is smaller than the minimum object size specified in the multipart upload.",
                $"Part {small.Number} has {small.Size} bytes; all parts but the last have at least {MinPartSize}.");
        }

        return listed;
    }

    /// <summary>An ETag that nobody takes for an MD5: hash of the parts' hashes and their number.</summary>
    private static string ETagOf(List<StoredPart> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        parts.ForEach(part => hash.AppendData(part.Md5));
        return $"\"{Convert.ToHexStringLower(hash.GetHashAndReset())}-{parts.Count}\"";
    }

    private static async Task<FolderLock> LockAsync(string folder, CancellationToken ct)
    {
        try
        {
            return await FolderLock.AcquireAsync(folder, ct).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException)
        {
            throw NoSuchUpload();
        }
    }

    private async Task<UploadState> FindAsync(string objectName, string uploadId, CancellationToken ct) =>
        await store.FindUploadAsync(objectName, uploadId, ct).ConfigureAwait(false) is { Kind: UploadKind.Multipart } upload
            ? upload
            : throw NoSuchUpload();

    private static BucketException InvalidPart(string details) => new(
        400,
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified ETag may not have matched the part's ETag.",
        details);

    private static BucketException TooLarge() =>
        new(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.");
}
