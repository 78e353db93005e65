using System.Globalization;
using FutureHouse.LocalPlatform.Objects.Storage;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>Headers that describe a stored object.</summary>
internal static class ObjectHeaders
{
    public static void Write(HttpResponse response, ObjectRecord record)
    {
        var headers = response.Headers;
        headers.ETag = record.ETag;
        if (record.Crc32C.Length > 0)
        {
            headers["x-goog-hash"] = record.GoogHash;
        }

        headers["x-goog-generation"] = record.GenerationText;
        headers["x-goog-stored-content-length"] = record.Size.ToString(CultureInfo.InvariantCulture);
        headers["x-goog-stored-content-encoding"] = record.StoredContentEncoding;
    }
}
