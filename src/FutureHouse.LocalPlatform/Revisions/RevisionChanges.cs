using System.Data;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Provenance;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Revisions;

/// <summary>Makes and publishes revisions (Protocol §7). The same request again changes nothing, so that a retry is safe.</summary>
internal sealed class RevisionChanges(PlatformStore store, IBucket bucket, TimeProvider clock)
{
    /// <returns>The entry with the content of the revision.</returns>
    /// <exception cref="ApiException">404, 403, 409 or 422 as the protocol has them.</exception>
    public Task<EntryRow> PatchAsync(HttpContext context, RequestBody body, string id)
    {
        var request = RevisionRequest.Read(body);
        var caller = context.Caller();

        // Not cancelled with the request: a caller that is gone must find either the whole revision or none.
        return store.WriteAsync(
            async database =>
            {
                if (request.SourceEntryId is not null)
                {
                    await SharedObjects.LockAsync(database);
                }

                // Who may not see the entry learns nothing of it, and holds no lock on it.
                var key = (await EntryAccess.ChangeableAsync(database, id, caller, CancellationToken.None)).Id;
                database.ChangeTracker.Clear();
                await SharedObjects.LockEntriesAsync(database, request.SourceEntryId is { } source ? [key, source] : [key]);
                var entry = await EntryAccess.ChangeableAsync(database, key.ToString(), caller, CancellationToken.None);
                var (revision, isNew) = await ChangeAsync(database, entry, request, caller, ProvenanceLog.Actor(context));
                if (isNew)
                {
                    ProvenanceLog.Add(database, context, ProvenanceLog.Update, entry.Id, clock);
                }

                return RevisionView.Of(entry, revision);
            },
            CancellationToken.None,
            IsolationLevel.ReadCommitted);
    }

    private async Task<(RevisionRow Revision, bool IsNew)> ChangeAsync(PlatformDbContext database, EntryRow entry, RevisionRequest request, PlatformUser caller, string? actor)
    {
        var hash = request.HashOf();
        var known = await database.Revisions.SingleOrDefaultAsync(r => r.Id == request.RevisionId);
        if (known is not null && known.EntryId == entry.Id && known.RequestHash is { } before && before.Split(';').Contains(hash))
        {
            return (known, false);
        }

        var isDraft = known is { PublishedTicks: null } && known.EntryId == entry.Id;
        if (isDraft && !request.HasContent)
        {
            Publish(entry, known!, request, hash);
            return (known!, true);
        }

        // Also where the id is that of an entry's first revision, which has no row as long as it is the only one.
        if (known is not null || await database.Entries.AnyAsync(e => e.RevisionId == request.RevisionId))
        {
            throw ApiException.Conflict($"The revision id {request.RevisionId:D} is taken by another revision; a new revision needs a new id");
        }

        if (!request.HasContent)
        {
            throw new ApiException(StatusCodes.Status404NotFound, "Revision not found");
        }

        RequireLatest(entry, request.BaseRevisionId);
        RequireOwnContent(entry);
        var made = await MakeAsync(database, entry, request, caller);
        made.RequestHash = hash;
        made.CreatedBy = caller.Id;
        made.TrajectoryId = Guid.TryParse(actor, out var trajectory) ? trajectory.ToString("D") : null;
        if (!await database.Revisions.AnyAsync(r => r.Id == entry.RevisionId))
        {
            database.Revisions.Add(RevisionView.Shown(entry)); // From now on there is a row for each.
        }

        database.Revisions.Add(made);
        Count(entry);
        if (request.Publish)
        {
            made.PublishedTicks = made.CreatedTicks;
            RevisionView.Apply(entry, made);
        }

        return (made, true);
    }

    private void Publish(EntryRow entry, RevisionRow draft, RevisionRequest request, string hash)
    {
        if (draft.ParentRevisionId != request.BaseRevisionId)
        {
            throw ApiException.Conflict($"The draft {draft.Id:D} is based on revision {draft.ParentRevisionId:D}, not on {request.BaseRevisionId:D}");
        }

        RequireLatest(entry, request.BaseRevisionId);
        draft.Description = request.Description ?? draft.Description;
        draft.PublishedTicks = clock.GetUtcNow().UtcTicks;
        draft.RequestHash = $"{draft.RequestHash};{hash}";
        Count(entry);
        RevisionView.Apply(entry, draft);
    }

