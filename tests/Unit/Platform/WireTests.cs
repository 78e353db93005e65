using System.Text;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform.Wire;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

public sealed class WireTests
{
    [Fact]
    public void Metadata_keeps_nulls_and_comes_back_as_plain_values()
    {
        var body = new CreateEntryBody
        {
            Name = "t",
            Metadata = new Dictionary<string, object?>
            {
                ["k"] = new object?[] { 1, new Dictionary<string, object?> { ["n"] = null } },
                ["d"] = 0.5,
                ["b"] = true,
                ["s"] = "é🧬<>&'",
                ["big"] = long.MaxValue,
            },
        };

        var json = Encoding.UTF8.GetString(PlatformJson.Write(body, PlatformJson.Wire.CreateEntryBody));

        Assert.Equal("""{"name":"t","is_collection":false,"metadata":{"b":true,"big":9223372036854775807,"d":0.5,"k":[1,{"n":null}],"s":"é🧬<>&'"}}""", Unescaped(json));
        var read = JsonSerializer.Deserialize($$"""{"id":"{{Guid.NewGuid()}}","name":"t",{{json[json.IndexOf("\"metadata\"", StringComparison.Ordinal)..]}}""", PlatformJson.Wire.EntryAnswer)!;
        var metadata = WireMapper.Entry(read).Metadata!;
        var list = Assert.IsAssignableFrom<IReadOnlyList<object?>>(metadata["k"]);
        Assert.Equal(1L, list[0]);
        Assert.Null(Assert.IsAssignableFrom<IReadOnlyDictionary<string, object?>>(list[1])["n"]);
        Assert.Equal(0.5, metadata["d"]);
        Assert.Equal(true, metadata["b"]);
        Assert.Equal("é🧬<>&'", metadata["s"]);
        Assert.Equal(long.MaxValue, metadata["big"]);
    }

