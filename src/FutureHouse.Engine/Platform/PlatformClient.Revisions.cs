using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform.Wire;

namespace FutureHouse.Platform;

/// <content>Revisions (Protocol §7).</content>
public sealed partial class PlatformClient
{
    /// <summary>Most revisions of one page.</summary>
    private const int RevisionPage = 100;

    /// <summary>
    /// Makes a revision of an entry, or keeps one as a draft (Protocol §7). However often the request is repeated it makes one, as its identifier is the caller's.
    /// </summary>
    /// <param name="id">The entry.</param>
    /// <param name="update">The revision; a later call with the same object goes on with the same revision.</param>
    /// <param name="ct">Cancels the call; whether the revision is there is open then, and the same call again settles it.</param>
    /// <returns>The entry as the revision has it.</returns>
    /// <exception cref="ConflictException">The base is no longer the latest revision; the message says which is.</exception>
    /// <exception cref="InvalidRequestException">Text and source together, neither for a draft or a new name, or the service refuses something.</exception>
    /// <exception cref="ForbiddenException">The caller may read the entry and not change it.</exception>
    /// <exception cref="NotFoundException">There is no such entry or source, or it is not the caller's to see.</exception>
    public Task<DataEntry> UpdateEntryAsync(EntryId id, RevisionUpdate update, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(update);
        Check(id, update);
        return PatchRevisionAsync(
            id,
            new RevisionBody
            {
                RevisionId = update.RevisionId,
                BaseRevisionId = update.BaseRevisionId,
                Content = update.Content,
                SourceEntryId = update.SourceEntryId,
                Name = update.Name,
                Description = update.Description,
                Publish = update.Publish,
            },
            RevisionMessages.OpUpdate,
            ct);
    }

    /// <summary>Publishes a draft (Protocol §7). One that is published already stays as it is.</summary>
    /// <param name="id">The entry.</param>
    /// <param name="revisionId">The draft.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entry as the revision has it.</returns>
    /// <exception cref="ConflictException">The draft's base is no longer the latest revision; the message says which is.</exception>
    /// <exception cref="NotFoundException">There is no such entry, or it has no such revision that the caller may see.</exception>
    public async Task<DataEntry> PublishRevisionAsync(EntryId id, Guid revisionId, CancellationToken ct)
    {
        // What the draft is based on stands in the list alone.
        await foreach (var revision in GetRevisionsAsync(id, includeDrafts: true, ct).ConfigureAwait(false))
        {
            if (revision.Id != revisionId)
            {
                continue;
            }

            return revision.PublishedAt is not null || revision.ParentId is not { } parent
                ? await GetEntryAsync(id, new RevisionSelector(null, revisionId), ct).ConfigureAwait(false)
                : await PatchRevisionAsync(id, new RevisionBody { RevisionId = revisionId, BaseRevisionId = parent, Publish = true }, RevisionMessages.OpPublish, ct).ConfigureAwait(false);
        }

        throw new NotFoundException(Format(RevisionMessages.NoSuchDraft, id, revisionId)) { Target = id };
    }

    /// <summary>Lists the revisions of an entry, newest first, a page at a time as they are asked for (Protocol §7).</summary>
    /// <param name="id">The entry.</param>
    /// <param name="includeDrafts">Whether drafts are listed too; only for who may edit the entry.</param>
    /// <param name="ct">Ends the listing.</param>
    /// <returns>The revisions, each once.</returns>
    /// <exception cref="NotFoundException">There is no such entry, or it is not the caller's to see.</exception>
    /// <exception cref="ForbiddenException">Drafts are asked for by one who may only read.</exception>
    public async IAsyncEnumerable<DataRevision> GetRevisionsAsync(EntryId id, bool includeDrafts, [EnumeratorCancellation] CancellationToken ct)
    {
        // One that is made meanwhile pushes the others back by one, onto the next page.
        var seen = new HashSet<Guid>();
        for (var offset = 0; ; offset += RevisionPage)
        {
            var page = await GetRevisionPageAsync(id, RevisionPage, offset, includeDrafts, ct).ConfigureAwait(false);
            foreach (var revision in page.Where(revision => seen.Add(revision.Id)))
            {
                yield return revision;
            }

            if (page.Count < RevisionPage)
            {
                yield break;
            }
        }
    }

