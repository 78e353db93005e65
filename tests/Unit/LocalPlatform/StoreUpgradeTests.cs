using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Storage;
using FutureHouse.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>A store that an earlier release made opens with this one, and nothing of it is lost.</summary>
public sealed class StoreUpgradeTests : IDisposable
{
    private const string Before = "20261123231927_Initial";
    private static readonly Guid Dataset = new("0193a000-0000-7000-8000-0000000000ff");
    private readonly TempDirectory _directory = new();

    private string Store => _directory.Combine("store");

    private string File => _directory.Combine("store", "platform.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Entries_keep_their_order_and_get_what_is_new()
    {
        await MakeOldAsync();
        await using (var host = await StartAsync())
        {
            using var client = await LogInAsync(host, PlatformFixture.Ann);
            var read = await client.GetFromJsonAsync<JsonElement>($"/v0.1/data-storage/datasets/{Dataset}");
            var entries = read.GetProperty("data_storage_entries").EnumerateArray().ToList();
            Assert.Equal(["first", "second", "third", "fourth"], entries.Select(e => e.GetProperty("name").GetString()));
            Assert.Equal("[3,4]", entries[0].GetProperty("embedding").GetRawText());
            Assert.Equal("raw_content", entries[0].GetProperty("storage_type").GetString());

            // Shared, before, with an address in another case than Bob's own.
            using var bob = await LogInAsync(host, PlatformFixture.Bob);
            using var shared = await bob.GetAsync($"/v0.1/data-storage/data-entries/{Id(2):D}");
            Assert.True(shared.IsSuccessStatusCode);
        }

        Assert.Equal(["1|first", "2|second", "3|third", "4|fourth"], Query("SELECT Key || '|' || Name FROM Entries ORDER BY Key"));
        Assert.Equal(["bob@example.org", "lab"], Query("SELECT Value FROM AccessorRow ORDER BY Value"));
        Assert.Equal([0.6f, 0.8f], Vectors.FromBytes(Convert.FromHexString(Query("SELECT hex(UnitEmbedding) FROM Entries WHERE Name = 'first'").Single())));
        Assert.Equal(["1"], Query("SELECT count(*) FROM Entries WHERE UnitEmbedding IS NOT NULL"));
        Assert.Equal(["0"], Query("SELECT count(*) FROM pragma_foreign_key_check"));
    }

    [Fact]
    public async Task A_first_start_that_is_broken_off_is_made_up_for_by_the_next()
    {
        await MakeOldAsync();
        await using (await StartAsync())
        {
        }

        Execute("UPDATE Entries SET UnitEmbedding = NULL; PRAGMA user_version = 0"); // as it is between the new schema and the vectors
        await using (await StartAsync())
        {
        }

        Assert.Equal(["1"], Query("SELECT count(*) FROM Entries WHERE UnitEmbedding IS NOT NULL"));
    }

    [Fact]
    public async Task What_the_index_of_before_missed_is_found()
    {
        await MakeOldAsync("20261124230000_Search");
        Execute("UPDATE Entries SET Name = 'cafe\u0301', Content = 'cafe\u0301', TagsJson = '[\"cafe\u0301\"]' WHERE Name = 'second'");
        await using var host = await StartAsync();
        using var client = await LogInAsync(host, PlatformFixture.Ann);
        await AssertFindsAsync(client, Text(Id(2)));
    }

    [Fact]
    public async Task What_the_index_of_before_missed_is_found_on_a_server()
    {
        var server = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var options = new DbContextOptionsBuilder<PostgresPlatformDbContext>().UseNpgsql(server).Options;
        await using (var context = new PostgresPlatformDbContext(options))
        {
            await context.GetService<IMigrator>().MigrateAsync("20261124230000_Search");
            context.Datasets.Add(new DatasetRow { Id = Dataset, Name = "old", UserId = "user-ann" });
            context.Entries.Add(new EntryRow { Id = Id(2), Name = "cafe\u0301", Content = "cafe\u0301", TagsJson = "[\"cafe\u0301\"]", Status = "active", DatasetId = Dataset, UserId = "user-ann", ShareStatus = "private", RevisionId = Guid.NewGuid() });
            await context.SaveChangesAsync();
        }

        await using var host = await LocalPlatformHost.StartAsync(new LocalPlatformOptions { Store = Store, Users = [PlatformFixture.Ann], Database = server });
        using var client = await LogInAsync(host, PlatformFixture.Ann);
        await AssertFindsAsync(client, Text(Id(2)));
    }

    private static async Task AssertFindsAsync(HttpClient client, string id)
    {
        foreach (var (field, comparison) in new[] { ("name", "equals"), ("name", "contains"), ("name", "fulltext"), ("content", "equals"), ("content", "starts_with"), ("content", "fulltext"), ("tags", "equals"), ("tags", "in") })
        {
            object value = comparison == "in" ? new[] { "caf\u00e9" } : "caf\u00e9";
            using var answer = await client.PostAsJsonAsync("/v0.1/data-storage/search", new { criteria = new[] { new { field, @operator = comparison, value } } });
            var found = (await answer.Content.ReadFromJsonAsync<JsonElement>()).EnumerateArray().Select(hit => hit.GetProperty("id").GetString()!.ToUpperInvariant());
            Assert.True(found.SequenceEqual([id]), $"{field} {comparison}");
        }
    }

    private static Guid Id(int number) => new($"0193a000-0000-7000-8000-00000000000{number}");

    private static string Text(Guid id) => id.ToString("D").ToUpperInvariant();

    private async Task MakeOldAsync(string before = Before)
    {
        Directory.CreateDirectory(Store);
        var options = new DbContextOptionsBuilder<SqlitePlatformDbContext>().UseSqlite($"Data Source={File};Pooling=False").Options;
        await using (var context = new SqlitePlatformDbContext(options))
        {
            await context.GetService<IMigrator>().MigrateAsync(before);
        }

        var rows = new List<string> { $"INSERT INTO Datasets VALUES ('{Text(Dataset)}', 'old', NULL, 'user-ann', 1, 1)" };
        var columns = "Id, Name, Content, EmbeddingJson, Status, IsCollection, DatasetId, UserId, CreatedTicks, ModifiedTicks, ShareStatus, RevisionId";

        // The ids are not in the order of creation: that is what the keys are to keep.
        foreach (var (number, id, name, embedding, share) in new[] { (1, 4, "first", "'[3,4]'", "private"), (2, 2, "second", "NULL", "shared"), (3, 3, "third", "'[0,0]'", "private"), (4, 1, "fourth", "NULL", "private") })
        {
            rows.Add(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO Entries ({columns}{(before == Before ? "" : ", Generation, Version")}) VALUES ('{Text(Id(id))}', '{name}', 'x', {embedding}, 'active', 0, '{Text(Dataset)}', 'user-ann', {number}, {number}, '{share}', '{Text(Guid.NewGuid())}'{(before == Before ? "" : ", 0, 0")})"));
            rows.Add($"INSERT INTO LocationRow (Id, EntryId, StorageType, ContentType, CreatedTicks{(before == Before ? "" : ", Ordinal")}) VALUES ('{Text(Guid.NewGuid())}', '{Text(Id(id))}', 'raw_content', 'text', 1{(before == Before ? "" : ", 0")})");
        }

        rows.Add($"INSERT INTO AccessorRow (EntryId, Kind, Value) VALUES ('{Text(Id(2))}', 'user', 'Bob@Example.ORG'), ('{Text(Id(2))}', 'organization', 'Lab')");
        Execute(string.Join(";\n", rows));
    }

    private Task<LocalPlatformHost> StartAsync() =>
        LocalPlatformHost.StartAsync(new LocalPlatformOptions { Store = Store, Users = [PlatformFixture.Ann, PlatformFixture.Bob] });

    private static async Task<HttpClient> LogInAsync(LocalPlatformHost host, FutureHouse.LocalPlatform.Authentication.PlatformUser user)
    {
        var client = new HttpClient { BaseAddress = host.Url };
        using var answer = await client.PostAsJsonAsync("/auth/login", new { api_key = user.ApiKey });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString());
        return client;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private List<string> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
        {
            values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return values;
    }
}
