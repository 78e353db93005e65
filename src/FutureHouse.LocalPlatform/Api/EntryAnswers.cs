using System.Globalization;
using System.Text.Json;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>Writes entries and datasets as the protocol shows them (Protocol §2, §3).</summary>
internal sealed class EntryAnswers(IBucket bucket, ExistingSources sources, LocalPlatformOptions options)
{
    /// <summary>The whole answer, with what lies elsewhere read as it is now.</summary>
    /// <exception cref="ApiException">It was to be read and cannot be; an answer to a change goes without it, as the change is made.</exception>
    public async Task<Dictionary<string, object?>> FullAsync(EntryRow entry, HttpContext context)
    {
        try
        {
            await sources.FillAsync(entry, context.RequestAborted);
        }
        catch (ApiException) when (!HttpMethods.IsGet(context.Request.Method))
        {
        }

        return Full(entry, context);
    }

    /// <summary>The whole answer to POST, GET and PATCH alike.</summary>
    public Dictionary<string, object?> Full(EntryRow entry, HttpContext context) => new()
    {
        ["data_storage"] = Entry(entry),
        ["storage_locations"] = entry.Locations.OrderBy(l => l.Ordinal).Select(l => Location(entry, l, context)),
        ["content"] = entry.Content,
        ["revision_id"] = entry.RevisionId,
        ["version"] = entry.Version,
        ["current_revision_id"] = entry.CurrentRevisionId ?? entry.RevisionId,
        ["revision_generation"] = entry.Generation,
    };

    /// <summary>An entry inside a list, whose locations have been read.</summary>
    public static Dictionary<string, object?> Listed(EntryRow entry)
    {
        var first = entry.Locations.MinBy(l => l.Ordinal);
        return Listed(entry, first?.StorageType, first?.ContentType);
    }

    /// <summary>An entry inside a dataset's answer: with its kind of storage, without a location.</summary>
    public static Dictionary<string, object?> Listed(EntryRow entry, string? storageType, string? contentType)
    {
        var members = Entry(entry);
        members["storage_type"] = storageType;
        members["content_type"] = contentType;
        return members;
    }

    public static Dictionary<string, object?> Dataset(DatasetRow dataset) => new()
    {
        ["id"] = dataset.Id,
        ["name"] = dataset.Name,
        ["user_id"] = dataset.UserId,
        ["description"] = dataset.Description,
        ["created_at"] = Time(dataset.CreatedTicks),
        ["modified_at"] = Time(dataset.ModifiedTicks),
    };

    /// <summary>How and where a location's data is kept; all but a URL.</summary>
    /// <param name="location">The location.</param>
    /// <param name="entryMetadataJson">The entry's metadata, which a location without its own shows.</param>
    /// <param name="mayChange">Whether it is shown to one who may change the entry: a link's key is for nobody else.</param>
    public static Dictionary<string, object?> Storage(LocationRow location, string? entryMetadataJson, bool mayChange) => new()
    {
        ["storage_type"] = location.StorageType,
        ["content_type"] = location.ContentType,
        ["content_schema"] = LocationMetadata.Schema(location.MetadataJson),
        ["metadata"] = location.MetadataJson is null ? Raw(entryMetadataJson) : LocationMetadata.Metadata(location.MetadataJson, withKey: location.StorageType != "link" || mayChange),
        ["location"] = location.Location,
    };

    /// <summary>The last part of the path kept with the entry, else its name: what a download is called.</summary>
    public static string DownloadName(EntryRow entry)
    {
        var last = entry.FilePath?.TrimEnd('/').Split('/')[^1];
        return string.IsNullOrWhiteSpace(last) ? entry.Name : last;
    }

    private static Dictionary<string, object?> Entry(EntryRow entry) => new()
    {
        ["id"] = entry.Id,
        ["name"] = entry.Name,
        ["description"] = entry.Description,
        ["content"] = entry.Content,
        ["status"] = entry.Status,
        ["embedding"] = Raw(entry.EmbeddingJson),
        ["is_collection"] = entry.IsCollection,
        ["tags"] = Raw(entry.TagsJson),
        ["parent_id"] = entry.ParentId,
        ["project_id"] = entry.ProjectId,
        ["dataset_id"] = entry.DatasetId,
        ["file_path"] = entry.FilePath,
        ["bigquery_schema"] = null,
        ["user_id"] = entry.UserId,
        ["created_at"] = Time(entry.CreatedTicks),
        ["modified_at"] = Time(entry.ModifiedTicks),
        ["share_status"] = entry.ShareStatus,
        ["short_alias"] = entry.ShortAlias,
        ["metadata"] = Raw(entry.MetadataJson),
    };

    private Dictionary<string, object?> Location(EntryRow entry, LocationRow location, HttpContext context) => new()
    {
        ["id"] = location.Id,
        ["data_storage_id"] = entry.Id,
        ["created_at"] = Time(location.CreatedTicks),
        ["storage_config"] = new Dictionary<string, object?>(Storage(location, entry.MetadataJson, EntryAccess.MayChange(entry.UserId, context.Caller())))
        {
            ["signed_url"] = (SignedUrl(entry, context) ?? sources.SignedUrl(location, ServiceBase(context)))?.AbsoluteUri,
        },
    };

    /// <summary>While the bytes are to come, the way in (where there is a session); once they are there, the way out.</summary>
    private Uri? SignedUrl(EntryRow entry, HttpContext context)
    {
        if (entry.ObjectName is null)
        {
            return null;
        }

        var service = ServiceBase(context);
        return entry.Status switch
        {
            "active" => bucket.SignDownload(service, entry.ObjectName, DownloadName(entry)),
            "pending" when options.Uploads.HasFlag(UploadModes.Session) && EntryAccess.MayChange(entry.UserId, context.Caller()) =>
                bucket.SignResumableStart(service, entry.ObjectName),
            _ => null,
        };
    }

    public static Uri ServiceBase(HttpContext context) => new($"{context.Request.Scheme}://{context.Request.Host}");

    internal static string Time(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    internal static JsonElement? Raw(string? json) => json is null ? null : JsonElement.Parse(json);
}
