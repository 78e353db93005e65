using System.Data;
using System.Text.Json;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Provenance;
using FutureHouse.LocalPlatform.Revisions;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>Changes and removes entries (Protocol §2).</summary>
internal sealed class EntryChanges(PlatformStore store, IBucket bucket, UserDirectory users, TimeProvider clock)
{
    private readonly RevisionChanges _revisions = new(store, bucket, clock);

    public async Task<EntryRow> PatchAsync(HttpContext context, string id)
    {
        using var body = await RequestBody.ReadAsync(context);
        if (RevisionRequest.Is(body))
        {
            return await _revisions.PatchAsync(context, body, id);
        }

        var status = body.String("status");
        var share = body.String("share_status");
        var tags = body.Strings("tags");
        if (status is not (null or "active" or "failed"))
        {
            body.Problem("status", "Input should be 'active' or 'failed'", "enum");
        }

        if (share is not (null or "private" or "public" or "shared"))
        {
            body.Problem("share_status", "Input should be 'private', 'public' or 'shared'", "enum");
        }

        var accessors = ReadAccessors(body);
        if (status is null && share is null && tags is null && accessors is null)
        {
            body.Problem("status", "One of status, share_status, permitted_accessors and tags is required", "missing");
        }

        body.ThrowIfInvalid();
        var caller = context.Caller();
        return await store.WriteAsync(
            async database =>
            {
                var entry = await EntryAccess.ChangeableAsync(database, id, caller, CancellationToken.None);
                if (status is not null && status != entry.Status)
                {
                    await ChangeStatusAsync(entry, status);
                }

                entry.ShareStatus = share ?? entry.ShareStatus;
                entry.TagsJson = tags is null ? entry.TagsJson : JsonSerializer.Serialize(tags);
                if (accessors is not null)
                {
                    RequireKnown(accessors);
                    entry.Accessors.Clear();
                    entry.Accessors.AddRange(accessors.Select(a => new AccessorRow { EntryId = entry.Id, Kind = a.Kind, Value = a.Value }));
                }

                entry.ModifiedTicks = clock.GetUtcNow().UtcTicks;
                ProvenanceLog.Add(database, context, ProvenanceLog.Update, entry.Id, clock);
                return entry;
            },
            CancellationToken.None);
    }

    public async Task DeleteAsync(HttpContext context, string id)
    {
        var caller = context.Caller();
        await store.WriteAsync(
            async database =>
            {
                await SharedObjects.LockAsync(database);
                var entry = await EntryAccess.ChangeableAsync(database, id, caller, CancellationToken.None);
                await database.RemoveEntryAsync(entry.Id);
                ProvenanceLog.Add(database, context, ProvenanceLog.Delete, entry.Id, clock);
                return true;
            },
            CancellationToken.None,
            IsolationLevel.ReadCommitted);
        await store.RemoveDoomedObjectsAsync(CancellationToken.None);
    }

    /// <summary>The dataset and every entry in it, in one transaction; the objects after it.</summary>
    public async Task DeleteDatasetAsync(HttpContext context, Guid id)
    {
        var caller = context.Caller();
        await store.WriteAsync(
            async database =>
            {
                await SharedObjects.LockAsync(database);
                _ = await EntryAccess.DatasetAsync(database, id, caller, CancellationToken.None);
                await database.RemoveDatasetAsync(id);
                return true;
            },
            CancellationToken.None,
            IsolationLevel.ReadCommitted);
        await store.RemoveDoomedObjectsAsync(CancellationToken.None);
    }

    private async Task ChangeStatusAsync(EntryRow entry, string status)
    {
        if (entry.ObjectName is null)
        {
            throw ApiException.Conflict("Only an entry whose bytes go to the bucket changes its status");
        }

        if (status == "active" && await bucket.GetInfoAsync(entry.ObjectName, CancellationToken.None) is null)
        {
            throw ApiException.Conflict("The bytes of the data storage entry are not in the bucket");
        }

        entry.Status = status;
    }

    /// <exception cref="ApiException">422: a name that nobody here has, most likely mistyped, would share with nobody and say nothing.</exception>
    private void RequireKnown(IReadOnlyList<(string Kind, string Value)> accessors)
    {
        var problems = new List<FieldProblem>();
        foreach (var (kind, member) in new[] { (AccessorRow.User, "users"), (AccessorRow.Organization, "organizations") })
        {
            if (users.Unknown(kind, accessors.Where(a => a.Kind == kind).Select(a => a.Value)) is { Count: > 0 } unknown)
            {
                problems.Add(new FieldProblem(["body", "permitted_accessors", member], $"This platform knows no {kind} {string.Join(", ", unknown.Select(u => $"'{u}'"))}", "value_error"));
            }
        }

        if (problems.Count > 0)
        {
            throw RequestBody.Refused(problems);
        }
    }

    private static List<(string Kind, string Value)>? ReadAccessors(RequestBody body)
    {
        if (body.Object("permitted_accessors") is not { } json)
        {
            return null;
        }

        var accessors = new List<(string, string)>();
        var element = JsonElement.Parse(json);
        foreach (var (member, kind) in new[] { ("users", AccessorRow.User), ("organizations", AccessorRow.Organization) })
        {
            if (!element.TryGetProperty(member, out var list) || list.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(e => e.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)))
            {
                body.Problem("permitted_accessors", $"{member} should be a valid list of strings", "list_type");
                continue;
            }

            if (list.EnumerateArray().Any(e => e.ToString().Length > AccessorRow.MaxLength))
            {
                body.Problem("permitted_accessors", $"{member} should have at most {AccessorRow.MaxLength} characters each", "string_too_long");
                continue;
            }

            accessors.AddRange(list.EnumerateArray().Select(e => (kind, AccessorRow.Key(e.ToString()))).Distinct());
        }

        return accessors;
    }
}
