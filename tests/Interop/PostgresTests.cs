using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>The platform's database on PostgreSQL: <c>psql</c> judges what is stored, and the official Python client works with it as with any.</summary>
public sealed class PostgresTests
{
    private const string Entries = "/v0.1/data-storage/data-entries";

    [Fact]
    public async Task Psql_finds_what_was_sent()
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var platform = await PlatformFixture.StartAsync(o => o with { Database = database });
        using var client = await platform.LogInAsync();
        const string text = "one\r\ntwo\t'quoted' \"twice\" \\ $1 🧬 \u0001 \ufeff; DROP TABLE \"Entries\";--";
        using var made = await client.PostAsJsonAsync(Entries, new
        {
            name = "n'--", content = text, tags = new[] { "a\"b", "ü" }, metadata = new Dictionary<string, object?> { ["k'"] = null }, embedding = new[] { 3, 4 }, file_path = "a/b.txt",
        });
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data_storage").GetProperty("id").GetGuid();
        using var shared = await client.PatchAsJsonAsync($"{Entries}/{id}", new { share_status = "shared", permitted_accessors = new { users = new[] { "Bob@Example.org" } } });
        Assert.True(shared.IsSuccessStatusCode);

        async Task<string> Psql(string sql) => await server.PsqlAsync(database, sql);
        Assert.Equal(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text)), await Psql($"""SELECT encode(convert_to("Content", 'UTF8'), 'hex') FROM "Entries" WHERE "Id" = '{id}'"""));
        Assert.Equal("n'--|active|shared|a/b.txt|{0.6,0.8}|[3,4]", await Psql("""SELECT "Name", "Status", "ShareStatus", "FilePath", "UnitEmbedding", "EmbeddingJson" FROM "Entries" """));
        Assert.Equal("null|b", await Psql("""SELECT "MetadataJson"::jsonb -> 'k''', substr("TagsJson"::jsonb ->> 0, 3) FROM "Entries" """));
        Assert.Equal("user|bob@example.org", await Psql("""SELECT "Kind", "Value" FROM "AccessorRow" """));
        Assert.Equal("1|1", await Psql("""SELECT (SELECT count(*) FROM "Datasets"), (SELECT count(*) FROM "LocationRow") """));

        using var removed = await client.DeleteAsync($"{Entries}/{id}");
        Assert.Equal("0|0|0", await Psql("""SELECT (SELECT count(*) FROM "Entries"), (SELECT count(*) FROM "LocationRow"), (SELECT count(*) FROM "AccessorRow") """));
    }

    [Theory]
    [MemberData(nameof(PythonClient.Releases), MemberType = typeof(PythonClient))]
    public async Task The_Python_client_stores_and_fetches(string release)
    {
        var server = await PostgresServer.SharedAsync();
        var database = await server.CreateDatabaseAsync();
        await using var platform = await PlatformFixture.StartAsync(o => o with { Database = database });
        await File.WriteAllTextAsync(platform.Directory.Combine("t.csv"), "a,b\n1,2\n", TestContext.Current.CancellationToken);
        platform.Directory.RandomFile("f.bin", 300_000);
        var printed = await PythonClient.RunAsync(release, platform, """
            text = client.store_file_content("text", folder / "t.csv").data_storage
            file = client.store_file_content("file", folder / "f.bin").data_storage
            print(client.fetch_data_from_storage(text.id).content == "a,b\n1,2\n")
            print(sha(client.fetch_data_from_storage(file.id)) == sha(folder / "f.bin"))
            """);
        Assert.Equal("True\nTrue", printed);
        Assert.Equal("file|active|gcs\ntext|active|raw_content", await server.PsqlAsync(database, """
            SELECT e."Name", e."Status", l."StorageType" FROM "Entries" e JOIN "LocationRow" l ON l."EntryId" = e."Id" ORDER BY 1
            """));
    }
}
