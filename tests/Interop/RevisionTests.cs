using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>The official Python client 0.18, sync and async: revisions, the status route, what a run made, workspaces; and each client on what the other made.</summary>
public sealed class RevisionTests
{
    private const string Release = "FH_TEST_PYTHONPATH";

    /// <summary>Runs the same script with the client's own methods and with their asynchronous halves: <c>call(name, ...)</c> calls either.</summary>
    private const string Both = """
        import asyncio, logging
        logging.disable() # it warns on standard output
        from uuid import UUID, uuid4
        from edison_client.models.data_storage_methods import DataStorageRevisionUpdate as Update
        def run(body):
            print("sync"); body(sync)
            print("async"); body(later)
        loop = asyncio.new_event_loop()
        def sync(name, /, *args, **kwargs): return getattr(client, name)(*args, **kwargs)
        def later(name, /, *args, **kwargs): return loop.run_until_complete(getattr(client, "a" + name)(*args, **kwargs))
        def refused(do, kind):
            try:
                do(); return "done"
            except Exception as e:
                return type(e).__name__ == kind or repr(e)

        """;

    [Fact]
    public async Task The_python_client_updates_lists_and_reads_revisions()
    {
        await using var platform = await PlatformFixture.StartAsync();
        var output = await PythonClient.RunAsync(Release, platform, Both + """
            def body(call):
                made = call("store_text_content", "t", "zero")
                id, first = made.data_storage.id, made.revision_id
                print(made.version, made.current_revision_id == first)
                payload = Update(revision_id=uuid4(), base_revision_id=first, content="one", name="m", description="why")
                one = call("update_data_storage_entry", id, payload)
                again = call("update_data_storage_entry", id, payload)
                print(one.version, one.data_storage.name, one.content, again == one)
                draft = Update(revision_id=uuid4(), base_revision_id=one.revision_id, content="draft", publish=False)
                kept = call("update_data_storage_entry", id, draft)
                print(kept.revision_id == draft.revision_id, kept.current_revision_id == one.revision_id)
                print([r.version for r in call("list_data_storage_revisions", id).revisions], len(call("list_data_storage_revisions", id, include_unpublished=True).revisions))
                published = call("update_data_storage_entry", id, Update(revision_id=draft.revision_id, base_revision_id=draft.base_revision_id))
                print(published.version, published.content)
                listed = call("list_data_storage_revisions", id, limit=2, offset=1)
                print([(r.version, r.snapshot.content, r.published_at is not None) for r in listed.revisions], listed.current_revision_id == published.revision_id)
                print(call("fetch_data_from_storage", id, version=0).content, call("fetch_data_from_storage", id, revision_id=one.revision_id).content, call("fetch_data_from_storage", id).content)
                print(call("get_data_storage_entry", id, version=1).content)
                print(later("get_data_storage_status", id).status.value) # has no other half
                print(refused(lambda: call("update_data_storage_entry", id, Update(revision_id=uuid4(), base_revision_id=first, content="late")), "DataStorageConflictError"))
                print(refused(lambda: call("get_data_storage_entry", id, version=9), "DataStorageNotFoundError"))
            run(body)
            """);
        var expected = "0 True\n1 m one True\nTrue True\n[1, 0] 3\n2 draft\n[(1, 'one', True), (0, 'zero', True)] True\nzero one draft\none\nactive\nTrue\nTrue";
        Assert.Equal($"sync\n{expected}\nasync\n{expected}", output);
    }

    [Fact]
    public async Task The_python_client_makes_a_revision_of_another_entrys_bytes()
    {
        await using var platform = await PlatformFixture.StartAsync();
        var output = await PythonClient.RunAsync(Release, platform, Both + """
            def body(call):
                files = []
                for name in ("a.bin", "b.bin"):
                    (folder / name).write_bytes(os.urandom(5000)); files.append(folder / name)
                a = call("store_file_content", "a", files[0]).data_storage
                b = call("store_file_content", "b", files[1]).data_storage
                current = call("get_data_storage_entry", a.id)
                call("update_data_storage_entry", a.id, Update(revision_id=uuid4(), base_revision_id=current.revision_id, source_entry_id=b.id))
                call("delete_data_storage_entry", b.id)
                want = [files[0].read_bytes(), files[1].read_bytes()]
                got = [pathlib.Path(call("fetch_data_from_storage", a.id, version=v)).read_bytes() for v in (0, 1)]
                print(got == want)
            run(body)
            """);
        Assert.Equal("sync\nTrue\nasync\nTrue", output);
    }

    [Fact]
    public async Task The_python_client_lists_what_a_run_made_and_keeps_workspaces()
    {
        await using var platform = await PlatformFixture.StartAsync();
        var output = await PythonClient.RunAsync(Release, platform, Both + """
            def body(call):
                run_id = str(uuid4())
                print(call("list_files", run_id))
                client.client.headers["x-actor-id"] = run_id
                entry = client.store_text_content("made", "words").data_storage
                del client.client.headers["x-actor-id"]
                listed = call("list_files", run_id)["data"]
                print([(d["data_storage"]["id"] == str(entry.id), d["data_storage"]["content"]) for d in listed])
                made = call("create_workspace", "w", description="d", tags=["x"]).data_storage
                print(made.name, made.tags, made.status.value)
                print(call("update_workspace", made.id, name="v").data_storage.name, call("get_workspace", made.id).data_storage.description)
                call("delete_workspace", made.id)
                print(refused(lambda: call("get_workspace", made.id), "WorkspaceNotFoundError"))
            run(body)
            """);
        var expected = "{'data': []}\n[(True, 'words')]\nw ['workspace', 'x'] active\nv d\nTrue";
        Assert.Equal($"sync\n{expected}\nasync\n{expected}", output);
    }

    [Fact]
    public async Task Each_reads_and_goes_on_with_the_others_revisions()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = key });
        var transfers = new TransferEngine(client);
        var entry = await client.CreateEntryAsync(new CreateEntryRequest { Name = "t", Content = "zero" }, default);
        await transfers.ReviseAsync(new RevisionUploadRequest { EntryId = entry.Id, Path = platform.Directory.RandomFile("ours.bin", 70_000) }, null, default);
        var output = await PythonClient.RunAsync(Release, platform, Both + $$"""
            id = UUID("{{entry.Id}}")
            current = client.get_data_storage_entry(id)
            print(current.version, sha(client.fetch_data_from_storage(id)) == sha(folder / "ours.bin"), client.fetch_data_from_storage(id, version=0).content)
            print(client.update_data_storage_entry(id, Update(revision_id=uuid4(), base_revision_id=current.revision_id, content="theirs")).version)
            """);
        Assert.Equal("1 True zero\n2", output);
        Assert.Equal("theirs", (await client.GetEntryAsync(entry.Id)).GetText());
        Assert.Equal([2, 1, 0], (await client.GetRevisionPageAsync(entry.Id, 10, 0, true, default)).Select(r => r.Version!.Value));
    }
}
