using System.IO.Abstractions.TestingHelpers;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>The file system's edge is an abstraction: what is only in memory goes up and comes back like a file.</summary>
public sealed class FakedFileSystemTests
{
    [Theory]
    [InlineData("a.txt", 100)]
    [InlineData("a.bin", 3_000_000)]
    [InlineData("empty.bin", 0)]
    public async Task A_file_in_memory_goes_up_and_comes_back_into_memory(string name, int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)'x');
        var root = OperatingSystem.IsWindows() ? @"C:\" : "/";
        var files = new MockFileSystem();
        files.AddFile(root + name, new MockFileData(bytes));
        files.AddDirectory(root + "back");
        files.AddDirectory(root + "journals"); // made beforehand: the fake cannot make one with permissions
        await using var fixture = await TransferFixture.StartAsync();
        var engine = fixture.NewEngine(o => o with { FileSystem = files, JournalDirectory = root + "journals" });

        var entry = await engine.UploadAsync(new UploadRequest { Path = root + name, Name = name }, null, TestContext.Current.CancellationToken);
        entry = await fixture.Client.GetEntryAsync(entry.Id, ct: TestContext.Current.CancellationToken);
        var back = (await engine.FetchAsync(new FetchRequest { Entry = entry, DestinationDirectory = root + "back" }, null, TestContext.Current.CancellationToken)).Single();

        Assert.Equal(bytes, files.GetFile(back.Path!).Contents);
        Assert.Equal([back.Path!], files.Directory.GetFiles(root + "back"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(fixture.Target));
    }
}
