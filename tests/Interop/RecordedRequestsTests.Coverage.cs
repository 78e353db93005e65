using System.Text.Json;
using System.Text.RegularExpressions;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <content>The operations with every argument, those that read, the sessions of release 0.11, and that none is left out.</content>
public sealed partial class RecordedRequestsTests
{
    private static readonly Guid OfDataset = Guid.Parse("5a1fbe3f-5ed5-57d4-8121-2603f4867de9");

    [Fact]
    public Task Text_with_everything() => CompareAsync(
        "store_text_content, every argument",
        static (client, _, _) => client.CreateEntryAsync(
            new CreateEntryRequest
            {
                Name = "t", Description = "d", Content = "h\u00E9llo \U0001F9EC", Embedding = [0.5f, -1f, 2e-7f], ParentId = Parent, ProjectId = Project, DatasetId = OfDataset,
                FilePath = "notes/t.txt", Tags = ["x", "y"], Metadata = new Dictionary<string, object?> { ["k"] = new object[] { 1, new Dictionary<string, object?> { ["n"] = null } } },
            },
            default),
        expectNotFound: true);

    [Fact]
    public Task Text_file_with_everything() => CompareAsync(
        "store_file_content, text file with override, tags, metadata",
        async (_, transfers, folder) =>
        {
            var path = folder.Combine("notes.txt");
            await File.WriteAllTextAsync(path, "hello\n");
            await transfers.UploadAsync(
                new UploadRequest
                {
                    Path = path, Name = "n", Description = "d", DestinationPath = "a/b.txt", ParentId = Parent, ProjectId = Project, DatasetId = OfDataset, Tags = ["x"],
                    Metadata = new Dictionary<string, object?> { ["k"] = 1 },
                },
                null,
                default);
        },
        expectNotFound: true);

    [Theory]
    [InlineData("fetch_data_from_storage, text", "a.txt")]
    [InlineData("fetch_data_from_storage, file", "a.bin")]
    public async Task Fetching(string operation, string name)
    {
        DataEntry? made = null;
        await CompareAsync(
            operation,
            async (client, transfers, folder) => await transfers.FetchAsync(new FetchRequest { Entry = await client.GetEntryAsync(made!.Id), DestinationDirectory = folder.Path }, null, default),
            prepare: async (_, transfers, folder) =>
            {
                var path = folder.Combine("in", name);
                Directory.CreateDirectory(folder.Combine("in"));
                await File.WriteAllTextAsync(path, "x");
                made = await transfers.UploadAsync(new UploadRequest { Path = path, Name = name }, null, default);
            });
    }

    [Fact]
    public Task Reading_by_revision() => CompareAsync(
        "get_data_storage_entry, by revision",
        static (client, _, _) => client.GetEntryAsync(Project, new RevisionSelector(null, Parent), default),
        expectNotFound: true);

    [Fact]
    public Task Reading_a_dataset_that_is_not_there() => CompareAsync("get_dataset, not there", static (client, _, _) => client.GetDatasetAsync(Project, default), expectNotFound: true);

    [Fact]
    public Task Removing_an_entry_that_is_not_there() => CompareAsync("delete_data_storage_entry, not there", static (client, _, _) => client.DeleteEntryAsync(Project, default), expectNotFound: true);

    [Fact]
    public Task A_dataset_with_everything() => CompareAsync(
        "create_dataset, every argument",
        static (client, _, _) => client.CreateDatasetAsync("d", "words", OfDataset, default),
        differ: static recorded =>
        {
            Assert.Empty(recorded);
            return ["POST /v0.1/data-storage/datasets  [x-client=sdk content-type=application/json authorization=Bearer] {description:\"words\",id:\"5a1fbe3f-5ed5-57d4-8121-2603f4867de9\",name:\"d\"} "];
        });

    [Theory]
    [InlineData("store_file_content, binary file", "image.bin", "image", 10240)]
    [InlineData("store_file_content, empty binary file", "empty.bin", "e", 0)]
    [InlineData("store_file_content, 21 MiB + 16 bytes", "big.bin", "big", 22020112)]
    public Task A_file_by_session(string operation, string file, string name, int size) => CompareAsync(
        operation,
        async (_, transfers, folder) => await transfers.UploadAsync(new UploadRequest { Path = folder.RandomFile(file, size), Name = name }, null, default),
        release: "0.11",
        differ: recorded => BySession(recorded, size));

    /// <summary>Multipart upload is asked for first, as the better way; and one PUT sends all in place of the chunks.</summary>
    private static List<string> BySession(List<string> recorded, long size)
    {
        var parts = Math.Max(1, (size + (10 * 1024 * 1024) - 1) / (10 * 1024 * 1024));
        var range = size == 0 ? "bytes */0" : $"bytes 0-{size - 1}/{size}";
        return
        [
            recorded[0],
            $"POST /v0.1/data-storage/data-entries/ID/multipart-upload/initiate  [x-client=sdk content-type=application/json authorization=Bearer] {{part_hashes:{parts} hashes}} ",
            .. recorded.Skip(1).Where(r => !r.StartsWith("PUT", StringComparison.Ordinal)),
            $"PUT STORAGE  [content-range={range} authorization=none]  {(size == 0 ? null : size)}",
        ];
    }

    [Theory]
    [InlineData("0.18")]
    [InlineData("0.11")]
    public async Task Every_recorded_operation_is_compared(string release)
    {
        using var vectors = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.Shared("vectors", $"python-client-{release}.json")));
        var tests = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Interop"), "Recorded*.cs").Select(File.ReadAllText));
        var compared = Regex.Matches(tests, @"(?:CompareAsync|RegisterAsync|InlineData)\(\s*""(?<operation>[^""]+)""").Select(m => m.Groups["operation"].Value).ToHashSet(StringComparer.Ordinal);
        var recorded = vectors.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("operation").GetString()!).ToList();
        Assert.NotEmpty(recorded);
        Assert.Empty(recorded.Except(compared));
    }
}
