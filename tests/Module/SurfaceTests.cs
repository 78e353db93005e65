using System.Management.Automation;
using System.Runtime.Loader;
using System.Xml.Linq;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>The module as it ships: manifest, cmdlets, parameters, help, dependencies.</summary>
public sealed class SurfaceTests
{
    private static readonly HashSet<string> Common = new(Cmdlet.CommonParameters.Concat(Cmdlet.OptionalCommonParameters), StringComparer.OrdinalIgnoreCase);
    private static readonly string[] Changing = ["New", "Send", "Set", "Remove", "Update", "Publish", "Register", "Invoke"];

    [Fact]
    public void The_manifest_names_exactly_the_cmdlets_of_the_assembly()
    {
        using var session = new TypedSession();
        var commands = Commands(session);
        var assembly = commands[0].ImplementingType.Assembly;
        var inAssembly = assembly.GetExportedTypes().Select(t => t.GetCustomAttributes(typeof(CmdletAttribute), false).OfType<CmdletAttribute>().SingleOrDefault())
            .OfType<CmdletAttribute>().Select(a => $"{a.VerbName}-{a.NounName}").Order(StringComparer.Ordinal);
        var text = File.ReadAllText(Repository.Manifest);
        var table = (System.Collections.Hashtable)session.Run($"& {{ {text} }}").Single().BaseObject;
        var listed = ((object[])table["CmdletsToExport"]!).Select(o => o.ToString()!).ToList();

        Assert.Equal(inAssembly, listed.Order(StringComparer.Ordinal));
        Assert.Equal(listed.Order(StringComparer.Ordinal), commands.Select(c => c.Name).Order(StringComparer.Ordinal));
        foreach (var list in (string[])["FunctionsToExport", "AliasesToExport", "VariablesToExport"])
        {
            Assert.Empty((object[])table[list]!);
        }
    }

    [Theory]
    [InlineData("Connect-Fh", "ApiKey,Local,Path,ServiceUri,Token")]
    [InlineData("Disconnect-Fh", "")]
    [InlineData("Get-FhConnection", "")]
    [InlineData("New-FhTextContent", "Connection,Content,DatasetId,Description,Embedding,FilePath,Metadata,Name,ParentId,ProjectId,Tag")]
    [InlineData("Send-FhFile", "AsCollection,Connection,DatasetId,Description,DestinationPath,Embedding,IgnoreFileName,IgnorePattern,LiteralPath,ManifestFileName,Metadata,Name,ParentId,Path,ProjectId,SkipUnchanged,Tag,ThrottleLimit")]
    [InlineData("Get-FhData", "Connection,Destination,Force,Id,NoExtract,Recurse,RevisionId,ThrottleLimit,Version")]
    [InlineData("Get-FhDataEntry", "Connection,DatasetId,Id,ParentId,Recurse,RevisionId,Version")]
    [InlineData("Find-FhDataEntry", "Connection,Criterion,DatasetId,Description,First,Highlight,MatchAny,Name,ProjectId,Skip,Status,Tag,Text")]
    [InlineData("Find-FhSimilarData", "Connection,DatasetId,Embedding,First,MinScore,ProjectId,Tag,UserId")]
    [InlineData("Set-FhDataTag", "Append,Connection,Id,PassThru,Tag")]
    [InlineData("Set-FhDataPermission", "Connection,Id,Organization,PassThru,ShareStatus,User")]
    [InlineData("Remove-FhDataEntry", "Connection,Force,Id")]
    [InlineData("New-FhDataset", "Connection,Description,Id,Name,UserId")]
    [InlineData("Get-FhDataset", "Connection,Id")]
    [InlineData("Remove-FhDataset", "Connection,Force,Id")]
    [InlineData("Update-FhData", "BaseRevisionId,Connection,Content,Description,Draft,Id,NewName,Path,SourceId")]
    [InlineData("Get-FhDataRevision", "Connection,Id,IncludeDraft")]
    [InlineData("Publish-FhDataRevision", "Connection,Id,RevisionId")]
    [InlineData("Wait-FhDataEntry", "Connection,Id,TimeoutSec")]
    [InlineData("Get-FhTrajectoryFile", "Connection,TrajectoryId")]
    [InlineData("Invoke-FhRestMethod", "Body,Connection,Method,Path,Query")]
    public void A_cmdlet_takes_what_its_page_says(string name, string parameters)
    {
        using var session = new TypedSession();
        var command = Commands(session).Single(c => c.Name == name);
        Assert.Equal(parameters, string.Join(',', command.Parameters.Keys.Where(p => !Common.Contains(p)).Order(StringComparer.Ordinal)));
        Assert.NotEmpty(command.OutputType);
        Assert.Equal(command.Noun is not ("Fh" or "FhConnection"), command.Parameters.ContainsKey("Connection"));
        Assert.Equal(Changing.Contains(command.Verb), command.Parameters.ContainsKey("WhatIf"));
        Assert.True(command.ImplementingType.IsSealed);
    }

