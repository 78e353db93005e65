using FutureHouse.Errors;
using FutureHouse.Platform;
using Xunit;
using Answer = FutureHouse.Tests.Unit.Platform.ScriptedService.Answer;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>A lost answer to a creation never makes a second entry (Protocol §2).</summary>
public sealed class CreateOnceTests
{
    private const string Entries = "/v0.1/data-storage/data-entries";
    private const string Search = "/v0.1/data-storage/search";

    private static readonly Guid DatasetId = Guid.Parse("5a1fbe3f-5ed5-57d4-8121-2603f4867de9");
    private static readonly Guid Made = Guid.Parse("10f45259-35a7-5711-8ca3-75596dbb293e");
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_service_that_honours_the_key_is_sent_the_same_key_again_and_no_look_up()
    {
        var calls = 0;
        await using var service = ScriptedService.AfterLogIn(request => Interlocked.Increment(ref calls) == 2
            ? Answer.Cut()
            : Answer.Entry("x", null, null, null, $"Idempotency-Key: {request.Headers["Idempotency-Key"]}"));
        using var client = Clients.Of(service.Url);

        await client.CreateEntryAsync(new CreateEntryRequest { Name = "x" }, None);
        await client.CreateEntryAsync(new CreateEntryRequest { Name = "x" }, None);

        Assert.Equal(["POST /auth/login", $"POST {Entries}", $"POST {Entries}", $"POST {Entries}"], service.Lines);
        var keys = service.Requests.Skip(1).Select(request => request.Headers["Idempotency-Key"]).ToArray();
        Assert.NotEqual(keys[0], keys[1]);
        Assert.Equal(keys[1], keys[2]);
    }

