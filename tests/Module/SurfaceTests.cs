using System.Management.Automation;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>What the module shows: its manifest, its cmdlets, its help.</summary>
[Collection("module")]
public sealed class SurfaceTests
{
    private static readonly string[] Expected =
    [
        "Connect-Fh", "Disconnect-Fh", "Get-FhConnection", "Get-FhData", "Get-FhDataEntry", "Get-FhDataset", "New-FhDataset", "New-FhTextContent", "Remove-FhDataEntry", "Remove-FhDataset", "Send-FhFile",
    ];

    [Fact]
    public void The_manifest_exports_the_cmdlets_of_the_assembly_and_no_more()
    {
        using var session = new ModuleSession();
        var exported = session.Good("(Get-Module FutureHouse).ExportedCmdlets.Keys").Select(o => o.ToString()).Order(StringComparer.Ordinal);
        Assert.Equal(Expected, exported);
        var declared = session.Good("[FutureHouse.PowerShell.Formatting.ByteSize].Assembly.GetTypes() | Where-Object { -not $_.IsAbstract -and $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false) } | ForEach-Object { $a = $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false)[0]; \"$($a.VerbName)-$($a.NounName)\" }")
            .Select(o => o.ToString()).Order(StringComparer.Ordinal);
        Assert.Equal(Expected, declared);
        Assert.Empty(session.Good("(Get-Module FutureHouse).ExportedFunctions.Keys; (Get-Module FutureHouse).ExportedAliases.Keys"));
    }

    [Fact]
    public void What_changes_something_can_be_asked_first_and_everything_takes_a_connection()
    {
        using var session = new ModuleSession();
        var commands = session.Good("Get-Command -Module FutureHouse -CommandType Cmdlet").Select(o => (CmdletInfo)o.BaseObject).ToList();
        Assert.All(commands.Where(c => c.Verb is "New" or "Send" or "Remove"), c => Assert.True(c.Parameters.ContainsKey("WhatIf") && c.Parameters.ContainsKey("Confirm"), c.Name));
        Assert.All(commands.Where(c => c.Noun is not ("Fh" or "FhConnection")), c => Assert.True(c.Parameters.ContainsKey("Connection"), c.Name));
        Assert.All(commands, c => Assert.NotEmpty(c.OutputType));
    }

    [Fact]
    public void Every_cmdlet_has_help_with_every_parameter_and_an_example()
    {
        using var session = new ModuleSession();
        foreach (var name in Expected)
        {
            var help = Assert.Single(session.Good($"Get-Help {name} -Full"));
            var synopsis = help.Properties["Synopsis"].Value?.ToString()?.Trim();
            Assert.False(string.IsNullOrEmpty(synopsis), name);
            Assert.DoesNotContain($"{name} [", synopsis, StringComparison.Ordinal);
            var described = session.Good($"$h = Get-Help {name} -Full; foreach ($p in (Get-Command {name}).Parameters.Keys) {{ if ($p -notin [Management.Automation.Cmdlet]::CommonParameters) {{ $d = $h.parameters.parameter | Where-Object name -eq $p; if (-not $d -or -not $d.description) {{ $p }} }} }}");
            Assert.True(described.Count == 0, $"{name}: {string.Join(", ", described)}");
            Assert.NotEmpty(session.Good($"(Get-Help {name} -Examples).examples.example"));
        }
    }

    [Fact]
    public void Services_complete()
    {
        using var session = new ModuleSession();
        var results = session.Good("$line = 'Connect-Fh -ServiceUri '; ([Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null)).CompletionMatches | ForEach-Object { $_.CompletionText }").Select(r => r.ToString());
        Assert.Contains("https://api.platform.edisonscientific.com", results);
    }

    [Fact]
    public void Another_version_of_a_dependency_in_the_session_does_no_harm()
    {
        // Assemblies of the tests' own: another Newtonsoft.Json and YamlDotNet than ours might be, and a Polly.Core of another version that is only a name.
        var folder = AppContext.BaseDirectory;
        var polly = Path.Combine(folder, "other", "Polly.Core.dll");
        Directory.CreateDirectory(Path.GetDirectoryName(polly)!);
        if (!File.Exists(polly))
        {
            var builder = new System.Reflection.Emit.PersistedAssemblyBuilder(new System.Reflection.AssemblyName("Polly.Core") { Version = new Version(7, 0, 0, 0) }, typeof(object).Assembly);
            builder.DefineDynamicModule("Polly.Core");
            builder.Save(polly);
        }

        using var platform = new TempDirectory();
        using var session = new ModuleSession($"$null = [Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath('{polly}'); $null = [Reflection.Assembly]::LoadFrom('{Path.Combine(folder, "YamlDotNet.dll")}'); $null = [Reflection.Assembly]::LoadFrom('{Path.Combine(folder, "Newtonsoft.Json.dll")}')");
        session.Bad("Connect-Fh -ApiKey x -ServiceUri 'http://127.0.0.1:9'", "FhNetwork"); // the whole engine ran, its retries included
        var versions = session.Good("[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'Polly.Core' } | ForEach-Object { $_.GetName().Version.Major } ").Select(v => (int)v.BaseObject);
        Assert.Equal([7, 8], versions.Order());
    }
}

/// <summary>Tests of one process share the module's load context: one after the other.</summary>
[CollectionDefinition("module", DisableParallelization = true)]
public sealed class ModuleTestsInTurn;
