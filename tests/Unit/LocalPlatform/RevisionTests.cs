using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Revisions as any client sees them (Protocol §7).</summary>
public sealed class RevisionTests : EntryRoutes
{
    [Fact]
    public async Task A_revision_is_shown_and_the_one_before_is_kept()
    {
        var made = await CreateAsync(new { name = "n", description = "d", content = "zero", file_path = "n.txt", embedding = new[] { 1, 0 }, metadata = new { size = 4, k = "v" } });
        var first = Revision(made);
        var second = Guid.NewGuid();
        var answer = await PatchAsync(Id(made), new { revision_id = second, base_revision_id = first, content = "one 🧬", name = "m", description = "e", publish = true });

        Assert.Equal((second, second, 1, 1), (Revision(answer), answer.GetProperty("current_revision_id").GetGuid(), Version(answer), answer.GetProperty("revision_generation").GetInt32()));
        var entry = (await GetAsync(Id(made))).GetProperty("data_storage");
        Assert.Equal(("m", "e", "one 🧬", "n.txt"), (Text(entry, "name"), Text(entry, "description"), Text(entry, "content"), Text(entry, "file_path")));
        Assert.Equal("""{"k":"v","size":8}""", entry.GetProperty("metadata").GetRawText());
        Assert.Equal(JsonValueKind.Null, entry.GetProperty("embedding").ValueKind); // it is of the other text

        foreach (var query in new[] { "version=0", $"revision_id={first}" })
        {
            var old = await GetAsync(Id(made), query);
            Assert.Equal((first, second, 0), (Revision(old), old.GetProperty("current_revision_id").GetGuid(), Version(old)));
            entry = old.GetProperty("data_storage");
            Assert.Equal(("n", "d", "zero", "zero"), (Text(entry, "name"), Text(entry, "description"), Text(entry, "content"), Text(old, "content")));
            Assert.Equal("[1,0]", entry.GetProperty("embedding").GetRawText());
            Assert.Single(old.GetProperty("storage_locations").EnumerateArray());
        }

        foreach (var query in new[] { "version=1", $"revision_id={second}" })
        {
            Assert.Equal(second, Revision(await GetAsync(Id(made), query)));
        }
    }

