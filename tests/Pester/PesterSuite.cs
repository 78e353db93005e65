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
    /// <summary>Two processes at most: the machine has other tests to run.</summary>
    private static readonly SemaphoreSlim Turns = new(2);

    public static async Task<IEnumerable<TheoryDataRow<TestOutcome>>> Outcomes()
    {
        var folder = Path.Combine(Repository.Root, "tests", "Pester");

        // The longest first, as far as size tells, so that none is left running alone at the end.
        var files = new DirectoryInfo(folder).EnumerateFiles("*.Tests.ps1").OrderByDescending(f => f.Length).Select(f => f.Name[..^".Tests.ps1".Length]);
        var outcomes = await Task.WhenAll(files.Select(RunAsync));
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

    private static async Task<IEnumerable<TestOutcome>> RunAsync(string file)
    {
        await Turns.WaitAsync();
        using var folder = new TempDirectory();
        try
        {
            var path = folder.Combine("results.json");
            var (exitCode, output, error) = await Pwsh.RunAsync(null, "-File", Path.Combine(Repository.Root, "tests", "Pester", "Invoke-Tests.ps1"), "-Name", file, "-ResultPath", path);
            if (exitCode != 0 || !File.Exists(path))
            {
                return [TestOutcome.Failed(file, "(file)", $"pwsh ended with exit code {exitCode}: {output}{error}")];
            }

            var results = JsonSerializer.Deserialize<List<TestOutcome>>(await File.ReadAllTextAsync(path))!;
            return results.Count == 0 ? [TestOutcome.Failed(file, "(file)", $"no It in {file}.Tests.ps1")] : results.Select(r => r with { File = file });
        }
        finally
        {
            Turns.Release();
        }
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
    internal static TestOutcome Failed(string file, string name, string message) => new(file, name, "Failed", [new TestError(message, string.Empty)]);
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
