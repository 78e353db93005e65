using System.Text.Json;
using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Provenance;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Workspaces;

/// <summary>Routes of workspaces: entries with the tag <c>workspace</c>, their owner's alone (Protocol §7).</summary>
internal static class WorkspaceEndpoints
{
    private const string Base = "/v0.1/data-storage/workspaces";
    private const string Tag = "workspace";

    public static void MapWorkspaces(this WebApplication app)
    {
        var store = app.Services.GetRequiredService<PlatformStore>();
        var answers = ActivatorUtilities.CreateInstance<EntryAnswers>(app.Services);
        var changes = ActivatorUtilities.CreateInstance<EntryChanges>(app.Services);
        var creation = ActivatorUtilities.CreateInstance<EntryCreation>(app.Services);
        var clock = app.Services.GetRequiredService<TimeProvider>();

        // Typed, as a lambda of one HttpContext would be taken for a RequestDelegate and its result dropped.
        Func<HttpContext, Task<IResult>> create = async context =>
        {
            var workspace = await creation.CreateAsync(context, Tag, (body, caller) =>
            {
                var entry = creation.Node(body, caller);
                entry.TagsJson = JsonSerializer.Serialize(Tags(entry).Prepend(Tag).Distinct());
                return new NewEntry(entry);
            });
            return Results.Json(answers.Full(workspace, context));
        };
        app.MapPost(Base, create);

        app.MapGet(Base + "/{id}", async (HttpContext context, string id) =>
            Results.Json(answers.Full(await store.ReadAsync(database => FindAsync(database, context, id), context.RequestAborted), context)));

        app.MapPatch(Base + "/{id}", async (HttpContext context, string id) =>
        {
            using var body = await RequestBody.ReadAsync(context);
            var name = body.String("name", notEmpty: true);
            var description = body.String("description");
            body.ThrowIfInvalid();
            var changed = await store.WriteAsync(
                async database =>
                {
                    var workspace = await FindAsync(database, context, id);
                    workspace.Name = name ?? workspace.Name;
                    workspace.Description = description ?? workspace.Description;
                    workspace.ModifiedTicks = clock.GetUtcNow().UtcTicks;
                    ProvenanceLog.Add(database, context, ProvenanceLog.Update, workspace.Id, clock);
                    return workspace;
                },
                CancellationToken.None);
            return Results.Json(answers.Full(changed, context));
        });

        app.MapDelete(Base + "/{id}", async (HttpContext context, string id) =>
        {
            var workspace = await store.ReadAsync(database => FindAsync(database, context, id), context.RequestAborted);
            await changes.DeleteAsync(context, workspace.Id.ToString());
            return Results.NoContent();
        });
    }

    /// <exception cref="ApiException">404: no such workspace; 403: another's that one may read.</exception>
    private static async Task<EntryRow> FindAsync(PlatformDbContext database, HttpContext context, string id)
    {
        EntryRow entry;
        try
        {
            entry = await EntryAccess.ChangeableAsync(database, id, context.Caller(), CancellationToken.None);
        }
        catch (ApiException e) when (e.Status == StatusCodes.Status404NotFound)
        {
            throw NotFound();
        }

        return Tags(entry).Contains(Tag) ? entry : throw NotFound();
    }

    private static ApiException NotFound() => new(StatusCodes.Status404NotFound, "Workspace not found");

    private static string[] Tags(EntryRow entry) => entry.TagsJson is null ? [] : JsonSerializer.Deserialize<string[]>(entry.TagsJson)!;
}
