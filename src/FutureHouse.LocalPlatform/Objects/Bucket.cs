using System.Globalization;
using FutureHouse.LocalPlatform.Objects.Http;
using FutureHouse.LocalPlatform.Objects.Multipart;
using FutureHouse.LocalPlatform.Objects.Signing;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects;

/// <summary>The bucket of one store folder.</summary>
internal sealed class Bucket(ObjectStore store, MultipartUploads multipart, UrlSigner signer, TimeProvider clock, TimeSpan urlLifetime) : IBucket
{
    /// <summary>The bucket's name; it is also the first segment of the storage routes.</summary>
    public const string BucketName = "futurehouse-local";

    public string Name => BucketName;

    public Uri SignDownload(Uri serviceBase, string objectName, string downloadName) => signer.Sign(
        serviceBase,
        HttpMethods.Get,
        Name,
        objectName,
        urlLifetime,
        query: [new(DownloadHandler.DispositionParameter, ContentDisposition.Attachment(downloadName))]);

    public Uri SignResumableStart(Uri serviceBase, string objectName) => signer.Sign(
        serviceBase, HttpMethods.Post, Name, objectName, urlLifetime, headers: [new(UploadHandlers.ResumableHeader, "start")]);

    public async Task<MultipartTicket> InitiateMultipartAsync(Uri serviceBase, string objectName, IReadOnlyList<string> partHashes, CancellationToken ct)
    {
        var id = await multipart.InitiateAsync(objectName, partHashes, clock.GetUtcNow(), ct).ConfigureAwait(false);
        return new MultipartTicket(id, [.. partHashes.Select((hash, index) => signer.Sign(
            serviceBase,
            HttpMethods.Put,
            Name,
            objectName,
            urlLifetime,
            headers: [new("content-md5", hash)],
            query:
            [
                new(BucketEndpoints.PartParameter, (index + 1).ToString(CultureInfo.InvariantCulture)),
                new(BucketEndpoints.UploadParameter, id),
            ]))]);
    }

    public async Task<ObjectInfo> CompleteMultipartAsync(string objectName, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken ct)
    {
        try
        {
            return (await multipart.CompleteAsync(objectName, uploadId, parts, ct).ConfigureAwait(false)).ToInfo();
        }
        catch (DirectoryNotFoundException)
        {
            throw MultipartUploads.NoSuchUpload(); // Deleted meanwhile.
        }
    }

    public async Task<ObjectInfo?> GetInfoAsync(string objectName, CancellationToken ct) =>
        (await store.FindAsync(objectName, ct).ConfigureAwait(false))?.ToInfo();

    public Task<bool> DeleteAsync(string objectName, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return Task.FromResult(store.Delete(objectName));
    }
}
