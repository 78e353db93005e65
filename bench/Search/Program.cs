using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.LocalPlatform.Authentication;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace FutureHouse.Bench.Search;

/// <summary>
/// What a search over many entries takes, over HTTP, of each kind and on each kind of database: the median, as ratio to the limit of 100 ms, and beside it what the database takes to look
/// through every row for the same. Where there is no PostgreSQL, that is said. The one who searches owns nine entries in ten; the rest is another's.
///   dotnet run -c Release --project bench/Search [-- ENTRIES REPEATS [SQLite|PostgreSQL]]
/// </summary>
internal static class Program
{
    private const double Limit = 100;
    private static readonly PlatformUser Ann = new() { Id = "ann", Email = "ann@example.org", Organization = "a", ApiKey = "key-of-ann-0123456789" };
    private static readonly PlatformUser Bob = new() { Id = "bob", Email = "bob@example.org", Organization = "b", ApiKey = "key-of-bob-0123456789" };

    private static async Task<int> Main(string[] args)
    {
        var (entries, repeats) = (Argument(args, 0, 100_000), Argument(args, 1, 15));
        var only = args.Length > 2 ? args[2] : null;
        var isGood = only == "PostgreSQL" || await MeasureAsync("SQLite", null, entries, repeats);
        if (only == "SQLite")
        {
            return isGood ? 0 : 1;
        }

        if (PostgresServer.Programs is null)
        {
            Console.WriteLine("PostgreSQL: skipped, initdb is not on this machine");
        }
        else
        {
            await using var server = await PostgresServer.StartAsync();
            isGood &= await MeasureAsync("PostgreSQL", await server.CreateDatabaseAsync(), entries, repeats);
        }

        return isGood ? 0 : 1;
    }

    private static async Task<bool> MeasureAsync(string kind, string? database, int entries, int repeats)
    {
        var folder = Directory.CreateTempSubdirectory("fh-bench-").FullName;
        try
        {
            await using var platform = await LocalPlatformHost.StartAsync(new LocalPlatformOptions { Store = folder, Users = [Ann, Bob], Database = database, TokenLifetime = TimeSpan.FromHours(1) });
            await using DbConnection connection = database is null ? new SqliteConnection($"Data Source={Directory.GetFiles(folder, "*.db").Single()}") : new NpgsqlConnection(database);
            (connection as SqliteConnection)?.CreateFunction("fh_nfc", (string? text) => text?.Normalize(), isDeterministic: true); // as the triggers call it
            await connection.OpenAsync();
            var watch = Stopwatch.StartNew();
            await Rows.FillAsync(connection, entries, Ann.Id, Bob.Id);
            Console.WriteLine($"{kind}: {entries} entries of about 1 KiB written in {watch.Elapsed.TotalSeconds:F1} s");

            using var client = new HttpClient { BaseAddress = platform.Url };
            using var login = await client.PostAsJsonAsync("/auth/login", new { api_key = Ann.ApiKey });
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString());
            var isGood = true;
            foreach (var (name, search, scan) in Searches(entries))
            {
                var (found, taken) = await MedianAsync(repeats, () => SearchAsync(client, search));
                var (_, scanned) = await MedianAsync(3, () => ScanAsync(connection, scan));
                isGood &= taken <= Limit;
                Console.WriteLine($"  {name}: {found} hits in {taken:F1} ms, {taken / Limit:F2} of the limit; every row looked through: {scanned:F0} ms, {scanned / taken:F1} times that");
            }

            return isGood;
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The kinds of search, and the condition that a scan has to meet.</summary>
    private static IEnumerable<(string Name, object Search, string Scan)> Searches(int entries)
    {
        var number = Rows.Number(entries / 2);
        object One(string field, string comparison, object value) => new { criteria = new[] { new { field, @operator = comparison, value } }, limit = 10 };
        yield return ("contains, name", One("name", "contains", $"E-{number}"), $"\"Name\" LIKE '%e-{number}%'");
        yield return ("contains, name, in every entry", One("name", "contains", "ample"), "\"Name\" LIKE '%ample%' AND \"Key\" > 0 ORDER BY \"Name\"");
        yield return ("contains, content", One("content", "contains", $"KER {number}"), $"\"Content\" LIKE '%ker {number}%'");
        yield return ("starts_with, name", One("name", "starts_with", $"sample-{number[..4]}"), $"\"Name\" LIKE 'sample-{number[..4]}%'");
        yield return ("ends_with, name", One("name", "ends_with", $"{number} plate"), $"\"Name\" LIKE '%{number} plate'");
        yield return ("fulltext, one entry", new { text_query = $"marker {number}", limit = 10 }, $"\"Content\" LIKE '%marker {number}%'");
        yield return ("fulltext, one entry in a hundred", new { text_query = "rare42", limit = 10 }, "\"Content\" LIKE '%rare42%' ORDER BY \"Name\"");
        yield return ("fulltext with highlights", new { text_query = "rare42", limit = 10, highlight = true }, "\"Content\" LIKE '%rare42%' ORDER BY \"Name\"");
        yield return ("equals, name", One("name", "equals", $"Sample-{number} plate"), $"\"Name\" || '' = 'Sample-{number} plate'");
        yield return ("equals, description", One("description", "equals", $"Description of {number}"), $"\"Description\" || '' = 'Description of {number}'");
        yield return ("tags in", One("tags", "in", new[] { "tag7", "tag8" }), "(\"TagsJson\" LIKE '%\"tag7\"%' OR \"TagsJson\" LIKE '%\"tag8\"%') ORDER BY \"Name\"");
        yield return ("status and tags and words", new
        {
            criteria = new object[] { new { field = "status", @operator = "equals", value = "active" }, new { field = "tags", @operator = "in", value = new[] { "tag7" } }, new { field = "content", @operator = "fulltext", value = "rare42" } },
            filter_logic = "AND",
        }, "\"TagsJson\" LIKE '%\"tag7\"%' AND \"Content\" LIKE '%rare42%'");
    }

    private static async Task<int> SearchAsync(HttpClient client, object search)
    {
        using var answer = await client.PostAsJsonAsync("/v0.1/data-storage/search", search);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength();
    }

    private static async Task<int> ScanAsync(DbConnection connection, string condition)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM (SELECT 1 FROM \"Entries\" WHERE {condition}) found";
        return Convert.ToInt32(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>After one that warms.</summary>
    private static async Task<(int Found, double Milliseconds)> MedianAsync(int repeats, Func<Task<int>> work)
    {
        var found = await work();
        var times = new List<double>();
        for (var i = 0; i < repeats; i++)
        {
            var watch = Stopwatch.StartNew();
            await work();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return (found, times[times.Count / 2]);
    }

    private static int Argument(string[] args, int index, int other) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : other;
}
