using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>Two platforms on one database: whatever they do to shared bytes at once, what is named is there, and what is not is gone or noted for removal.</summary>
public sealed class SharedBytesRaceTests : EntryRoutes
{
    private LocalPlatformOptions _options = null!;
    private LocalPlatformHost _second = null!;
    private HttpClient _two = null!;

    public override async ValueTask DisposeAsync()
    {
        if (_second is not null)
        {
            _two.Dispose();
            await _second.DisposeAsync();
            await base.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Entries_revisions_and_removals_race()
    {
        var random = new Random(20261124);
        for (var round = 0; round < 4; round++)
        {
            var datasets = new[] { await DatasetAsync(), await DatasetAsync() };
            var files = new List<JsonElement>();
            for (var i = 0; i < 6; i++)
            {
                files.Add(await UploadAsync($"{round}-{i}.bin", Encoding.UTF8.GetBytes($"bytes {round} {i}"), datasets[i % 2]));
            }

            var texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CreateAsync(new { name = $"t{i}", content = "x", dataset_id = i == 7 ? datasets[0] : (Guid?)null })));
            var requests = new List<(HttpMethod Method, string Path, object? Body)>
            {
                (HttpMethod.Delete, $"{Datasets}/{datasets[0]}", null),
                (HttpMethod.Delete, $"{Entries}/{Id(files[1])}", null),
                (HttpMethod.Delete, $"{Entries}/{Id(files[2])}", null),
                (HttpMethod.Delete, $"{Entries}/{Id(texts[6])}", null),
                (HttpMethod.Patch, $"{Entries}/{Id(files[1])}", new { share_status = "shared", permitted_accessors = new { users = new[] { PlatformFixture.Bob.Email } } }),
                (HttpMethod.Patch, $"{Entries}/{Id(files[3])}", new { revision_id = Guid.NewGuid(), base_revision_id = Revision(files[3]), content = "text by now" }),
                (HttpMethod.Patch, $"{Entries}/{Id(files[4])}", new { revision_id = Guid.NewGuid(), base_revision_id = Revision(files[4]), content = "text by now" }),
                (HttpMethod.Post, Entries, new { name = "late", file_path = "late.bin", dataset_id = datasets[0] }),
            };
            requests.AddRange(Enumerable.Range(0, 16).Select(i =>
            {
                var (text, source) = (texts[i % 8], files[random.Next(files.Count)]);
                return (HttpMethod.Patch, $"{Entries}/{Id(text)}", (object?)new { revision_id = Guid.NewGuid(), base_revision_id = Revision(text), source_entry_id = Id(source), publish = i % 4 != 0 });
            }));
            var sent = requests.ToArray();
            random.Shuffle(sent);
            await Task.WhenAll(sent.Select(async (request, i) =>
            {
                using var message = new HttpRequestMessage(request.Method, request.Path) { Content = request.Body is null ? null : JsonContent.Create(request.Body) };
                using var answer = await (i % 2 == 0 ? Ann : _two).SendAsync(message);
                Assert.True((int)answer.StatusCode is 200 or 204 or 404 or 409, $"{request.Method} {request.Path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }));
            await CheckAsync();
        }

        // To the last: nothing is left of what nobody names.
        foreach (var id in (await QueryAsync("""SELECT "Id" FROM "Entries" """)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var removed = await _two.DeleteAsync($"{Entries}/{id}");
            Assert.True(removed.IsSuccessStatusCode, await removed.Content.ReadAsStringAsync());
        }

        Assert.Equal(string.Empty, await QueryAsync("""SELECT "ObjectName" FROM "DoomedObjects" """));
        Assert.Empty(Objects());
    }

    /// <summary>Nobody waits for a change that was made meanwhile, and a removal does not fail of it.</summary>
    [Fact]
    public async Task An_entry_is_removed_while_it_is_shared()
    {
        for (var round = 0; round < 20; round++)
        {
            var id = Id(await CreateAsync(new { name = "e", content = "x" }));
            await PatchAsync(id, Shared(PlatformFixture.Bob));
            var shares = Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? Ann : _two).PatchAsJsonAsync($"{Entries}/{id}", Shared(i % 3 == 0 ? PlatformFixture.Bob : PlatformFixture.Root))).ToList();
            using var removed = await _two.DeleteAsync($"{Entries}/{id}");
            Assert.True(removed.IsSuccessStatusCode, await removed.Content.ReadAsStringAsync());
            foreach (var share in shares)
            {
                using var answer = await share;
                Assert.True((int)answer.StatusCode is 200 or 404, await answer.Content.ReadAsStringAsync());
            }
        }

        static object Shared(FutureHouse.LocalPlatform.Authentication.PlatformUser user) => new { share_status = "shared", permitted_accessors = new { users = new[] { user.Email } } };
    }

    private protected override async Task<PlatformFixture> StartPlatformAsync()
    {
        var platform = await PlatformFixture.StartAsync(o => _options = o, onPostgres: true);
        _second = await LocalPlatformHost.StartAsync(_options);
        using var ann = await platform.LogInAsync();
        _two = new HttpClient { BaseAddress = _second.Url };
        _two.DefaultRequestHeaders.Authorization = ann.DefaultRequestHeaders.Authorization;
        return platform;
    }

    private async Task<Guid> DatasetAsync() => (await PostAsync(Datasets, new { name = "d" })).GetProperty("id").GetGuid();

    private async Task CheckAsync()
    {
        var named = await NamesAsync("""
            SELECT "ObjectName" FROM "Entries" WHERE "ObjectName" IS NOT NULL AND "Status" = 'active' UNION SELECT "ObjectName" FROM "Revisions" WHERE "ObjectName" IS NOT NULL
            """);
        var doomed = await NamesAsync("""SELECT "ObjectName" FROM "DoomedObjects" """);
        Assert.Empty(named.Intersect(doomed));
        var there = Objects().ToHashSet();
        Assert.Empty(named.Except(there));
        Assert.Empty(there.Except(named).Except(doomed));
    }

    private async Task<List<string>> NamesAsync(string sql) =>
        [.. (await QueryAsync(sql)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(n => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(n))))];

    private async Task<string> QueryAsync(string sql) => await (await PostgresServer.SharedAsync()).PsqlAsync(_options.Database!, sql);

    /// <summary>Objects of the store, by the hash of their names.</summary>
    private IEnumerable<string> Objects() =>
        Directory.EnumerateDirectories(Path.Combine(_options.Store, "objects", "names")).SelectMany(Directory.EnumerateDirectories).Select(folder => Path.GetFileName(folder)!);
}
