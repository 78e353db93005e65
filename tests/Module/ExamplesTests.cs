using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>The examples, each as a newcomer without <c>pwsh</c> runs it.</summary>
public sealed class ExamplesTests
{
    public static TheoryData<string> Scripts()
    {
        var scripts = new TheoryData<string>();
        foreach (var file in Directory.EnumerateFiles(Folder, "*.ps1").Select(Path.GetFileName).Where(name => name != "session.ps1").Order(StringComparer.Ordinal))
        {
            scripts.Add(file!);
        }

        return scripts;
    }

    private static string Folder => Path.Combine(Repository.Root, "examples");

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task An_example_runs_to_its_end_and_leaves_nothing(string script)
    {
        using var temporary = new TempDirectory();
        var (exitCode, output, error) = await ProgramRun.RunWithAsync(
            new Dictionary<string, string> { ["TMPDIR"] = temporary.Path, ["TMP"] = temporary.Path, ["TEMP"] = temporary.Path },
            "FutureHouse.Shell",
            "-NonInteractive",
            "-File",
            Path.Combine(Folder, script));
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("\nDone: ", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(temporary.Path, "futurehouse-*"));
    }

    [Fact]
    public async Task The_page_of_the_examples_names_each()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Folder, "README.md"), TestContext.Current.CancellationToken);
        Assert.All(Scripts(), row => Assert.Contains($"`{row.Data}`", page, StringComparison.Ordinal));
    }
}
