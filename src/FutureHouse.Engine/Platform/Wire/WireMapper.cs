using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using FutureHouse.Authentication;

namespace FutureHouse.Platform.Wire;

/// <summary>Makes the public, immutable objects of answers. Lenient: what cannot be understood is <see langword="null"/>, only an identifier must be there.</summary>
internal static class WireMapper
{
    /// <summary>The member of a link's metadata that has its key.</summary>
    public const string ApiKeyMember = "api_key";

    private static readonly string[] SecretNames = ["api_key", "apikey", "access_token", "token", "secret", "password", "authorization"];

    /// <summary>An entry of an answer.</summary>
    /// <exception cref="JsonException">There is no entry in it.</exception>
    public static DataEntry Entry(EntryAnswer answer)
    {
        var core = answer.DataStorage ?? answer;
        if (Id(core.Id) is not { } id)
        {
            throw new JsonException("An entry without id.");
        }

        var unknown = new Dictionary<string, string>(StringComparer.Ordinal);
        var locations = (answer.StorageLocations ?? core.StorageLocations ?? []).Where(location => location?.StorageConfig is not null).Select(location => Location(location!)).ToArray();
        var first = answer.StorageLocations?.FirstOrDefault(location => location?.StorageConfig is not null)?.StorageConfig;
        var storageName = first?.StorageType ?? core.StorageType;
        var contentName = first?.ContentType ?? core.ContentType;
        var storage = storageName is null ? (StorageType?)null : Known(WireNames.Storage(storageName), storageName, nameof(DataEntry.StorageType), unknown);
        var content = answer.Content ?? core.Content;
        return new DataEntry
        {
            Id = id,
            Name = core.Name ?? core.Id!,
            Description = core.Description,
            Status = Known(WireNames.Status(core.Status), core.Status, nameof(DataEntry.Status), unknown),
            StorageType = storage,
            ContentType = contentName is null ? null : Known(WireNames.Content(contentName), contentName, nameof(DataEntry.ContentType), unknown),
            IsCollection = core.IsCollection,
            FilePath = core.FilePath,
            Size = Size(storage, content, core.Metadata, first?.Metadata),
            Tags = core.Tags,
            Metadata = core.Metadata as ReadOnlyDictionary<string, object?>,
            DatasetId = Id(core.DatasetId),
            ProjectId = Id(core.ProjectId),
            ParentId = Id(core.ParentId),
            UserId = core.UserId,
            ShareStatus = core.ShareStatus is null ? null : Known(WireNames.Share(core.ShareStatus), core.ShareStatus, nameof(DataEntry.ShareStatus), unknown),
            ShortAlias = core.ShortAlias,
            Version = answer.Version ?? core.Version,
            RevisionId = Id(answer.RevisionId ?? core.RevisionId),
            CreatedAt = Time(core.CreatedAt),
            ModifiedAt = Time(core.ModifiedAt),
            Locations = locations,
            UnknownValues = unknown.Count == 0 ? ReadOnlyDictionary<string, string>.Empty : new ReadOnlyDictionary<string, string>(unknown),
            Content = content,
            BigQuerySchema = MetadataConverter.Plain(core.BigquerySchema),
        };
    }

    /// <summary>A hit of a search's answer.</summary>
    /// <exception cref="JsonException">There is no entry in it.</exception>
    public static DataEntrySearchHit Hit(HitAnswer answer)
    {
        var hit = new DataEntrySearchHit(Entry(answer)) { Score = answer.EmbeddingSimilarity ?? answer.Score };
        return answer.Highlights.ValueKind == JsonValueKind.Object ? hit with { Highlights = Highlights(answer.Highlights) } : hit;
    }

