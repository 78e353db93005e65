using System.Text;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Platform.Wire;
using FutureHouse.Tests.Support;
using Xunit;
using static FutureHouse.Tests.Unit.Platform.ScriptedService;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>A dataset's entries as they are read (Protocol §3).</summary>
public sealed class DatasetStreamTests
{
    private static readonly Guid Dataset = new("0193a000-0000-7000-8000-0000000000dd");
    private static readonly Guid[] Ids = [.. Enumerable.Range(0, 5).Select(i => new Guid(i, 7, 7, 1, 2, 3, 4, 5, 6, 7, 8))];

    public static TheoryData<string, string> Shapes => new()
    {
        { "nested", $$$"""{"dataset":{"id":"{{{Dataset}}}","name":"d","description":null,"more":{"entries":[{"x":1}],"name":"no"}},"data_storage_entries":[{{{All}}}]}""" },
        { "before", $$$"""{"data_storage_entries":[{{{All}}}],"dataset":{"name":"d","id":"{{{Dataset}}}"}}""" },
        { "flat", $$"""{"id":"{{Dataset}}","more":[[{"id":"x"}],{}],"entries":[{{All}},null],"name":"d"}""" },
        { "inside", $$"""{"dataset":{"id":"{{Dataset}}","entries":[{{All}}],"name":"d"},"count":5}""" },
        { "spaced", $$"""  { "data_storage_entries" : null , "entries" : [ {{All}} ] , "dataset" : { "id" : "{{Dataset}}", "name" : "d" } }  """ },
    };

