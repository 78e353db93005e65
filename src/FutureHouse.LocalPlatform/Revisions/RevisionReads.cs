using System.Globalization;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Revisions;

/// <summary>Reads revisions (Protocol §7).</summary>
internal sealed class RevisionReads(PlatformStore store)
{
    private const int DefaultLimit = 50;
    private const int MaximumLimit = 100;

    /// <summary>An entry as <c>version</c> or <c>revision_id</c> of the query say, else as its latest published revision.</summary>
    /// <exception cref="ApiException">404: no such entry or revision, or a draft of another's; 422: a query that makes no sense.</exception>
    public Task<EntryRow> ReadAsync(HttpContext context, string id)
    {
        var (version, revisionId) = Selected(context.Request.Query);
        var caller = context.Caller();
        return store.ReadAsync(
            async database =>
            {
                var entry = await EntryAccess.ReadableAsync(database, id, caller, context.RequestAborted);
                if ((version is null && revisionId is null) || version == entry.Version || revisionId == entry.RevisionId)
                {
                    return entry;
                }

                var revisions = database.Revisions.Where(r => r.EntryId == entry.Id);
                var revision = revisionId is { } wanted
                    ? await revisions.SingleOrDefaultAsync(r => r.Id == wanted, context.RequestAborted)
                    : await revisions.SingleOrDefaultAsync(r => r.Version == version && r.PublishedTicks != null, context.RequestAborted);
                return revision is not null && (revision.PublishedTicks is not null || EntryAccess.MayChange(entry.UserId, caller))
                    ? RevisionView.Of(entry, revision)
                    : throw new ApiException(StatusCodes.Status404NotFound, "Revision not found");
            },
            context.RequestAborted);
    }

    /// <summary>A page of an entry's revisions, newest first.</summary>
    /// <exception cref="ApiException">404: no such entry; 403: drafts asked for by one who may not edit; 422: a query that makes no sense.</exception>
    public Task<Dictionary<string, object?>> ListAsync(HttpContext context, string id)
    {
        var query = context.Request.Query;
        var problems = new List<FieldProblem>();
        var limit = Number(query, "limit", DefaultLimit, 1, MaximumLimit, problems);
        var offset = Number(query, "offset", 0, 0, int.MaxValue, problems);
        var drafts = Flag(query, "include_unpublished", problems);
        if (problems.Count > 0)
        {
            throw RequestBody.Refused(problems);
        }

        var caller = context.Caller();
        return store.ReadAsync(
            async database =>
            {
                var entry = await EntryAccess.ReadableAsync(database, id, caller, context.RequestAborted);
                var mayChange = EntryAccess.MayChange(entry.UserId, caller);
                if (drafts && !mayChange)
                {
                    throw ApiException.Forbidden();
                }

                var revisions = database.Revisions.Where(r => r.EntryId == entry.Id && (drafts || r.PublishedTicks != null));
                var page = await revisions.OrderByDescending(r => r.CreatedTicks).ThenByDescending(r => r.Version).ThenByDescending(r => r.Id)
                    .Skip(offset).Take(limit).ToListAsync(context.RequestAborted);
                if (page.Count == 0 && offset == 0)
                {
                    page = [RevisionView.Shown(entry)];
                }

                return new Dictionary<string, object?>
                {
                    ["entry_id"] = entry.Id,
                    ["current_revision_id"] = entry.RevisionId,
                    ["revisions"] = page.Select(r => Revision(r, mayChange)),
                };
            },
            context.RequestAborted);
    }

    private static Dictionary<string, object?> Revision(RevisionRow revision, bool mayChange) => new()
    {
        ["id"] = revision.Id,
        ["entry_id"] = revision.EntryId,
        ["version"] = revision.Version,
        ["parent_revision_id"] = revision.ParentRevisionId,
        ["snapshot"] = new Dictionary<string, object?>
        {
            ["name"] = revision.Name,
            ["content"] = revision.Content,
            ["storage_location"] = EntryAnswers.Storage(RevisionView.Location(revision), revision.MetadataJson, mayChange),
            ["file_path"] = revision.FilePath,
            ["metadata"] = EntryAnswers.Raw(revision.MetadataJson),
            ["embedding"] = EntryAnswers.Raw(revision.EmbeddingJson),
        },
        ["created_by"] = revision.CreatedBy,
        ["trajectory_id"] = revision.TrajectoryId,
        ["created_at"] = EntryAnswers.Time(revision.CreatedTicks),
        ["published_at"] = revision.PublishedTicks is { } published ? EntryAnswers.Time(published) : null,
    };

    private static (int? Version, Guid? RevisionId) Selected(IQueryCollection query)
    {
        var version = query["version"].ToString();
        var revision = query["revision_id"].ToString();
        if (version.Length > 0 && revision.Length > 0)
        {
            throw ApiException.Invalid("version and revision_id exclude each other");
        }

        var number = 0;
        if (version.Length > 0 && (!int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number < 0))
        {
            throw RequestBody.Refused([new FieldProblem(["query", "version"], "Input should be an integer from 0 up", "int_parsing")]);
        }

        var id = Guid.Empty;
        if (revision.Length > 0 && !Guid.TryParse(revision, out id))
        {
            throw RequestBody.Refused([new FieldProblem(["query", "revision_id"], "Input should be a valid UUID", "uuid_parsing")]);
        }

        return (version.Length > 0 ? number : null, revision.Length > 0 ? id : null);
    }

    private static int Number(IQueryCollection query, string name, int otherwise, int least, int most, List<FieldProblem> problems)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
        {
            return otherwise;
        }

        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add(new FieldProblem(["query", name], most == int.MaxValue ? $"Input should be an integer from {least} up" : $"Input should be an integer from {least} to {most}", "int_parsing"));
        return otherwise;
    }

    internal static bool Flag(IQueryCollection query, string name, List<FieldProblem> problems)
    {
        switch (query[name].ToString().ToLowerInvariant())
        {
            case "" or "false" or "0":
                return false;
            case "true" or "1":
                return true;
            default:
                problems.Add(new FieldProblem(["query", name], "Input should be a valid boolean", "bool_parsing"));
                return false;
        }
    }
}
