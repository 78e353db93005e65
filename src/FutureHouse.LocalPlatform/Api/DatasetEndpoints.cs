using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>Routes of datasets (Protocol §3).</summary>
internal static class DatasetEndpoints
{
    private const string Base = "/v0.1/data-storage/datasets";

    public static void MapDatasets(this WebApplication app)
    {
        var store = app.Services.GetRequiredService<PlatformStore>();
        var changes = ActivatorUtilities.CreateInstance<EntryChanges>(app.Services);
        var clock = app.Services.GetRequiredService<TimeProvider>();

        // Typed, as a lambda of one HttpContext would be taken for a RequestDelegate and its result dropped.
        Func<HttpContext, Task<IResult>> create = async context =>
        {
            using var body = await RequestBody.ReadAsync(context);
            var now = clock.GetUtcNow().UtcTicks;
            var dataset = new DatasetRow
            {
                Id = body.Uuid("id") ?? Guid.CreateVersion7(),
                Name = body.String("name", required: true, notEmpty: true) ?? string.Empty,
                Description = body.String("description"),
                UserId = context.Caller().Id,
                CreatedTicks = now,
                ModifiedTicks = now,
            };
            body.ThrowIfInvalid();
            await store.WriteAsync(
                async database =>
                {
                    if (await database.Datasets.AnyAsync(d => d.Id == dataset.Id))
                    {
                        throw ApiException.Conflict($"A dataset with the id {dataset.Id:D} exists already");
                    }

                    return database.Datasets.Add(dataset);
                },
                CancellationToken.None);
            return Results.Json(new { id = dataset.Id, name = dataset.Name, description = dataset.Description });
        };
        app.MapPost(Base, create);

        app.MapGet(Base + "/{id}", async (HttpContext context, string id) =>
        {
            var guid = RequireUuid(id);
            var caller = context.Caller();
            var (dataset, entries) = await store.ReadAsync(
                async database => (
                    await EntryAccess.DatasetAsync(database, guid, caller, context.RequestAborted),
                    await EntryAccess.Readable(database.Entries.Where(e => e.DatasetId == guid), caller).Include(e => e.Locations).AsSplitQuery().OrderBy(e => e.Key).ToListAsync(context.RequestAborted)),
                context.RequestAborted);
            return Results.Json(new Dictionary<string, object?>
            {
                ["dataset"] = EntryAnswers.Dataset(dataset),
                ["data_storage_entries"] = entries.Select(EntryAnswers.Listed),
            });
        });

        app.MapDelete(Base + "/{id}", async (HttpContext context, string id) =>
        {
            await changes.DeleteDatasetAsync(context, RequireUuid(id));
            return Results.NoContent();
        });
    }

    private static Guid RequireUuid(string id) =>
        Guid.TryParse(id, out var guid) ? guid : throw RequestBody.Refused([new FieldProblem(["path", "dataset_id"], "Input should be a valid UUID", "uuid_parsing")]);
}
