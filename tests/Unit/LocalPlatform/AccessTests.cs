using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Who may do what, on every route there is: a route without a line in the table fails the test (Protocol §2, §3, §6, §7).</summary>
public sealed class AccessTests
{
    private const string Base = "/v0.1/data-storage";
    private const string Entry = Base + "/data-entries";
    private const string Dataset = Base + "/datasets";
    private const string Workspace = Base + "/workspaces";
    private const string Storage = "ANY /futurehouse-local/{**name}";
    private const string Hash = "1B2M2Y8AsgTpgAmY7PhCfg==";
    private static readonly PlatformUser Member = new() { Id = "user-cid", Email = "cid@example.org", Organization = "delta", ApiKey = "key-of-cid-0123456789" };
    private static readonly PlatformUser Stranger = new() { Id = "user-dan", Email = "dan@example.org", Organization = "epsilon", ApiKey = "key-of-dan-0123456789" };

    // No entry is behind them: anybody's, or the caller's own.
    private static readonly string[] OfNobody = ["GET /health", "POST /auth/login", "GET /v0.1/organizations", Storage];

    // Statuses for the owner, a user it is shared with, a member of an organisation it is shared with, a stranger and an administrator. An answer of 200 names the entry where it is to be read.
    private static readonly Line[] Table =
    [
        new($"GET {Entry}/{{id}}", e => e.Text, null, [200, 200, 200, 404, 200]),
        new($"GET {Entry}/{{id}}", e => e.Text + "?version=0", null, [200, 200, 200, 404, 200]),
        new($"GET {Entry}/{{id}}", e => $"{e.Text}?revision_id={e.Draft}", null, [200, 404, 404, 404, 200]),
        new($"GET {Entry}/{{id}}", e => e.Link, null, [200, 200, 200, 404, 200]) { HasKey = true },
        new($"GET {Entry}/{{id}}/status", e => e.Text + "/status", null, [200, 200, 200, 404, 200]) { Names = false },
        new($"GET {Entry}/{{id}}/revisions", e => e.Text + "/revisions", null, [200, 200, 200, 404, 200]),
        new($"GET {Entry}/{{id}}/revisions", e => e.Text + "/revisions?include_unpublished=true", null, [200, 403, 403, 404, 200]),
        new($"GET {Entry}/{{id}}/revisions", e => e.Link + "/revisions", null, [200, 200, 200, 404, 200]) { HasKey = true },
        new($"POST {Entry}", _ => "", e => new { name = "below", content = "x", parent_id = e.TextId }, [200, 403, 403, 404, 200]) { Names = false },
        new($"POST {Entry}", _ => "", e => new { name = "within", content = "x", dataset_id = e.DatasetId }, [200, 403, 403, 403, 200]) { Names = false },
        new($"PATCH {Entry}/{{id}}", e => e.Text, _ => new { tags = new[] { "x" } }, [200, 403, 403, 404, 200]),
        new($"PATCH {Entry}/{{id}}", e => e.Link, _ => new { tags = new[] { "x" } }, [200, 403, 403, 404, 200]) { HasKey = true },
        new($"PATCH {Entry}/{{id}}", e => e.Text, _ => new { share_status = "public" }, [200, 403, 403, 404, 200]),
        new($"PATCH {Entry}/{{id}}", e => e.File, _ => new { status = "failed" }, [200, 403, 403, 404, 200]),
        new($"PATCH {Entry}/{{id}}", e => e.Text, e => new { revision_id = Guid.NewGuid(), base_revision_id = e.Latest, content = e.Marker }, [200, 403, 403, 404, 200]),
        new($"PATCH {Entry}/{{id}}", e => e.Text, e => new { revision_id = e.Draft, base_revision_id = e.Latest }, [200, 403, 403, 404, 200]),
        new($"PATCH {Entry}/{{id}}", e => e.Own, e => new { revision_id = Guid.NewGuid(), base_revision_id = e.OwnRevision, source_entry_id = e.TextId }, [200, 200, 200, 404, 200]),
        new($"DELETE {Entry}/{{id}}", e => e.Text, null, [204, 403, 403, 404, 204]),
        new($"POST {Entry}/{{id}}/multipart-upload/initiate", e => e.File + "/multipart-upload/initiate", _ => new { part_hashes = new[] { Hash } }, [200, 403, 403, 404, 200]) { Names = false },
        new(
            $"POST {Entry}/{{id}}/multipart-upload/complete",
            e => e.File + "/multipart-upload/complete",
            e => new { upload_id = e.UploadId, parts = new[] { new { part_number = 1, etag = "e", checksum = Hash } } },
            [400, 403, 403, 404, 400]),
        new($"POST {Dataset}", _ => "", e => new { name = "d", id = e.DatasetId }, [409, 409, 409, 409, 409]),
        new($"GET {Dataset}/{{id}}", e => $"{Dataset}/{e.DatasetId}", null, [200, 403, 403, 403, 200]),
        new($"DELETE {Dataset}/{{id}}", e => $"{Dataset}/{e.DatasetId}", null, [204, 403, 403, 403, 204]),
        new($"GET {Base}/provenance/data-entries", e => $"{Base}/provenance/data-entries?actor_id={e.Marker}&include_entry_data=true", null, [200, 200, 200, 200, 200]),
        new($"POST {Workspace}", _ => "", _ => new { name = "w" }, [200, 200, 200, 200, 200]) { Names = false },
        new($"GET {Workspace}/{{id}}", e => $"{Workspace}/{e.WorkspaceId}", null, [200, 403, 403, 404, 200]),
        new($"PATCH {Workspace}/{{id}}", e => $"{Workspace}/{e.WorkspaceId}", _ => new { description = "d" }, [200, 403, 403, 404, 200]),
        new($"DELETE {Workspace}/{{id}}", e => $"{Workspace}/{e.WorkspaceId}", null, [204, 403, 403, 404, 204]),
        new($"POST {Base}/search", _ => "", e => new { text_query = e.Marker, highlight = true }, [200, 200, 200, 200, 200]),
        new($"POST {Base}/search", _ => "", e => new { criteria = new[] { new { field = "id", @operator = "equals", value = $"{e.TextId}" } } }, [200, 200, 200, 200, 200]),
        new($"POST {Base}/similarity-search", _ => "", e => new { embedding = new[] { 1, 2 }, tags = new[] { e.Marker } }, [200, 200, 200, 200, 200]),
        new($"POST {Base}/similarity-search", _ => "", _ => new { embedding = new[] { 1, 2 }, user_id = PlatformFixture.Ann.Id }, [403, 403, 403, 403, 200]),
    ];

