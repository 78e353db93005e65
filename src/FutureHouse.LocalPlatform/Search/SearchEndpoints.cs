using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Storage;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>Routes of searches (Protocol §6).</summary>
internal static class SearchEndpoints
{
    private const string Base = "/v0.1/data-storage";

    public static void MapSearch(this WebApplication app)
    {
        var store = app.Services.GetRequiredService<PlatformStore>();

        // Typed, as a lambda of one HttpContext would be taken for a RequestDelegate and its result dropped.
        Func<HttpContext, Task<IResult>> search = async context =>
        {
            using var body = await RequestBody.ReadAsync(context);
            var query = SearchReader.Read(body);
            return Results.Json(await store.ReadAsync(
                async database => await SearchAnswers.WriteAsync(
                    database, await SearchStore.FindAsync(database, query, context.Caller(), context.RequestAborted), "score", query, context.RequestAborted),
                context.RequestAborted));
        };
        app.MapPost(Base + "/search", search);

        Func<HttpContext, Task<IResult>> similar = async context =>
        {
            using var body = await RequestBody.ReadAsync(context);
            var query = SearchReader.ReadSimilarity(body, context.Caller().Admin);
            return Results.Json(await store.ReadAsync(
                async database => await SearchAnswers.WriteAsync(
                    database, await SearchStore.FindSimilarAsync(database, query, context.Caller(), context.RequestAborted), "embedding_similarity", null, context.RequestAborted),
                context.RequestAborted));
        };
        app.MapPost(Base + "/similarity-search", similar);
    }
}
