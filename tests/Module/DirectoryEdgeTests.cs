using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>A session that is killed while a collection is on its way.</summary>
public sealed class DirectoryEdgeTests : ConnectedTests
{
    private string Tree => Platform.Directory.Combine("tree");

    protected override void Prepare()
    {
        Directory.CreateDirectory(Path.Combine(Tree, "sub"));
        File.WriteAllText(Path.Combine(Tree, "a.txt"), "alpha");
        File.WriteAllText(Path.Combine(Tree, "sub", "b.bin"), "beta");
    }

    [Fact]
    public async Task What_a_killed_session_left_is_gone_with_the_next_collection()
    {
        var home = DotnetProgram.Home(Directory.CreateDirectory(Platform.Directory.Combine("home")).FullName);
        var script = Pwsh.WithModule($"$null = Connect-Fh -ApiKey '{PlatformFixture.Ann.ApiKey}' -ServiceUri '{Platform.Url}'; (Send-FhFile '{Tree}' -AsCollection).FilePath");
        await Platform.InjectAsync(("entries.create", "delay-600000ms"));
        using (var killed = await Pwsh.StartAsync(home, "-Command", script))
        {
            while ((await Platform.PendingFaultsAsync()).Count > 0)
            {
                Assert.False(killed.HasExited, "it ended by itself");
            }

            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var left = Assert.Single(Directory.GetFiles(home["HOME"], "*.zip", SearchOption.AllDirectories));
        Assert.True(new FileInfo(left).Length > 0);
        var (code, output, error) = await Pwsh.RunAsync(home, "-Command", script);
        Assert.True(code == 0, output + error);
        Assert.Contains("tree.zip", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(left)!));
    }
}
