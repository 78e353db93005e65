using FutureHouse.Authentication;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <content>
/// Links and existing sources (Protocol §2, §5). Nothing differs from what the official client sends but the <c>Idempotency-Key</c> of every creation.
/// </content>
public sealed partial class RecordedRequestsTests
{
    [Fact]
    public Task Link() => CompareAsync("store_link", static async (client, _, _) =>
    {
        using var key = ApiKeySource.Protect("k");
        await client.RegisterSourceAsync(
            new CreateEntryRequest { Name = "l", Description = "d", Tags = ["x"], Existing = ExistingLocation.Link("https://example.org/api", "call it", key, null) },
            default);
    });

    [Fact]
    public Task Files_of_a_bucket() => RegisterAsync("register_existing_data_source, GCS prefix", new CreateEntryRequest { Name = "g", Description = "d", Existing = ExistingLocation.Files("b", "p/") });

    [Fact]
    public Task File_of_a_bucket() => RegisterAsync("register_existing_data_source, GCS object", new CreateEntryRequest { Name = "g", Existing = ExistingLocation.File("b", "p/o.txt") });

    [Fact]
    public Task Row_of_a_table() =>
        RegisterAsync("register_existing_data_source, PostgreSQL row", new CreateEntryRequest { Name = "p", Existing = ExistingLocation.Row("trajectories", "39510f66-c2ee-41c7-94de-64eb142c3f2a") });

    [Fact]
    public Task BigQuery_table() =>
        RegisterAsync("register_existing_data_source, BigQuery table", new CreateEntryRequest { Name = "q", Existing = ExistingLocation.BigQuery("bigquery-public-data", "samples", "shakespeare") });

    private static async Task RegisterAsync(string operation, CreateEntryRequest request)
    {
        using var folder = new TempDirectory();
        await CompareAsync(operation, (client, _, _) => client.RegisterSourceAsync(request, default), change: options => options with { Sources = SourcesIn(folder) });
    }

    /// <summary>What the recorded requests name: the bucket <c>b</c>, and the row of <c>trajectories</c>.</summary>
    internal static SourceOptions SourcesIn(TempDirectory folder)
    {
        Directory.CreateDirectory(folder.Combine("bucket", "p", "deep"));
        File.WriteAllText(folder.Combine("bucket", "p", "o.txt"), "first");
        File.WriteAllText(folder.Combine("bucket", "p", "deep", "o.txt"), "second");
        File.WriteAllText(folder.Combine("rows.jsonl"), """{"id":"39510f66-c2ee-41c7-94de-64eb142c3f2a","steps":[1,2]}""");
        return new SourceOptions
        {
            Buckets = new Dictionary<string, string> { ["b"] = folder.Combine("bucket") },
            Tables = [new SourceTable("trajectories", folder.Combine("rows.jsonl"))],
        };
    }
}
