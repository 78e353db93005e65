using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Errors;
using FutureHouse.Packaging;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Uploads, the platform's database in a file.</summary>
public sealed class SqliteTreeTests() : TreeTests(onPostgres: false);

/// <summary>The same, the database on a server.</summary>
public sealed class PostgresTreeTests() : TreeTests(onPostgres: true);

/// <summary>Uploads of directories as hierarchies.</summary>
public abstract class TreeTests(bool onPostgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_entry_has_its_parent_and_the_roots_dataset()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b.bin", "sub/c.txt", "sub/deep/d.txt", "empty/");
        var log = new TreeLog();
        var project = Guid.NewGuid();
        var result = await fixture.Engine.UploadTreeAsync(
            Trees.Request(root) with { Name = "my tree", Description = "all", Tags = ["t"], ProjectId = project, Metadata = new Dictionary<string, object?> { ["k"] = 1L } }, log, Ct);

        Assert.Empty(log.Errors);
        Assert.Equal((8, 0, 0), (result.Uploaded, result.Failed, result.NotSent));
        Assert.Equal(("", result.Root.Id), (log.Made[0].Path, log.Made[0].Entry.Id));
        var stored = (await fixture.Client.GetDatasetAsync(result.Root.DatasetId!.Value, Ct)).Entries.ToDictionary(entry => entry.Id);
        Assert.Equal(8, stored.Count);
        foreach (var (path, made) in log.Made)
        {
            var entry = stored[made.Id];
            var parent = path.Contains('/', StringComparison.Ordinal) ? log[path[..path.LastIndexOf('/')]].Id : result.Root.Id;
            Assert.Equal(path.Length == 0 ? null : parent, entry.ParentId);
            Assert.Equal(path.Length == 0 ? "my tree" : path.Split('/')[^1], entry.Name);
            Assert.Equal(Path.GetExtension(path).Length > 0 ? path : null, entry.FilePath);
            Assert.Equal(EntryStatus.Active, entry.Status);
            Assert.Equal(project, entry.ProjectId);
            Assert.Equal(["t"], entry.Tags!);
            Assert.Equal(1L, entry.Metadata!["k"]);
        }

        Assert.Equal(["a.txt", "b.bin", "sub/c.txt", "sub/deep/d.txt"], log.Started.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Descriptions_are_the_callers_the_manifests_or_those_of_the_Python_client()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, "a.txt", "sub/c.txt", "sub/d.txt", "sub/deep/e.txt", "empty/", "told/x.txt", "told/y.txt", "told/z/");
        var path = fixture.Platform.Directory.Combine("m.json");
        await File.WriteAllTextAsync(path, """
            {"data": {"description": "the root", "entries": {"sub/d.txt": "dee", "told/": {"description": "told", "metadata": {"k": 2}, "entries": {"x.txt": {"metadata": {"m": null}}}}, "nothing.txt": "?"}}}
            """, Ct);
        var manifest = Manifest.Load(path, "data");
        var log = new TreeLog();
        await fixture.Engine.UploadTreeAsync(Trees.Request(root) with { Manifest = manifest, Metadata = new Dictionary<string, object?> { ["k"] = 1L } }, log, Ct);
        Assert.Equal("the root", log[""].Description);
        Assert.Equal("File: a.txt", log["a.txt"].Description);
        Assert.Equal("Directory containing: c.txt, d.txt: dee", log["sub"].Description);
        Assert.Equal("dee", log["sub/d.txt"].Description);
        Assert.Equal("Directory containing: e.txt", log["sub/deep"].Description);
        Assert.Equal("Directory: empty", log["empty"].Description);
        Assert.Equal("told", log["told"].Description);
        Assert.Equal("File: x.txt", log["told/x.txt"].Description);
        Assert.Equal("Directory: z", log["told/z"].Description);
        Assert.Equal(2L, log["told"].Metadata!["k"]);
        Assert.Equal(1L, log["told/x.txt"].Metadata!["k"]);
        Assert.True(log["told/x.txt"].Metadata!.ContainsKey("m"));
        Assert.Equal(["nothing.txt (line 1)"], manifest.Unmatched);

        log = new TreeLog();
        await fixture.Engine.UploadTreeAsync(Trees.Request(root) with { Description = "mine", Manifest = manifest }, log, Ct);
        Assert.Equal("mine", log[""].Description);
        log = new TreeLog();
        Assert.Null((await fixture.Engine.UploadTreeAsync(Trees.Request(root), log, Ct)).Root.Description);
    }

    [Fact]
    public async Task It_goes_below_a_parent_and_into_a_dataset_that_are_given()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, "sub/c.txt");
        var dataset = await fixture.Client.CreateDatasetAsync("d", null, null, Ct);
        var above = await fixture.Client.CreateEntryAsync(new() { Name = "above", DatasetId = dataset.Id }, Ct);
        var log = new TreeLog();
        var result = await fixture.Engine.UploadTreeAsync(Trees.Request(root) with { DatasetId = dataset.Id, ParentId = above.Id }, log, Ct);
        Assert.Equal(above.Id, result.Root.ParentId);
        Assert.All(log.Made, made => Assert.Equal(dataset.Id, made.Entry.DatasetId));
        Assert.Equal(result.Root.Id, log["sub"].ParentId);
    }

    [Fact]
    public async Task A_file_that_fails_is_one_error_and_its_siblings_go_on()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b.txt", "sub/c.txt");
        var items = Trees.Walk(root).ToList();
        File.Delete(Path.Combine(root, "b.txt"));
        var log = new TreeLog();
        var result = await fixture.Engine.UploadTreeAsync(Trees.Request(root) with { Items = items }, log, Ct);
        var (path, error) = Assert.Single(log.Errors);
        Assert.Equal("b.txt", path);
        Assert.IsType<PathNotFoundException>(error);
        Assert.Equal(["", "a.txt", "sub", "sub/c.txt"], log.Made.Select(made => made.Path).Order(StringComparer.Ordinal));
        Assert.Equal((4, 1, 0), (result.Uploaded, result.Failed, result.NotSent));
    }

    [Fact]
    public async Task A_directory_that_fails_is_one_error_for_all_that_is_in_it()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, "bad/a.txt", "bad/b/c.txt", "bad/b/d/e.txt", "zoo/f.txt");
        var log = new TreeLog();
        await fixture.Platform.InjectAsync(("entries.create", "delay-1ms"), ("entries.create", "return-422"));
        var result = await fixture.Engine.UploadTreeAsync(Trees.Request(root) with { Concurrency = 1 }, log, Ct);
        var (path, error) = Assert.Single(log.Errors);
        Assert.Equal("bad", path);
        Assert.Equal(Path.Combine(root, "bad"), error.Target);
        Assert.Contains(" 5 ", error.Message, StringComparison.Ordinal);
        Assert.Equal(["", "zoo", "zoo/f.txt"], log.Made.Select(made => made.Path).Order(StringComparer.Ordinal));
        Assert.Equal((3, 1, 5), (result.Uploaded, result.Failed, result.NotSent));
        Assert.Empty(await fixture.Platform.PendingFaultsAsync());
    }

    [Fact]
    public async Task A_directory_that_fails_while_the_walk_is_in_it_loses_what_is_still_to_come()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, "bad/a.txt", "bad/b/c.txt", "bad/b/d.txt", "bad/e/f.txt", "zoo.txt");
        var manifest = fixture.Platform.Directory.Combine("m.yaml");
        await File.WriteAllTextAsync(manifest, "bad/: described, and so made at once", Ct);
        await fixture.Platform.InjectAsync(("entries.create", "delay-1ms"), ("entries.create", "return-422"));
        var log = new TreeLog();
        var request = Trees.Request(root) with { Concurrency = 1, Manifest = Manifest.Load(manifest, "data"), Items = Walk(["bad/b/c.txt"]) };
        var result = await fixture.Engine.UploadTreeAsync(request, log, Ct);
        Assert.Contains(" 6 ", Assert.Single(log.Errors).Error.Message, StringComparison.Ordinal);
        Assert.Equal((2, 1, 6), (result.Uploaded, result.Failed, result.NotSent));

        // Stands still inside until the refusal has come.
        IEnumerable<TreeItem> Walk(HashSet<string> stops)
        {
            foreach (var item in Trees.Walk(root))
            {
                yield return item;
                while (stops.Contains(item.RelativePath) && fixture.Platform.PendingFaultsAsync().GetAwaiter().GetResult().Count > 0)
                {
                    Ct.ThrowIfCancellationRequested();
                }
            }
        }
    }

    [Fact]
    public async Task A_root_that_fails_ends_it()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, "a.txt");
        await fixture.Platform.InjectAsync(("entries.create", "return-422"));
        var log = new TreeLog();
        await Assert.ThrowsAsync<InvalidRequestException>(() => fixture.Engine.UploadTreeAsync(Trees.Request(root), log, Ct));
        Assert.Empty(log.Made);
        Assert.Equal(1, (await fixture.Platform.OperationsAsync()).Count(operation => operation == "entries.create"));
    }

    [Fact]
    public async Task It_can_be_cancelled()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, [.. Enumerable.Range(0, 50).Select(i => $"d{i:D2}/f.txt")]);
        using var cancel = new CancellationTokenSource();
        var seen = 0;
        var items = Trees.Walk(root).Select(item =>
        {
            if (++seen == 60)
            {
                cancel.Cancel();
            }

            return item;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Engine.UploadTreeAsync(Trees.Request(root) with { Items = items }, new TreeLog(), cancel.Token));
        Assert.Equal(60, seen);
    }

    [Fact]
    public async Task A_walk_that_breaks_off_ends_it_with_its_own_error()
    {
        await using var fixture = await StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b/c.txt");
        var items = Trees.Walk(root).Select(item => item.Name() == "c.txt" ? throw new PathUnreadableException("gone") : item);
        await Assert.ThrowsAsync<PathUnreadableException>(() => fixture.Engine.UploadTreeAsync(Trees.Request(root) with { Items = items }, new TreeLog(), Ct));
    }

    [Fact]
    public async Task Deep_and_wide_trees_arrive_whole()
    {
        await using var fixture = await StartAsync();
        var deep = string.Concat(Enumerable.Repeat("d/", 300));
        var root = Trees.Make(fixture, [deep + "end.txt", .. Enumerable.Range(0, 200).Select(i => $"wide/{i}.txt")]);
        var log = new TreeLog();
        var result = await fixture.Engine.UploadTreeAsync(Trees.Request(root), log, Ct);
        Assert.Empty(log.Errors);
        Assert.Equal(503, result.Uploaded);
        Assert.Equal(503, (await fixture.Client.GetDatasetAsync(result.Root.DatasetId!.Value, Ct)).Entries.Count);
        var made = await fixture.Engine.FetchTreeAsync(new() { Root = result.Root, DestinationDirectory = fixture.Target }, log, Ct);
        Assert.Equal((201, 301, 0), (made.Files, made.Directories, made.Failed));
        Assert.Equal($"text of {deep}end.txt\r\n", await File.ReadAllTextAsync(Path.Combine(made.Path, deep, "end.txt"), Ct));
    }

    [Fact]
    public async Task A_child_is_made_while_the_walk_goes_on_and_its_parent_is_there()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "sub/a.txt", "z.txt");
        var manifest = fixture.Platform.Directory.Combine("m.json");
        await File.WriteAllTextAsync(manifest, """{"sub/": "described, and so made at once"}""", Ct);
        var log = new TreeLog();
        var ended = false;
        var request = Trees.Request(root) with { Manifest = Manifest.Load(manifest, "data"), Items = Walk() };
        await fixture.Engine.UploadTreeAsync(request, log, Ct);
        Assert.True(ended);

        IEnumerable<TreeItem> Walk()
        {
            var items = Trees.Walk(root).ToList();
            yield return items[0];
            yield return items[1];
            for (var i = 0; !log.Made.Exists(made => made.Path == "sub/a.txt"); i++)
            {
                Ct.ThrowIfCancellationRequested();
                yield return items[2] with { RelativePath = $"z{i}.txt" };
            }

            ended = true;
        }
    }

    [Fact]
    public async Task One_that_takes_long_does_not_hold_up_the_others()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt", "b.txt", "sub/c.txt");
        await fixture.Platform.InjectAsync(("entries.create", "delay-1ms"), ("entries.create", "delay-600000ms"));
        using var cancel = new CancellationTokenSource();
        var log = new TreeLog();
        var items = Trees.Walk(root).Select(item =>
        {
            // The second creation is a's.
            while (item.RelativePath == "b.txt" && fixture.Platform.PendingFaultsAsync().GetAwaiter().GetResult().Count > 0)
            {
                Ct.ThrowIfCancellationRequested();
            }

            return item;
        });
        var observer = new Watching(log, _ =>
        {
            if (log.Made.Count == 4)
            {
                cancel.Cancel();
            }
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Engine.UploadTreeAsync(Trees.Request(root) with { Items = items, Concurrency = 3 }, observer, cancel.Token));
        Assert.Equal(["", "b.txt", "sub", "sub/c.txt"], log.Made.Select(made => made.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_read_makes_no_entry()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var root = Trees.Make(fixture, "a.txt");
        await File.WriteAllBytesAsync(Path.Combine(root, ".gitignore"), [0], Ct);
        var request = Trees.Request(root) with { Items = TreeWalker.Walk(root, new TreeWalkOptions(), Ct) };
        await Assert.ThrowsAsync<PathUnreadableException>(() => fixture.Engine.UploadTreeAsync(request, new TreeLog(), Ct));
        Assert.DoesNotContain("entries.create", await fixture.Platform.OperationsAsync());
    }

    private sealed class Watching(TreeLog log, Action<string> made) : FutureHouse.Transfer.ITreeUploadObserver
    {
        public void Uploaded(TreeItem? item, DataEntry entry)
        {
            log.Uploaded(item, entry);
            made(item?.RelativePath ?? string.Empty);
        }

        public void Failed(TreeItem item, FutureHouseException error) => log.Failed(item, error);

        public IProgress<FutureHouse.Transfer.TransferProgress>? Starting(TreeItem item) => log.Starting(item);
    }

    private Task<TransferFixture> StartAsync(UploadModes modes = UploadModes.Both, Func<LocalPlatformOptions, LocalPlatformOptions>? change = null) =>
        TransferFixture.StartAsync(modes, change, onPostgres);
}

file static class Items
{
    public static string Name(this TreeItem item) => item.RelativePath.Split('/')[^1];
}
