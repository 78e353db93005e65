using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>
/// The official Python client's data-storage methods, each of them, sync and async, against the local platform. Which there are is asked of the client itself:
/// a method of a newer one that is not run here fails the test by its name.
/// </summary>
public sealed class EveryOperationTests
{
    /// <summary>
    /// <c>call(name, ...)</c> runs a method or its asynchronous half and counts it when it has answered; <c>same</c> prints what is not as it should be.
    /// What a release does not have is not asked of it: <c>has(name)</c>.
    /// </summary>
    private const string Prologue = """
        import asyncio, inspect, logging
        logging.disable() # it warns on standard output
        from uuid import UUID, uuid4
        from edison_client.clients.data_storage_methods import DataStorageMethods
        from edison_client.models import data_storage_methods as models
        from edison_client.models.rest import SearchCriterion, SearchOperator
        methods = {n for n, m in vars(DataStorageMethods).items() if inspect.isfunction(m) and not n.startswith("_")}
        try:
            from edison_client.clients.workspace_methods import WorkspaceMethods
            methods |= {n for n, m in vars(WorkspaceMethods).items() if inspect.isfunction(m) and not n.startswith("_")}
        except ImportError: pass # a release of before
        methods |= {n for n in ("list_files", "alist_files") if hasattr(client, n)}
        ran, loop, half = set(), asyncio.new_event_loop(), ""
        def has(name): return half + name in methods
        def call(name, /, *args, **kwargs):
            got = getattr(client, half + name)(*args, **kwargs)
            if half: got = loop.run_until_complete(got)
            ran.add(half + name)
            return got
        def same(what, got, want):
            if got != want: print(half + what, "gave", repr(got), "and not", repr(want))
        def refused(what, words, name, *args, **kwargs):
            try: print(half + what, "gave", call(name, *args, **kwargs))
            except Exception as e:
                if words not in str(e): print(half + what, repr(e))
        def text(got): return got.content
        def tree(top): return sorted((p.relative_to(top).as_posix(), p.read_bytes()) for p in pathlib.Path(top).rglob("*") if p.is_file())
        def location(kind, content, metadata, place=None):
            return models.DataStorageLocationPayload(storage_type=kind, content_type=content, metadata=metadata, location=place)
        def config(answer): return answer.storage_locations[0].storage_config

        """;

