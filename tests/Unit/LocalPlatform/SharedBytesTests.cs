using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Revisions of another entry's bytes: shared, not copied, and there as long as anybody names them (Protocol §7).</summary>
public sealed class SharedBytesTests : EntryRoutes
{
    private static readonly byte[] Old = "old bytes"u8.ToArray();
    private static readonly byte[] New = "the new bytes"u8.ToArray();

    [Fact]
    public async Task A_file_gets_the_bytes_of_another_and_keeps_its_own_as_a_version()
    {
        var entry = await UploadAsync("a.bin", Old);
        var source = await UploadAsync("b.dat", New);
        var revised = await ReviseAsync(entry, source);
        Assert.Equal(New, await BytesAsync(revised));
        Assert.Equal(New, await BytesAsync(await GetAsync(Id(entry))));
        Assert.Equal(Old, await BytesAsync(await GetAsync(Id(entry), "version=0")));
        var shown = revised.GetProperty("data_storage");
        Assert.Equal(("a.bin", "b.dat", 13), (Text(shown, "name"), Text(shown, "file_path"), shown.GetProperty("metadata").GetProperty("size").GetInt32()));
        Assert.Equal("a.bin", Text((await GetAsync(Id(entry), "version=0")).GetProperty("data_storage"), "file_path"));
        Assert.Single(Objects(New));
    }

    [Fact]
    public async Task A_text_becomes_a_file_and_a_file_a_text()
    {
        var text = await CreateAsync(new { name = "t", content = "words", file_path = "t.txt" });
        var file = await ReviseAsync(text, await UploadAsync("b.bin", New));
        Assert.Equal(New, await BytesAsync(file));
        Assert.Equal(("gcs", "file"), (Text(Config(file), "storage_type"), Text(Config(file), "content_type")));
        Assert.Equal(JsonValueKind.Null, file.GetProperty("content").ValueKind);

        var again = await PatchAsync(Id(text), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(file), content = "words again" });
        Assert.Equal(("words again", "raw_content", JsonValueKind.Null), (Text(again, "content"), Text(Config(again), "storage_type"), Config(again).GetProperty("signed_url").ValueKind));
        Assert.Equal(New, await BytesAsync(await GetAsync(Id(text), "version=1")));
        Assert.Equal("words", Text(await GetAsync(Id(text), "version=0"), "content"));