    [Fact]
    public async Task Revisions_are_listed_newest_first_with_what_they_had()
    {
        var made = await CreateAsync(new { name = "n", content = "zero", file_path = "n.txt", metadata = new { k = 1 } });
        var only = (await ListAsync(Id(made))).GetProperty("revisions")[0]; // without a row of its own
        Assert.Equal((Revision(made), 0, "zero"), (only.GetProperty("id").GetGuid(), only.GetProperty("version").GetInt32(), Text(only.GetProperty("snapshot"), "content")));
        Assert.Equal(JsonValueKind.Null, only.GetProperty("parent_revision_id").ValueKind);

        var ids = new List<Guid> { Revision(made) };
        for (var i = 1; i <= 3; i++)
        {
            ids.Add(Revision(await PatchAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = ids[^1], content = $"v{i}" })));
        }

        var list = await ListAsync(Id(made));
        Assert.Equal((Id(made), ids[3]), (list.GetProperty("entry_id").GetGuid(), list.GetProperty("current_revision_id").GetGuid()));
        Assert.Equal(ids.AsEnumerable().Reverse(), list.GetProperty("revisions").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()));
        var newest = list.GetProperty("revisions")[0];
        Assert.Equal((3, ids[2], PlatformFixture.Ann.Id), (newest.GetProperty("version").GetInt32(), newest.GetProperty("parent_revision_id").GetGuid(), Text(newest, "created_by")));
        Assert.Equal(("v3", "n.txt", "raw_content"), (Text(newest.GetProperty("snapshot"), "content"), Text(newest.GetProperty("snapshot"), "file_path"), Text(newest.GetProperty("snapshot").GetProperty("storage_location"), "storage_type")));
        Assert.Equal(JsonValueKind.String, newest.GetProperty("published_at").ValueKind);

        var page = await ListAsync(Id(made), "limit=2&offset=1");
        Assert.Equal([ids[2], ids[1]], page.GetProperty("revisions").EnumerateArray().Select(r => r.GetProperty("id").GetGuid()));
        Assert.Empty((await ListAsync(Id(made), "offset=4")).GetProperty("revisions").EnumerateArray());
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=x")]
    [InlineData("offset=-1")]
    [InlineData("include_unpublished=perhaps")]
    public async Task A_page_that_makes_no_sense_is_422(string query)
    {
        var made = await CreateAsync(new { name = "n", content = "x" });
        await RefusedAsync(await Ann.GetAsync($"{Entries}/{Id(made)}/revisions?{query}"), HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task The_same_request_again_changes_nothing_and_another_of_its_id_is_a_conflict()
    {
        var made = await CreateAsync(new { name = "n", content = "zero" });
        var body = new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "one", publish = true };
        var first = await PatchAsync(Id(made), body);
        var again = await PatchAsync(Id(made), new { publish = true, content = "one", body.base_revision_id, body.revision_id }); // the order of members says nothing
        Assert.Equal(Stable(first), Stable(again));
        Assert.Equal(2, (await ListAsync(Id(made))).GetProperty("revisions").GetArrayLength());

        await RefusedAsync(await SendAsync(Id(made), new { body.revision_id, body.base_revision_id, content = "other" }), HttpStatusCode.Conflict, "taken");

        // Also once it is superseded: it is still that revision that is answered.
        await PatchAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = body.revision_id, content = "two" });
        var late = await PatchAsync(Id(made), body);
        Assert.Equal((body.revision_id, 1, "one"), (Revision(late), Version(late), Text(late, "content")));
        Assert.Equal(3, (await ListAsync(Id(made))).GetProperty("revisions").GetArrayLength());
    }

    [Fact]
    public async Task Many_that_send_the_same_at_once_make_one_revision()
    {
        var made = await CreateAsync(new { name = "n", content = "zero" });
        var body = new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "one" };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PatchAsync(Id(made), body)));
        Assert.All(answers, a => Assert.Equal(body.revision_id, Revision(a)));
        Assert.Equal(2, (await ListAsync(Id(made))).GetProperty("revisions").GetArrayLength());

        // Of many different ones on one base one is taken.
        var others = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = body.revision_id, content = $"{i}" })));
        Assert.Equal((1, 7), (others.Count(o => o.StatusCode == HttpStatusCode.OK), others.Count(o => o.StatusCode == HttpStatusCode.Conflict)));
    }

    [Fact]
    public async Task A_stale_base_is_a_conflict_that_names_the_newest()
    {
        var made = await CreateAsync(new { name = "n", content = "zero" });
        var newest = Revision(await PatchAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "one" }));
        await RefusedAsync(await SendAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "late" }), HttpStatusCode.Conflict, $"{newest:D}");
        await RefusedAsync(await SendAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = Guid.NewGuid(), content = "odd" }), HttpStatusCode.Conflict, $"{newest:D}");
        Assert.Equal("one", Text(await GetAsync(Id(made)), "content"));
    }

    [Fact]
    public async Task A_draft_is_its_editors_until_it_is_published()
    {
        var made = await CreateAsync(new { name = "n", description = "d", content = "zero" });
        var draft = new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "draft", name = "m", publish = false };
        var kept = await PatchAsync(Id(made), draft);
        Assert.Equal((draft.revision_id, Revision(made), "draft"), (Revision(kept), kept.GetProperty("current_revision_id").GetGuid(), Text(kept, "content")));
        Assert.Equal("zero", Text(await GetAsync(Id(made)), "content"));
        Assert.Equal(1, (await ListAsync(Id(made))).GetProperty("revisions").GetArrayLength());
        var listed = (await ListAsync(Id(made), "include_unpublished=true")).GetProperty("revisions");
        Assert.Equal((2, JsonValueKind.Null), (listed.GetArrayLength(), listed[0].GetProperty("published_at").ValueKind));
        Assert.Equal("draft", Text(await GetAsync(Id(made), $"revision_id={draft.revision_id}"), "content"));
        await RefusedAsync(await Ann.GetAsync($"{Entries}/{Id(made)}?version=1"), HttpStatusCode.NotFound, "Revision not found");

        // One who may read, and no more.
        await Ann.PatchAsJsonAsync($"{Entries}/{Id(made)}", new { share_status = "public" });
        using var bob = await Platform.LogInAsync(PlatformFixture.Bob);
        await RefusedAsync(await bob.GetAsync($"{Entries}/{Id(made)}?revision_id={draft.revision_id}"), HttpStatusCode.NotFound, "Revision not found");
        await RefusedAsync(await bob.GetAsync($"{Entries}/{Id(made)}/revisions?include_unpublished=true"), HttpStatusCode.Forbidden);
        Assert.Equal(1, (await bob.GetFromJsonAsync<JsonElement>($"{Entries}/{Id(made)}/revisions")).GetProperty("revisions").GetArrayLength());
        await RefusedAsync(await bob.PatchAsJsonAsync($"{Entries}/{Id(made)}", new { draft.revision_id, draft.base_revision_id }), HttpStatusCode.Forbidden);

        await RefusedAsync(await SendAsync(Id(made), new { draft.revision_id, base_revision_id = Guid.NewGuid() }), HttpStatusCode.Conflict, "based on");
        var publication = new { draft.revision_id, draft.base_revision_id, publish = true };
        var published = await PatchAsync(Id(made), publication);
        Assert.Equal((draft.revision_id, 1, "draft", "m"), (Revision(published), Version(published), Text(published, "content"), Text(published.GetProperty("data_storage"), "name")));
        Assert.Equal(Stable(published), Stable(await PatchAsync(Id(made), publication)));
        Assert.Equal(Stable(published), Stable(await PatchAsync(Id(made), draft))); // a late repetition of keeping it
        Assert.Equal(2, (await ListAsync(Id(made))).GetProperty("revisions").GetArrayLength());
    }

    [Fact]
    public async Task A_draft_whose_base_is_no_longer_the_latest_cannot_be_published()
    {
        var made = await CreateAsync(new { name = "n", content = "zero" });
        var draft = new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "draft", publish = false };
        await PatchAsync(Id(made), draft);
        var newest = Revision(await PatchAsync(Id(made), new { revision_id = Guid.NewGuid(), draft.base_revision_id, content = "one" }));
        await RefusedAsync(await SendAsync(Id(made), new { draft.revision_id, draft.base_revision_id }), HttpStatusCode.Conflict, $"{newest:D}");

        // And nothing is based on a draft.
        await RefusedAsync(await SendAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = draft.revision_id, content = "x" }), HttpStatusCode.Conflict, $"{newest:D}");
    }

    [Theory]
    [InlineData("""{"revision_id": "R", "base_revision_id": "B", "content": "x", "source_entry_id": "R"}""")]
    [InlineData("""{"revision_id": "R", "base_revision_id": "B", "name": "m"}""")]
    [InlineData("""{"revision_id": "R", "base_revision_id": "B", "publish": false}""")]
    [InlineData("""{"revision_id": "R", "content": "x"}""")]
    [InlineData("""{"base_revision_id": "B", "content": "x"}""")]
    [InlineData("""{"content": "x"}""")]
    [InlineData("""{"revision_id": "B", "base_revision_id": "B", "content": "x"}""")]
    [InlineData("""{"revision_id": "no", "base_revision_id": "B", "content": "x"}""")]
    [InlineData("""{"revision_id": "R", "base_revision_id": "B", "content": "a\u0000b"}""")]
    [InlineData("""{"revision_id": "R", "base_revision_id": "B", "content": "x", "name": ""}""")]
    [InlineData("""{"revision_id": "R", "base_revision_id": "B", "content": 5}""")]
    [InlineData("""{"revision_id": "R", "base_revision_id": "B", "content": "x", "publish": "yes"}""")]
    [InlineData("""{"revision_id": "R", "base_revision_id": "B", "content": "x", "status": "failed"}""")]
    public async Task What_does_not_go_together_is_422_and_changes_nothing(string body)
    {
        var made = await CreateAsync(new { name = "n", content = "zero" });
        using var content = new StringContent(body.Replace("\"R\"", $"\"{Guid.NewGuid()}\"", StringComparison.Ordinal).Replace("\"B\"", $"\"{Revision(made)}\"", StringComparison.Ordinal), Encoding.UTF8, "application/json");
        await RefusedAsync(await Ann.PatchAsync($"{Entries}/{Id(made)}", content), HttpStatusCode.UnprocessableEntity);
        Assert.Equal(Stable(made), Stable(await GetAsync(Id(made))));
    }

    [Fact]
    public async Task Who_may_not_edit_is_refused_and_who_may_not_read_learns_nothing()
    {
        var made = await CreateAsync(new { name = "n", content = "zero" });
        using var bob = await Platform.LogInAsync(PlatformFixture.Bob);
        var body = new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "x" };
        await RefusedAsync(await bob.PatchAsJsonAsync($"{Entries}/{Id(made)}", body), HttpStatusCode.NotFound, "Data storage entry not found");
        await RefusedAsync(await bob.GetAsync($"{Entries}/{Id(made)}/revisions"), HttpStatusCode.NotFound, "Data storage entry not found");
        await RefusedAsync(await bob.GetAsync($"{Entries}/{Id(made)}?revision_id={Revision(made)}"), HttpStatusCode.NotFound, "Data storage entry not found");
        await Ann.PatchAsJsonAsync($"{Entries}/{Id(made)}", new { share_status = "public" });
        await RefusedAsync(await bob.PatchAsJsonAsync($"{Entries}/{Id(made)}", body), HttpStatusCode.Forbidden);

        // An id that somebody else's first revision has, known to whoever may read it, cannot be taken away from it.
        using var own = await bob.PostAsJsonAsync(Entries, new { name = "own", content = "x" });
        var theirs = await JsonAsync(own);
        await RefusedAsync(await bob.PatchAsJsonAsync($"{Entries}/{Id(theirs)}", new { revision_id = Revision(made), base_revision_id = Revision(theirs), content = "y" }), HttpStatusCode.Conflict, "taken");
        await PatchAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "one" });

        // Another entry's revision is none of this one's.
        await RefusedAsync(await Ann.GetAsync($"{Entries}/{Id(made)}?revision_id={Revision(theirs)}"), HttpStatusCode.NotFound, "Revision not found");
        await RefusedAsync(await Ann.GetAsync($"{Entries}/{Id(made)}?version=7"), HttpStatusCode.NotFound, "Revision not found");
        await RefusedAsync(await Ann.GetAsync($"{Entries}/{Id(made)}?version=0&revision_id={Revision(made)}"), HttpStatusCode.UnprocessableEntity);
        await RefusedAsync(await SendAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made) }), HttpStatusCode.NotFound, "Revision not found");
    }

    [Fact]
    public async Task What_has_no_content_of_its_own_has_no_revisions()
    {
        foreach (var body in new object[]
        {
            new { name = "directory" },
            new { name = "link", content = "https://example.org", existing_location = new { storage_type = "link", content_type = "text", location = "https://example.org" } },
        })
        {
            var made = await CreateAsync(body);
            await RefusedAsync(await SendAsync(Id(made), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(made), content = "x" }), HttpStatusCode.UnprocessableEntity, "of its own");
        }

        var pending = await CreateAsync(new { name = "p", file_path = "p.bin" });
        await RefusedAsync(await SendAsync(Id(pending), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(pending), content = "x" }), HttpStatusCode.Conflict, "pending");
    }

    private static string Stable(JsonElement answer) => $"{answer.GetProperty("data_storage").GetRawText()} {Revision(answer)} {answer.GetProperty("current_revision_id")} {Version(answer)} {answer.GetProperty("revision_generation")}";
}