    private const string Storing = """
        def storing():
            dataset = call("create_dataset", "d", "about")
            same("create_dataset", (dataset.name, dataset.description), ("d", "about"))
            made = call("store_text_content", "t", "h\u00e9llo \U0001F9EC", description="words", file_path="notes/t.txt", dataset_id=dataset.id, tags=["x"], metadata={"k": None})
            t = made.data_storage
            same("store_text_content", (t.name, t.description, t.content, t.file_path, t.dataset_id, t.tags, t.status, t.share_status, config(made).storage_type),
                ("t", "words", "h\u00e9llo \U0001F9EC", "notes/t.txt", dataset.id, ["x"], "active", "private", "raw_content"))
            same("fetch_data_from_storage", text(call("fetch_data_from_storage", t.id)), "h\u00e9llo \U0001F9EC")
            child = call("store_text_content", "child", "below", parent_id=t.id, dataset_id=dataset.id).data_storage
            read = call("get_data_storage_entry", child.id).data_storage
            same("get_data_storage_entry", (read.id, read.name, read.parent_id, read.content), (child.id, "child", t.id, "below"))
            got = call("get_dataset", dataset.id)
            same("get_dataset", (got.dataset.id, got.dataset.name, [e.id for e in got.data_storage_entries]), (dataset.id, "d", [t.id, child.id]))
            files(dataset)
            sources()
            finding(dataset)
            changing(t)
            call("delete_data_storage_entry", child.id)
            refused("fetch_data_from_storage, removed", "Data storage entry not found", "fetch_data_from_storage", child.id)
            call("delete_dataset", dataset.id)
            refused("get_dataset, removed", "", "get_dataset", dataset.id)
            refused("get_data_storage_entry, of a removed dataset", "", "get_data_storage_entry", t.id)

        def files(dataset):
            top = folder / ("theirs" + half)
            empty = [] if half and not has("update_data_storage_entry") else ["empty.bin"] # of an empty file 0.11's async half sends no byte and no end, and so there is none
            for name, data in [(name, b"") for name in empty] + [("a.csv", b"x,y\n1,2\n"), ("b.bin", os.urandom(9000)), ("large.bin", os.urandom(11 * 1024 * 1024)), ("deep/er/c.bin", os.urandom(10)), ("deep/d.md", b"# d\n")]:
                (top / name).parent.mkdir(parents=True, exist_ok=True)
                (top / name).write_bytes(data)
            for name in ["a.csv", "b.bin", "large.bin"] + empty:
                entry = call("store_file_content", name, top / name, file_path_override="kept/" + name, dataset_id=dataset.id, tags=["file"]).data_storage
                same("store_file_content, " + name, (entry.file_path, entry.dataset_id, entry.tags), ("kept/" + name, dataset.id, ["file"]))
                same("store_file_content, status", call("get_data_storage_entry", entry.id).data_storage.status, "active")
                got = call("fetch_data_from_storage", entry.id)
                same("fetch_data_from_storage, " + name, text(got).encode() if name == "a.csv" else got.read_bytes(), (top / name).read_bytes())
            packed = call("store_file_content", "packed", top, as_collection=True).data_storage
            same("store_file_content, collection", (packed.is_collection, tree(call("fetch_data_from_storage", packed.id)) == tree(top)), (True, True))
            root = call("store_file_content", "root", top, description="all").data_storage
            below = {e.name: e for e in call("get_dataset", root.dataset_id).data_storage_entries}
            same("store_file_content, hierarchy", sorted(below), ["a.csv", "b.bin", "c.bin", "d.md", "deep"] + empty + ["er", "large.bin", "root"])
            same("store_file_content, parents", [below[n].parent_id for n in ("a.csv", "deep", "er", "c.bin")], [root.id, root.id, below["deep"].id, below["er"].id])
            same("fetch_data_from_storage, below", call("fetch_data_from_storage", below["c.bin"].id).read_bytes(), (top / "deep/er/c.bin").read_bytes())

        def sources():
            made = call("store_link", "l", "https://example.org/api", "d", "call it", "k", metadata={"plate": 3})
            same("store_link", (config(made).storage_type, config(made).location, config(made).metadata), ("link", "https://example.org/api", {"plate": 3, "instructions": "call it", "api_key": "k"}))
            def register(name, existing, many=False): return call("register_existing_data_source", name, existing, as_collection=many, tags=["source"])
            many = register("prefix", location("gcs", "directory", {"bucket_name": "b", "prefix": "p/"}), True)
            same("register_existing_data_source, prefix", sorted(p.read_text() for p in call("fetch_data_from_storage", many.data_storage.id)), ["first", "second"])
            one = register("object", location("gcs", "file", {"bucket_name": "b"}, "p/o.txt"))
            same("register_existing_data_source, object", call("fetch_data_from_storage", one.data_storage.id).read_text(), "first")
            row = register("row", location("pg_table", "text", {"table_name": "trajectories", "row_id": "39510f66-c2ee-41c7-94de-64eb142c3f2a"}))
            same("register_existing_data_source, row", json.loads(text(call("fetch_data_from_storage", row.data_storage.id)))["steps"], [1, 2])
            names = {"project_id": "p", "dataset_id": "d", "table_id": "t"}
            for kind, content, metadata in [("bigquery", "bq_table", names), ("elastic_search", "index", {"index_name": "papers"})]:
                made = register(kind, location(kind, content, metadata))
                same("register_existing_data_source, " + kind, (made.data_storage.status, made.data_storage.tags, config(made).content_type, config(made).metadata), ("active", ["source"], content, metadata))
            refused("register_existing_data_source, nothing", "nothing/", "register_existing_data_source", "n", location("gcs", "directory", {"bucket_name": "b", "prefix": "nothing/"}), as_collection=True)

        """;

