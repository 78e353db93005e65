using FutureHouse.Authentication;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>Data that lies elsewhere: the official Python client, sync and async, registers and fetches it, and each client reads what the other made.</summary>
public sealed class ExistingSourceTests
{
    private const string Script = """
        import asyncio
        from edison_client.models.data_storage_methods import DataStorageLocationPayload as L
        def location(kind, content, metadata, location=None, schema=None):
            return L(storage_type=kind, content_type=content, metadata=metadata, location=location, content_schema=schema)
        sources = {
            "prefix": (location("gcs", "directory", {"bucket_name": "b", "prefix": "p/"}), True),
            "bucket": (location("gcs", "directory", {"bucket_name": "b"}), True),
            "object": (location("gcs", "file", {"bucket_name": "b"}, "p/o.txt"), False),
            "single": (location("gcs", "directory", {"bucket_name": "b", "prefix": "p/deep/"}), True),
            "row": (location("pg_table", "text", {"table_name": "trajectories", "row_id": "39510f66-c2ee-41c7-94de-64eb142c3f2a"}), False),
            "query": (location("bigquery", "text", {"project_id": "p", "dataset_id": "d", "table_id": "t"}, schema=[{"name": "word"}]), False),
            "index": (location("elastic_search", "index", {"index_name": "papers"}), False),
        }
        def show(name, got):
            if isinstance(got, list): print(name, sorted(p.read_text() for p in got))
            elif isinstance(got, pathlib.Path): print(name, got.name, got.read_text())
            else: print(name, getattr(got, "content", got))
        def configuration(answer):
            c = answer.storage_locations[0].storage_config
            print(c.storage_type, c.content_type, json.dumps(c.metadata, sort_keys=True), json.dumps(c.content_schema), answer.data_storage.status)

        """;

    private const string Expected = """
        prefix ['first', 'second']
        bucket ['first', 'second']
        object o.txt first
        single o.txt second
        row {"id":"39510f66-c2ee-41c7-94de-64eb142c3f2a","steps":[1,2]}
        query Unsupported storage type
        bigquery text {"dataset_id": "d", "project_id": "p", "table_id": "t"} [{"name": "word"}] active
        index Unsupported storage type
        elastic_search index {"index_name": "papers"} null active
        link Unsupported storage type
        link text {"api_key": "k", "instructions": "call it", "plate": 3} null active
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_python_client_registers_and_fetches(bool isAsync)
    {
        using var folder = new TempDirectory();
        await using var platform = await PlatformFixture.StartAsync(o => o with { Sources = RecordedRequestsTests.SourcesIn(folder) });
        var (call, register, link, fetch) = isAsync ? ("await ", "aregister_existing_data_source", "astore_link", "afetch_data_from_storage") : (string.Empty, "register_existing_data_source", "store_link", "fetch_data_from_storage");
        var output = await PythonClient.RunAsync("FH_TEST_PYTHONPATH", platform, Script + $$"""
            async def run():
                for name, (existing, many) in sources.items():
                    made = {{call}}client.{{register}}(name, existing, as_collection=many)
                    try:
                        show(name, {{call}}client.{{fetch}}(made.data_storage.id))
                    except Exception as e:
                        print(name, "Unsupported storage type" if "Unsupported storage type" in repr(e) else repr(e))
                        configuration(made)
                made = {{call}}client.{{link}}("l", "https://example.org/api", "d", "call it", "k", metadata={"plate": 3})
                try:
                    show("link", {{call}}client.{{fetch}}(made.data_storage.id))
                except Exception as e:
                    print("link", "Unsupported storage type" if "Unsupported storage type" in repr(e) else repr(e))
                    configuration(made)
            asyncio.run(run())
            """);
        Assert.Equal(Expected.ReplaceLineEndings("\n"), output);
    }

    [Fact]
    public async Task The_python_client_shows_what_is_refused()
    {
        using var folder = new TempDirectory();
        await using var platform = await PlatformFixture.StartAsync();
        var output = await PythonClient.RunAsync("FH_TEST_PYTHONPATH", platform, Script + """
            for name in ["prefix", "row"]:
                try:
                    client.register_existing_data_source(name, sources[name][0], as_collection=sources[name][1])
                    print("made")
                except Exception as e:
                    print("Registering existing GCS locations is not supported" in str(e), "has no row with the id" in str(e))
            """);
        Assert.Equal("True False\nFalse True", output);
    }

    [Fact]
    public async Task Each_client_reads_what_the_other_registered()
    {
        using var folder = new TempDirectory();
        await using var platform = await PlatformFixture.StartAsync(o => o with { Sources = RecordedRequestsTests.SourcesIn(folder) });
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = key });
        var engine = new TransferEngine(client, new TransferOptions { JournalDirectory = folder.Combine("journal") });
        using var secret = ApiKeySource.Protect("k");
        var link = await client.RegisterSourceAsync(new CreateEntryRequest { Name = "l", Existing = ExistingLocation.Link("https://example.org/api", "call it", secret, null) }, default);
        Assert.Equal(StorageType.Link, link.StorageType);
        var files = await client.RegisterSourceAsync(new CreateEntryRequest { Name = "g", Existing = ExistingLocation.Files("b", "p/") }, default);
        var output = await PythonClient.RunAsync("FH_TEST_PYTHONPATH", platform, Script + $$"""
            show("files", client.fetch_data_from_storage(uuid.UUID("{{files.Id}}")))
            print(client.store_link("theirs", "https://example.org/2", "d", "use it", "theirs-key").data_storage.id)
            print(client.register_existing_data_source("t", sources["query"][0]).data_storage.id)
            """);
        var lines = output.Split('\n');
        Assert.Equal("files ['first', 'second']", lines[0]);
        var theirs = Assert.Single(await engine.FetchAsync(new FetchRequest { Entry = await client.GetEntryAsync(Guid.Parse(lines[1])) }, null, default)).Source!;
        Assert.Equal(("https://example.org/2", "use it", true), (theirs.Url, theirs.Instructions, theirs.HasApiKey));
        Assert.Equal("p:d.t", Assert.Single(await engine.FetchAsync(new FetchRequest { Entry = await client.GetEntryAsync(Guid.Parse(lines[2])) }, null, default)).Source!.Bq);
    }
}
