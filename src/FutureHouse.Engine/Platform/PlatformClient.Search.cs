using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using FutureHouse.Errors;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;

namespace FutureHouse.Platform;

/// <content>Finding entries (Protocol §6).</content>
public sealed partial class PlatformClient
{
    private const string SearchRoute = "v0.1/data-storage/search";
    private const string SimilarityRoute = "v0.1/data-storage/similarity-search";
    private const int LargestPage = 1000;
    private const int MostSimilar = 100;

    /// <summary>
    /// Finds entries, best first, page after page (Protocol §6): a page is asked for when the one before has been taken, so that whoever stops early asks for no more. What is added or removed
    /// meanwhile may move the later pages.
    /// </summary>
    /// <param name="request">What to find.</param>
    /// <param name="ct">Cancels the search.</param>
    /// <returns>The pages; none is empty.</returns>
    /// <exception cref="InvalidRequestException">The request makes no sense, or the service refuses it.</exception>
    /// <exception cref="ServiceUnavailableException">Search is not available.</exception>
    public async IAsyncEnumerable<IReadOnlyList<DataEntrySearchHit>> SearchAsync(SearchRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        var body = Body(request);
        for (var (offset, left) = (request.Skip, request.First ?? long.MaxValue); left > 0;)
        {
            var limit = (int)Math.Min(request.PageSize, left);
            var page = await SearchPageAsync(body with { Limit = limit, Offset = offset }, SearchMessages.OpSearch, null, ct).ConfigureAwait(false);
            if (page.Length > 0)
            {
                yield return page;
            }

            if (page.Length < limit)
            {
                yield break;
            }

            (offset, left) = (offset + page.Length, left - page.Length);
        }
    }

    /// <summary>Finds the entries whose embedding is most like another, best first (Protocol §6).</summary>
    /// <param name="request">What to be like.</param>
    /// <param name="ct">Cancels the call.</param>
    /// <returns>The entries; their score is the cosine.</returns>
    /// <exception cref="InvalidRequestException">The embedding is empty, all zeros or not finite, a bound is out of its range, or the service refuses something.</exception>
    /// <exception cref="ForbiddenException">Only administrators search by user.</exception>
    /// <exception cref="ServiceUnavailableException">Search is not available.</exception>
    public Task<DataEntrySearchHit[]> SearchSimilarAsync(SimilarityRequest request, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        CheckEmbedding(request.Embedding, null);
        Refuse(request.Embedding.Count == 0, SearchMessages.EmbeddingEmpty);
        Refuse(request.Embedding.All(number => number == 0), SearchMessages.EmbeddingZero);
        Refuse(request.First is < 1 or > MostSimilar, SearchMessages.SimilarSize, request.First);
        Refuse(!(request.MinScore is >= 0 and <= 1), SearchMessages.MinScore, request.MinScore);
        var body = new SimilarityBody(request.Embedding, request.First, request.MinScore)
        {
            DatasetId = request.DatasetId,
            Tags = request.Tags,
            UserId = request.UserId,
            ProjectId = request.ProjectId,
        };
        var call = Call(HttpMethod.Post, SimilarityRoute, SearchMessages.OpSearchSimilar, null, null) with { Body = PlatformJson.Write(body, PlatformJson.Wire.SimilarityBody) };
        return FindAsync(call, ct);
    }

    private Task<DataEntrySearchHit[]> SearchPageAsync(SearchBody body, string operation, object? target, CancellationToken ct)
    {
        var call = Call(HttpMethod.Post, SearchRoute, operation, target, target) with { Body = PlatformJson.Write(body, PlatformJson.Wire.SearchBody) };
        return FindAsync(call, ct);
    }

    // A search changes nothing: it may be sent again.
    private async Task<DataEntrySearchHit[]> FindAsync(ApiCall call, CancellationToken ct)
    {
        try
        {
            // 503 may mean that the service has no search at all (Protocol §6).
            return await _retries.ExecuteAsync(
                async token => Read(call, await SendAsync(call, token).ConfigureAwait(false), PlatformJson.Wire.HitAnswerArray, static answer => answer.OfType<HitAnswer>().Select(WireMapper.Hit).ToArray()),
                null,
                ct,
                most: Resilience.Patience.Short).ConfigureAwait(false);
        }
        catch (ServiceUnavailableException e) when (e.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            throw new ServiceUnavailableException(
                string.Format(CultureInfo.CurrentCulture, e.ServiceDetail is null ? SearchMessages.NotAvailable : SearchMessages.NotAvailableDetail, call.Operation, ServiceUri.Authority, e.ServiceDetail), e)
                { Target = e.Target, StatusCode = e.StatusCode, ServiceDetail = e.ServiceDetail, RequestId = e.RequestId, IsTransient = e.IsTransient };
        }
    }

    private static SearchBody Body(SearchRequest request)
    {
        Refuse(request.First < 0, SearchMessages.NegativeFirst, request.First);
        Refuse(request.Skip < 0, SearchMessages.NegativeSkip, request.Skip);
        Refuse(request.PageSize is < 1 or > LargestPage, SearchMessages.PageSize, request.PageSize);
        var criteria = request.Criteria.Select((criterion, index) =>
        {
            Refuse(string.IsNullOrWhiteSpace(criterion.Field), SearchMessages.NoField, index + 1);
            Refuse(criterion.Value.Value is null, SearchMessages.NoValue, index + 1);
            var name = WireNames.Of(criterion.Operator);
            Refuse(name is null, SearchMessages.UnknownOperator, index + 1, criterion.Operator);
            return new CriterionBody(criterion.Field, name!, criterion.Value);
        }).ToArray();
        var highlights = request.Highlights ?? new SearchHighlights();
        return new SearchBody(criteria, request.PageSize)
        {
            FilterLogic = request.MatchAny ? "OR" : "AND",
            TextQuery = request.Text,
            Highlight = request.Highlights is not null,
            HighlightFields = highlights.Fields,
            HighlightFragmentSize = highlights.FragmentSize,
            HighlightNumFragments = highlights.Fragments,
        };
    }

    private static void Refuse(bool isWrong, string format, params object?[] arguments)
    {
        if (isWrong)
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, format, arguments));
        }
    }
}
