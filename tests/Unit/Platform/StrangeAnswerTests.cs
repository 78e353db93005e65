using System.Text.Json;
using System.Text.Json.Nodes;
using FutureHouse.Errors;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Platform;
using FutureHouse.Platform.Http;
using FutureHouse.Platform.Wire;
using FutureHouse.Tests.Support;
using FutureHouse.Tests.Unit.Transfer;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>Answers that are not what the protocol says: what is not needed of them does no harm, and nothing is read without bound or sent anywhere.</summary>
public sealed class StrangeAnswerTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly JsonNode?[] Odd = [null, 7, "odd", true, new JsonArray(1, "two", null), new JsonObject { ["odd"] = 1 }];
    private PlatformFixture _platform = null!;
    private PlatformClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformFixture.StartAsync();
        _client = Clients.Of(_platform.Url, key: PlatformFixture.Ann.ApiKey);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task What_is_not_needed_of_an_answer_may_be_of_any_type()
    {
        var dataset = await _client.CreateDatasetAsync("d", "about", null, None);
        var made = await _client.CreateEntryAsync(new CreateEntryRequest { Name = "n", Content = "text", DatasetId = dataset.Id, Tags = ["a"], Metadata = new Dictionary<string, object?> { ["k"] = 1 } }, None);
        await _client.UpdateEntryAsync(made.Id, new RevisionUpdate { BaseRevisionId = made.RevisionId!.Value, Content = "text" }, None);
        string[] operations = ["auth.login", "organizations.list", "entries.create", "entries.get", "datasets.create", "datasets.get", "search.entries", "entries.revisions"];
        await _platform.InjectAlwaysAsync([.. operations.Select(operation => (operation, "odd-members"))]);

        using var client = Clients.Of(_platform.Url, key: PlatformFixture.Ann.ApiKey);
        await client.GetOrganizationsAsync(None);
        var entry = await client.GetEntryAsync(made.Id, ct: None);
        Assert.Equal((made.Id, "text", null), (entry.Id, entry.GetText(), entry.CreatedAt));
        Assert.Equal(made.Id, Assert.Single((await client.GetDatasetAsync(dataset.Id, None)).Entries).Id);
        Assert.NotEqual(default, (await client.CreateEntryAsync(new CreateEntryRequest { Name = "m", Content = "x" }, None)).Id);
        Assert.NotEqual(default, (await client.CreateDatasetAsync("e", null, null, None)).Id);
        var hits = new List<DataEntrySearchHit>();
        await foreach (var page in client.SearchAsync(new SearchRequest { Criteria = [new SearchCriterion("name", SearchOperator.EqualTo, SearchValue.Of("n"))] }, None))
        {
            hits.AddRange(page);
        }

        Assert.Equal(made.Id, Assert.Single(hits).Id);
        var revisions = new List<DataRevision>();
        await foreach (var revision in client.GetRevisionsAsync(made.Id, false, None))
        {
            revisions.Add(revision);
        }

        Assert.Equal(2, revisions.Count);
    }

    [Fact]
    public async Task Each_member_of_an_entry_but_its_id_may_be_missing_or_odd()
    {
        var file = _platform.Directory.RandomFile("a.bin", 2000);
        var sent = await new TransferEngine(_client).UploadAsync(
            new UploadRequest { Path = file, Name = "a.bin", Tags = ["a"], Metadata = new Dictionary<string, object?> { ["k"] = 1 } }, null, None);
        var answer = await _client.CallAsync(new RawCall { Method = HttpMethod.Get, Path = $"v0.1/data-storage/data-entries/{sent.Id:D}" }, None);
        var whole = JsonNode.Parse(answer.Body.Span)!;
        var count = 0;
        foreach (var path in Paths(whole, []).Where(path => path is not ["data_storage"] and not [.., "id"] || path.Contains("storage_locations")))
        {
            foreach (var value in Odd.Prepend(new JsonObject { ["remove"] = true }))
            {
                var changed = whole.DeepClone();
                var parent = path[..^1].Aggregate(changed, (node, step) => int.TryParse(step, out var index) ? node![index]! : node![step]!);
                if (value is JsonObject { Count: 1 } first && first.ContainsKey("remove"))
                {
                    Remove(parent, path[^1]);
                }
                else
                {
                    Put(parent, path[^1], value?.DeepClone());
                }

                var read = WireMapper.Entry(JsonSerializer.Deserialize(changed.ToJsonString(), PlatformJson.Wire.EntryAnswer)!);
                Assert.Equal(sent.Id, read.Id);
                count++;
            }
        }

        Assert.InRange(count, 100, 1000);
    }

    [Fact]
    public async Task An_answer_is_read_up_to_a_limit_that_counts_after_decompression()
    {
        var made = await _client.CreateEntryAsync(new CreateEntryRequest { Name = "n", Content = new string('x', 5000) }, None);
        using var client = new PlatformClient(Clients.Options(_platform.Url, key: PlatformFixture.Ann.ApiKey) with { MaxAnswerSize = 4000 });
        var error = await Assert.ThrowsAsync<ServiceUnavailableException>(() => client.GetEntryAsync(made.Id, ct: None));
        Assert.Contains("4000 bytes", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);

        using var roomy = new PlatformClient(Clients.Options(_platform.Url, key: PlatformFixture.Ann.ApiKey) with { MaxAnswerSize = 1024 * 1024 });
        await _platform.InjectAsync(("entries.get", "return-zeros-65536K"));
        Assert.Contains("1048576 bytes", (await Assert.ThrowsAsync<ServiceUnavailableException>(() => roomy.GetEntryAsync(made.Id, ct: None))).Message, StringComparison.Ordinal);
        Assert.Empty(await _platform.PendingFaultsAsync());
    }

    [Theory]
    [InlineData(UploadModes.Multipart, "entries.initiate")]
    [InlineData(UploadModes.Session, "entries.create")]
    public async Task Bytes_do_not_go_to_an_address_that_is_not_safe(UploadModes mode, string operation)
    {
        await using var fixture = await TransferFixture.StartAsync(mode);
        await fixture.InjectAlwaysAsync((operation, "insecure-urls"), ("entries.get", "insecure-urls"));
        var error = await Assert.ThrowsAnyAsync<FutureHouseException>(() => fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 2000)));
        Assert.Contains("http://192.0.2.1", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ignature", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
    }

    [Fact]
    public async Task Nor_do_they_come_from_one()
    {
        await using var fixture = await TransferFixture.StartAsync();
        var entry = await fixture.UploadAsync(fixture.Platform.Directory.RandomFile("a.bin", 2000));
        await fixture.InjectAlwaysAsync(("entries.get", "insecure-urls"));
        var error = await Assert.ThrowsAnyAsync<FutureHouseException>(() => fixture.FetchAsync(entry.Id));
        Assert.Contains("http://192.0.2.1", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Target));
    }

    [Theory]
    [InlineData("https://storage.example/x", "https://api.example/", true)]
    [InlineData("http://storage.example/x", "https://api.example/", false)]
    [InlineData("http://storage.example/x", "http://localhost:8080/", false)]
    [InlineData("http://127.0.0.1:9000/x", "http://localhost:8080/", true)]
    [InlineData("http://[::1]:9000/x", "http://127.0.0.1:8080/", true)]
    [InlineData("http://127.0.0.1:9000/x", "https://api.example/", false)]
    [InlineData("https://localhost/x", "https://api.example/", false)]
    [InlineData("ftp://storage.example/x", "https://api.example/", false)]
    [InlineData("file:///etc/passwd", "http://localhost:8080/", false)]
    public void An_address_is_https_or_this_machines_own(string address, string service, bool isUsable) =>
        Assert.Equal(isUsable, ServiceAddress.IsUsable(new Uri(address), new Uri(service)));

    private static IEnumerable<string[]> Paths(JsonNode? node, string[] above)
    {
        var steps = node switch
        {
            JsonObject members => members.Select(member => member.Key),
            JsonArray items => Enumerable.Range(0, items.Count).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            _ => [],
        };
        foreach (var step in steps.ToArray())
        {
            string[] path = [.. above, step];
            yield return path;
            foreach (var below in Paths(node is JsonArray list ? list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] : node![step], path))
            {
                yield return below;
            }
        }
    }

    private static void Remove(JsonNode parent, string step)
    {
        if (parent is JsonArray list)
        {
            list.RemoveAt(int.Parse(step, System.Globalization.CultureInfo.InvariantCulture));
        }
        else
        {
            parent.AsObject().Remove(step);
        }
    }

    private static void Put(JsonNode parent, string step, JsonNode? value)
    {
        if (parent is JsonArray list)
        {
            list[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)] = value;
        }
        else
        {
            parent[step] = value;
        }
    }
}
