using System.Management.Automation;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary><c>Send-FhFile -SkipUnchanged</c>, as a user repeats it.</summary>
public sealed class UnchangedTests : ConnectedTests
{
    protected override void Prepare()
    {
        var folder = Platform.Directory.Combine("tree");
        Directory.CreateDirectory(Path.Combine(folder, "sub"));
        File.WriteAllText(Path.Combine(folder, "a.txt"), "a\r\n");
        File.WriteAllBytes(Path.Combine(folder, "b.bin"), [1, 2, 3, 0]);
        File.WriteAllBytes(Path.Combine(folder, "empty.bin"), []);
        File.WriteAllText(Path.Combine(folder, "sub", "c.csv"), "x,y\n");
        Session.Set("folder", folder);
        Session.Good("$dataset = New-FhDataset -Name sync");
    }

    [Fact]
    public async Task Files_that_are_there_unchanged_are_not_sent_again()
    {
        Assert.Equal(3, Session.Good("Send-FhFile $folder/*.* -DatasetId $dataset -SkipUnchanged").Count);
        var before = (await Platform.OperationsAsync()).Count(IsWrite);
        var again = Session.Run("Send-FhFile $folder/*.* -DatasetId $dataset -SkipUnchanged -Verbose").Ok();
        Assert.Empty(again.Output);
        Assert.Equal(3, again.Verbose.Count(line => line.Contains("there unchanged", StringComparison.Ordinal)));
        Assert.Equal(before, (await Platform.OperationsAsync()).Count(IsWrite));
    }

    [Fact]
    public async Task Of_a_parent_the_dataset_is_asked_for_once()
    {
        Session.Good("$p = New-FhTextContent -Name above -Content x -DatasetId $dataset; $null = Send-FhFile $folder/*.* -ParentId $p -DatasetId $dataset");
        var before = (await Platform.OperationsAsync()).Count;
        Assert.Empty(Session.Good("Send-FhFile $folder/*.* -ParentId $p -SkipUnchanged"));
        Assert.Equal(["entries.get", "datasets.get"], (await Platform.OperationsAsync()).Skip(before));
    }

    [Fact]
    public void A_change_of_the_same_size_is_seen()
    {
        Session.Good("Send-FhFile $folder/*.* -DatasetId $dataset");
        Session.Good("[IO.File]::WriteAllBytes(\"$folder/b.bin\", [byte[]](1, 2, 4, 0)); [IO.File]::WriteAllText(\"$folder/a.txt\", \"b`r`n\")");
        Assert.Equal(["a.txt", "b.bin"], Session.Good("Send-FhFile $folder/*.* -DatasetId $dataset -SkipUnchanged").Select(Name).Order());
    }

    [Fact]
    public void A_directory_takes_what_is_new_in_it()
    {
        Assert.Equal(6, Session.Good("$sent = Send-FhFile $folder -DatasetId $dataset -SkipUnchanged; $sent").Count);
        Session.Good("[IO.File]::WriteAllText(\"$folder/sub/d.csv\", 'new')");
        var added = Assert.Single(Session.Good("Send-FhFile $folder -DatasetId $dataset -SkipUnchanged"));
        Assert.Equal("d.csv", Name(added));
        Session.Set("added", added);
        Assert.Equal("True", Assert.Single(Session.Good("$added.ParentId -eq ($sent | Where-Object Name -eq 'sub').Id")).ToString());
    }

    [Fact]
    public void An_archive_that_is_there_unchanged_is_not_sent_again()
    {
        Assert.Single(Session.Good("Send-FhFile $folder -AsCollection -DatasetId $dataset -SkipUnchanged"));
        Assert.Empty(Session.Good("Send-FhFile $folder -AsCollection -DatasetId $dataset -SkipUnchanged"));
        Session.Good("[IO.File]::WriteAllText(\"$folder/a.txt\", 'other')");
        Assert.Single(Session.Good("Send-FhFile $folder -AsCollection -DatasetId $dataset -SkipUnchanged"));
    }

    [Fact]
    public void Without_a_dataset_there_is_nowhere_to_look()
    {
        var error = Session.Bad("Send-FhFile $folder/a.txt -SkipUnchanged", "FhInvalidRequest");
        Assert.Contains("-DatasetId", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plan_asks_nothing_and_says_so()
    {
        var before = await Platform.OperationsAsync();
        var plan = Session.Run("Send-FhFile \"$folder/a.txt\" -DatasetId $dataset -SkipUnchanged -WhatIf").Ok();
        Assert.Contains(plan.Host, line => line.Contains("unless it is there unchanged", StringComparison.Ordinal));
        Assert.Equal(before, await Platform.OperationsAsync());
    }

    private static bool IsWrite(string operation) => operation is not ("datasets.get" or "entries.get" or "auth.login" or "organizations.list");

    private static string Name(PSObject entry) => (string)entry.Properties["Name"].Value;
}
