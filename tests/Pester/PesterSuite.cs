using System.Text.Json;
using FutureHouse.Tests.Support;
using Xunit;
using Xunit.Sdk;

namespace FutureHouse.Tests.Pester;

/// <summary>
/// Every <c>It</c> of every <c>*.Tests.ps1</c>, run by Pester in the pwsh that the repository pins: a result of its own each, with its own message where it fails.
/// Nothing here is skipped for want of a tool: the build restores both, and a missing one is a failure.
/// </summary>
public sealed class PesterSuite
{
    /// <summary>As many run at once: the machine has other tests to run.</summary>
    private const int Processes = 2;

    public static async Task<IEnumerable<TheoryDataRow<TestOutcome>>> Outcomes()
    {
        var folder = Path.Combine(Repository.Root, "tests", "Pester");

        // A pwsh runs many files, as its start costs more than most of them. Each is dealt about as much, as far as size tells.
        var batches = Enumerable.Range(0, Processes).Select(_ => (Files: new List<string>(), Size: 0L)).ToArray();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.Tests.ps1").OrderByDescending(f => f.Length))
        {
            ref var least = ref batches.AsSpan()[Array.IndexOf(batches, batches.MinBy(b => b.Size))];
            least.Files.Add(file.Name[..^".Tests.ps1".Length]);
            least.Size += file.Length;
        }

        var outcomes = await Task.WhenAll(batches.Select(b => RunAsync(b.Files)));
        return outcomes.SelectMany(o => o).OrderBy(o => o.File, StringComparer.Ordinal)
            .Select(o => new TheoryDataRow<TestOutcome>(o)
            {
                TestDisplayName = $"{o.File}: {o.Name}",
                Skip = o.Result is not "Skipped" ? null : o.Errors.Count > 0 ? o.Errors[0].Message : "Pester skipped it.",
            });
    }

    [Theory]
    [MemberData(nameof(Outcomes), DisableDiscoveryEnumeration = true)]
    public void Passes(TestOutcome outcome)
    {
        if (outcome.Result != "Passed")
        {
            throw new PesterException(outcome);
        }
    }

    private static async Task<IEnumerable<TestOutcome>> RunAsync(IReadOnlyCollection<string> files)
    {
        using var folder = new TempDirectory();
        var path = folder.Combine("results.json");
        var (exitCode, output, error) = await Pwsh.RunAsync(null, ["-File", Path.Combine(Repository.Root, "tests", "Pester", "Invoke-Tests.ps1"), .. files, "-ResultPath", path]);
        if (exitCode != 0 || !File.Exists(path))
        {
            return files.Select(file => TestOutcome.Failed(file, $"pwsh ended with exit code {exitCode}: {output}{error}"));
        }

        var results = JsonSerializer.Deserialize<List<TestOutcome>>(await File.ReadAllTextAsync(path))!;
        return results.Concat(files.Except(results.Select(r => r.File)).Select(file => TestOutcome.Failed(file, $"no It in {file}.Tests.ps1")));
    }
}

/// <summary>What came of an <c>It</c>.</summary>
/// <param name="File">Its file, without <c>.Tests.ps1</c>.</param>
/// <param name="Name">Its blocks and itself.</param>
/// <param name="Result">Pester's word for it.</param>
/// <param name="Errors">What was wrong.</param>
public sealed record TestOutcome(string File, string Name, string Result, IReadOnlyList<TestError> Errors)
{
    /// <summary>A failure that Pester did not tell.</summary>
    internal static TestOutcome Failed(string file, string message) => new(file, "(file)", "Failed", [new TestError(message, string.Empty)]);
}

/// <summary>An error of an <c>It</c>.</summary>
/// <param name="Message">What is wrong.</param>
/// <param name="Stack">Where in the script.</param>
public sealed record TestError(string Message, string Stack);

/// <summary>Shows a failed <c>It</c> as Pester tells it: its message, and its place in the script in place of ours.</summary>
internal sealed class PesterException(TestOutcome outcome)
    : Exception(outcome.Errors.Count == 0 ? $"Pester says: {outcome.Result}." : string.Join('\n', outcome.Errors.Select(e => e.Message))), IAssertionException
{
    public override string StackTrace => string.Join('\n', outcome.Errors.Select(e => e.Stack));
}
