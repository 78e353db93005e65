using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>A session that is killed in the middle of an upload; the same command in another process goes on where the service had got to.</summary>
public sealed class KilledSessionTests
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData(UploadModes.Multipart, "parts.put", 6)]
    [InlineData(UploadModes.Session, "sessions.put", 1)]
    public async Task Another_process_goes_on_with_what_is_missing(UploadModes modes, string operation, int requests)
    {
        await using var platform = await PlatformFixture.StartAsync(o => o with { Uploads = modes });
        using var home = new TempDirectory();
        var file = platform.Directory.RandomFile("big.bin", 61 * MiB); // seven parts, six of them at once

        // A session that stands still is busy until it goes on, whoever went away; so that is soon.
        await platform.InjectAsync([.. Enumerable.Repeat((operation, modes == UploadModes.Session ? "stall-for-8s-after-4096K" : "stall-for-600s-after-4096K"), requests)]);
        var command = $"$null = Connect-Fh -ApiKey '{PlatformFixture.Ann.ApiKey}' -ServiceUri '{platform.Url}'; (Send-FhFile -LiteralPath '{file}').Id.ToString()";

        using (var first = ProgramRun.StartIn(home.Path, "FutureHouse.Shell", "-Command", command))
        {
            await new PipelineTests.Gate(platform).WaitAsync(operation, requests);
            first.Kill(); // SIGKILL: nothing is tidied up
            await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var journal = Assert.Single(Directory.EnumerateFiles(home.Path, "*.json", SearchOption.AllDirectories), p => p.Contains("uploads", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(journal));
        }

        var begun = JsonDocument.Parse(await File.ReadAllTextAsync(journal, TestContext.Current.CancellationToken)).RootElement.GetProperty("EntryId").GetString();
        var (code, output, error) = await ProgramRun.RunInAsync(home.Path, "FutureHouse.Shell", "-Command", command);
        Assert.True(code == 0, output + error);
        Assert.Equal(begun, output.Trim());

        var operations = await platform.OperationsAsync();
        Assert.Single(operations, o => o == "entries.create");
        Assert.Single(operations, o => o == "entries.initiate");
        Assert.Equal(modes == UploadModes.Session ? 1 : 0, operations.Count(o => o == "sessions.start"));
        Assert.False(File.Exists(journal));

        using var session = new TypedSession().Connect(platform);
        session.Set("out", platform.Directory.Combine("out"));
        session.Good($"Get-FhData {begun} -Destination $out");
        Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(platform.Directory.Combine("out", "big.bin"))));
    }
}
