using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>The walk's verdicts against git's own, on random trees of a fixed seed. <c>bench/Walk --differential</c> goes on for longer.</summary>
public sealed class IgnoreDifferentialTests
{
    [Fact]
    public void No_path_of_20_000_is_judged_otherwise_than_by_git()
    {
        Requirement.Tool("git");
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "the random names have characters that Windows does not allow");
        var compared = 0;
        var differences = new List<string>();
        for (var seed = 1; compared < 20_000; seed++)
        {
            var folder = RandomTree.CreateFolder();
            try
            {
                var tree = new RandomTree(seed, folder);
                tree.Create(600);
                var (paths, found) = tree.Compare();
                compared += paths;
                differences.AddRange(found.Select(d => $"seed {seed}: {d}"));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        Assert.Empty(differences);
    }
}
