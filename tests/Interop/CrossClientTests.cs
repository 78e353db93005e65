using System.Security.Cryptography;
using FutureHouse.Platform;
using FutureHouse.Tests.Support;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Interop;

/// <summary>Each client reads what the other wrote: ours and the official Python client, both releases.</summary>
public sealed class CrossClientTests
{
    [Theory]
    [MemberData(nameof(PythonClient.Releases), MemberType = typeof(PythonClient))]
    public async Task Each_reads_what_the_other_wrote(string release)
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var key = Secret.From(PlatformFixture.Ann.ApiKey);
        using var client = new PlatformClient(new PlatformClientOptions { ServiceUri = platform.Url, ApiKey = key });
        var transfers = new TransferEngine(client);
        var ours = platform.Directory.RandomFile("ours.bin", 12 * 1024 * 1024 + 7, seed: 5);
        var entry = await transfers.UploadAsync(new UploadRequest { Path = ours, Name = "ours" }, null, TestContext.Current.CancellationToken);

        var output = await PythonClient.RunAsync(release, platform, $$"""
            print(sha(client.fetch_data_from_storage(uuid.UUID("{{entry.Id}}"))) == sha(folder / "ours.bin"))
            path = folder / "theirs.bin"
            path.write_bytes(os.urandom(11 * 1024 * 1024))
            print(client.store_file_content("theirs", path).data_storage.id)
            """);
        var lines = output.Split('\n');
        Assert.Equal("True", lines[0]);

        var theirs = await client.GetEntryAsync(Guid.Parse(lines[1]), default, TestContext.Current.CancellationToken);
        var target = platform.Directory.Combine("fetched");
        Directory.CreateDirectory(target);
        var fetched = Assert.Single(await transfers.FetchAsync(new FetchRequest { Entry = theirs, DestinationDirectory = target }, null, TestContext.Current.CancellationToken));
        Assert.Equal(Hash(platform.Directory.Combine("theirs.bin")), Hash(fetched.Path!));
    }

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
