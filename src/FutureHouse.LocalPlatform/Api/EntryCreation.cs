using System.Data;
using System.Security.Cryptography;
using System.Text.Json;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Provenance;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>Makes entries (Protocol §2), one for each Idempotency-Key however often it is asked.</summary>
internal sealed class EntryCreation(PlatformStore store, ExistingSources sources, TimeProvider clock)
{
    public const string KeyHeader = "Idempotency-Key";
    private const int MaxKeyLength = 255;

    public async Task<EntryRow> CreateAsync(HttpContext context)
    {
        var caller = context.Caller();
        var cancellationToken = context.RequestAborted;
        using var body = await RequestBody.ReadAsync(context);
        var entry = Read(body, caller);
        body.ThrowIfInvalid();

        var key = context.Request.Headers[KeyHeader].ToString();
        if (key.Length > MaxKeyLength)
        {
            throw ApiException.Invalid($"The {KeyHeader} should have at most {MaxKeyLength} characters");
        }

        var hash = Convert.ToHexString(SHA256.HashData(body.Raw));
        if (key.Length > 0)
        {
            context.Response.Headers[KeyHeader] = key;
        }

        var existing = body.Object("existing_location");
        var isResolved = existing is null;
        if (existing is not null && !await IsMadeAsync(caller, key, cancellationToken))
        {
            await sources.ResolveAsync(entry, JsonElement.Parse(existing), cancellationToken);
            isResolved = true;
        }

        // Not cancelled with the request: a caller that is gone must find either the whole entry or none.
        return await store.WriteAsync(
            async database =>
            {
                if (key.Length > 0 && await MadeBeforeAsync(database, caller, key, hash) is { } made)
                {
                    return made;
                }

                if (!isResolved)
                {
                    throw ApiException.Conflict($"What the {KeyHeader} made is a day old and forgotten; send the request again");
                }

                await PlaceAsync(database, entry, body.Uuid("dataset_id"), caller);
                database.Entries.Add(entry);
                ProvenanceLog.Add(database, context, ProvenanceLog.Create, entry.Id, clock);
                if (key.Length > 0)
                {
                    database.IdempotencyKeys.Add(new IdempotencyRow { UserId = caller.Id, Key = key, BodyHash = hash, EntryId = entry.Id, CreatedTicks = entry.CreatedTicks });
                }

                return entry;
            },
            CancellationToken.None,
            IsolationLevel.RepeatableRead); // the key of the request and the dataset's row guard it, and many are made at once
    }

    /// <summary>Whether the entry is there already: then its source is not looked at again, which may have changed meanwhile.</summary>
    private async Task<bool> IsMadeAsync(PlatformUser caller, string key, CancellationToken cancellationToken) =>
        key.Length > 0
        && await store.ReadAsync(database => database.IdempotencyKeys.SingleOrDefaultAsync(k => k.UserId == caller.Id && k.Key == key, cancellationToken), cancellationToken) is { } row
        && store.IsFresh(row);

    private async Task<EntryRow?> MadeBeforeAsync(PlatformDbContext database, PlatformUser caller, string key, string hash)
    {
        var row = await database.IdempotencyKeys.SingleOrDefaultAsync(k => k.UserId == caller.Id && k.Key == key);
        if (row is null)
        {
            return null;
        }

        if (!store.IsFresh(row))
        {
            database.IdempotencyKeys.Remove(row);
            await database.SaveChangesAsync();
            return null;
        }

        if (row.BodyHash != hash)
        {
            throw ApiException.Invalid($"The {KeyHeader} was used before with another request");
        }

        return await EntryAccess.ReadableAsync(database, row.EntryId.ToString(), caller, CancellationToken.None);
    }

    /// <summary>Puts the entry below its parent and into its dataset, making one where none is named.</summary>
    private static async Task PlaceAsync(PlatformDbContext database, EntryRow entry, Guid? datasetId, PlatformUser caller)
    {
        if (entry.ParentId is { } parent)
        {
            await EntryAccess.ChangeableAsync(database, parent.ToString(), caller, CancellationToken.None);
        }

        if (datasetId is { } id)
        {
            await EntryAccess.DatasetAsync(database, id, caller, CancellationToken.None);
            entry.DatasetId = id;
            return;
        }

        var dataset = new DatasetRow { Id = Guid.CreateVersion7(), Name = entry.Name, UserId = caller.Id, CreatedTicks = entry.CreatedTicks, ModifiedTicks = entry.CreatedTicks };
        database.Datasets.Add(dataset);
        entry.DatasetId = dataset.Id;
    }

    private EntryRow Read(RequestBody body, PlatformUser caller)
    {
        var now = clock.GetUtcNow().UtcTicks;
        var content = body.String("content");
        var filePath = body.String("file_path");
        var embedding = body.Numbers("embedding");
        var entry = new EntryRow
        {
            Id = Guid.CreateVersion7(),
            Name = body.String("name", required: true, notEmpty: true) ?? string.Empty,
            Description = body.String("description"),
            Content = content,
            EmbeddingJson = embedding,
            UnitEmbedding = Vectors.Unit(embedding),
            Status = "active",
            IsCollection = body.Boolean("is_collection") ?? false,
            TagsJson = body.Strings("tags") is { } tags ? JsonSerializer.Serialize(tags) : null,
            ParentId = body.Uuid("parent_id"),
            ProjectId = body.Uuid("project_id"),
            FilePath = filePath,
            UserId = caller.Id,
            CreatedTicks = now,
            ModifiedTicks = now,
            ShareStatus = "private",
            MetadataJson = body.Object("metadata"),
            RevisionId = Guid.CreateVersion7(),
        };
        _ = body.Uuid("dataset_id");

        var location = new LocationRow { Id = Guid.CreateVersion7(), EntryId = entry.Id, StorageType = "raw_content", ContentType = "text", CreatedTicks = now };
        entry.Locations.Add(location);
        if (body.Object("existing_location") is not null)
        {
            return entry; // its locations are the source's
        }

        if (content is null && filePath is not null)
        {
            entry.Status = "pending";
            entry.ObjectName = $"entries/{entry.Id:D}/{entry.RevisionId:D}";
            location.StorageType = "gcs";
            location.ContentType = entry.IsCollection ? "directory" : "file";
            location.Location = entry.ObjectName;
        }
        else if (content is null)
        {
            location.ContentType = "directory"; // a node of a hierarchy: neither text nor bytes of its own
        }

        return entry;
    }
}