    public static TheoryData<int> Lines => [.. Enumerable.Range(0, Table.Length)];

    [Fact]
    public async Task Every_route_is_in_the_table()
    {
        await using var platform = await StartAsync();
        Assert.Equal(platform.Host.Routes.Order(StringComparer.Ordinal), Table.Select(l => l.Route).Concat(OfNobody).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Each_gets_what_is_theirs(int index)
    {
        var line = Table[index];
        await using var platform = await StartAsync();
        using var ann = await platform.LogInAsync();

        // The owner after those who change nothing, and the administrator on another entry, as the first may have removed it.
        foreach (var group in new[] { new[] { (3, Stranger), (1, PlatformFixture.Bob), (2, Member), (0, PlatformFixture.Ann) }, [(4, PlatformFixture.Root)] })
        {
            var made = await Entities.MakeAsync(ann);
            foreach (var (who, user) in group)
            {
                using var caller = await platform.LogInAsync(user);
                await made.MakeOwnAsync(caller);
                var (method, route) = (line.Route.Split(' ')[0], line.Route.Split(' ')[1]);
                using var request = new HttpRequestMessage(new HttpMethod(method), line.Path(made) is { Length: > 0 } path ? path : route);
                request.Content = line.Body is null ? null : JsonContent.Create(line.Body(made));
                using var answer = await caller.SendAsync(request);
                var text = await answer.Content.ReadAsStringAsync();
                Assert.True(line.Statuses[who] == (int)answer.StatusCode, $"{user.Id}: {(int)answer.StatusCode} {text}");
                var isRead = answer.StatusCode == System.Net.HttpStatusCode.OK && who != 3;
                Assert.True(!line.Names || text.Contains(made.Marker, StringComparison.Ordinal) == isRead, $"{user.Id}: {text}");
                Assert.True(text.Contains(made.Key, StringComparison.Ordinal) == (line.HasKey && who is 0 or 4), $"{user.Id}: {text}");
                Assert.True(who is 0 or 4 || !text.Contains("draft of", StringComparison.Ordinal), text);
            }
        }
    }

    /// <summary>Storage knows signatures alone: nobody's token, not even an administrator's, is one.</summary>
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Bytes_are_for_who_has_a_signature(string method)
    {
        await using var platform = await StartAsync();
        using var ann = await platform.LogInAsync();
        var file = (await Entities.MakeAsync(ann)).File.Split('/')[^1];
        using var root = await platform.LogInAsync(PlatformFixture.Root);
        foreach (var caller in new[] { ann, root })
        {
            var entry = await caller.GetFromJsonAsync<JsonElement>($"{Entry}/{file}");
            var name = entry.GetProperty("storage_locations")[0].GetProperty("storage_config").GetProperty("location").GetString();
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/futurehouse-local/{name}");
            using var answer = await caller.SendAsync(request);
            Assert.InRange((int)answer.StatusCode, 400, 403);
        }
    }

    private static Task<PlatformFixture> StartAsync() => PlatformFixture.StartAsync(o => o with { Users = [PlatformFixture.Ann, PlatformFixture.Bob, PlatformFixture.Root, Member, Stranger], EnableFaults = false });

    /// <param name="Route">Method and pattern.</param>
    /// <param name="Path">What is asked for; empty where it is the pattern.</param>
    /// <param name="Body">What is sent.</param>
    /// <param name="Statuses">Of each kind of caller.</param>
    private sealed record Line(string Route, Func<Entities, string> Path, Func<Entities, object>? Body, int[] Statuses)
    {
        /// <summary>Whether an answer of 200 names the entry, and no other does.</summary>
        public bool Names { get; init; } = true;

        /// <summary>Whether it shows those who may change the entry the key of a link.</summary>
        public bool HasKey { get; init; }

        public override string ToString() => Route;
    }

    /// <summary>Ann's, shared with Bob and with Cid's organisation.</summary>
    private sealed class Entities
    {
        public string Marker { get; } = $"m{Guid.NewGuid():N}";

        public string Key { get; } = $"k{Guid.NewGuid():N}";

        public Guid TextId { get; private set; }

        public Guid DatasetId { get; private set; }

        public Guid WorkspaceId { get; private set; }

        public Guid Draft { get; } = Guid.NewGuid();

        public Guid Latest { get; } = Guid.NewGuid();

        public Guid OwnRevision { get; private set; }

        public string UploadId { get; private set; } = string.Empty;

        public string Text => $"{Entry}/{TextId}";

        public string Link { get; private set; } = string.Empty;

        public string File { get; private set; } = string.Empty;

        public string Own { get; private set; } = string.Empty;

        public static async Task<Entities> MakeAsync(HttpClient ann)
        {
            var made = new Entities();
            var (m, shared) = (made.Marker, new { share_status = "shared", permitted_accessors = new { users = new[] { PlatformFixture.Bob.Email }, organizations = new[] { Member.Organization } } });
            ann.DefaultRequestHeaders.Add("x-actor-id", m);
            made.DatasetId = (await SendAsync(ann, HttpMethod.Post, Dataset, new { name = m })).GetProperty("id").GetGuid();
            var text = await SendAsync(ann, HttpMethod.Post, Entry, new { name = m, content = $"first of {m}", embedding = new[] { 1, 2 }, tags = new[] { m }, dataset_id = made.DatasetId });
            made.TextId = Id(text);
            await SendAsync(ann, HttpMethod.Patch, made.Text, new { revision_id = made.Latest, base_revision_id = text.GetProperty("revision_id").GetGuid(), content = $"second of {m}" });
            await SendAsync(ann, HttpMethod.Patch, made.Text, new { revision_id = made.Draft, base_revision_id = made.Latest, content = $"draft of {m}", publish = false });
            made.Link = await OfAsync(Entry, new { name = m, content = "https://x.example", existing_location = new { storage_type = "link", content_type = "text", location = "https://x.example", metadata = new { api_key = made.Key } } });
            made.File = await OfAsync(Entry, new { name = m, file_path = "f.bin" });
            made.UploadId = (await SendAsync(ann, HttpMethod.Post, made.File + "/multipart-upload/initiate", new { part_hashes = new[] { Hash } })).GetProperty("upload_id").GetString()!;
            var workspace = await OfAsync(Workspace, new { name = m });
            made.WorkspaceId = Guid.Parse(workspace.Split('/')[^1]);
            var embedded = await OfAsync(Entry, new { name = m, content = m, embedding = new[] { 1, 2 }, tags = new[] { m } });
            ann.DefaultRequestHeaders.Remove("x-actor-id");
            foreach (var path in new[] { made.Text, made.Link, made.File, $"{Entry}/{made.WorkspaceId}", embedded })
            {
                await SendAsync(ann, HttpMethod.Patch, path, shared);
            }

            return made;

            async Task<string> OfAsync(string route, object body) => $"{route}/{Id(await SendAsync(ann, HttpMethod.Post, route, body))}";
        }

        /// <summary>An entry of the caller's own.</summary>
        public async Task MakeOwnAsync(HttpClient caller)
        {
            var own = await SendAsync(caller, HttpMethod.Post, Entry, new { name = "own", content = "own" });
            (Own, OwnRevision) = ($"{Entry}/{Id(own)}", own.GetProperty("revision_id").GetGuid());
        }

        private static Guid Id(JsonElement answer) => answer.GetProperty("data_storage").GetProperty("id").GetGuid();

        private static async Task<JsonElement> SendAsync(HttpClient client, HttpMethod method, string path, object body)
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
            using var answer = await client.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }
    }
}
