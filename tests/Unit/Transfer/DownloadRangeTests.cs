using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Tests.Unit.Platform;
using FutureHouse.Transfer;
using Xunit;
using Answer = FutureHouse.Tests.Unit.Platform.ScriptedService.Answer;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>A storage that answers a resumed download with another range, or of another object, is not believed.</summary>
public sealed class DownloadRangeTests
{
    private static readonly Guid Id = Guid.Parse("d05dc31f-3159-5175-9952-29baa92bd5d1");

    [Theory]
    [InlineData("bytes 0-4/10", "01234", null)]
    [InlineData("bytes 4-9/10", "456789", null)]
    [InlineData("bytes 6-9/10", "6789", null)]
    [InlineData("bytes 5-9/11", "56789", null)]
    [InlineData("bytes 5-9/10", "abcde", "\"2\"")]
    [InlineData(null, "56789", null)]
    public async Task Another_range_than_was_asked_for_starts_again(string? range, string body, string? etag)
    {
        string[] headers = [.. range is null ? (string[])[] : [$"Content-Range: {range}"], $"ETag: {etag ?? "\"1\""}"];
        var (bytes, ranges) = await FetchAsync(Answer.Text(body, 206, "application/octet-stream", headers), Whole());
        Assert.Equal("0123456789", bytes);
        Assert.Equal(["", "bytes=5-", ""], ranges);
    }

    [Fact]
    public async Task The_rest_that_was_asked_for_is_taken()
    {
        var (bytes, ranges) = await FetchAsync(Answer.Text("56789", 206, "application/octet-stream", "Content-Range: bytes 5-9/10", "ETag: \"1\""));
        Assert.Equal("0123456789", bytes);
        Assert.Equal(["", "bytes=5-"], ranges);
    }

    [Fact]
    public async Task A_storage_that_never_gets_further_is_given_up_although_bytes_come()
    {
        var answers = Enumerable.Range(0, 1000).SelectMany(_ => (Answer[])[Answer.Text("01234", 206, "application/octet-stream", "Content-Range: bytes 0-4/10"), Half()]).ToArray();
        await Assert.ThrowsAsync<DownloadFailedException>(() => FetchAsync(answers));
    }

    private static Answer Whole() => Answer.Text("0123456789", 200, "application/octet-stream", "ETag: \"1\"");

    private static Answer Half() => new(System.Text.Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"1\"\r\n\r\n01234"), ThenClose: true);

    private static async Task<(string Bytes, IReadOnlyList<string> Ranges)> FetchAsync(params Answer[] rest)
    {
        using var folder = new TempDirectory();
        var next = new Queue<Answer>([Half(), .. rest]);
        await using var service = ScriptedService.AfterLogIn(_ => next.TryDequeue(out var answer) ? answer : Answer.Json("{}", 404));
        using var client = Clients.Of(service.Url);
        var location = new DataLocation { Id = Id, StorageType = StorageType.Gcs, ContentType = ContentType.File, SignedUrl = new Uri(service.Url, "bucket/o?X-Goog-Signature=s") };
        var entry = new DataEntry { Id = Id, Name = "a.bin", Status = EntryStatus.Active, Locations = [location] };
        var engine = new TransferEngine(client, new TransferOptions());
        var got = await engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = folder.Path }, null, default);
        return (
            await File.ReadAllTextAsync(got.Single().Path!),
            [.. service.Requests.Where(r => r.Method == "GET").Select(r => r.Headers.GetValueOrDefault("Range", string.Empty))]);
    }
}