    private static string All => string.Join(',', Ids.Select((id, i) => Answer.EntryJson($"e{i}", id)));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_is_read_however_its_bytes_are_cut(string shape, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        foreach (var size in new[] { 1, 7, 1000, bytes.Length })
        {
            using var parser = new DatasetEntryParser(1_000_000_000);
            var entries = new List<DataEntry>();
            foreach (var chunk in bytes.Chunk(size))
            {
                chunk.CopyTo(parser.Room());
                parser.Take(chunk.Length, entries);
            }

            Assert.True(parser.IsComplete, shape);
            parser.Take(0, entries);
            Assert.Equal(Ids, entries.Select(e => e.Id));
            Assert.Equal((Dataset, "d"), (parser.Dataset().Id, parser.Dataset().Name));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"data_storage_entries":[{"name":"no id"}]}""")]
    [InlineData("""{"data_storage_entries":[7]}""")]
    [InlineData("""{"data_storage_entries":[""")]
    [InlineData("""{"dataset":{"id":"x","name":"d"}} trailing""")]
    [InlineData("")]
    public void What_is_no_answer_of_a_dataset_is_not_taken_for_one(string json)
    {
        using var parser = new DatasetEntryParser(1_000_000_000);
        Assert.ThrowsAny<JsonException>(() =>
        {
            Encoding.UTF8.GetBytes(json).CopyTo(parser.Room());
            parser.Take(json.Length, []);
            parser.Take(0, []);
        });
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again_and_nothing_is_given_twice()
    {
        var calls = 0;
        await using var service = AfterLogIn(_ => ++calls switch
        {
            1 => Cut(2),
            2 => Cut(2), // no further than before
            3 => Cut(4),
            4 => Answer.Json("{}", 503),
            _ => Answer.Json($$"""{"dataset":{"id":"{{Dataset}}","name":"d"},"data_storage_entries":[{{All}}]}"""),
        });
        using var client = Clients.Of(service.Url);
        Assert.Equal(Ids, await ReadAsync(client));
        Assert.Equal(5, calls);
    }

    [Fact]
    public async Task One_that_never_gets_further_is_an_error_after_what_was_read()
    {
        await using var service = AfterLogIn(_ => Cut(2));
        using var client = Clients.Of(service.Url);
        var given = new List<Guid>();
        var error = await Assert.ThrowsAsync<NetworkException>(() => ReadAsync(client, given));
        Assert.Equal(Ids[..2], given);
        Assert.Contains(Dataset.ToString(), error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_dataset_that_is_removed_meanwhile_is_not_found()
    {
        var calls = 0;
        await using var service = AfterLogIn(_ => ++calls == 1 ? Cut(3) : Answer.Json("""{"detail":"Dataset not found"}""", 404));
        using var client = Clients.Of(service.Url);
        var given = new List<Guid>();
        await Assert.ThrowsAsync<NotFoundException>(() => ReadAsync(client, given));
        Assert.Equal(3, given.Count);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_once()
    {
        var calls = 0;
        await using var service = AfterLogIn(_ => ++calls == 1 ? Answer.Json("""{"detail":"Token has expired"}""", 401) : Answer.Json($$"""{"dataset":{"id":"{{Dataset}}","name":"d"},"data_storage_entries":[{{All}}]}"""));
        using var client = Clients.Of(service.Url);
        Assert.Equal(Ids, await ReadAsync(client));
        Assert.Equal(2, service.Lines.Count(line => line.EndsWith("/auth/login", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_web_page_is_said_to_be_one()
    {
        await using var service = AfterLogIn(_ => Answer.Text("<html>hello</html>", 200, "text/html"));
        using var client = Clients.Of(service.Url);
        var error = await Assert.ThrowsAsync<ServiceUnavailableException>(() => ReadAsync(client));
        Assert.Contains("a web page", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_it_between_two_entries_and_while_none_comes()
    {
        await using var service = AfterLogIn(_ => Answer.Never());
        using var client = Clients.Of(service.Url);
        using var cancel = new CancellationTokenSource();
        var reading = client.ReadDatasetEntriesAsync(Dataset, cancel.Token).GetAsyncEnumerator(cancel.Token);
        var first = reading.MoveNextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.AsTask());
        await reading.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_platforms_answer_is_read_whole_through_a_connection_that_breaks(bool onPostgres)
    {
        await using var platform = await PlatformFixture.StartAsync(onPostgres: onPostgres);
        using var client = Clients.Of(platform.Url, key: PlatformFixture.Ann.ApiKey);
        var dataset = (await client.CreateDatasetAsync("d", "about", null, default)).Id;
        var ids = new List<Guid>();
        var large = new string('é', 1_500_000);
        for (var i = 0; i < 520; i++)
        {
            ids.Add((await client.CreateEntryAsync(new CreateEntryRequest { Name = $"{i}", Content = i == 300 ? large : "x", DatasetId = dataset }, default)).Id);
        }

        await platform.InjectAsync(("datasets.get", "return-503"), ("datasets.get", "return-broken-stream-after-200K"));
        var read = new List<DataEntry>();
        await foreach (var entry in client.ReadDatasetEntriesAsync(dataset, default))
        {
            read.Add(entry);
        }

        Assert.Empty(await platform.PendingFaultsAsync());
        Assert.Equal(ids, read.Select(e => e.Id));
        Assert.Equal(large, read[300].GetText());
        var size = await client.CountDatasetEntriesAsync(dataset, null, default);
        Assert.Equal((520L, "about", PlatformFixture.Ann.Id), (size.EntryCount, size.Dataset.Description, size.Dataset.UserId));
        Assert.Equal(ids, (await client.GetDatasetAsync(dataset, default)).Entries.Select(e => e.Id));
    }

    /// <summary>The connection ends after so many entries.</summary>
    private static Answer Cut(int entries)
    {
        var body = $$"""{"dataset":{"id":"{{Dataset}}","name":"d"},"data_storage_entries":[{{string.Join(',', Ids.Take(entries).Select((id, i) => Answer.EntryJson($"e{i}", id)))}},{"id":""";
        return new Answer(Encoding.UTF8.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{body}"), ThenClose: true);
    }

    private static async Task<List<Guid>> ReadAsync(PlatformClient client, List<Guid>? given = null)
    {
        given ??= [];
        await foreach (var entry in client.ReadDatasetEntriesAsync(Dataset, default))
        {
            given.Add(entry.Id);
        }

        return given;
    }
}
