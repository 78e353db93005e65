using System.Net;
using System.Net.Http.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Search;

/// <summary>Who may read what, on every route (Protocol §2, §6).</summary>
public sealed class SharingTests
{
    private const string Entries = "/v0.1/data-storage/data-entries";

    public static TheoryData<string> Databases => SearchPlatform.Databases;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Searches_find_what_the_caller_may_read_and_nothing_else(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        using var bob = await platform.Platform.LogInAsync(PlatformFixture.Bob);
        using var root = await platform.Platform.LogInAsync(PlatformFixture.Root);
        var ids = new Dictionary<string, Guid>();
        foreach (var name in (string[])["private", "public", "user", "organization", "withdrawn"])
        {
            ids[name] = await platform.CreateAsync(new { name, content = "common", embedding = new[] { 1.0, 2 }, tags = new[] { "t" } });
        }

        await platform.PatchAsync(ids["public"], new { share_status = "public" });
        await platform.PatchAsync(ids["user"], Shared(["BOB@Example.org"], null));
        await platform.PatchAsync(ids["organization"], Shared(null, ["Beta"]));
        await platform.PatchAsync(ids["withdrawn"], Shared(["bob@example.org"], null));
        await platform.PatchAsync(ids["withdrawn"], new { share_status = "private" });
        string[] shared = ["organization", "public", "user"];

        foreach (var body in new object[]
        {
            new { }, new { text_query = "common" }, new { criteria = new[] { new { field = "content", @operator = "contains", value = "omm" } } },
            new { criteria = new object[] { new { field = "tags", @operator = "in", value = new[] { "t" } }, new { field = "name", @operator = "contains", value = "i" } }, filter_logic = "OR" },
        })
        {
            Assert.Equal(shared, (await platform.SearchAsync(body, bob)).Select(SearchPlatform.Name).Order(StringComparer.Ordinal));
            Assert.Equal(5, (await platform.SearchAsync(body)).Length);
            Assert.Equal(5, (await platform.SearchAsync(body, root)).Length);
        }

        Assert.Equal(shared, (await platform.SimilarAsync(new { embedding = new[] { 1.0, 2 } }, bob)).Select(SearchPlatform.Name).Order(StringComparer.Ordinal));
        Assert.Empty(await platform.NamesAsync("id", "equals", ids["private"].ToString(), bob));
        Assert.Empty(await platform.NamesAsync("id", "starts_with", ids["private"].ToString()[..20], bob).ContinueWith(t => t.Result.Where(n => n == "private")));

        // A page is cut after the rest is left out.
        Assert.Single(await platform.SearchAsync(new { limit = 1, offset = 2 }, bob));
        Assert.Empty(await platform.SearchAsync(new { limit = 1, offset = 3 }, bob));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Who_guesses_an_id_gets_nothing_on_any_route(string database)
    {
        await using var platform = await SearchPlatform.StartAsync(database);
        using var bob = await platform.Platform.LogInAsync(PlatformFixture.Bob);
        var pending = await platform.CreateAsync(new { name = "bytes", file_path = "f.bin" });
        var hash = "1B2M2Y8AsgTpgAmY7PhCfg==";
        async Task<HttpStatusCode[]> All() =>
        [
            .. (await Task.WhenAll(
                bob.GetAsync($"{Entries}/{pending}"), bob.GetAsync($"{Entries}/{pending}/status"), bob.GetAsync($"{Entries}/{pending}?version=0"),
                bob.PatchAsJsonAsync($"{Entries}/{pending}", new { status = "active" }), bob.PatchAsJsonAsync($"{Entries}/{pending}", new { share_status = "public" }),
                bob.PatchAsJsonAsync($"{Entries}/{pending}", new { tags = new[] { "x" } }), bob.DeleteAsync($"{Entries}/{pending}"),
                bob.PostAsJsonAsync($"{Entries}/{pending}/multipart-upload/initiate", new { part_hashes = new[] { hash } }),
                bob.PostAsJsonAsync($"{Entries}/{pending}/multipart-upload/complete", new { upload_id = "x", parts = new[] { new { part_number = 1, etag = "e", checksum = hash } } }),
                bob.PostAsJsonAsync(Entries, new { name = "below", content = "x", parent_id = pending }))).Select(a => a.StatusCode),
        ];
        Assert.All(await All(), status => Assert.Equal(HttpStatusCode.NotFound, status));

        // Who may read it may not change it, and gets no way in for its bytes.
        await platform.PatchAsync(pending, Shared([PlatformFixture.Bob.Email], null));
        var statuses = await All();
        Assert.All(statuses[..3], status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All(statuses[3..], status => Assert.Equal(HttpStatusCode.Forbidden, status));
        Assert.Contains("\"signed_url\":null", await bob.GetStringAsync($"{Entries}/{pending}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_shows_its_owner_no_private_entry_of_another()
    {
        await using var platform = await SearchPlatform.StartAsync("SQLite");
        using var root = await platform.Platform.LogInAsync(PlatformFixture.Root);
        var dataset = Guid.NewGuid();
        using var made = await platform.Ann.PostAsJsonAsync("/v0.1/data-storage/datasets", new { name = "d", id = dataset });
        await platform.CreateAsync(new { name = "hers", content = "x", dataset_id = dataset });
        await platform.CreateAsync(new { name = "roots", content = "x", dataset_id = dataset }, root);
        Assert.DoesNotContain("roots", await platform.Ann.GetStringAsync($"/v0.1/data-storage/datasets/{dataset}"), StringComparison.Ordinal);
        Assert.Contains("roots", await root.GetStringAsync($"/v0.1/data-storage/datasets/{dataset}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sharing_with_someone_unknown_is_refused_by_name_and_changes_nothing()
    {
        await using var platform = await SearchPlatform.StartAsync("SQLite");
        var id = await platform.CreateAsync("mine");
        using var answer = await platform.Ann.PatchAsJsonAsync($"{Entries}/{id}", Shared(["bob@example.org", "nobody@example.org"], ["Delta"]));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Contains("nobody@example.org", text, StringComparison.Ordinal);
        Assert.Contains("delta", text, StringComparison.Ordinal);
        Assert.DoesNotContain("bob@example.org", text, StringComparison.Ordinal);
        using var bob = await platform.Platform.LogInAsync(PlatformFixture.Bob);
        Assert.Equal(HttpStatusCode.NotFound, (await bob.GetAsync($"{Entries}/{id}")).StatusCode);

        using var missing = await platform.Ann.PatchAsJsonAsync($"{Entries}/{Guid.NewGuid()}", Shared(["nobody@example.org"], null));
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    private static object Shared(string[]? users, string[]? organizations) => new { share_status = "shared", permitted_accessors = new { users, organizations } };
}