        var fromText = await ReviseAsync(await UploadAsync("c.bin", Old), again);
        Assert.Equal("words again", Text(fromText, "content"));
    }

    [Fact]
    public async Task Bytes_survive_their_source_and_go_with_the_last_who_names_them()
    {
        var entry = await UploadAsync("a.bin", Old);
        var source = await UploadAsync("b.bin", New);
        await ReviseAsync(entry, source);
        await DeleteAsync($"{Entries}/{Id(source)}");
        var shown = await GetAsync(Id(entry));
        var first = await GetAsync(Id(entry), "version=0");
        Assert.Equal(New, await BytesAsync(shown));
        Assert.Equal(Old, await BytesAsync(first));

        await DeleteAsync($"{Entries}/{Id(entry)}");
        Assert.Null(await BytesAsync(shown));
        Assert.Null(await BytesAsync(first));
        Assert.Empty(Objects(New));
        Assert.Empty(Objects(Old));
    }

    [Fact]
    public async Task Bytes_survive_the_entry_that_took_them_and_a_superseded_revision_keeps_them()
    {
        var entry = await UploadAsync("a.bin", Old);
        var source = await UploadAsync("b.bin", New);
        await PatchAsync(Id(entry), new { revision_id = Guid.NewGuid(), base_revision_id = Revision(await ReviseAsync(entry, source)), content = "text by now" });
        await DeleteAsync($"{Entries}/{Id(source)}");
        Assert.Equal(New, await BytesAsync(await GetAsync(Id(entry), "version=1")));

        var other = await UploadAsync("c.bin", "third"u8.ToArray());
        await ReviseAsync(other, await UploadAsync("d.bin", New));
        await DeleteAsync($"{Entries}/{Id(entry)}");
        Assert.Equal(New, await BytesAsync(await GetAsync(Id(other))));
        Assert.Single(Objects(New));
    }

    [Fact]
    public async Task A_dataset_takes_along_only_what_nobody_outside_of_it_names()
    {
        var dataset = (await PostAsync(Datasets, new { name = "d" })).GetProperty("id").GetGuid();
        var inside = await UploadAsync("in.bin", Old, dataset);
        var twin = await UploadAsync("twin.bin", "within"u8.ToArray(), dataset);
        var outside = await UploadAsync("out.bin", New);
        await ReviseAsync(outside, inside);
        await ReviseAsync(inside, twin); // named twice, both inside
        await DeleteAsync($"{Datasets}/{dataset}");
        Assert.Equal(Old, await BytesAsync(await GetAsync(Id(outside))));
        Assert.Empty(Objects("within"u8.ToArray()));
        await DeleteAsync($"{Entries}/{Id(outside)}");
        Assert.Empty(Objects(Old));
    }

    [Fact]
    public async Task Bytes_of_a_draft_are_kept_as_well()
    {
        var entry = await UploadAsync("a.bin", Old);
        var source = await UploadAsync("b.bin", New);
        var draft = new { revision_id = Guid.NewGuid(), base_revision_id = Revision(entry), source_entry_id = Id(source), publish = false };
        await PatchAsync(Id(entry), draft);
        await DeleteAsync($"{Entries}/{Id(source)}");
        Assert.Equal(New, await BytesAsync(await PatchAsync(Id(entry), new { draft.revision_id, draft.base_revision_id })));
    }

    [Fact]
    public async Task Of_removals_and_revisions_at_once_no_bytes_are_lost_and_none_are_left()
    {
        var source = await UploadAsync("s.bin", New);
        var entries = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => CreateAsync(new { name = $"e{i}", content = "x" })));
        await Task.WhenAll(entries.Select(async e =>
        {
            using var answer = await SendAsync(Id(e), Body(e, source));
            Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, await answer.Content.ReadAsStringAsync());
        }).Append(DeleteAsync($"{Entries}/{Id(source)}")));
        foreach (var entry in entries)
        {
            var shown = await GetAsync(Id(entry));
            Assert.Equal(Version(shown) == 0 ? null : New, Version(shown) == 0 ? null : await BytesAsync(shown));
        }

        await Task.WhenAll(entries.Select(e => DeleteAsync($"{Entries}/{Id(e)}")));
        Assert.Empty(Objects(New));
    }

    [Fact]
    public async Task What_is_noted_for_removal_and_named_all_the_same_stays_until_its_entry_goes()
    {
        var entry = await UploadAsync("a.bin", Old);
        var revised = await ReviseAsync(await UploadAsync("b.bin", New), await UploadAsync("c.bin", "third"u8.ToArray()));
        await using (var connection = new SqliteConnection($"Data Source={Platform.Directory.Combine("store", "platform.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = """INSERT INTO "DoomedObjects" SELECT "ObjectName" FROM "Entries" WHERE "ObjectName" IS NOT NULL UNION SELECT "ObjectName" FROM "Revisions" WHERE "ObjectName" IS NOT NULL""";
            Assert.Equal(3, await command.ExecuteNonQueryAsync());
        }

        await DeleteAsync($"{Entries}/{Id(await CreateAsync(new { name = "other", content = "x" }))}");
        Assert.Equal(Old, await BytesAsync(await GetAsync(Id(entry))));
        Assert.Equal(New, await BytesAsync(await GetAsync(Id(revised), "version=0")));

        await DeleteAsync($"{Entries}/{Id(entry)}");
        await DeleteAsync($"{Entries}/{Id(revised)}");
        Assert.Empty(Objects(Old));
        Assert.Empty(Objects(New));
    }

    [Fact]
    public async Task A_source_must_be_there_readable_and_active()
    {
        var entry = await CreateAsync(new { name = "n", content = "zero" });
        var pending = await CreateAsync(new { name = "p", file_path = "p.bin" });
        await RefusedAsync(await SendAsync(Id(entry), Body(entry, pending)), HttpStatusCode.Conflict, "pending");
        await RefusedAsync(await SendAsync(Id(entry), Body(entry, await CreateAsync(new { name = "directory" }))), HttpStatusCode.UnprocessableEntity, "of its own");

        using var bob = await Platform.LogInAsync(PlatformFixture.Bob);
        using var made = await bob.PostAsJsonAsync(Entries, new { name = "b", content = "Bob's" });
        var theirs = await JsonAsync(made);
        await RefusedAsync(await SendAsync(Id(entry), Body(entry, theirs)), HttpStatusCode.NotFound, "Source data storage entry not found");
        await bob.PatchAsJsonAsync($"{Entries}/{Id(theirs)}", new { share_status = "public" });
        Assert.Equal("Bob's", Text(await PatchAsync(Id(entry), Body(entry, theirs)), "content"));
    }

    private static object Body(JsonElement entry, JsonElement source) => new { revision_id = Guid.NewGuid(), base_revision_id = Revision(entry), source_entry_id = Id(source), publish = true };

    private Task<JsonElement> ReviseAsync(JsonElement entry, JsonElement source) => PatchAsync(Id(entry), Body(entry, source));

    private async Task DeleteAsync(string path)
    {
        using var answer = await Ann.DeleteAsync(path);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Files of the store that hold exactly these bytes.</summary>
    private IEnumerable<string> Objects(byte[] bytes) => Directory.EnumerateFiles(Platform.Directory.Combine("store", "objects"), "*", SearchOption.AllDirectories)
        .Where(f => new FileInfo(f).Length == bytes.Length && File.ReadAllBytes(f).AsSpan().SequenceEqual(bytes));
}
