using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>What is unpacked goes by the name, not by the first bytes (Protocol §4, §8): a file that begins with <c>PK</c> and is no archive is a file.</summary>
public sealed class ArchiveNameTests
{
    [Theory]
    [InlineData("odd.bin")]
    [InlineData("odd.zip")]
    [InlineData("arrays.npz")]
    [InlineData("tool.jar")]
    public async Task A_file_that_begins_with_PK_and_is_no_archive_is_a_file(string name)
    {
        await using var fixture = await TransferFixture.StartAsync();
        var path = fixture.Platform.Directory.Combine(name);
        await File.WriteAllTextAsync(path, "PK but no zip");
        var sent = await fixture.UploadAsync(path);
        var entry = await fixture.Client.GetEntryAsync(sent.Id);
        var fetched = Assert.Single(await fixture.Engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = fixture.Target, Extract = true }, null, default));
        Assert.Equal(name, Path.GetFileName(fetched.Path));
        Assert.Equal("PK but no zip", await File.ReadAllTextAsync(fetched.Path!));
        Assert.Single(Directory.EnumerateFileSystemEntries(fixture.Target));
    }
}
