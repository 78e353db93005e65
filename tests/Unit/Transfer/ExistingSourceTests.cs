using System.Text.Json;
using FutureHouse.Authentication;
using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;
using ExistingLocation = FutureHouse.Platform.ExistingLocation;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Data that lies elsewhere: registered and fetched by the engine, against the real local platform (Protocol §5, §6).</summary>
public sealed class ExistingSourceTests
{
    [Fact]
    public async Task A_prefix_comes_as_a_folder_that_keeps_its_tree()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/run/a.txt", "p/run/deep/b.bin", "q/c.txt");
        var entry = await RegisterAsync(bench, ExistingLocation.Files("b", "p/"), "my run");
        Assert.Equal((EntryStatus.Active, StorageType.Gcs, true, 3), (entry.Status, entry.StorageType, entry.IsCollection, entry.Locations.Count));
        var items = await FetchAsync(bench, entry);
        Assert.Equal(["my run/a.txt", "my run/run/a.txt", "my run/run/deep/b.bin"], Below(bench.Out));
        Assert.All(items, item => Assert.Equal(File.ReadAllText(item.Path!), "p/" + Path.GetRelativePath(bench.Out, item.Path!).Replace('\\', '/')["my run/".Length..]));
        await Assert.ThrowsAsync<DestinationExistsException>(() => FetchAsync(bench, entry));
        File.WriteAllText(Path.Combine(bench.Out, "my run", "kept.txt"), "kept");
        File.WriteAllText(Path.Combine(bench.Out, "my run", "a.txt"), "old");
        await bench.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = bench.Out, Force = true }, null, Bench.None);
        Assert.Equal(["my run/a.txt", "my run/kept.txt", "my run/run/a.txt", "my run/run/deep/b.bin"], Below(bench.Out));
        Assert.Equal("p/a.txt", File.ReadAllText(Path.Combine(bench.Out, "my run", "a.txt")));
    }

    [Fact]
    public async Task A_single_object_and_a_single_match_come_as_a_file()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/b.txt", "q/only.bin");
        Assert.Equal(["a.txt"], (await FetchAsync(bench, await RegisterAsync(bench, ExistingLocation.File("b", "p/a.txt")))).Select(i => Path.GetFileName(i.Path)));
        Assert.Equal(["only.bin"], (await FetchAsync(bench, await RegisterAsync(bench, ExistingLocation.Files("b", "q/")))).Select(i => Path.GetFileName(i.Path)));
        Assert.Equal(["a.txt", "only.bin"], Below(bench.Out));
    }

    [Fact]
    public async Task Files_that_fail_are_an_error_each_and_the_rest_is_there()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/b.txt", "p/c.txt");
        var entry = await RegisterAsync(bench, ExistingLocation.Files("b", "p/"));
        File.Delete(bench.Platform.Directory.Combine("bucket", "p", "b.txt"));
        var items = await FetchAsync(bench, entry);
        var failed = Assert.Single(items, item => item.Error is not null);
        Assert.IsType<DownloadFailedException>(failed.Error);
        Assert.Contains("p/b.txt", failed.Error.Message, StringComparison.Ordinal);
        Assert.Equal(["e/a.txt", "e/c.txt"], Below(bench.Out));

        Directory.Delete(bench.Platform.Directory.Combine("bucket", "p"), recursive: true);
        Directory.Delete(Path.Combine(bench.Out, "e"), recursive: true);
        await Assert.ThrowsAsync<DownloadFailedException>(() => FetchAsync(bench, entry));
        Assert.Empty(Directory.GetFileSystemEntries(bench.Out));
    }

    [Fact]
    public async Task An_address_that_is_refused_is_renewed_and_is_that_of_the_same_file()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/b.txt", "p/c.txt");
        var entry = await RegisterAsync(bench, ExistingLocation.Files("b", "p/"));
        var stale = entry with { Locations = [.. entry.Locations.Select(l => l with { Id = Guid.NewGuid(), SignedUrl = new Uri(bench.Platform.Url, "/b/" + l.Location) })] };
        var items = await FetchAsync(bench, stale);
        Assert.Equal(3, items.Count);
        Assert.All(items, item => Assert.Equal("p/" + Path.GetFileName(item.Path), File.ReadAllText(item.Path!)));
    }

    [Fact]
    public async Task In_a_hierarchy_a_prefix_is_a_folder_and_a_link_an_error_of_its_own()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/deep/b.txt");
        var root = await bench.Client.CreateEntryAsync(new CreateEntryRequest { Name = "root" }, Bench.None);
        CreateEntryRequest Child(string name, ExistingLocation location) => new() { Name = name, ParentId = root.Id, DatasetId = root.DatasetId, Existing = location };
        await bench.Client.RegisterSourceAsync(Child("run", ExistingLocation.Files("b", "p/")), Bench.None);
        await bench.Client.RegisterSourceAsync(Child("site", ExistingLocation.Link("https://example.org", null, null, null)), Bench.None);
        var observer = new Observer();
        var made = await bench.Engine.FetchTreeAsync(new TreeFetchRequest { Root = root, DestinationDirectory = bench.Out }, observer, Bench.None);
        Assert.Equal(["root/run/a.txt", "root/run/deep/b.txt"], Below(bench.Out));
        Assert.Equal(["run/a.txt", "run/deep/b.txt"], observer.Paths.Order(StringComparer.Ordinal));
        Assert.IsType<UnsupportedStorageException>(Assert.Single(observer.Errors));
        Assert.Equal((2, 1), ((int)made.Files, (int)made.Failed));
    }

    [Fact]
    public async Task Every_file_is_fetched_whatever_breaks_on_the_way()
    {
        await using var bench = await WithFilesAsync([.. Enumerable.Range(0, 40).Select(i => $"p/{i}.txt")]);
        var entry = await RegisterAsync(bench, ExistingLocation.Files("b", "p/"));
        await bench.InjectAsync(("objects.get", "return-503"), ("objects.get", "return-503"), ("objects.get", "return-503"));
        var items = await FetchAsync(bench, entry);
        Assert.All(items, item => Assert.Equal("p/" + Path.GetFileName(item.Path), File.ReadAllText(item.Path!)));
        Assert.Equal(40, items.Count);
        Assert.Empty(await bench.Platform.PendingFaultsAsync());
    }

    [Fact]
    public async Task Cancelling_leaves_nothing_behind()
    {
        await using var bench = await WithFilesAsync([.. Enumerable.Range(0, 20).Select(i => $"p/{i}.txt")]);
        var entry = await RegisterAsync(bench, ExistingLocation.Files("b", "p/"));
        using var stop = new CancellationTokenSource();
        var progress = new StopAtOnce(stop);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = bench.Out }, progress, stop.Token));
        Assert.Empty(Directory.GetFileSystemEntries(bench.Out));
    }

    [Fact]
    public async Task A_row_comes_as_its_json()
    {
        await using var bench = await StartAsync(folder =>
        {
            File.WriteAllText(Path.Combine(folder, "rows.jsonl"), """{"id":"r1","steps":[1,2]}""");
            return new SourceOptions { Tables = [new SourceTable("trajectories", Path.Combine(folder, "rows.jsonl"))] };
        });
        var entry = await RegisterAsync(bench, ExistingLocation.Row("trajectories", "r1"));
        Assert.Equal("""{"id":"r1","steps":[1,2]}""", Assert.Single(await bench.Engine.FetchAsync(new FetchRequest { Entry = entry }, null, Bench.None)).Text);
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => RegisterAsync(bench, ExistingLocation.Row("trajectories", "r2")));
        Assert.Contains("has no row with the id 'r2'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BigQuery_and_Elasticsearch_come_as_what_connects_to_them()
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        var query = await SourceAsync(bench, ExistingLocation.BigQuery("p", "d", "t") with { ContentSchema = JsonElement.Parse("""[{"name":"word"}]""") });
        Assert.Equal(("p", "d", "t", "p:d.t", "bigquery://p/d"), (query.Project, query.Dataset, query.Table, query.Bq, query.ConnectionString));
        Assert.Equal("word", ((IReadOnlyDictionary<string, object?>)Assert.Single((IReadOnlyList<object?>)query.Schema!)!)["name"]);
        Assert.Equal("p:d", (await SourceAsync(bench, ExistingLocation.BigQuery("p", "d", "t") with { ContentType = ContentType.BqDataset })).Bq);
        var index = await SourceAsync(bench, ExistingLocation.Index("papers"));
        Assert.Equal(("papers", StorageType.ElasticSearch, ContentType.Index, null), (index.Index, index.StorageType, index.ContentType, index.Bq));
    }

    [Fact]
    public async Task A_link_has_its_key_on_request_alone_and_for_its_owner_alone()
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        using var key = ApiKeySource.Protect("k-secret");
        var mine = new Dictionary<string, object?> { ["plate"] = 3L };
        var made = await bench.Client.RegisterSourceAsync(new CreateEntryRequest { Name = "e", Metadata = mine, Existing = ExistingLocation.Link("https://example.org/api", "call it", key, mine) }, Bench.None);
        Assert.Equal(["plate"], mine.Keys);
        var link = (await bench.Engine.FetchAsync(new FetchRequest { Entry = made }, null, Bench.None))[0].Source!;
        Assert.Equal(("https://example.org/api", "call it", true), (link.Url, link.Instructions, link.HasApiKey));
        Assert.Equal(3L, link.Metadata!["plate"]);
        Assert.DoesNotContain("k-secret", JsonSerializer.Serialize(link) + JsonSerializer.Serialize(made) + link + made + made.Locations[0], StringComparison.Ordinal);
        using (var given = link.GetApiKey())
        {
            Assert.Equal("k-secret", Secrets.Reveal(given!));
        }

        await bench.Client.SetEntryPermissionsAsync(made.Id, ShareStatus.Public, null, Bench.None);
        using var bob = new PlatformClient(new PlatformClientOptions { ServiceUri = bench.Platform.Url, ApiKey = ApiKeySource.Protect(PlatformFixture.Bob.ApiKey) });
        var theirs = new ExternalSource(await bob.GetEntryAsync(made.Id), (await bob.GetEntryAsync(made.Id)).Locations[0]);
        Assert.Equal(("call it", false, null), (theirs.Instructions, theirs.HasApiKey, theirs.GetApiKey()));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_before_anything_is_sent()
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        var before = await bench.Platform.OperationsAsync();
        foreach (var (location, expected) in ((ExistingLocation, string)[])[
            (ExistingLocation.Files(" ", null), "bucket_name"),
            (ExistingLocation.Row("", "1"), "table_name"),
            (ExistingLocation.Row("t", ""), "row_id"),
            (ExistingLocation.BigQuery("p", "", ""), "dataset_id, table_id"),
            (ExistingLocation.Index(""), "index_name"),
            (ExistingLocation.Files("b", "p/") with { Location = "p/o" }, "exclude each other"),
            (ExistingLocation.Link("example.org", null, null, null), "no absolute address"),
            (ExistingLocation.Link("file:///etc/passwd", null, null, null), "no absolute address"),
            (ExistingLocation.Link("https://u:pw@example.org", null, null, null), "has a password"),
            (ExistingLocation.Index("i") with { StorageType = StorageType.RawContent }, "RawContent"),
            (ExistingLocation.Index("i") with { StorageType = StorageType.Unknown }, "Unknown"),
            (ExistingLocation.Index("i") with { ContentType = ContentType.Unknown }, "Unknown")])
        {
            var error = await Assert.ThrowsAsync<InvalidRequestException>(() => RegisterAsync(bench, location));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("pw@", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, await bench.Platform.OperationsAsync());
    }

    [Fact]
    public async Task A_service_that_registers_no_buckets_is_known_by_its_words()
    {
        await using var bench = await StartAsync(_ => new SourceOptions());
        var error = await Assert.ThrowsAsync<InvalidRequestException>(() => RegisterAsync(bench, ExistingLocation.Files("b", "p/")));
        Assert.True(PlatformClient.IsGcsUnsupported(error));
        Assert.Equal("Registering existing GCS locations is not supported", error.ServiceDetail);
        Assert.False(PlatformClient.IsGcsUnsupported(new InvalidRequestException("x")));
    }

    [Fact]
    public async Task A_lost_answer_makes_no_second_entry()
    {
        await using var bench = await WithFilesAsync("p/a.txt", "p/b.txt");
        var dataset = await bench.Client.CreateDatasetAsync("d", null, null, Bench.None);
        await bench.InjectAsync(("entries.create", "lose-answer"));
        await bench.Client.RegisterSourceAsync(new CreateEntryRequest { Name = "e", DatasetId = dataset.Id, Existing = ExistingLocation.Files("b", "p/") }, Bench.None);
        Assert.Single((await bench.Client.GetDatasetAsync(dataset.Id, Bench.None)).Entries);
    }

    private static Task<DataEntry> RegisterAsync(Bench bench, ExistingLocation location, string name = "e") =>
        bench.Client.RegisterSourceAsync(new CreateEntryRequest { Name = name, Existing = location }, Bench.None);

    private static Task<IReadOnlyList<FetchedItem>> FetchAsync(Bench bench, DataEntry entry) =>
        bench.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = bench.Out }, null, Bench.None);

    private static async Task<ExternalSource> SourceAsync(Bench bench, ExistingLocation location) =>
        Assert.Single(await bench.Engine.FetchAsync(new FetchRequest { Entry = await RegisterAsync(bench, location) }, null, Bench.None)).Source!;

    private static Task<Bench> WithFilesAsync(params string[] names) => StartAsync(folder => FutureHouse.Tests.Unit.LocalPlatform.Sources.SourceBench.Bucket(folder, names));

    /// <param name="sources">The sources; the files they name are made in the folder of the test, which is given.</param>
    private static Task<Bench> StartAsync(Func<string, SourceOptions> sources) =>
        Bench.StartAsync(change: options => options with { Sources = sources(Path.GetDirectoryName(options.Store)!) });

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/')).Order(StringComparer.Ordinal);

    private sealed class Observer : ITreeFetchObserver
    {
        public List<string> Paths { get; } = [];

        public List<FutureHouseException> Errors { get; } = [];

        public void Fetched(DataEntry entry, string relativePath) => Paths.Add(relativePath);

        public void Failed(DataEntry entry, FutureHouseException error) => Errors.Add(error);

        public void Renamed(DataEntry entry, string warning)
        {
        }

        public IProgress<TransferProgress>? Starting(DataEntry entry) => null;
    }

    private sealed class StopAtOnce(CancellationTokenSource stop) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => stop.Cancel();
    }
}
