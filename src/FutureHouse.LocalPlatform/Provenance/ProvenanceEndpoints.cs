using System.Text.Json;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Revisions;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Provenance;

/// <summary>Route that lists what actors did (Protocol §6).</summary>
internal static class ProvenanceEndpoints
{
    private const int PageSize = 200;

    public static void MapProvenance(this WebApplication app)
    {
        var store = app.Services.GetRequiredService<PlatformStore>();
        app.MapGet("/v0.1/data-storage/provenance/data-entries", async (HttpContext context) =>
        {
            var query = context.Request.Query;
            var problems = new List<FieldProblem>();
            var withEntries = RevisionReads.Flag(query, "include_entry_data", problems);
            var actors = query["actor_id"].OfType<string>().Where(a => a.Length > 0).Distinct().ToList();
            var operations = query["operation"].OfType<string>().Distinct().ToList();
            if (actors.Count == 0)
            {
                problems.Add(new FieldProblem(["query", "actor_id"], "Field required", "missing"));
            }

            if (operations.Except(ProvenanceLog.Operations).Any())
            {
                problems.Add(new FieldProblem(["query", "operation"], $"Input should be one of {string.Join(", ", ProvenanceLog.Operations)}", "enum"));
            }

            if (problems.Count > 0)
            {
                throw RequestBody.Refused(problems);
            }

            await WriteAsync(store, context, actors, operations.Count == 0 ? [.. ProvenanceLog.Operations] : operations, withEntries);
        });
    }

    /// <summary>Writes the answer as it is read, a page at a time, however much there is.</summary>
    private static async Task WriteAsync(PlatformStore store, HttpContext context, List<string> actors, List<string> operations, bool withEntries)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        var after = 0L;
        bool more;
        do
        {
            var (rows, entries) = await store.ReadAsync(database => PageAsync(database, actors, operations, after, context.RequestAborted), context.RequestAborted);
            more = rows.Count == PageSize;
            foreach (var row in rows)
            {
                after = row.Key;

                // What one may not read, or is gone, is not there.
                if (entries.TryGetValue(row.EntryId, out var entry) && EntryAccess.MayRead(entry, context.Caller()))
                {
                    JsonSerializer.Serialize(writer, Item(row, entry, withEntries));
                }
            }

            await writer.FlushAsync(context.RequestAborted);
        }
        while (more);
        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    private static async Task<(List<ProvenanceRow> Rows, Dictionary<Guid, EntryRow> Entries)> PageAsync(
        PlatformDbContext database, List<string> actors, List<string> operations, long after, CancellationToken cancellationToken)
    {
        var rows = await database.Provenance.Where(p => p.Key > after && actors.Contains(p.ActorId) && operations.Contains(p.Operation)).OrderBy(p => p.Key).Take(PageSize).ToListAsync(cancellationToken);
        var ids = rows.Select(r => r.EntryId).Distinct().ToList();
        var entries = await database.Entries.Where(e => ids.Contains(e.Id)).Include(e => e.Locations).Include(e => e.Accessors).AsSplitQuery().ToDictionaryAsync(e => e.Id, cancellationToken);
        return (rows, entries);
    }

    private static Dictionary<string, object?> Item(ProvenanceRow row, EntryRow entry, bool withEntry) => new()
    {
        ["actor_id"] = row.ActorId,
        ["operation"] = row.Operation,
        ["data_storage_id"] = row.EntryId,
        ["user_id"] = row.UserId.Length == 0 ? null : row.UserId,
        ["created_at"] = EntryAnswers.Time(row.AtTicks),
        ["data_storage"] = withEntry ? EntryAnswers.Listed(entry) : null,
    };
}
