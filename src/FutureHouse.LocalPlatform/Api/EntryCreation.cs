using System.Data;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>Makes an entry of a body as <c>data-entries</c> takes it.</summary>
    public Task<EntryRow> CreateAsync(HttpContext context) => CreateAsync(context, string.Empty, Read);

    /// <summary>Makes an entry of another kind of body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="kind">Tells a key that made an entry of one kind from one that made the other; empty for <c>data-entries</c>.</param>
    /// <param name="read">Reads the body.</param>
    /// <exception cref="ApiException">422: something is not as it must be.</exception>
    public async Task<EntryRow> CreateAsync(HttpContext context, string kind, Func<RequestBody, PlatformUser, NewEntry> read)
    {
        var caller = context.Caller();
        var cancellationToken = context.RequestAborted;
        using var body = await RequestBody.ReadAsync(context);
        var (entry, datasetId, existing) = read(body, caller);
        body.ThrowIfInvalid();

        var key = context.Request.Headers[KeyHeader].ToString();
        if (key.Length > MaxKeyLength)
        {
            throw ApiException.Invalid($"The {KeyHeader} should have at most {MaxKeyLength} characters");
        }

        var hash = Convert.ToHexString(SHA256.HashData([.. Encoding.UTF8.GetBytes(kind), .. body.Raw]));
        if (key.Length > 0)
        {
            context.Response.Headers[KeyHeader] = key;
        }

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

                await PlaceAsync(database, entry, datasetId, caller);
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
            await EntryAccess.RequireChangeableAsync(database, parent, caller, CancellationToken.None);
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

    /// <summary>An entry with what every kind of body has, and neither text nor bytes of its own: a node of a hierarchy.</summary>
    /// <param name="body">The body; keeps what is wrong with it.</param>
    /// <param name="caller">Whose it is.</param>
    public EntryRow Node(RequestBody body, PlatformUser caller)
    {
        var now = clock.GetUtcNow().UtcTicks;
        var entry = new EntryRow
        {
            Id = Guid.CreateVersion7(),
            Name = body.String("name", required: true, notEmpty: true) ?? string.Empty,
            Description = body.String("description"),
            Status = "active",
            TagsJson = body.Strings("tags") is { } tags ? JsonSerializer.Serialize(tags) : null,
            ProjectId = body.Uuid("project_id"),
            UserId = caller.Id,
            CreatedTicks = now,
            ModifiedTicks = now,
            ShareStatus = "private",
            RevisionId = Guid.CreateVersion7(),
        };
        entry.Locations.Add(new LocationRow { Id = Guid.CreateVersion7(), EntryId = entry.Id, StorageType = "raw_content", ContentType = "directory", CreatedTicks = now });
        return entry;
    }

    private NewEntry Read(RequestBody body, PlatformUser caller)
    {
        var entry = Node(body, caller);
        entry.Content = body.String("content");
        entry.EmbeddingJson = body.Numbers("embedding");
        entry.UnitEmbedding = Vectors.Unit(entry.EmbeddingJson);
        entry.IsCollection = body.Boolean("is_collection") ?? false;
        entry.ParentId = body.Uuid("parent_id");
        entry.FilePath = body.String("file_path");
        entry.MetadataJson = body.Object("metadata");
        var made = new NewEntry(entry, body.Uuid("dataset_id"), body.Object("existing_location"));
        var location = entry.Locations.Single();
        if (made.ExistingLocation is not null)
        {
            return made; // its locations are the source's
        }

        if (entry.Content is not null)
        {
            location.ContentType = "text";
        }
        else if (entry.FilePath is not null)
        {
            entry.Status = "pending";
            entry.ObjectName = $"entries/{entry.Id:D}/{entry.RevisionId:D}";
            location.StorageType = "gcs";
            location.ContentType = entry.IsCollection ? "directory" : "file";
            location.Location = entry.ObjectName;
        }

        return made;
    }
}

/// <summary>An entry that is to be made.</summary>
/// <param name="Row">The entry, in no dataset yet.</param>
/// <param name="DatasetId">The dataset it is to be in; <see langword="null"/> for one of its own.</param>
/// <param name="ExistingLocation">The <c>existing_location</c> that its data is at, as JSON text.</param>
internal sealed record NewEntry(EntryRow Row, Guid? DatasetId = null, string? ExistingLocation = null);
