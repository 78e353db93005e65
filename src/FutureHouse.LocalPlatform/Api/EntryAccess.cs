using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Storage;
using Microsoft.EntityFrameworkCore;

namespace FutureHouse.LocalPlatform.Api;

/// <summary>Finds what a caller may read or change. What one may not read is not there: 404, never 403 (Protocol §2).</summary>
internal static class EntryAccess
{
    /// <exception cref="ApiException">404: no such entry, or not the caller's to see.</exception>
    public static async Task<EntryRow> ReadableAsync(PlatformDbContext context, string id, PlatformUser caller, CancellationToken cancellationToken)
    {
        var entries = context.Entries.Include(e => e.Locations).Include(e => e.Accessors).AsSplitQuery();
        var entry = Guid.TryParse(id, out var guid)
            ? await entries.SingleOrDefaultAsync(e => e.Id == guid, cancellationToken)
            : await entries.SingleOrDefaultAsync(e => e.ShortAlias == id, cancellationToken);
        return entry is not null && MayRead(entry, caller) ? entry : throw ApiException.EntryNotFound();
    }

    /// <exception cref="ApiException">404 as above; 403: the caller may read the entry but not change it.</exception>
    public static async Task<EntryRow> ChangeableAsync(PlatformDbContext context, string id, PlatformUser caller, CancellationToken cancellationToken)
    {
        var entry = await ReadableAsync(context, id, caller, cancellationToken);
        return MayChange(entry.UserId, caller) ? entry : throw ApiException.Forbidden();
    }

    /// <summary>Requires that the caller may change an entry, without reading what it holds: much is made below one parent.</summary>
    /// <exception cref="ApiException">404 and 403 as above.</exception>
    public static async Task RequireChangeableAsync(PlatformDbContext context, Guid id, PlatformUser caller, CancellationToken cancellationToken)
    {
        var owner = await context.Entries.Where(e => e.Id == id).Select(e => e.UserId).SingleOrDefaultAsync(cancellationToken);
        if (owner is null || !MayChange(owner, caller))
        {
            await ChangeableAsync(context, id.ToString(), caller, cancellationToken); // which of the two it is
        }
    }

    public static bool MayRead(EntryRow entry, PlatformUser caller) =>
        MayChange(entry.UserId, caller)
        || entry.ShareStatus == "public"
        || (entry.ShareStatus == "shared" && entry.Accessors.Any(a =>
            (a.Kind == AccessorRow.User && a.Value == AccessorRow.Key(caller.Email))
            || (a.Kind == AccessorRow.Organization && a.Value == AccessorRow.Key(caller.Organization))));

    /// <summary>Those entries that the caller may read: the rule of <see cref="MayRead"/>, for the database.</summary>
    public static IQueryable<EntryRow> Readable(IQueryable<EntryRow> entries, PlatformUser caller)
    {
        var (id, email, organization) = (caller.Id, AccessorRow.Key(caller.Email), AccessorRow.Key(caller.Organization));
        return caller.Admin ? entries : entries.Where(e => e.UserId == id || e.ShareStatus == "public" || (e.ShareStatus == "shared" && e.Accessors.Any(a =>
            (a.Kind == AccessorRow.User && a.Value == email) || (a.Kind == AccessorRow.Organization && a.Value == organization))));
    }

    public static bool MayChange(string owner, PlatformUser caller) => caller.Admin || string.Equals(owner, caller.Id, StringComparison.Ordinal);

    /// <exception cref="ApiException">404: no such dataset; 403: another user's (Protocol §3).</exception>
    public static async Task<DatasetRow> DatasetAsync(PlatformDbContext context, Guid id, PlatformUser caller, CancellationToken cancellationToken)
    {
        var dataset = await context.Datasets.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken) ?? throw ApiException.DatasetNotFound();
        return MayChange(dataset.UserId, caller) ? dataset : throw ApiException.Forbidden();
    }
}
