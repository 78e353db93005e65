using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Provenance;
using FutureHouse.LocalPlatform.Revisions;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>Routes of entries (Protocol §2, §4).</summary>
internal static class EntryEndpoints
{
    private const string Base = "/v0.1/data-storage/data-entries";
    private const int MaximumParts = 10_000;

    public static void MapEntries(this WebApplication app)
    {
        var services = app.Services;
        var options = services.GetRequiredService<LocalPlatformOptions>();
        var answers = ActivatorUtilities.CreateInstance<EntryAnswers>(services);
        var creation = ActivatorUtilities.CreateInstance<EntryCreation>(services);
        var changes = ActivatorUtilities.CreateInstance<EntryChanges>(services);
        var store = services.GetRequiredService<PlatformStore>();
        var bucket = services.GetRequiredService<IBucket>();
        var revisions = new RevisionReads(store);
        var clock = services.GetRequiredService<TimeProvider>();

        // Typed, as a lambda of one HttpContext would be taken for a RequestDelegate and its result dropped.
        Func<HttpContext, Task<IResult>> create = async context => Results.Json(await answers.FullAsync(await creation.CreateAsync(context), context));
        app.MapPost(Base, create);

        app.MapGet(Base + "/{id}", async (HttpContext context, string id) =>
        {
            var entry = await revisions.ReadAsync(context, id);
            await ProvenanceLog.NoteAsync(store, context, ProvenanceLog.Read, entry.Id, clock);
            return Results.Json(await answers.FullAsync(entry, context));
        });

        app.MapGet(Base + "/{id}/revisions", async (HttpContext context, string id) => Results.Json(await revisions.ListAsync(context, id)));

        app.MapGet(Base + "/{id}/status", async (HttpContext context, string id) =>
        {
            var entry = await ReadAsync(store, context, id);
            return Results.Json(new { id = entry.Id, status = entry.Status });
        });

        app.MapPatch(Base + "/{id}", async (HttpContext context, string id) => Results.Json(await answers.FullAsync(await changes.PatchAsync(context, id), context)));

        app.MapDelete(Base + "/{id}", async (HttpContext context, string id) =>
        {
            await changes.DeleteAsync(context, id);
            return Results.NoContent();
        });

        if (!options.Uploads.HasFlag(UploadModes.Multipart))
        {
            return; // as an older service: there is no such route
        }

        app.MapPost(Base + "/{id}/multipart-upload/initiate", async (HttpContext context, string id) =>
        {
            using var body = await RequestBody.ReadAsync(context);
            var hashes = body.Strings("part_hashes", required: true) ?? [];
            if (body.Has("part_hashes") && hashes.Count is 0 or > MaximumParts)
            {
                body.Problem("part_hashes", $"List should have 1 to {MaximumParts} items", "list_length");
            }

            body.ThrowIfInvalid();
            var entry = await AwaitingBytesAsync(store, context, id);
            var ticket = await bucket.InitiateMultipartAsync(EntryAnswers.ServiceBase(context), entry.ObjectName!, hashes, context.RequestAborted);
            return Results.Json(new { upload_id = ticket.UploadId, part_urls = ticket.PartUrls.Select(u => u.AbsoluteUri) });
        });

        app.MapPost(Base + "/{id}/multipart-upload/complete", async (HttpContext context, string id) =>
        {
            using var body = await RequestBody.ReadAsync(context);
            var uploadId = body.String("upload_id", required: true, notEmpty: true);
            var parts = ReadParts(body);
            body.ThrowIfInvalid();
            var entry = await AwaitingBytesAsync(store, context, id);
            var info = await bucket.CompleteMultipartAsync(entry.ObjectName!, uploadId!, parts, context.RequestAborted);
            return Results.Json(new { size = info.Size, etag = info.ETag });
        });
    }

    private static Task<EntryRow> ReadAsync(PlatformStore store, HttpContext context, string id) =>
        store.ReadAsync(database => EntryAccess.ReadableAsync(database, id, context.Caller(), context.RequestAborted), context.RequestAborted);

    private static async Task<EntryRow> AwaitingBytesAsync(PlatformStore store, HttpContext context, string id)
    {
        var entry = await store.ReadAsync(database => EntryAccess.ChangeableAsync(database, id, context.Caller(), context.RequestAborted), context.RequestAborted);
        return entry.ObjectName is null ? throw ApiException.Conflict("The data storage entry has no bytes in the bucket")
            : entry.Status == "pending" ? entry
            : throw ApiException.Conflict($"The data storage entry is {entry.Status}, not pending");
    }

    private static List<CompletedPart> ReadParts(RequestBody body)
    {
        var parts = new List<CompletedPart>();
        if (body.Member("parts") is not { ValueKind: System.Text.Json.JsonValueKind.Array } list || list.GetArrayLength() == 0)
        {
            body.Problem("parts", "Field required: a list of parts", "missing");
            return parts;
        }

        foreach (var part in list.EnumerateArray())
        {
            if (part.ValueKind == System.Text.Json.JsonValueKind.Object
                && part.TryGetProperty("part_number", out var number) && number.TryGetInt32(out var n)
                && part.TryGetProperty("etag", out var etag) && etag.ValueKind == System.Text.Json.JsonValueKind.String)
            {
                var checksum = part.TryGetProperty("checksum", out var sum) && sum.ValueKind == System.Text.Json.JsonValueKind.String ? sum.GetString() : null;
                parts.Add(new CompletedPart(n, etag.GetString()!, checksum));
            }
            else
            {
                body.Problem("parts", $"Item {parts.Count} should have part_number and etag", "missing");
                break;
            }
        }

        return parts;
    }
}