    private const string Changing = """
        def finding(dataset):
            mark = "mark" + half
            near = call("store_text_content", mark + " near", "protein folding", dataset_id=dataset.id, embedding=[0.8, 0.6], tags=[mark]).data_storage
            far = call("store_text_content", mark + " far", "other things", dataset_id=dataset.id, embedding=[0.0, 1.0], tags=[mark]).data_storage
            def names(hits): return sorted(hit["name"] for hit in hits)
            def by(field, operator, value): return SearchCriterion(field=field, operator=operator, value=value)
            found = call("search_data_storage", criteria=[by("tags", SearchOperator.IN, [mark])])
            same("search_data_storage", names(found), [mark + " far", mark + " near"])
            same("search_data_storage, limit", len(call("search_data_storage", criteria=[by("tags", SearchOperator.IN, [mark])], limit=1)), 1)
            if "text_query" in inspect.signature(client.search_data_storage).parameters:
                from edison_client.models.rest import FilterLogic
                both = [by("tags", SearchOperator.IN, [mark]), by("content", SearchOperator.FULLTEXT, "folding")]
                same("search_data_storage, AND", names(call("search_data_storage", criteria=both, filter_logic=FilterLogic.AND)), [mark + " near"])
                hits = call("search_data_storage", text_query="protein", highlight=True, highlight_fields=["content"])
                same("search_data_storage, highlights", {"content": ["<em>protein</em> folding"]} in [h["highlights"] for h in hits], True)
            hits = call("similarity_search_data_storage", [1.0, 0.0], size=5, min_score=0.0, dataset_id=dataset.id, tags=[mark])
            same("similarity_search_data_storage", [(h["name"], round(h["embedding_similarity"], 6)) for h in hits], [(mark + " near", 0.8), (mark + " far", 0.0)])
            same("similarity_search_data_storage, min_score", names(call("similarity_search_data_storage", [1.0, 0.0], min_score=0.7, dataset_id=dataset.id)), [mark + " near"])

        def changing(t):
            same("update_entry_tags", call("update_entry_tags", t.id, ["a", "b"]).data_storage.tags, ["a", "b"])
            other = EdisonClient(service_uri=os.environ["FH_URL"], api_key=OTHER_KEY)
            def others():
                try: return text(other.fetch_data_from_storage(t.id))
                except Exception as e: return "not found" in str(e)
            same("update_entry_permissions, before", others(), True)
            shared = call("update_entry_permissions", t.id, models.ShareStatus.SHARED, models.PermittedAccessors(users=[OTHER]))
            same("update_entry_permissions", (shared.data_storage.share_status, others()), ("shared", "h\u00e9llo \U0001F9EC"))
            call("update_entry_permissions", t.id, models.ShareStatus.PRIVATE, models.PermittedAccessors())
            same("update_entry_permissions, withdrawn", others(), True)
            if has("get_data_storage_status"):
                got = call("get_data_storage_status", t.id)
                same("get_data_storage_status", (got.id, got.status.value), (t.id, "active"))
            if has("update_data_storage_entry"):
                first = call("get_data_storage_entry", t.id)
                payload = models.DataStorageRevisionUpdate(revision_id=uuid4(), base_revision_id=first.revision_id, content="again", name="u")
                one = call("update_data_storage_entry", t.id, payload)
                same("update_data_storage_entry", (one.revision_id, one.version, one.current_revision_id, one.data_storage.name, one.content), (payload.revision_id, 1, payload.revision_id, "u", "again"))
                same("fetch_data_from_storage, by version", text(call("fetch_data_from_storage", t.id, version=0)), "h\u00e9llo \U0001F9EC")
                listed = call("list_data_storage_revisions", t.id)
                same("list_data_storage_revisions", (listed.current_revision_id, [(r.version, r.snapshot.content) for r in listed.revisions]), (one.revision_id, [(1, "again"), (0, "h\u00e9llo \U0001F9EC")]))
            if has("list_files"):
                run = str(uuid4())
                same("list_files, nothing", call("list_files", run), {"data": []})
                client.client.headers["x-actor-id"] = run
                kept = client.store_text_content("made", "words").data_storage
                del client.client.headers["x-actor-id"]
                same("list_files", [(d["data_storage"]["id"], d["data_storage"]["name"]) for d in call("list_files", run)["data"]], [(str(kept.id), "made")])
            if has("create_workspace"):
                made = call("create_workspace", "w", description="d", tags=["x"]).data_storage
                same("create_workspace", (made.name, made.tags), ("w", ["workspace", "x"]))
                same("update_workspace", call("update_workspace", made.id, name="v").data_storage.name, "v")
                same("get_workspace", (call("get_workspace", made.id).data_storage.name, call("get_workspace", made.id).data_storage.description), ("v", "d"))
                call("delete_workspace", made.id)
                refused("get_workspace, removed", "", "get_workspace", made.id)

        for half in ("", "a"): storing()
        print("not run:", sorted(methods - ran), "run:", len(ran))
        """;

    [Theory]
    [InlineData("FH_TEST_PYTHONPATH", 43)]
    [InlineData("FH_TEST_PYTHONPATH_011", 37)]
    public async Task Each_answers_as_the_client_expects(string release, int count)
    {
        using var folder = new TempDirectory();
        await using var platform = await PlatformFixture.StartAsync(o => o with { Sources = RecordedRequestsTests.SourcesIn(folder) });
        var other = $"OTHER, OTHER_KEY = \"{PlatformFixture.Bob.Email}\", \"{PlatformFixture.Bob.ApiKey}\"\n";
        var output = await PythonClient.RunAsync(release, platform, Prologue + other + Storing + Changing);
        Assert.Equal($"not run: [] run: {count}", output);
    }
}