    [Fact]
    public void Metadata_that_has_no_json_is_refused_by_what_it_is()
    {
        var cycle = new Dictionary<string, object?>();
        cycle["self"] = cycle;
        foreach (var (value, word) in new (object, string)[] { (cycle, "nested"), (new object(), "Object"), (double.NaN, "NaN") })
        {
            var body = new CreateEntryBody { Name = "t", Metadata = new Dictionary<string, object?> { ["v"] = value } };
            var error = Assert.Throws<InvalidRequestException>(() => PlatformJson.Write(body, PlatformJson.Wire.CreateEntryBody));
            Assert.Contains(word, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_entry_of_a_newer_service_is_read_and_its_unknown_words_are_kept()
    {
        var entry = WireMapper.Entry(JsonSerializer.Deserialize(
            """
            {"data_storage":{"id":"10F45259-35a7-5711-8ca3-75596dbb293e","name":"n","status":"archived","share_status":"shared","user_id":"u","created_at":"2026-11-23T10:00:00.123456",
              "modified_at":"2026-11-23T12:00:00+02:00","surprise":{"a":[1,2]},"metadata":{"size":12},"embedding":[1,2]},
             "storage_locations":[{"id":"1e8931dc-f36c-51fc-bd5a-ea566296729e","storage_config":{"storage_type":"s3","content_type":"file","location":"o","signed_url":"https://h/b/o%2Fp?X-Sig=a%2fb",
               "metadata":{"api_key":"secret","instructions":"i"}}}],"revision_id":"5a1fbe3f-5ed5-57d4-8121-2603f4867de9","version":"3"}
            """,
            PlatformJson.Wire.EntryAnswer)!);

        Assert.Equal(EntryStatus.Unknown, entry.Status);
        Assert.Equal(StorageType.Unknown, entry.StorageType);
        Assert.Equal(ContentType.File, entry.ContentType);
        Assert.Equal(ShareStatus.Shared, entry.ShareStatus);
        Assert.Equal(new Dictionary<string, string> { ["Status"] = "archived", ["StorageType"] = "s3" }, entry.UnknownValues);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero).AddTicks(1234560), entry.CreatedAt);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero), entry.ModifiedAt);
        Assert.Equal(12, entry.Size);
        Assert.Equal(3, entry.Version);
        Assert.Equal("/b/o%2Fp?X-Sig=a%2fb", entry.Locations[0].SignedUrl!.PathAndQuery);
        Assert.Equal("i", Assert.Single(entry.Locations[0].Metadata!).Value);
        Assert.DoesNotContain("Sig", entry.ToString() + entry.Locations[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"data_storage":{"id":"ID","name":"n","content":"héllo","metadata":{"size":99}},"storage_locations":[{"storage_config":{"storage_type":"raw_content","content_type":"text"}}]}""", 6L)]
    [InlineData("""{"data_storage":{"id":"ID","name":"n","metadata":{"size":99}},"storage_locations":[{"storage_config":{"storage_type":"gcs","content_type":"file","metadata":{"size":5}}}]}""", 99L)]
    [InlineData("""{"data_storage":{"id":"ID","name":"n"},"storage_locations":[{"storage_config":{"storage_type":"gcs","content_type":"file","metadata":{"size":5}}}]}""", 5L)]
    [InlineData("""{"data_storage":{"id":"ID","name":"n"},"content":"","storage_locations":[{"storage_config":{"storage_type":"raw_content","content_type":"text"}}]}""", 0L)]
    [InlineData("""{"data_storage":{"id":"ID","name":"n","content":"https://x"},"storage_locations":[{"storage_config":{"storage_type":"link","content_type":"text"}}]}""", null)]
    public void Size_is_that_of_the_text_or_what_the_service_tells(string json, long? expected)
    {
        var answer = JsonSerializer.Deserialize(json.Replace("ID", Guid.NewGuid().ToString(), StringComparison.Ordinal), PlatformJson.Wire.EntryAnswer)!;
        Assert.Equal(expected, WireMapper.Entry(answer).Size);
    }

    [Theory]
    [InlineData("""{"dataset":{"id":"ID","name":"d","user_id":"u"},"data_storage_entries":[ENTRY]}""")]
    [InlineData("""{"id":"ID","name":"d","user_id":"u","data_storage_entries":[ENTRY]}""")]
    [InlineData("""{"id":"ID","name":"d","user_id":"u","entries":[{"data_storage":ENTRY}]}""")]
    public void A_dataset_is_the_same_in_each_of_its_shapes(string json)
    {
        var id = Guid.NewGuid();
        json = json.Replace("ENTRY", """{"id":"10f45259-35a7-5711-8ca3-75596dbb293e","name":"e","status":"active","storage_type":"gcs","content_type":"file"}""", StringComparison.Ordinal)
            .Replace("ID", id.ToString(), StringComparison.Ordinal);

        var dataset = WireMapper.Dataset(JsonSerializer.Deserialize(json, PlatformJson.Wire.DatasetAnswer)!);

        Assert.Equal((id, "d", "u"), (dataset.Id, dataset.Name, dataset.UserId));
        var entry = Assert.Single(dataset.Entries);
        Assert.Equal(("e", EntryStatus.Active, StorageType.Gcs), (entry.Name, entry.Status, entry.StorageType));
    }

    [Theory]
    [InlineData("10F45259-35A7-5711-8CA3-75596DBB293E", "10f45259-35a7-5711-8ca3-75596dbb293e")]
    [InlineData(" data_entry:10f45259-35a7-5711-8ca3-75596dbb293e\n", "10f45259-35a7-5711-8ca3-75596dbb293e")]
    [InlineData("{10f45259-35a7-5711-8ca3-75596dbb293e}", "10f45259-35a7-5711-8ca3-75596dbb293e")]
    [InlineData("report-alias", "report-alias")]
    [InlineData("../datasets/x", null)]
    [InlineData("..", null)]
    [InlineData("a?b", null)]
    [InlineData("data_entry:", null)]
    [InlineData("  ", null)]
    [InlineData(null, null)]
    public void An_entry_id_is_a_uuid_or_an_alias(string? text, string? expected)
    {
        Assert.Equal(expected is not null, EntryId.TryParse(text, out var id));
        if (expected is not null)
        {
            Assert.Equal(expected, id.Value);
            Assert.Equal(expected.Length == 36, id.Uuid is not null);
        }
    }

    // Characters beyond the BMP may be written as escapes; the text is the same.
    private static string Unescaped(string json) => json.Replace("\\uD83E\\uDDEC", "🧬", StringComparison.Ordinal);
}
