using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>The official Python client, both releases, against the local platform.</summary>
public sealed class PythonClientTests
{
    [Theory]
    [MemberData(nameof(PythonClient.Releases), MemberType = typeof(PythonClient))]
    public async Task It_stores_fetches_and_deletes_text_and_files(string release)
    {
        await using var platform = await PlatformFixture.StartAsync();
        var output = await PythonClient.RunAsync(release, platform, """
            text = client.store_text_content("t", "héllo 🧬").data_storage
            print(text.status, client.fetch_data_from_storage(text.id).content == "héllo 🧬")
            for name, size in [("small.bin", 10240), ("empty.bin", 0), ("large.bin", 21 * 1024 * 1024 + 16)]:
                path = folder / name
                path.write_bytes(os.urandom(size))
                entry = client.store_file_content(name, path).data_storage
                print(name, sha(client.fetch_data_from_storage(entry.id)) == sha(path))
            client.delete_data_storage_entry(text.id)
            try:
                client.fetch_data_from_storage(text.id)
                print("still there")
            except Exception as e:
                print("Data storage entry not found" in str(e))
            """);
        Assert.Equal("active True\nsmall.bin True\nempty.bin True\nlarge.bin True\nTrue", Lower(output));
    }

    [Theory]
    [MemberData(nameof(PythonClient.Releases), MemberType = typeof(PythonClient))]
    public async Task It_uses_datasets(string release)
    {
        await using var platform = await PlatformFixture.StartAsync();
        var output = await PythonClient.RunAsync(release, platform, """
            dataset = client.create_dataset("d", "about")
            entry = client.store_text_content("t", "x", dataset_id=dataset.id).data_storage
            read = client.get_dataset(dataset.id)
            print(read.dataset.name, [e.id for e in read.data_storage_entries] == [entry.id])
            client.delete_dataset(dataset.id)
            try:
                client.get_dataset(dataset.id)
                print("still there")
            except Exception as e:
                print("gone")
            """);
        Assert.Equal("d True\ngone", output);
    }

    [Theory]
    [MemberData(nameof(PythonClient.Releases), MemberType = typeof(PythonClient))]
    public async Task It_cannot_read_another_users_entry(string release)
    {
        await using var platform = await PlatformFixture.StartAsync();
        var id = await PythonClient.RunAsync(release, platform, """print(client.store_text_content("mine", "x").data_storage.id)""");
        var output = await PythonClient.RunAsync(release, platform, $$"""
            try:
                print(client.fetch_data_from_storage(uuid.UUID("{{id}}")))
            except Exception as e:
                print("404" in str(e) or "not found" in str(e).lower())
            """, PlatformFixture.Bob.ApiKey);
        Assert.Equal("True", output);
    }

    /// <summary>Release 0.11 prints an enumeration's member as <c>DataStorageStatus.ACTIVE</c> or its value; the value is what counts.</summary>
    private static string Lower(string output) => output.Replace("DataStorageStatus.ACTIVE", "active", StringComparison.Ordinal);
}
