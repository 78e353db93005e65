using System.Text.Json.Nodes;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>The engine's searches (Protocol §6).</summary>
public sealed class SearchClientTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_bodies_are_those_of_the_protocol()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json("[]"));
        using var client = Clients.Of(service.Url);
        await AllAsync(client, new SearchRequest
        {
            Criteria = [new("name", SearchOperator.Contains, SearchValue.Of("x")), new("tags", SearchOperator.In, SearchValue.Of(["a", "b"])), new("is_collection", SearchOperator.EqualTo, SearchValue.Of(true))],
            Skip = 3,
            PageSize = 1000,
        });
        await AllAsync(client, new SearchRequest { Text = "protein fold", MatchAny = true, First = 20, Highlights = new SearchHighlights { Fields = ["content"] } });
        await client.SearchSimilarAsync(new SimilarityRequest { Embedding = [0.1f, 0.2f] }, None);
        await AllAsync(client, new SearchRequest { First = 0 });

        var requests = service.Requests.Skip(1).ToList();
        AssertJson(
            """
            {"criteria":[{"field":"name","operator":"contains","value":"x"},{"field":"tags","operator":"in","value":["a","b"]},{"field":"is_collection","operator":"equals","value":true}],"limit":1000,"offset":3,
             "filter_logic":"AND","text_query":null,"highlight":false,"highlight_fields":null,"highlight_fragment_size":1000,"highlight_num_fragments":3}
            """,
            requests[0].Body);
        AssertJson(
            """
            {"criteria":[],"limit":20,"offset":0,"filter_logic":"OR","text_query":"protein fold","highlight":true,"highlight_fields":["content"],"highlight_fragment_size":1000,"highlight_num_fragments":3}
            """,
            requests[1].Body);
        AssertJson("""{"embedding":[0.1,0.2],"size":10,"min_score":0.7}""", requests[2].Body);
        Assert.Equal(3, requests.Count);
        Assert.All(requests, r => Assert.False(r.Headers.ContainsKey("Idempotency-Key")));
    }

    [Fact]
    public async Task A_page_is_asked_for_when_the_one_before_has_been_taken()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var client = Clients.Of(platform.Url, key: PlatformFixture.Ann.ApiKey);
        for (var i = 0; i < 5; i++)
        {
            await client.CreateEntryAsync(new CreateEntryRequest { Name = $"n{i}", Content = "common", Tags = ["t"] }, None);
        }

        async Task<int> Searches() => (await platform.OperationsAsync()).Count(o => o == "search.entries");
        await foreach (var page in client.SearchAsync(new SearchRequest { Text = "common", PageSize = 2 }, None))
        {
            Assert.Equal(2, page.Count);
            break;
        }

        Assert.Equal(1, await Searches());
        var all = await AllAsync(client, new SearchRequest { Text = "common", PageSize = 2, Highlights = new SearchHighlights() });
        Assert.Equal(4, await Searches());
        Assert.Equal(["n0", "n1", "n2", "n3", "n4"], all.Select(h => h.Name).Order(StringComparer.Ordinal));
        Assert.All(all, h => Assert.True(h.Score > 0));
        Assert.Equal("<em>common</em>", all[0].Highlights["content"][0]);
        Assert.Equal(["t"], all[0].Tags!);
        Assert.Equal(StorageType.RawContent, all[0].StorageType);
        Assert.Equal("common", all[0].GetText());
        Assert.Equal(["n1", "n2", "n3"], (await AllAsync(client, new SearchRequest { Skip = 1, First = 3, PageSize = 2 })).Select(h => h.Name));
        Assert.Equal(6, await Searches());
    }

    [Fact]
    public async Task A_search_that_fails_is_asked_again_and_one_that_is_not_available_says_so()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var client = Clients.Of(platform.Url, key: PlatformFixture.Ann.ApiKey);
        await platform.InjectAsync(("search.entries", "return-503"), ("search.similar", "return-500"));
        Assert.Empty(await AllAsync(client, new SearchRequest { Text = "x" }));
        Assert.Empty(await client.SearchSimilarAsync(new SimilarityRequest { Embedding = [1] }, None));
        Assert.Empty(await platform.PendingFaultsAsync());

        await platform.InjectAlwaysAsync(("search.entries", "return-503"));
        var error = await Assert.ThrowsAsync<ServiceUnavailableException>(() => AllAsync(client, new SearchRequest { Text = "x" }));
        Assert.Contains("search is not available", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_right_is_refused_before_anything_is_sent()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json("[]"));
        using var client = Clients.Of(service.Url);
        foreach (var request in new SearchRequest[]
        {
            new() { First = -1 }, new() { Skip = -1 }, new() { PageSize = 0 }, new() { PageSize = 1001 }, new() { Criteria = [new(" ", SearchOperator.In, SearchValue.Of("x"))] },
            new() { Criteria = [new("name", (SearchOperator)99, SearchValue.Of("x"))] }, new() { Criteria = [new("name", SearchOperator.In, default)] },
        })
        {
            await Assert.ThrowsAsync<InvalidRequestException>(() => AllAsync(client, request));
        }

        foreach (var request in new SimilarityRequest[]
        {
            new() { Embedding = [] }, new() { Embedding = [1, float.NaN] }, new() { Embedding = [float.PositiveInfinity] }, new() { Embedding = [0, 0] }, new() { Embedding = [1], First = 0 },
            new() { Embedding = [1], First = 101 }, new() { Embedding = [1], MinScore = 1.1 }, new() { Embedding = [1], MinScore = double.NaN },
        })
        {
            await Assert.ThrowsAsync<InvalidRequestException>(() => client.SearchSimilarAsync(request, None));
        }

        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task Similar_entries_have_their_cosine_as_score()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var client = Clients.Of(platform.Url, key: PlatformFixture.Ann.ApiKey);
        await client.CreateEntryAsync(new CreateEntryRequest { Name = "near", Content = "x", Embedding = [3, 4] }, None);
        var hit = Assert.Single(await client.SearchSimilarAsync(new SimilarityRequest { Embedding = [1, 0], MinScore = 0.5 }, None));
        Assert.Equal(0.6, hit.Score!.Value, 6);
        await Assert.ThrowsAsync<ForbiddenException>(() => client.SearchSimilarAsync(new SimilarityRequest { Embedding = [1, 0], UserId = "user-bob" }, None));
    }

    [Fact]
    public async Task A_hit_is_read_however_much_a_service_tells()
    {
        await using var service = ScriptedService.AfterLogIn(_ => ScriptedService.Answer.Json(
            """[null,{"id":"10f45259-35a7-5711-8ca3-75596dbb293e","name":"n","highlights":{"content":["<em>a</em>",5],"odd":"x"},"more":1},{"id":"10f45259-35a7-5711-8ca3-75596dbb293e","name":"n","score":null,"highlights":null}]"""));
        using var client = Clients.Of(service.Url);
        var hits = await AllAsync(client, new SearchRequest());
        Assert.Equal(2, hits.Count);
        Assert.Null(hits[0].Score);
        Assert.Equal(["<em>a</em>"], hits[0].Highlights["content"]);
        Assert.Empty(hits[1].Highlights);
        Assert.Equal("n (10f45259-35a7-5711-8ca3-75596dbb293e)", hits[0].ToString());
    }

    private static async Task<List<DataEntrySearchHit>> AllAsync(PlatformClient client, SearchRequest request)
    {
        var hits = new List<DataEntrySearchHit>();
        await foreach (var page in client.SearchAsync(request, None))
        {
            hits.AddRange(page);
        }

        return hits;
    }

    private static void AssertJson(string expected, string actual) => Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), $"expected {expected}, got {actual}");
}