    private async Task<RevisionRow> MakeAsync(PlatformDbContext database, EntryRow entry, RevisionRequest request, PlatformUser caller)
    {
        var made = RevisionView.Shown(entry);
        made.Id = request.RevisionId;
        made.Version = entry.Version + 1; // a draft's is the one it gets if it is published: only while its base is the latest
        made.ParentRevisionId = entry.RevisionId;
        made.Name = request.Name ?? entry.Name;
        made.Description = request.Description ?? entry.Description;
        made.CreatedTicks = clock.GetUtcNow().UtcTicks;
        made.PublishedTicks = null;
        if (request.Content is { } text)
        {
            // An embedding is of the text it was made from; that one stays with its revision.
            (made.Content, made.ObjectName, made.EmbeddingJson) = (text, null, null);
            (made.StorageType, made.ContentType, made.Location, made.LocationMetadataJson) = ("raw_content", "text", null, null);
            var counted = entry.MetadataJson is { } metadata && JsonNode.Parse(metadata)!["size"] is not null;
            made.MetadataJson = RevisionView.Measured(entry.MetadataJson, counted ? JsonValue.Create(Encoding.UTF8.GetByteCount(text)) : null, null);
        }
        else
        {
            await TakeAsync(made, entry, await SourceAsync(database, request.SourceEntryId!.Value, caller));
        }

        return made;
    }

    /// <summary>Gives a revision what the source has: its text, or its object, which from then on both name.</summary>
    private async Task TakeAsync(RevisionRow made, EntryRow entry, EntryRow source)
    {
        var from = RevisionView.Shown(source);
        (made.Content, made.ObjectName, made.EmbeddingJson) = (from.Content, from.ObjectName, from.EmbeddingJson);
        (made.StorageType, made.ContentType, made.Location, made.LocationMetadataJson) = (from.StorageType, from.ContentType, from.Location, from.LocationMetadataJson);
        made.FilePath = from.FilePath ?? made.FilePath;
        var measured = from.MetadataJson is null ? null : JsonNode.Parse(from.MetadataJson)!;
        var size = from.ObjectName is null ? measured?["size"] : JsonValue.Create(
            (await bucket.GetInfoAsync(from.ObjectName, CancellationToken.None) ?? throw ApiException.Conflict("The bytes of the source entry are not in the bucket")).Size);
        made.MetadataJson = RevisionView.Measured(entry.MetadataJson, size, measured?["crc32c"]);
    }

    private static async Task<EntryRow> SourceAsync(PlatformDbContext database, Guid id, PlatformUser caller)
    {
        EntryRow source;
        try
        {
            source = await EntryAccess.ReadableAsync(database, id.ToString(), caller, CancellationToken.None);
        }
        catch (ApiException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            throw new ApiException(StatusCodes.Status404NotFound, "Source data storage entry not found");
        }

        return source.Status != "active" ? throw ApiException.Conflict($"The source entry is {source.Status}, not active")
            : HasOwnContent(source) ? source
            : throw ApiException.Invalid("The source entry has neither text nor bytes of its own");
    }

    private static void RequireLatest(EntryRow entry, Guid baseRevisionId)
    {
        if (entry.RevisionId != baseRevisionId)
        {
            throw ApiException.Conflict(string.Create(
                CultureInfo.InvariantCulture,
                $"The base revision {baseRevisionId:D} is no longer the latest: revision {entry.RevisionId:D} (version {entry.Version}) is newer; read it and prepare the change anew"));
        }
    }

    private static void RequireOwnContent(EntryRow entry)
    {
        if (entry.Status != "active")
        {
            throw ApiException.Conflict($"The data storage entry is {entry.Status}, not active");
        }

        if (!HasOwnContent(entry))
        {
            throw ApiException.Invalid("Only an entry with text or bytes of its own has revisions, not a directory, a link or an existing source");
        }
    }

    private static bool HasOwnContent(EntryRow entry) => entry.Locations.Count == 1
        && (entry.ObjectName is not null || (entry.Content is not null && entry.Locations[0].StorageType == "raw_content"));

    private void Count(EntryRow entry)
    {
        entry.Generation++;
        entry.ModifiedTicks = clock.GetUtcNow().UtcTicks;
    }
}
