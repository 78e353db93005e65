using FutureHouse.LocalPlatform.Api;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Objects;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Provenance;

/// <summary>Keeps what actors (runs of tasks) do: a request says by a header whose doing it is (Protocol §6).</summary>
internal static class ProvenanceLog
{
    public const string Header = "x-actor-id";
    public const string Create = "create";
    public const string Update = "update";
    public const string Delete = "delete";
    public const string Read = "read";
    public const string Download = "download";
    private const int MaximumLength = 200;

    /// <summary>Every operation there is.</summary>
    public static IReadOnlyList<string> Operations { get; } = [Create, Update, Delete, Read, Download];

    /// <summary>Who the request is made for, or <see langword="null"/>.</summary>
    /// <exception cref="ApiException">422: longer than an id is.</exception>
    public static string? Actor(HttpContext context) => context.Request.Headers[Header].ToString().Trim() switch
    {
        "" => null,
        { Length: > MaximumLength } => throw ApiException.Invalid($"{Header} has more than {MaximumLength} characters"),
        var actor => actor,
    };

    /// <summary>Notes a change, in the transaction that makes it.</summary>
    public static void Add(PlatformDbContext database, HttpContext context, string operation, Guid entryId, TimeProvider clock)
    {
        if (Actor(context) is { } actor)
        {
            database.Provenance.Add(Row(actor, operation, entryId, context.Caller().Id, clock));
        }
    }

    /// <summary>Notes a look at an entry: the first of each actor, as nothing changes with the next.</summary>
    public static Task NoteAsync(PlatformStore store, HttpContext context, string operation, Guid entryId, TimeProvider clock) =>
        Actor(context) is { } actor ? NoteAsync(store, actor, operation, entryId, context.Caller().Id, clock) : Task.CompletedTask;

    /// <summary>Notes who fetches bytes by a signed URL. The URL says nothing of the user: it was given to whoever may read the entry.</summary>
    public static void UseProvenanceOfDownloads(this WebApplication app)
    {
        var store = app.Services.GetRequiredService<PlatformStore>();
        var clock = app.Services.GetRequiredService<TimeProvider>();
        var prefix = $"/{Bucket.BucketName}/";
        app.Use((context, next) =>
        {
            if (HttpMethods.IsGet(context.Request.Method) && context.Request.Path.Value is { } path && path.StartsWith(prefix, StringComparison.Ordinal) && Actor(context) is { } actor)
            {
                // Before the first byte goes out, so that who has the bytes finds the note.
                context.Response.OnStarting(() => context.Response.StatusCode is StatusCodes.Status200OK or StatusCodes.Status206PartialContent
                    ? NoteDownloadAsync(store, actor, path[prefix.Length..], clock)
                    : Task.CompletedTask);
            }

            return next(context);
        });
    }

    private static async Task NoteDownloadAsync(PlatformStore store, string actor, string objectName, TimeProvider clock)
    {
        var entryId = await store.ReadAsync(
            async database => await database.Entries.Where(e => e.ObjectName == objectName).Select(e => (Guid?)e.Id).FirstOrDefaultAsync()
                ?? await database.Revisions.Where(r => r.ObjectName == objectName).Select(r => (Guid?)r.EntryId).FirstOrDefaultAsync(),
            CancellationToken.None);
        if (entryId is { } id)
        {
            await NoteAsync(store, actor, Download, id, string.Empty, clock);
        }
    }

    private static Task<bool> NoteAsync(PlatformStore store, string actor, string operation, Guid entryId, string userId, TimeProvider clock) => store.WriteAsync(
        async database =>
        {
            if (await database.Provenance.AnyAsync(p => p.ActorId == actor && p.Operation == operation && p.EntryId == entryId))
            {
                return false;
            }

            database.Provenance.Add(Row(actor, operation, entryId, userId, clock));
            return true;
        },
        CancellationToken.None);

    private static ProvenanceRow Row(string actor, string operation, Guid entryId, string userId, TimeProvider clock) =>
        new() { ActorId = actor, Operation = operation, EntryId = entryId, UserId = userId, AtTicks = clock.GetUtcNow().UtcTicks };
}
