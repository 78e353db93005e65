using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FutureHouse.Tests.Support;
using Microsoft.Data.Sqlite;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform;

/// <summary>A large dataset goes at once for who asks; its objects go after it, also when the platform is killed meanwhile.</summary>
public sealed class DatasetRemovalTests
{
    private const string Datasets = "/v0.1/data-storage/datasets";
    private const int Entries = 2_500;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_kill_leaves_undone_is_finished_at_the_next_start(bool onPostgres)
    {
        var database = onPostgres ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : null;
        using var directory = new TempDirectory();
        var store = directory.Combine("store");
        using (var first = await PlatformProgram.StartAsync(store, database))
        {
            using var client = await first.LogInAsync();
            var (removed, kept) = (await MakeAsync(client, store, database, Entries), await MakeAsync(client, store, database, 10));
            using var answer = await client.DeleteAsync($"{Datasets}/{removed}");
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            await first.KillAsync();
            Assert.True(Objects(store).Skip(10).Any(), "it was killed in the middle");
            Assert.NotEqual("0", await QueryAsync(store, database, """SELECT count(*) FROM "DoomedObjects" """));

            using var second = await PlatformProgram.StartAsync(store, database);
            using var again = await second.LogInAsync();
            Assert.Equal(HttpStatusCode.NotFound, (await again.GetAsync($"{Datasets}/{removed}")).StatusCode);
            while (await QueryAsync(store, database, """SELECT count(*) FROM "DoomedObjects" """) != "0")
            {
                await Task.Delay(20, TestContext.Current.CancellationToken);
            }

            Assert.Equal(10, Objects(store).Count());
            Assert.Equal(10, (await again.GetFromJsonAsync<JsonElement>($"{Datasets}/{kept}")).GetProperty("data_storage_entries").GetArrayLength());
            Assert.Equal("10", await QueryAsync(store, database, """SELECT count(*) FROM "LocationRow" """));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kill_while_it_is_removed_leaves_it_whole_or_gone(bool onPostgres)
    {
        var database = onPostgres ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : null;
        using var directory = new TempDirectory();
        var store = directory.Combine("store");
        using var first = await PlatformProgram.StartAsync(store, database);
        using var client = await first.LogInAsync();
        var dataset = await MakeAsync(client, store, database, Entries);
        var removal = client.DeleteAsync($"{Datasets}/{dataset}");
        await first.KillAsync();
        await Record.ExceptionAsync(async () => (await removal).Dispose());

        using var second = await PlatformProgram.StartAsync(store, database);
        using var again = await second.LogInAsync();
        using var read = await again.GetAsync($"{Datasets}/{dataset}");
        Assert.Equal(
            read.StatusCode == HttpStatusCode.NotFound ? "0" : $"{Entries}",
            await QueryAsync(store, database, """SELECT count(*) FROM "Entries" """));
    }

    /// <summary>A dataset with so many entries that have an object each; put there past the API, which would take minutes.</summary>
    private static async Task<Guid> MakeAsync(HttpClient client, string store, string? database, int count)
    {
        using var made = await client.PostAsJsonAsync(Datasets, new { name = "d" });
        var dataset = (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        var (id, none, text) = database is null
            ? ("upper(substr(h,1,8)||'-'||substr(h,9,4)||'-'||substr(h,13,4)||'-'||substr(h,17,4)||'-'||substr(h,21,12))", "0", $"'{dataset.ToString().ToUpperInvariant()}'")
            : ("h::uuid", "false", $"'{dataset}'");
        var numbers = database is null
            ? $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}), r AS (SELECT i, lower(hex(randomblob(16))) AS h FROM n)"
            : $"WITH r AS (SELECT i, md5('{dataset}' || i) AS h FROM generate_series(1, {count}) i)";
        await QueryAsync(store, database, $"""
            INSERT INTO "Entries" ("Id", "Name", "Status", "IsCollection", "DatasetId", "UserId", "CreatedTicks", "ModifiedTicks", "ShareStatus", "RevisionId", "Version", "Generation", "ObjectName")
            {numbers} SELECT {id}, 'e' || i, 'active', {none}, {text}, 'local', i, i, 'private', {id}, 0, 0, '{dataset}/' || i FROM r
            """);
        await QueryAsync(store, database, $"""
            INSERT INTO "LocationRow" ("Id", "EntryId", "StorageType", "ContentType", "Ordinal", "CreatedTicks") SELECT "Id", "Id", 'gcs', 'file', 0, 1 FROM "Entries" WHERE "DatasetId" = {text}
            """);
        for (var i = 1; i <= count; i++)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{dataset}/{i}")));
            var folder = Directory.CreateDirectory(Path.Combine(store, "objects", "names", hash[..2], hash));
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "part"), "x");
        }

        return dataset;
    }

    private static IEnumerable<string> Objects(string store) =>
        Directory.EnumerateDirectories(Path.Combine(store, "objects", "names")).SelectMany(Directory.EnumerateDirectories);

    private static async Task<string> QueryAsync(string store, string? database, string sql)
    {
        if (database is not null)
        {
            return await (await PostgresServer.SharedAsync()).PsqlAsync(database, sql);
        }

        await using var connection = new SqliteConnection($"Data Source={Path.Combine(store, "platform.db")};Pooling=False");
        connection.CreateFunction("fh_nfc", (string? text) => text?.Normalize(), isDeterministic: true); // as the triggers call it
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return $"{await command.ExecuteScalarAsync()}";
    }
}