    [Fact]
    public void Every_parameter_is_described()
    {
        XNamespace maml = "http://schemas.microsoft.com/maml/2004/10", command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
        var help = XDocument.Load(Path.Combine(Repository.Root, "en-US", "FutureHouse.PowerShell.dll-Help.xml"));
        using var session = new TypedSession();
        foreach (var cmdlet in Commands(session))
        {
            var page = Assert.Single(help.Descendants(command + "command"), c => c.Element(command + "details")!.Element(command + "name")!.Value == cmdlet.Name);
            Assert.NotEmpty(page.Element(command + "details")!.Element(maml + "description")!.Value);
            Assert.NotEmpty(page.Descendants(command + "example"));
            foreach (var parameter in cmdlet.Parameters.Keys.Where(p => !Common.Contains(p)))
            {
                var described = Assert.Single(page.Element(command + "parameters")!.Elements(), p => p.Element(maml + "name")!.Value == parameter);
                Assert.NotEmpty(described.Element(maml + "description")!.Value);
            }
        }
    }

    [Fact]
    public async Task The_engine_has_its_own_libraries_where_the_session_has_others()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new TypedSession();
        session.Connect(platform);

        // What retries with Polly, and reads a manifest with YamlDotNet.
        await platform.InjectAsync(("entries.get", "return-503"));
        session.Run("New-FhTextContent -Name a -Content b | Get-FhData").Single();
        Directory.CreateDirectory(platform.Directory.Combine("tree"));
        File.WriteAllText(platform.Directory.Combine("tree", "a.txt"), "x");
        File.WriteAllText(platform.Directory.Combine("tree", "m.yaml"), "tree:\n  entries:\n    a.txt: Told by the manifest\n");
        session.Set("tree", platform.Directory.Combine("tree"));
        Assert.Contains("Told by the manifest", session.Good("(Send-FhFile $tree -ManifestFileName m.yaml).Description").Select(o => o?.ToString()));
        Assert.Empty(await platform.PendingFaultsAsync());

        var loaded = AppDomain.CurrentDomain.GetAssemblies();
        foreach (var foreign in ForeignLibraries.Load())
        {
            Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(foreign));
            var own = loaded.Where(a => a.GetName().Name == foreign.GetName().Name && AssemblyLoadContext.GetLoadContext(a)!.Name == "FutureHouse").ToList();
            if (foreign.GetName().Name == "Newtonsoft.Json")
            {
                Assert.Empty(own); // of no use to the engine
                continue;
            }

            Assert.NotEqual(Release(foreign), Release(Assert.Single(own)));
            Assert.Equal(Path.Combine(Repository.Root, "bin", "dependencies"), Path.GetDirectoryName(own[0].Location));
        }

        // And the session's own are as they were.
        Assert.Equal("11.0.0.0", session.Run("[YamlDotNet.Serialization.DeserializerBuilder].Assembly.GetName().Version.ToString()").Single().BaseObject);
        Assert.NotNull(session.Run("[YamlDotNet.Serialization.DeserializerBuilder]::new().Build()").Single());
    }

    [Fact]
    public void Importing_again_and_after_removal_works()
    {
        using var session = new TypedSession();
        session.Run($"Remove-Module FutureHouse; Import-Module '{Repository.Manifest}'; Import-Module '{Repository.Manifest}' -Force; Get-FhConnection").Ok();
    }

    [Fact]
    public void The_service_completes_to_the_known_ones()
    {
        using var session = new TypedSession();
        var texts = session.Run("(TabExpansion2 'Connect-Fh -ServiceUri ' 23).CompletionMatches").Ok().Output.Select(o => ((CompletionResult)o.BaseObject).ListItemText).ToList();
        Assert.Equal(["production", "staging", "development", "local"], texts);
    }

    /// <summary>The version of an assembly need not change with that of its package.</summary>
    private static string Release(System.Reflection.Assembly assembly) =>
        $"{assembly.GetName().Version} {assembly.GetCustomAttributes(false).OfType<System.Reflection.AssemblyInformationalVersionAttribute>().SingleOrDefault()?.InformationalVersion}";

    private static List<CmdletInfo> Commands(TypedSession session) =>
        [.. session.Run("Get-Command -Module FutureHouse -CommandType Cmdlet").Ok().Output.Select(o => (CmdletInfo)o.BaseObject)];
}
