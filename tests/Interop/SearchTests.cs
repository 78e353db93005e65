using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>The official Python client searches, tags and shares on the local platform.</summary>
public sealed class SearchTests
{
    [Theory]
    [MemberData(nameof(PythonClient.Releases), MemberType = typeof(PythonClient))]
    public async Task It_searches(string release)
    {
        await using var platform = await PlatformFixture.StartAsync();
        var output = await PythonClient.RunAsync(release, platform, """
            import asyncio
            from edison_client.models.rest import SearchCriterion, SearchOperator
            client.store_text_content("Protein one", "folding of things", tags=["a"])
            client.store_text_content("protein two", "other things", tags=["b"])
            def names(hits): return [hit["name"] for hit in hits]
            contains = [SearchCriterion(field="name", operator=SearchOperator.CONTAINS, value="PROT")]
            print(names(client.search_data_storage(criteria=contains)))
            print(names(client.search_data_storage(criteria=contains, limit=1)))
            print(names(client.search_data_storage(criteria=[SearchCriterion(field="tags", operator=SearchOperator.IN, value=["b", "c"])])))
            print(names(client.search_data_storage(criteria=[SearchCriterion(field="is_collection", operator=SearchOperator.EQUALS, value=False)])))
            print(names(asyncio.run(client.asearch_data_storage(criteria=[SearchCriterion(field="status", operator=SearchOperator.EQUALS, value="active")]))))
            """);
        Assert.Equal(
            "['Protein one', 'protein two']\n['Protein one']\n['protein two']\n['Protein one', 'protein two']\n['Protein one', 'protein two']",
            output);
    }

    [Fact]
    public async Task It_searches_texts_with_highlights_and_by_similarity()
    {
        await using var platform = await PlatformFixture.StartAsync();
        var output = await PythonClient.RunAsync("FH_TEST_PYTHONPATH", platform, """
            import asyncio
            from edison_client.models.rest import FilterLogic, SearchCriterion, SearchOperator
            dataset = client.create_dataset("d")
            client.store_text_content("one", "protein folding", dataset_id=dataset.id)
            client.store_text_content("two", "other things")
            hits = client.search_data_storage(text_query="folding protein", highlight=True, highlight_fields=["content"])
            print([(hit["name"], hit["score"] > 0, hit["highlights"]) for hit in hits])
            both = [SearchCriterion(field="content", operator=SearchOperator.FULLTEXT, value="things"), SearchCriterion(field="name", operator=SearchOperator.EQUALS, value="one")]
            print(len(client.search_data_storage(criteria=both)), len(client.search_data_storage(criteria=both, filter_logic=FilterLogic.AND)))
            client.client.post("/v0.1/data-storage/data-entries", json={"name": "vector", "content": "x", "embedding": [0.6, 0.8], "tags": ["t"], "dataset_id": str(dataset.id)})
            hits = client.similarity_search_data_storage(embedding=[1.0, 0.0], min_score=0.5, tags=["t"], dataset_id=dataset.id)
            print([(hit["name"], round(hit["embedding_similarity"], 6)) for hit in hits])
            print(len(asyncio.run(client.asimilarity_search_data_storage(embedding=[1.0, 0.0], size=5))))
            """);
        Assert.Equal(
            "[('one', True, {'content': ['<em>protein</em> <em>folding</em>']})]\n2 0\n[('vector', 0.6)]\n0",
            output);
    }

    [Fact]
    public async Task It_tags_and_shares()
    {
        await using var platform = await PlatformFixture.StartAsync();
        var id = await PythonClient.RunAsync("FH_TEST_PYTHONPATH", platform, $$"""
            import asyncio
            from edison_client.models.data_storage_methods import PermittedAccessors, ShareStatus
            entry = client.store_text_content("e", "secret").data_storage
            print(client.update_entry_tags(entry.id, ["a", "b"]).data_storage.tags, end="")
            client.update_entry_permissions(entry.id, ShareStatus.PRIVATE, PermittedAccessors())
            async def change():
                print((await client.aupdate_entry_tags(entry.id, ["c"])).data_storage.tags, end="")
                await client.aupdate_entry_permissions(entry.id, ShareStatus.SHARED, PermittedAccessors(users=["{{PlatformFixture.Bob.Email}}"]))
            asyncio.run(change())
            try:
                client.update_entry_permissions(entry.id, ShareStatus.SHARED, PermittedAccessors(users=["nobody@example.org"]))
            except Exception as e:
                print("nobody@example.org" in str(e), end="")
            print("", entry.id)
            """);
        Assert.StartsWith("['a', 'b']['c']True ", id, StringComparison.Ordinal);
        var output = await PythonClient.RunAsync("FH_TEST_PYTHONPATH", platform, $$"""
            print(client.fetch_data_from_storage(uuid.UUID("{{id[^36..]}}")).content)
            """, PlatformFixture.Bob.ApiKey);
        Assert.Equal("secret", output);
    }
}
