using System.Globalization;
using FutureHouse.Errors;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;
using FutureHouse.Resilience;

namespace FutureHouse.Platform;

/// <content>Entries: read, change, delete (Protocol §2).</content>
public sealed partial class PlatformClient
{
    private const string EntriesRoute = "v0.1/data-storage/data-entries";

    /// <summary>Reads an entry, with its text and its locations (Protocol §2, §7).</summary>
    /// <param name="id">The entry.</param>
    /// <param name="revision">Which revision; by default the latest published.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entry.</returns>
    /// <exception cref="NotFoundException">There is none, or it is not the caller's to see.</exception>
    public Task<DataEntry> GetEntryAsync(EntryId id, RevisionSelector revision = default, CancellationToken ct = default)
    {
        if (revision is { Version: not null, RevisionId: not null })
        {
            throw new InvalidRequestException(Messages.TwoRevisions) { Target = id };
        }

        var query = revision.Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"?version={version}")
            : revision.RevisionId is { } revisionId ? $"?revision_id={revisionId:D}"
            : string.Empty;
        var call = Entry(HttpMethod.Get, id, query, Messages.OpReadEntry) with { Timeout = _options.ReadTimeout };
        return CallAsync(call, PlatformJson.Wire.EntryAnswer, WireMapper.Entry, ct);
    }

    /// <summary>Reads the status of an entry: a small call, for waiting (Protocol §2).</summary>
    /// <param name="id">The entry.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The status; <see cref="EntryStatus.Unknown"/> for one of a newer service.</returns>
    public Task<EntryStatus> GetEntryStatusAsync(EntryId id, CancellationToken ct) =>
        CallAsync(Entry(HttpMethod.Get, id, "/status", Messages.OpReadStatus), PlatformJson.Wire.StatusAnswer, answer => WireNames.Status(answer.Status), ct);

    /// <summary>Sets the status of an entry: active once its bytes are there, failed when they will not come (Protocol §2).</summary>
    /// <param name="id">The entry.</param>
    /// <param name="status">The status.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entry as it is now.</returns>
    public Task<DataEntry> SetEntryStatusAsync(EntryId id, EntryStatus status, CancellationToken ct)
    {
        var name = WireNames.Of(status) ?? throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.StatusNotSettable, status)) { Target = id };
        return PatchAsync(id, new PatchEntryBody { Status = name }, Messages.OpSetStatus, ct);
    }

    /// <summary>Replaces the tags of an entry (Protocol §2).</summary>
    /// <param name="id">The entry.</param>
    /// <param name="tags">All the tags it is to have.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entry as it is now.</returns>
    public Task<DataEntry> SetEntryTagsAsync(EntryId id, IReadOnlyList<string> tags, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return PatchAsync(id, new PatchEntryBody { Tags = tags }, Messages.OpSetTags, ct);
    }

    /// <summary>Sets who may read an entry (Protocol §2).</summary>
    /// <param name="id">The entry.</param>
    /// <param name="share">Private, public, or shared with <paramref name="accessors"/>.</param>
    /// <param name="accessors">Users and organisations; <see langword="null"/> to leave them out of the request.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entry as it is now.</returns>
    public Task<DataEntry> SetEntryPermissionsAsync(EntryId id, ShareStatus share, PermittedAccessors? accessors, CancellationToken ct)
    {
        var name = WireNames.Of(share) ?? throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.StatusNotSettable, share)) { Target = id };
        var body = new PatchEntryBody
        {
            ShareStatus = name,
            PermittedAccessors = accessors is null ? null : new AccessorsBody(accessors.Users, accessors.Organizations),
        };
        return PatchAsync(id, body, Messages.OpSetPermissions, ct);
    }

    /// <summary>Deletes an entry (Protocol §2).</summary>
    /// <param name="id">The entry.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>A task that ends when the service has said so.</returns>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="ForbiddenException">It is another's.</exception>
    public Task DeleteEntryAsync(EntryId id, CancellationToken ct) => DeleteAsync(Entry(HttpMethod.Delete, id, string.Empty, Messages.OpDeleteEntry), ct);

    private ApiCall Entry(HttpMethod method, EntryId id, string rest, string operation) =>
        Call(method, $"{EntriesRoute}/{Uri.EscapeDataString(id.Value)}{rest}", operation, id, id);

    // A status, tags and permissions are set, not added to: the same again changes nothing.
    private Task<DataEntry> PatchAsync(EntryId id, PatchEntryBody body, string operation, CancellationToken ct)
    {
        var call = Entry(HttpMethod.Patch, id, string.Empty, operation) with { Body = PlatformJson.Write(body, PlatformJson.Wire.PatchEntryBody) };
        return CallAsync(call, PlatformJson.Wire.EntryAnswer, WireMapper.Entry, ct);
    }

    private Task<bool> DeleteAsync(ApiCall call, CancellationToken ct)
    {
        var inDoubt = false;
        return _retries.ExecuteAsync(
            async token =>
            {
                try
                {
                    await SendAsync(call, token).ConfigureAwait(false);
                }
                catch (FutureHouseException e) when (e.Repeat == Repeatability.InDoubt)
                {
                    inDoubt = true;
                    throw;
                }
                catch (NotFoundException e) when (inDoubt && e.ServiceDetail is not (null or "Not Found"))
                {
                    // The first request did it and its answer was lost.
                }

                return true;
            },
            null,
            ct);
    }
}
