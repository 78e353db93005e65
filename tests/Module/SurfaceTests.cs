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
    private static readonly string[] Changing = ["New", "Send", "Set", "Remove"];

    [Fact]
    public void The_manifest_names_exactly_the_cmdlets_of_the_assembly()
    {
        using var session = new TypedSession();
        var commands = Commands(session);
        var assembly = commands[0].ImplementingType.Assembly;
        var inAssembly = assembly.GetExportedTypes().Select(t => t.GetCustomAttributes(typeof(CmdletAttribute), false).OfType<CmdletAttribute>().SingleOrDefault())
            .OfType<CmdletAttribute>().Select(a => $"{a.VerbName}-{a.NounName}").Order(StringComparer.Ordinal);
        var text = File.ReadAllText(TypedSession.Manifest);
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
    [InlineData("Send-FhFile", "AsCollection,Connection,DatasetId,Description,DestinationPath,Embedding,IgnoreFileName,IgnorePattern,LiteralPath,ManifestFileName,Metadata,Name,ParentId,Path,ProjectId,Tag,ThrottleLimit")]
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
        session.Run("New-FhTextContent -Name a -Content b | Get-FhData").Single();

        var foreign = Assert.Single(ForeignLibraries.Load(), a => a.GetName().Name == "Polly.Core");
        Assert.Same(AssemblyLoadContext.Default, AssemblyLoadContext.GetLoadContext(foreign));
        var own = Assert.Single(AppDomain.CurrentDomain.GetAssemblies(), a => a.GetName().Name == "Polly.Core" && a != foreign);
        Assert.Equal("FutureHouse", AssemblyLoadContext.GetLoadContext(own)!.Name);
        Assert.Equal(Path.Combine(Repository.Root, "bin", "dependencies"), Path.GetDirectoryName(own.Location));
    }

    [Fact]
    public void Importing_again_and_after_removal_works()
    {
        using var session = new TypedSession();
        session.Run($"Remove-Module FutureHouse; Import-Module '{TypedSession.Manifest}'; Import-Module '{TypedSession.Manifest}' -Force; Get-FhConnection").Ok();
    }

    [Fact]
    public void The_service_completes_to_the_known_ones()
    {
        using var session = new TypedSession();
        var texts = session.Run("(TabExpansion2 'Connect-Fh -ServiceUri ' 23).CompletionMatches").Ok().Output.Select(o => ((CompletionResult)o.BaseObject).ListItemText).ToList();
        Assert.Equal(["production", "staging", "development", "local"], texts);
    }

    private static List<CmdletInfo> Commands(TypedSession session) =>
        [.. session.Run("Get-Command -Module FutureHouse -CommandType Cmdlet").Ok().Output.Select(o => (CmdletInfo)o.BaseObject)];
}