    /// <summary>Reads one page of the revisions of an entry, newest first (Protocol §7).</summary>
    /// <param name="id">The entry.</param>
    /// <param name="limit">Revisions at most, 1 to 100.</param>
    /// <param name="offset">How many newer ones to leave out.</param>
    /// <param name="includeDrafts">Whether drafts are listed too; only for who may edit the entry.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The revisions; fewer than asked for at the end.</returns>
    public Task<IReadOnlyList<DataRevision>> GetRevisionPageAsync(EntryId id, int limit, int offset, bool includeDrafts, CancellationToken ct)
    {
        if (limit is < 1 or > RevisionPage || offset < 0)
        {
            throw new InvalidRequestException(Format(RevisionMessages.BadPage, RevisionPage)) { Target = id };
        }

        var query = string.Create(CultureInfo.InvariantCulture, $"/revisions?limit={limit}&offset={offset}&include_unpublished={(includeDrafts ? "true" : "false")}");
        var call = Entry(HttpMethod.Get, id, query, RevisionMessages.OpList) with { Timeout = _options.ReadTimeout };
        return CallAsync<RevisionListAnswer, IReadOnlyList<DataRevision>>(
            call,
            PlatformJson.Wire.RevisionListAnswer,
            answer => (answer.Revisions ?? throw new JsonException("No revisions.")).OfType<RevisionAnswer>().Select(revision => revision.ToRevision(id.Uuid)).ToArray(),
            ct);
    }

    private async Task<DataEntry> PatchRevisionAsync(EntryId id, RevisionBody body, string operation, CancellationToken ct)
    {
        // The same bytes each time: the service knows a repetition by them.
        var call = Entry(HttpMethod.Patch, id, string.Empty, operation) with { Body = PlatformJson.Write(body, PlatformJson.Wire.RevisionBody), Timeout = _options.ReadTimeout };
        try
        {
            return await CallAsync(call, PlatformJson.Wire.EntryAnswer, WireMapper.Entry, ct).ConfigureAwait(false);
        }
        catch (ConflictException e)
        {
            throw await WithNewestAsync(id, e, ct).ConfigureAwait(false);
        }
    }

    /// <summary>The conflict, with the revision that is newer.</summary>
    private async Task<ConflictException> WithNewestAsync(EntryId id, ConflictException conflict, CancellationToken ct)
    {
        try
        {
            var now = await GetEntryAsync(id, default, ct).ConfigureAwait(false);
            if (now.RevisionId is not { } newest)
            {
                return conflict;
            }

            return new ConflictException(Format(RevisionMessages.NewerRevision, conflict.Message, newest, now.Version, now.ModifiedAt), conflict)
                { Target = conflict.Target, StatusCode = conflict.StatusCode, ServiceDetail = conflict.ServiceDetail, RequestId = conflict.RequestId };
        }
        catch (FutureHouseException)
        {
            return conflict; // says enough by itself
        }
    }

    private static void Check(EntryId id, RevisionUpdate update)
    {
        if (update is { Content: not null, SourceEntryId: not null })
        {
            throw new InvalidRequestException(Format(RevisionMessages.ContentAndSource, id)) { Target = id };
        }

        if (update is { Content: null, SourceEntryId: null })
        {
            throw new InvalidRequestException(Format(RevisionMessages.NothingToRevise, id)) { Target = id };
        }

        if (update.Name is not null && string.IsNullOrWhiteSpace(update.Name))
        {
            throw new InvalidRequestException(Format(Messages.EmptyName, Messages.AnEntry)) { Target = id };
        }

        try
        {
            StrictUtf8.GetByteCount(update.Content ?? string.Empty);
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidRequestException(Format(RevisionMessages.NotUnicode, id, e.Index), e) { Target = id };
        }
    }

    private static string Format(string format, params object?[] arguments) => string.Format(CultureInfo.CurrentCulture, format, arguments);
}
