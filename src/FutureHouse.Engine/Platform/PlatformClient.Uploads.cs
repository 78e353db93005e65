using System.Net;
using FutureHouse.Errors;
using FutureHouse.Platform.Wire;

namespace FutureHouse.Platform;

/// <content>Multipart upload (Protocol §4).</content>
public sealed partial class PlatformClient
{
    /// <summary>Begins a multipart upload (Protocol §4). Repeating it does no harm: an upload that is never completed leaves nothing.</summary>
    /// <param name="entryId">The entry the bytes belong to.</param>
    /// <param name="partHashes">MD5 of each part, base64, in order.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The upload's identifier and one presigned URL a part.</returns>
    /// <remarks>Throws <see cref="MultipartUnavailableException"/> where the service has no such route or fails every time.</remarks>
    public Task<MultipartUpload> InitiateMultipartUploadAsync(Guid entryId, IReadOnlyList<string> partHashes, CancellationToken ct) =>
        InitiateMultipartUploadAsync(entryId, partHashes, hasOther: false, ct);

    /// <summary>The same; where there is another way up, a service that fails is asked a few times only.</summary>
    internal async Task<MultipartUpload> InitiateMultipartUploadAsync(Guid entryId, IReadOnlyList<string> partHashes, bool hasOther, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(partHashes);
        var call = Entry(HttpMethod.Post, entryId, "/multipart-upload/initiate", Messages.OpInitiate) with
        {
            Body = PlatformJson.Write(new InitiateBody(partHashes), PlatformJson.Wire.InitiateBody),
        };
        try
        {
            return await _retries.ExecuteAsync(
                async token => Read(call, await SendAsync(call, token).ConfigureAwait(false), PlatformJson.Wire.InitiateAnswer, Upload), null, ct, most: hasOther ? Resilience.Patience.Brief : null).ConfigureAwait(false);
        }
        catch (FutureHouseException e) when (IsUnavailable(e))
        {
            throw new MultipartUnavailableException(e);
        }
    }

    /// <summary>Completes a multipart upload (Protocol §4). The storage may take minutes: <see cref="PlatformClientOptions.CompleteTimeout"/> says how many.</summary>
    /// <param name="entryId">The entry the bytes belong to.</param>
    /// <param name="uploadId">The upload.</param>
    /// <param name="parts">Every part, in any order; sent in order.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>A task that ends when the object is whole.</returns>
    /// <exception cref="NotFoundException">The upload is not known, which after a lost answer may mean that it is complete.</exception>
    public Task CompleteMultipartUploadAsync(Guid entryId, string uploadId, IReadOnlyList<CompletedPart> parts, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(uploadId);
        ArgumentNullException.ThrowIfNull(parts);
        var body = new CompleteBody(uploadId, parts.OrderBy(part => part.PartNumber).Select(part => new CompletePartBody(part.PartNumber, part.ETag, part.Checksum)).ToArray());
        var call = Entry(HttpMethod.Post, entryId, "/multipart-upload/complete", Messages.OpComplete) with
        {
            Body = PlatformJson.Write(body, PlatformJson.Wire.CompleteBody),
            Timeout = _options.CompleteTimeout,
        };
        return _retries.ExecuteAsync(async token => await SendAsync(call, token).ConfigureAwait(false), null, ct);
    }

    private static MultipartUpload Upload(InitiateAnswer answer)
    {
        if (string.IsNullOrEmpty(answer.UploadId) || answer.PartUrls is null)
        {
            throw new System.Text.Json.JsonException("No upload id or no part URLs.");
        }

        // Every URL or none: the number of parts is checked by who sends them.
        return new MultipartUpload(
            answer.UploadId,
            answer.PartUrls.Select(text => WireMapper.TrySignedUrl(text, out var url) ? url : throw new System.Text.Json.JsonException("A part URL that is none.")).ToArray());
    }

    private static bool IsUnavailable(FutureHouseException e) => e switch
    {
        NotFoundException => e.ServiceDetail is "Not Found" or null,
        InvalidRequestException => e.StatusCode == HttpStatusCode.MethodNotAllowed,
        ServiceUnavailableException => (int?)e.StatusCode >= 500,
        _ => false,
    };
}
