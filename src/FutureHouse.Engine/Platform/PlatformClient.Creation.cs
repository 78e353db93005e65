using System.Globalization;
using System.Text;
using FutureHouse.Errors;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;
using FutureHouse.Resilience;

namespace FutureHouse.Platform;

/// <content>Creating an entry, once (Protocol §2).</content>
public sealed partial class PlatformClient
{
    // A search lags some seconds behind (Protocol §6): it is asked this often before "not there" is believed.
    private const int SearchLooks = 4;
    private static readonly TimeSpan SearchLookInterval = TimeSpan.FromSeconds(3);

    // The service's Date has whole seconds, and its clock is compared by it.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly CreationLedger _ledger;

    /// <summary>
    /// Creates an entry (Protocol §2). Never makes two: repetitions carry one <c>Idempotency-Key</c>, and where the service has not shown that it honours it, the
    /// entry is looked for after a lost answer before the request is sent again.
    /// </summary>
    /// <param name="request">The entry; not changed.</param>
    /// <param name="ct">Cancels the call; whether the entry is there is open then.</param>
    /// <returns>The entry as the service made it.</returns>
    /// <exception cref="InvalidRequestException">The name is empty, or the service refuses something.</exception>
    /// <exception cref="ServiceUnavailableException">The service fails; the message says if the entry may be there all the same.</exception>
    public async Task<DataEntry> CreateEntryAsync(CreateEntryRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = Call(HttpMethod.Post, EntriesRoute, Messages.OpCreateEntry, request.Name, request.Name) with
        {
            Body = CreationBody(request),
            IdempotencyKey = (request.IdempotencyKey ?? Guid.NewGuid()).ToString("D"),
        };
        using var turn = await _ledger.EnterAsync(new(request.Name, request.FilePath, request.DatasetId, request.ParentId), ct).ConfigureAwait(false);
        var entry = await CreateOnceAsync(request, call, ct).ConfigureAwait(false);
        _ledger.Give(entry.Id);
        return entry;
    }

    /// <summary>All that the request says of an entry, as it is sent: what differs in it is another entry.</summary>
    /// <exception cref="InvalidRequestException">Something in it cannot be sent.</exception>
    internal static byte[] CreationBody(CreateEntryRequest request)
    {
        Check(request);
        return PlatformJson.Write(Body(request), PlatformJson.Wire.CreateEntryBody);
    }

