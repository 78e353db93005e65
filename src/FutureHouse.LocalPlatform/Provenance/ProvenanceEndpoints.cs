using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Revisions;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Provenance;

/// <summary>Route that lists what actors did (Protocol §6).</summary>
internal static class ProvenanceEndpoints
{
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
            if (query["actor_id"].Any(a => a?.Contains('\0', StringComparison.Ordinal) == true))
            {
                problems.Add(new FieldProblem(["query", "actor_id"], "String should not contain NUL characters", "string_nul"));
            }

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

    /// <summary>Writes the list; what one may not read, or is gone, is not there.</summary>
    private static Task WriteAsync(PlatformStore store, HttpContext context, List<string> actors, List<string> operations, bool withEntries)
    {
        var caller = context.Caller();
        return StreamedAnswer.WriteAsync(
            context,
            store,
            _ => { },
            "data",
            (database, after) =>
            {
                var rows = database.Provenance.Where(p => p.Key > after && actors.Contains(p.ActorId) && operations.Contains(p.Operation))
                    .Join(EntryAccess.Readable(database.Entries, caller), p => p.EntryId, e => e.Id, (p, e) => new { Row = p, Entry = e })
                    .OrderBy(r => r.Row.Key);
                return withEntries
                    ? rows.Select(r => new Noted(r.Row, new ListedEntry(
                        r.Entry,
                        r.Entry.Locations.OrderBy(l => l.Ordinal).Select(l => l.StorageType).FirstOrDefault(),
                        r.Entry.Locations.OrderBy(l => l.Ordinal).Select(l => l.ContentType).FirstOrDefault())))
                    : rows.Select(r => new Noted(r.Row, null));
            },
            noted => (noted.Row.Key, Item(noted)));
    }

    private static Dictionary<string, object?> Item(Noted noted) => new()
    {
        ["actor_id"] = noted.Row.ActorId,
        ["operation"] = noted.Row.Operation,
        ["data_storage_id"] = noted.Row.EntryId,
        ["user_id"] = noted.Row.UserId.Length == 0 ? null : noted.Row.UserId,
        ["created_at"] = EntryAnswers.Time(noted.Row.AtTicks),
        ["data_storage"] = noted.Entry?.Answer(),
    };

    private sealed record Noted(ProvenanceRow Row, ListedEntry? Entry);
}
