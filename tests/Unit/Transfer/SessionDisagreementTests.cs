using System.Globalization;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Tests.Unit.Platform;
using FutureHouse.Transfer;
using Xunit;
using Answer = FutureHouse.Tests.Unit.Platform.ScriptedService.Answer;
using Request = FutureHouse.Tests.Unit.Platform.ScriptedService.Request;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>A storage that answers a resumable session otherwise than the engine expects (gcs-transfer, "When client and service disagree", the client's side).</summary>
public sealed class SessionDisagreementTests
{
    private const int Step = 256 * 1024;
    private const int Size = 4 * Step;
    private static readonly Guid Id = Guid.Parse("10f45259-35a7-5711-8ca3-75596dbb293e");

    [Fact]
    public async Task S1_A_finished_session_of_another_size_is_an_error_and_never_progress()
    {
        var puts = await FailAsync<UploadFailedException>(Held(Step), Done(2 * Step));
        Assert.Equal([Whole, Rest(Step)], puts);
    }

    [Fact]
    public async Task S1_A_finished_session_with_other_bytes_is_an_error()
    {
        await FailAsync<ChecksumMismatchException>(Done(Size, "AAAAAA=="));
    }

    [Fact]
    public async Task S2_More_held_than_the_file_has_is_an_error()
    {
        var puts = await FailAsync<UploadFailedException>(Held(Size + Step));
        Assert.Equal([Whole], puts);
    }

    [Fact]
    public async Task S3_What_is_not_held_goes_again()
    {
        var puts = await SucceedAsync(Held(Step), Held(3 * Step), Done(Size));
        Assert.Equal([Whole, Rest(Step), Rest(3 * Step)], puts);
    }

    [Fact]
    public async Task S3_No_range_means_that_nothing_is_held()
    {
        var puts = await SucceedAsync(Held(0), Done(Size));
        Assert.Equal([Whole, Whole], puts);
    }

    [Fact]
    public async Task S4_Finished_already_is_success()
    {
        var puts = await SucceedAsync(Answer.Reset(), Done(Size));
        Assert.Equal([Whole, Question], puts);
    }

    [Theory]
    [InlineData(Size - Step)]
    [InlineData(Size + Step)]
    public async Task S4_Finished_with_another_size_is_an_error(int stored)
    {
        var puts = await FailAsync<UploadFailedException>(Answer.Reset(), Done(stored));
        Assert.Equal([Whole, Question], puts);
    }

    [Fact]
    public async Task S5_An_offset_beyond_what_is_held_is_never_repeated_without_asking()
    {
        var puts = await SucceedAsync(Held(2 * Step), Answer.Text("Invalid request. According to the Content-Range header, the upload offset is beyond.", 503, "text/plain"), Held(Step), Done(Size));
        Assert.Equal([Whole, Rest(2 * Step), Question, Rest(Step)], puts);
    }

    [Fact]
    public async Task S7_More_acknowledged_than_was_ever_sent_is_data_lost()
    {
        // The first request ends after little of a large file; the storage says that it holds nearly all.
        const long Large = 64L * 1024 * 1024;
        var puts = await FailAsync<UploadFailedException>(Large, breakFirst: true, Held(Large - Step));
        Assert.Equal([$"bytes 0-{Large - 1}/{Large}", $"bytes */{Large}"], puts);
    }

    private static string Whole => Rest(0);

    private static string Question => $"bytes */{Size}";

    private static string Rest(long from) => string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{Size - 1}/{Size}");

    private static Answer Held(long bytes) => bytes == 0
        ? Answer.Text(string.Empty, 308, "text/plain")
        : Answer.Text(string.Empty, 308, "text/plain", string.Create(CultureInfo.InvariantCulture, $"Range: bytes=0-{bytes - 1}"));

    private static Answer Done(long length, string? crc32C = null) => Answer.Text(string.Empty, 200, "text/plain", crc32C is null
        ? [string.Create(CultureInfo.InvariantCulture, $"x-goog-stored-content-length: {length}")]
        : [string.Create(CultureInfo.InvariantCulture, $"x-goog-stored-content-length: {length}"), $"x-goog-hash: crc32c={crc32C}"]);

    private static async Task<IReadOnlyList<string>> SucceedAsync(params Answer[] answers)
    {
        var (error, puts, marks) = await UploadAsync(Size, breakFirst: false, answers);
        Assert.Null(error);
        Assert.Equal(["active"], marks);
        return puts;
    }

    private static Task<IReadOnlyList<string>> FailAsync<T>(params Answer[] answers) => FailAsync<T>(Size, breakFirst: false, answers);

    private static async Task<IReadOnlyList<string>> FailAsync<T>(long size, bool breakFirst, params Answer[] answers)
    {
        var (error, puts, marks) = await UploadAsync(size, breakFirst, answers);
        Assert.IsType<T>(error);
        Assert.Equal(["failed"], marks);
        return puts;
    }

    /// <summary>Sends a file by a session whose PUTs get these answers; gives what was sent, and as what the entry was marked.</summary>
    private static async Task<(Exception? Error, IReadOnlyList<string> Puts, IReadOnlyList<string> Marks)> UploadAsync(long size, bool breakFirst, Answer[] answers)
    {
        using var folder = new TempDirectory();
        var next = new Queue<Answer>(answers);
        Uri? url = null;
        await using var service = ScriptedService.AfterLogIn(request => (request.Method, request.Path.Split('?')[0]) switch
        {
            ("POST", "/v0.1/data-storage/data-entries") or ("PATCH", _) => Entry(url!),
            ("POST", "/bucket/o") => Answer.Text(string.Empty, 201, "text/plain", $"Location: {url}bucket/o?upload_id=1"),
            ("PUT", _) when next.TryDequeue(out var answer) => answer,
            _ => Answer.Json("""{"detail":"Not Found"}""", 404),
        });
        url = service.Url;
        var puts = 0;
        service.HangsUpOn = request => request.Method == "PUT" && Interlocked.Increment(ref puts) == 1 && breakFirst;
        using var client = Clients.Of(service.Url);
        var options = new TransferOptions { JournalDirectory = folder.Combine("journal") };
        var path = folder.RandomFile("a.bin", size);
        var error = await Record.ExceptionAsync(() => new TransferEngine(client, options).UploadAsync(Bench.Request(path), null, Bench.None));
        return (
            error,
            [.. service.Requests.Where(r => r.Method == "PUT").Select(r => r.Headers["Content-Range"])],
            [.. service.Requests.Where(r => r.Method == "PATCH").Select(Mark)]);
    }

    private static string Mark(Request request) => System.Text.Json.JsonDocument.Parse(request.Body).RootElement.GetProperty("status").GetString()!;

    private static Answer Entry(Uri url) => Answer.Json(
        $$$"""
        {"data_storage":{"id":"{{{Id}}}","name":"a.bin","status":"pending","user_id":"u","share_status":"private","created_at":"2026-01-01T00:00:00","modified_at":"2026-01-01T00:00:00","file_path":"a.bin"},
         "storage_locations":[{"id":"{{{Id}}}","data_storage_id":"{{{Id}}}","created_at":"2026-01-01T00:00:00","storage_config":{"storage_type":"gcs","content_type":"file","signed_url":"{{{url}}}bucket/o?X-Goog-Signature=s"}}]}
        """);
}