    /// <summary>A dataset of an answer, whichever of its shapes it has (Protocol §3).</summary>
    /// <exception cref="JsonException">There is no dataset in it.</exception>
    public static Dataset Dataset(DatasetAnswer answer)
    {
        var core = answer.Dataset ?? answer;
        if (Id(core.Id) is not { } id)
        {
            throw new JsonException("A dataset without id.");
        }

        var entries = answer.DataStorageEntries ?? answer.Entries ?? core.DataStorageEntries ?? core.Entries ?? [];
        return new Dataset
        {
            Id = id,
            Name = core.Name ?? core.Id!,
            Description = core.Description,
            UserId = core.UserId,
            CreatedAt = Time(core.CreatedAt),
            ModifiedAt = Time(core.ModifiedAt),
            Entries = entries.Where(entry => entry is not null).Select(entry => Entry(entry!)).ToArray(),
        };
    }

    /// <summary>A time; one without a zone is UTC (Protocol §1).</summary>
    public static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>A signed URL, its path and query exactly as the service wrote them: the signature covers them.</summary>
    public static bool TrySignedUrl(string? text, [NotNullWhen(true)] out Uri? url)
    {
        var exact = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = text is not null && text.All(c => c is > ' ' and < '\u007F' and not '#') };
        return Uri.TryCreate(text, exact, out url) && url.IsAbsoluteUri && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp);
    }

    private static ReadOnlyDictionary<string, IReadOnlyList<string>> Highlights(JsonElement highlights) => new(highlights.EnumerateObject()
        .Where(field => field.Value.ValueKind == JsonValueKind.Array)
        .DistinctBy(field => field.Name)
        .ToDictionary(
            field => field.Name,
            field => (IReadOnlyList<string>)field.Value.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString()!).ToArray(),
            StringComparer.Ordinal));

    private static DataLocation Location(LocationAnswer answer)
    {
        var config = answer.StorageConfig!;
        return new DataLocation
        {
            Id = Id(answer.Id),
            StorageType = WireNames.Storage(config.StorageType),
            ContentType = WireNames.Content(config.ContentType),
            Location = config.Location,
            Metadata = WithoutSecrets(config.Metadata),
            CreatedAt = Time(answer.CreatedAt),
            ContentSchema = MetadataConverter.Plain(config.ContentSchema),
            SignedUrl = TrySignedUrl(config.SignedUrl, out var url) ? url : null,
            ApiKey = config.Metadata is { } metadata && metadata.TryGetValue(ApiKeyMember, out var key) && key is string { Length: > 0 } text ? Secrets.Protect(text) : null,
        };
    }

    private static ReadOnlyDictionary<string, object?>? WithoutSecrets(IReadOnlyDictionary<string, object?>? metadata) => metadata is null
        ? null
        : new(metadata.Where(member => !SecretNames.Contains(member.Key, StringComparer.OrdinalIgnoreCase)).ToDictionary(
            member => member.Key,
            member => member.Value is IReadOnlyDictionary<string, object?> inner ? WithoutSecrets(inner) : member.Value,
            StringComparer.Ordinal));

    // A text's own length counts: the size that was noted when it was sent may be that of other line ends (Protocol §2).
    private static long? Size(StorageType? storage, string? content, IReadOnlyDictionary<string, object?>? metadata, IReadOnlyDictionary<string, object?>? locationMetadata) =>
        content is not null && (storage is null or StorageType.RawContent or StorageType.PgTable)
            ? Encoding.UTF8.GetByteCount(content)
            : Number(metadata) ?? Number(locationMetadata);

    private static long? Number(IReadOnlyDictionary<string, object?>? metadata) =>
        metadata is not null && metadata.TryGetValue("size", out var value) && value is long and >= 0 ? (long)value : null;

    private static Guid? Id(string? text) => Guid.TryParse(text, out var id) ? id : null;

    private static T Known<T>(T value, string? name, string property, Dictionary<string, string> unknown)
        where T : struct, Enum
    {
        if (name is not null && EqualityComparer<T>.Default.Equals(value, default))
        {
            unknown[property] = name;
        }

        return value;
    }
}