    [Fact]
    public async Task Else_the_entry_is_looked_for_in_its_dataset_and_found()
    {
        await using var service = ScriptedService.AfterLogIn(request => request.ToString() switch
        {
            $"POST {Entries}" => Answer.Cut(),
            var line when line.StartsWith("GET /v0.1/data-storage/datasets/", StringComparison.Ordinal) => Answer.Json(
                $$"""
                {"dataset":{"id":"{{DatasetId}}","name":"d"},"data_storage_entries":[{{Answer.EntryJson("x", Guid.NewGuid(), "2026-01-01T00:00:00")}},
                 {{Answer.EntryJson("x", Guid.NewGuid(), null, "other.txt")}},{{Answer.EntryJson("y")}},{{Answer.EntryJson("x", Made)}}]}
                """),
            // The one that was chosen is read.
            _ => Answer.Entry("x", Guid.Parse(request.Path[^36..])),
        });
        using var client = Clients.Of(service.Url);

        var entry = await client.CreateEntryAsync(new CreateEntryRequest { Name = "x", DatasetId = DatasetId }, None);

        Assert.Equal(Made, entry.Id);
        Assert.Equal(1, service.Lines.Count(line => line == $"POST {Entries}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_an_earlier_process_asked_for_is_looked_for_before_it_is_asked_for_again(bool isThere)
    {
        await using var service = ScriptedService.AfterLogIn(request => request.ToString() switch
        {
            $"POST {Entries}" => Answer.Entry("x", Made),
            var line when line.StartsWith("GET /v0.1/data-storage/datasets/", StringComparison.Ordinal) =>
                Answer.Json($$"""{"dataset":{"id":"{{DatasetId}}","name":"d"},"data_storage_entries":[{{(isThere ? Answer.EntryJson("x", Made) : "")}}]}"""),
            _ => Answer.Entry("x", Guid.Parse(request.Path[^36..])),
        });
        using var client = Clients.Of(service.Url);

        var entry = await client.CreateEntryAsync(new CreateEntryRequest { Name = "x", DatasetId = DatasetId, IdempotencyKey = Guid.NewGuid(), AskedBefore = DateTimeOffset.UtcNow }, None);

        Assert.Equal(Made, entry.Id);
        Assert.Equal(isThere ? 0 : 1, service.Lines.Count(line => line == $"POST {Entries}"));
    }

    [Fact]
    public async Task Not_found_in_its_dataset_it_is_sent_again()
    {
        var calls = 0;
        await using var service = ScriptedService.AfterLogIn(request => request.ToString() != $"POST {Entries}"
            ? Answer.Json($$"""{"dataset":{"id":"{{DatasetId}}","name":"d"},"data_storage_entries":[]}""")
            : Interlocked.Increment(ref calls) == 1 ? Answer.Json("", 503) : Answer.Entry("x", Made));
        using var client = Clients.Of(service.Url);

        Assert.Equal(Made, (await client.CreateEntryAsync(new CreateEntryRequest { Name = "x", DatasetId = DatasetId }, None)).Id);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Without_a_dataset_the_search_is_asked_until_its_index_has_caught_up()
    {
        var looks = 0;
        await using var service = ScriptedService.AfterLogIn(request => request.ToString() switch
        {
            $"POST {Entries}" => Answer.Cut(),
            $"POST {Search}" => Answer.Json(Interlocked.Increment(ref looks) < 3 ? "[]" : $"[{Answer.EntryJson("x", Made, null, "x.txt")}]"),
            _ => Answer.Entry("x", Made),
        });
        using var client = Clients.Of(service.Url);

        Assert.Equal(Made, (await client.CreateEntryAsync(new CreateEntryRequest { Name = "x", FilePath = "x.txt" }, None)).Id);
        Assert.Equal(3, looks);
        Assert.Equal(1, service.Lines.Count(line => line == $"POST {Entries}"));
    }

    [Fact]
    public async Task What_cannot_be_looked_for_is_not_sent_again_and_the_error_says_so()
    {
        await using var service = ScriptedService.AfterLogIn(request => request.Path == Entries ? Answer.Cut() : Answer.Json("""{"detail":"Not Found"}""", 404));
        using var client = Clients.Of(service.Url);

        var error = await Assert.ThrowsAsync<NetworkException>(() => client.CreateEntryAsync(new CreateEntryRequest { Name = "x" }, None));

        Assert.Contains("may have been made", error.Message, StringComparison.Ordinal);
        Assert.Equal(["POST /auth/login", $"POST {Entries}", $"POST {Search}"], service.Lines);
    }

    [Fact]
    public async Task A_request_that_was_not_processed_is_sent_again_without_a_look()
    {
        var calls = 0;
        await using var service = ScriptedService.AfterLogIn(_ => Interlocked.Increment(ref calls) < 3 ? Answer.Json("", 429) : Answer.Entry("x", Made));
        using var client = Clients.Of(service.Url);

        Assert.Equal(Made, (await client.CreateEntryAsync(new CreateEntryRequest { Name = "x" }, None)).Id);
        Assert.Equal(["POST /auth/login", $"POST {Entries}", $"POST {Entries}", $"POST {Entries}"], service.Lines);
    }

    [Fact]
    public async Task An_entry_that_was_given_to_one_creation_is_not_found_for_the_next()
    {
        var calls = 0;
        var second = Guid.NewGuid();
        await using var service = ScriptedService.AfterLogIn(request => request.ToString() switch
        {
            $"POST {Entries}" => Interlocked.Increment(ref calls) switch { 1 => Answer.Entry("x", Made), 2 => Answer.Cut(), _ => Answer.Entry("x", second) },
            _ => Answer.Json($$"""{"dataset":{"id":"{{DatasetId}}","name":"d"},"data_storage_entries":[{{Answer.EntryJson("x", Made)}}]}"""),
        });
        using var client = Clients.Of(service.Url);
        var request = new CreateEntryRequest { Name = "x", DatasetId = DatasetId };

        var made = await Task.WhenAll(client.CreateEntryAsync(request, None), client.CreateEntryAsync(request, None));

        Assert.Equal(new[] { Made, second }.Order(), made.Select(entry => entry.Id).Order());
    }

    [Fact]
    public async Task A_dataset_in_doubt_is_not_made_twice()
    {
        await using var service = ScriptedService.AfterLogIn(_ => Answer.Json("", 503));
        using var client = Clients.Of(service.Url);

        var error = await Assert.ThrowsAsync<ServiceUnavailableException>(() => client.CreateDatasetAsync("d", null, null, None));

        Assert.Contains("may have been made", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, service.Requests.Count);
    }

    [Fact]
    public async Task A_dataset_with_an_id_of_its_own_is_found_after_a_lost_answer()
    {
        var calls = 0;
        await using var service = ScriptedService.AfterLogIn(_ => Interlocked.Increment(ref calls) switch
        {
            1 => Answer.Cut(),
            2 => Answer.Json("""{"detail":"taken"}""", 409),
            _ => Answer.Json($$"""{"dataset":{"id":"{{DatasetId}}","name":"d"},"data_storage_entries":[]}"""),
        });
        using var client = Clients.Of(service.Url);

        Assert.Equal(DatasetId, (await client.CreateDatasetAsync("d", null, DatasetId, None)).Id);
    }
}
