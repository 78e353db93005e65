namespace FutureHouse.LocalPlatform.Objects;

/// <summary>The bucket behind the data entries: objects, signed URLs and uploads (Protocol §4, "Bytes").</summary>
public interface IBucket
{
    /// <summary>The bucket's name, the first segment of every URL it signs.</summary>
    string Name { get; }

    /// <summary>Signs a GET of an object (Protocol §4, "Download").</summary>
    /// <param name="serviceBase">Scheme, host and port under which the caller reaches this service.</param>
    /// <param name="objectName">Name of the object.</param>
    /// <param name="downloadName">File name that the answer's Content-Disposition carries.</param>
    Uri SignDownload(Uri serviceBase, string objectName, string downloadName);

    /// <summary>Signs the POST that starts a resumable session (Protocol §4, "Resumable session"); <c>x-goog-resumable: start</c> is a signed header.</summary>
    /// <param name="serviceBase">Scheme, host and port under which the caller reaches this service.</param>
    /// <param name="objectName">Name of the object to be made.</param>
    Uri SignResumableStart(Uri serviceBase, string objectName);

    /// <summary>Starts a multipart upload (Protocol §4, "Multipart upload").</summary>
    /// <param name="serviceBase">Scheme, host and port under which the caller reaches this service.</param>
    /// <param name="objectName">Name of the object to be made.</param>
    /// <param name="partHashes">Base64 MD5 of each part, in order; 1 to 10,000.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>The upload's id and one presigned PUT URL a part, in order.</returns>
    /// <exception cref="BucketException">400 <c>InvalidArgument</c>: no parts, or more than 10,000.</exception>
    Task<MultipartTicket> InitiateMultipartAsync(Uri serviceBase, string objectName, IReadOnlyList<string> partHashes, CancellationToken ct);

    /// <summary>Makes the object of the parts. Idempotent: the same list again gives the same answer.</summary>
    /// <param name="objectName">Name given at initiate.</param>
    /// <param name="uploadId">Id of the upload.</param>
    /// <param name="parts">The parts, ascending by number.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="BucketException">404 <c>NoSuchUpload</c>; 400 <c>InvalidPart</c>, <c>InvalidPartOrder</c> or <c>EntityTooSmall</c>.</exception>
    Task<ObjectInfo> CompleteMultipartAsync(string objectName, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken ct);

    /// <summary>What is known of an object, or null where there is none.</summary>
    /// <param name="objectName">Name of the object.</param>
    /// <param name="ct">Cancels.</param>
    Task<ObjectInfo?> GetInfoAsync(string objectName, CancellationToken ct);

    /// <summary>Removes an object with its unfinished uploads and sessions; absent is no error.</summary>
    /// <param name="objectName">Name of the object.</param>
    /// <param name="ct">Cancels.</param>
    /// <returns>Whether nothing is left of it; a reader, or another request that is writing to it, may hold a file, and then it is to be tried again.</returns>
    Task<bool> DeleteAsync(string objectName, CancellationToken ct);
}