    private async Task<DataEntry> CreateOnceAsync(CreateEntryRequest request, ApiCall call, CancellationToken ct)
    {
        var started = request.AskedBefore ?? _options.TimeProvider.GetUtcNow();
        FutureHouseException? doubt = null;
        if (request.AskedBefore is not null && !_keyedRoutes.ContainsKey(call.Route) && await LookAsync(request, call, started, null, ct).ConfigureAwait(false) is { } madeBefore)
        {
            return madeBefore;
        }

        try
        {
            return await _retries.ExecuteAsync(
                async token =>
                {
                    if (doubt is not null && !_keyedRoutes.ContainsKey(call.Route) && await LookAsync(request, call, started, doubt, token).ConfigureAwait(false) is { } made)
                    {
                        return made;
                    }

                    try
                    {
                        return Read(call, await SendAsync(call, token).ConfigureAwait(false), PlatformJson.Wire.EntryAnswer, WireMapper.Entry);
                    }
                    catch (FutureHouseException e) when (e.Repeat == Repeatability.InDoubt)
                    {
                        doubt = e;
                        throw;
                    }
                },
                null,
                ct).ConfigureAwait(false);
        }
        catch (FutureHouseException e) when (doubt is not null && e.Repeat != Repeatability.Never)
        {
            // The attempts are used up, but one of them may have done it.
            if (await LookAsync(request, call, started, doubt, ct).ConfigureAwait(false) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    /// <summary>Looks for the entry of a creation whose answer was lost.</summary>
    /// <returns>The entry, or <see langword="null"/> where it is not there.</returns>
    /// <exception cref="FutureHouseException">It cannot be told; of the same kind as <paramref name="doubt"/>, and final.</exception>
    private async Task<DataEntry?> LookAsync(CreateEntryRequest request, ApiCall creation, DateTimeOffset started, FutureHouseException? doubt, CancellationToken ct)
    {
        var since = started + _transport.ClockOffset - ClockTolerance;
        try
        {
            for (var look = 1; ; look++)
            {
                var made = request.DatasetId is { } dataset
                    ? await FirstMadeAsync(ReadDatasetEntriesAsync(dataset, ct), request, since).ConfigureAwait(false)
                    : (await FindByNameAsync(request.Name, ct).ConfigureAwait(false)).Where(entry => IsMade(entry, request, since)).MinBy(entry => entry.CreatedAt);
                if (made is not null)
                {
                    _options.Log?.Invoke(string.Format(CultureInfo.CurrentCulture, Messages.LogFoundCreated, request.Name, made.Id));
                    // Read again for what a listing leaves out: locations, and the URL for its bytes.
                    return await GetEntryAsync(made.Id, default, ct).ConfigureAwait(false);
                }

                if (request.DatasetId is not null || look == SearchLooks || (request.AskedBefore is not null && _options.TimeProvider.GetUtcNow() - started > SearchLooks * SearchLookInterval))
                {
                    return null;
                }

                await Task.Delay(SearchLookInterval, _options.TimeProvider, ct).ConfigureAwait(false);
            }
        }
        catch (FutureHouseException e) when (doubt is not null)
        {
            throw ErrorMapper.LeftInDoubt(doubt, e, creation.Operation);
        }
    }

    private async Task<DataEntry?> FirstMadeAsync(IAsyncEnumerable<DataEntry> candidates, CreateEntryRequest request, DateTimeOffset since)
    {
        DataEntry? first = null;
        await foreach (var entry in candidates.ConfigureAwait(false))
        {
            first = IsMade(entry, request, since) && !(first?.CreatedAt <= entry.CreatedAt) ? entry : first;
        }

        return first;
    }

    private Task<DataEntrySearchHit[]> FindByNameAsync(string name, CancellationToken ct) =>
        SearchPageAsync(new SearchBody([new CriterionBody("name", "equals", SearchValue.Of(name))], 100), Messages.OpFindCreated, name, ct);

    private bool IsMade(DataEntry entry, CreateEntryRequest request, DateTimeOffset since) =>
        entry.Name == request.Name
        && entry.FilePath == request.FilePath
        && (request.ParentId is null || entry.ParentId == request.ParentId)
        && (request.ProjectId is null || entry.ProjectId is null || entry.ProjectId == request.ProjectId)
        && (entry.Content is null || request.Content is null || entry.Content == request.Content)
        && entry.CreatedAt >= since
        && !_ledger.IsGiven(entry.Id);

    private static void Check(CreateEntryRequest request)
    {
        if (string.IsNullOrWhiteSpace(request.Name))
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.EmptyName, Messages.AnEntry));
        }

        CheckEmbedding(request.Embedding ?? [], request.Name);

        // Half a surrogate pair has no UTF-8; the writer would put U+FFFD in its place without a word.
        try
        {
            StrictUtf8.GetByteCount(request.Content ?? string.Empty);
        }
        catch (EncoderFallbackException e)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.NotUnicode, request.Name, e.Index), e) { Target = request.Name };
        }
    }

    private static void CheckEmbedding(IReadOnlyList<float> embedding, object? target)
    {
        for (var i = 0; i < embedding.Count; i++)
        {
            if (!float.IsFinite(embedding[i]))
            {
                throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, Messages.EmbeddingNotFinite, i)) { Target = target };
            }
        }
    }

    private static CreateEntryBody Body(CreateEntryRequest request) => new()
    {
        Name = request.Name,
        Description = request.Description,
        Content = request.Content,
        Embedding = request.Embedding,
        IsCollection = request.IsCollection,
        ParentId = request.ParentId,
        ProjectId = request.ProjectId,
        DatasetId = request.DatasetId,
        FilePath = request.FilePath,
        ExistingLocation = Existing(request.Existing),
        Tags = request.Tags,
        Metadata = request.Metadata,
    };
}
