using FutureHouse.LocalPlatform.Objects.Storage;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>Conditions of a GET or HEAD (RFC 9110, section 13), and the storage service's own on the generation.</summary>
internal static class Preconditions
{
    private const string GenerationMatch = "x-goog-if-generation-match";

    /// <summary>412, 304, or null when the request may go on.</summary>
    public static int? Check(HttpRequest request, ObjectRecord record)
    {
        var headers = request.GetTypedHeaders();
        var modified = LastModified(record);
        if (request.Headers.TryGetValue(GenerationMatch, out var generation) && generation != record.GenerationText)
        {
            return StatusCodes.Status412PreconditionFailed;
        }

        if (headers.IfMatch is { Count: > 0 } ifMatch ? !Matches(ifMatch, record, strong: true) : headers.IfUnmodifiedSince < modified)
        {
            return StatusCodes.Status412PreconditionFailed;
        }

        if (headers.IfNoneMatch is { Count: > 0 } ifNoneMatch ? Matches(ifNoneMatch, record, strong: false) : headers.IfModifiedSince >= modified)
        {
            return StatusCodes.Status304NotModified;
        }

        return null;
    }

    /// <summary>Whether a Range header counts: without If-Range always, else only for the very same object.</summary>
    public static bool RangeApplies(RequestHeaders headers, ObjectRecord record) => headers.IfRange switch
    {
        null => true,
        { EntityTag: { } tag } => tag.Compare(EntityTagHeaderValue.Parse(record.ETag), useStrongComparison: true),
        var condition => condition.LastModified == LastModified(record),
    };

    /// <summary>Whole seconds, as HTTP dates have.</summary>
    public static DateTimeOffset LastModified(ObjectRecord record) =>
        DateTimeOffset.FromUnixTimeSeconds(record.Created.ToUnixTimeSeconds());

    private static bool Matches(IList<EntityTagHeaderValue> tags, ObjectRecord record, bool strong)
    {
        var own = EntityTagHeaderValue.Parse(record.ETag);
        return tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(own, strong));
    }
}
