using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>The shell as a newcomer meets it.</summary>
public sealed class ShellTests
{
    private const string Shell = "FutureHouse.Shell";

    [Fact]
    public async Task The_first_session_runs_to_its_end()
    {
        var (exitCode, output, error) = await ProgramRun.RunAsync(Shell, "-NonInteractive", "-File", Path.Combine(Repository.Root, "examples", "first-session.ps1"));
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("Done: every file came back byte for byte", output, StringComparison.Ordinal);
        Assert.Contains("with its 6 entries", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 + 1", 0, "2")]
    [InlineData("exit 7", 7, "")]
    [InlineData("throw 'x'", 1, "")]
    [InlineData("Get-FhDataset no-uuid", 1, "")]
    [InlineData("(Get-Command -Module FutureHouse).Count -eq (Get-Module FutureHouse).ExportedCmdlets.Count", 0, "True")]
    [InlineData("'a,b', '1,\"x, y\"' | ConvertFrom-Csv | ForEach-Object { $_.b }", 0, "x, y")]
    [InlineData("1, 2, 3 | ForEach-Object { [pscustomobject]@{ Odd = $_ % 2 } } | Group-Object Odd | ForEach-Object { '{0}:{1}' -f $_.Name, $_.Count }", 0, "1:2")]
    [InlineData("'b','a' | Sort-Object | Select-Object -First 1", 0, "a")]
    [InlineData("[pscustomobject]@{ A = 1; B = 2 } | Format-List", 0, "A : 1")]
    public async Task A_command_has_its_output_and_exit_code(string command, int exitCode, string output)
    {
        var (code, text, error) = await ProgramRun.RunAsync(Shell, "-Command", command);
        Assert.True(code == exitCode, $"exit code {code}\n{text}{error}");
        Assert.Contains(output, text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_ask_is_an_error_when_nobody_can_answer()
    {
        var (code, text, error) = await ProgramRun.RunAsync(Shell, "-NonInteractive", "-Command", "Remove-FhDataEntry 5a1fbe3f-5ed5-57d4-8121-2603f4867de9");
        Assert.Equal(1, code);
        Assert.Contains("-NonInteractive", text + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_takes_arguments_and_wrong_words_are_explained()
    {
        using var folder = new TempDirectory();
        var script = folder.Combine("s.ps1");
        await File.WriteAllTextAsync(script, "param([string] $Name, [switch] $Loud) \"$Name $Loud\"");
        var (code, text, _) = await ProgramRun.RunAsync(Shell, "-File", script, "-Name", "it's", "-Loud");
        Assert.Equal((0, "it's True"), (code, text.Trim()));
        Assert.Equal(64, (await ProgramRun.RunAsync(Shell, "-Nonsense")).ExitCode);
        Assert.Equal(64, (await ProgramRun.RunAsync(Shell, "-File", folder.Combine("missing.ps1"))).ExitCode);
    }
}
