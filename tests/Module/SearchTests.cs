using System.Management.Automation;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Finding, tagging and sharing, as typed, against the real local platform.</summary>
public sealed class SearchTests : ConnectedTests
{
    [Fact]
    public void Entries_are_found_by_each_parameter()
    {
        Session.Good("""
            $dataset = New-FhDataset set
            $project = [guid]::NewGuid()
            $null = New-FhTextContent 'plate 01' 'grüße aus köln' -Description 'First plate' -Tag raw, x -Metadata @{ plate = 1; kind = 'A' } -DatasetId $dataset
            $null = New-FhTextContent 'plate 02' 'other words' -Tag done -Metadata @{ plate = 2 } -ProjectId $project
            $null = New-FhTextContent 'big plate' 'words' -Metadata @{ plate = 10 }
            $null = New-FhTextContent 'star*' 'words'
            """);
        foreach (var (script, names) in new[]
        {
            ("Find-FhDataEntry 'plate 01'", "plate 01"), ("Find-FhDataEntry 'Plate 01'", ""), ("Find-FhDataEntry PLATE*", "plate 01,plate 02"), ("Find-FhDataEntry -Name *plate", "big plate"),
            ("Find-FhDataEntry *plate*", "plate 01,plate 02,big plate"), ("Find-FhDataEntry *", "plate 01,plate 02,big plate,star*"), ("Find-FhDataEntry", "plate 01,plate 02,big plate,star*"),
            ("Find-FhDataEntry 'star`*'", "star*"), ("Find-FhDataEntry -Description first", "plate 01"), ("Find-FhDataEntry -Text 'KÖLN grüße'", "plate 01"), ("Find-FhDataEntry -Tag done, x", "plate 01,plate 02"),
            ("Find-FhDataEntry -DatasetId $dataset", "plate 01"), ("Find-FhDataEntry -ProjectId $project", "plate 02"), ("Find-FhDataEntry -Status Pending", ""), ("Find-FhDataEntry *plate* -Tag done", "plate 02"),
            ("Find-FhDataEntry *01 -Tag done -MatchAny", "plate 01,plate 02"), ("Find-FhDataEntry -First 2 -Skip 1", "plate 02,big plate"), ("Find-FhDataEntry -First 0", ""),
            ("Find-FhDataEntry -Criterion @{ Field = 'metadata.plate'; Operator = 'greater_than'; Value = 1 }", "plate 02,big plate"),
            ("Find-FhDataEntry -Criterion @{ field = 'metadata.plate'; operator = 'Between'; value = 1, 2 }, ([pscustomobject]@{ Field = 'name'; Operator = 'EndsWith'; Value = '02' })", "plate 02"),
            ("Find-FhDataEntry -Criterion @{ Field = 'is_collection'; Operator = 'equals'; Value = $false }, @{ Field = 'created_at'; Operator = 'greater_than'; Value = [datetime]::Now.AddDays(-1) } -Name star*", "star*"),
            ("Find-FhDataEntry -Criterion @{ Field = 'dataset_id'; Operator = 'equals'; Value = $dataset }", "plate 01"),
        })
        {
            Assert.Equal((script, names), (script, string.Join(',', Session.Good(script).Select(h => h.Properties["Name"].Value))));
        }

        var hit = Assert.Single(Session.Good("Find-FhDataEntry -Text köln -Highlight"));
        Assert.Equal("FutureHouse.DataEntrySearchHit", hit.BaseObject.GetType().FullName);
        Assert.True((double)hit.Properties["Score"].Value > 0);
        Assert.Equal("grüße aus <em>köln</em>", Session.Good("(Find-FhDataEntry -Text köln -Highlight).Highlights['content']")[0].BaseObject);
        Assert.Equal("grüße aus köln", Session.Good("Find-FhDataEntry -Text köln | Get-FhData")[0].BaseObject);
    }

    [Fact]
    public async Task Whoever_takes_one_asks_for_one_page_and_the_rest_comes_page_by_page()
    {
        Session.Good("1..205 | ForEach-Object { New-FhTextContent \"n$_\" common } | Out-Null");
        Assert.Single(Session.Good("foreach ($once in 1) { Find-FhDataEntry -Text common | ForEach-Object { $_; break } }"));
        Assert.Equal(1, await SearchesAsync());
        Assert.Equal(205, Session.Good("$all = @(Find-FhDataEntry -Text common); $all.Count")[0].BaseObject);
        Assert.Equal(4, await SearchesAsync());
        Assert.Equal(150, Session.Good("@(Find-FhDataEntry -First 150).Count")[0].BaseObject);
        Assert.Equal(6, await SearchesAsync());
    }

    [Theory]
    [InlineData("Find-FhDataEntry a*b", "Where-Object")]
    [InlineData("Find-FhDataEntry -Criterion 'name=x'", "Criterion 1")]
    [InlineData("Find-FhDataEntry -Criterion @{ Field = 'name'; Operator = 'equals'; Value = 'x' }, @{ Field = 'name'; Value = 'x' }", "Criterion 2 has no Operator")]
    [InlineData("Find-FhDataEntry -Criterion @{ Field = 'name'; Operator = 'like'; Value = 'x' }", "starts_with")]
    [InlineData("Find-FhDataEntry -Criterion @{ Field = 'name'; Operator = 'equals'; Value = @{ a = 1 } }", "Hashtable")]
    [InlineData("Find-FhDataEntry -Criterion @{ Field = 'nothing'; Operator = 'equals'; Value = 'x' }", "'nothing'")]
    [InlineData("Find-FhDataEntry -Criterion (1..10000 | ForEach-Object { @{ Field = 'name'; Operator = 'equals'; Value = $_ } })", "at most 200")]
    [InlineData("Find-FhSimilarData 1, ([float]::NaN)", "Element 1")]
    [InlineData("Find-FhSimilarData ([float]::PositiveInfinity)", "Element 0")]
    [InlineData("Find-FhSimilarData 0, 0", "zeros")]
    [InlineData("Find-FhSimilarData 1 -First 101", "1 to 100")]
    [InlineData("Find-FhSimilarData 1 -MinScore 2", "from 0 to 1")]
    public void What_makes_no_sense_ends_the_command_and_says_why(string script, string words) =>
        Assert.Contains(words, Session.Bad(script, "FhInvalidRequest").ErrorDetails.Message, StringComparison.Ordinal);

    [Fact]
    public async Task Stopping_ends_a_search_and_is_no_error()
    {
        await Platform.InjectAsync(("search.entries", "delay-600000ms"));
        using var shell = PowerShell.Create(Session.Runspace);
        shell.AddScript("Find-FhDataEntry -Text x");
        var running = shell.BeginInvoke();
        await new PipelineTests.Gate(Platform).WaitAsync("search.entries");
        await Task.Factory.FromAsync(shell.BeginStop(null, null), shell.EndStop);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(shell.Streams.Error);
        Session.Good("Find-FhDataEntry -Text x");
    }

    [Fact]
    public void A_connection_that_has_ended_says_so()
    {
        Session.Good("$connection = Get-FhConnection; Disconnect-Fh");
        Session.Bad("Find-FhDataEntry -Connection $connection", "FhNotConnected");
        Session.Bad("Find-FhSimilarData 1 -Connection $connection", "FhNotConnected");
    }

    [Fact]
    public void Only_administrators_search_by_owner() => Session.Bad("Find-FhSimilarData 1, 2 -UserId user-bob", "FhForbidden");

    [Fact]
    public void Similar_entries_come_best_first()
    {
        Session.Good("$null = New-FhTextContent same x -Embedding 1, 0 -Tag t; $null = New-FhTextContent near x -Embedding 3, 4; $null = New-FhTextContent longer x -Embedding 1, 0, 0");
        Assert.Equal("same,near", string.Join(',', Session.Good("(Find-FhSimilarData 2, 0 -MinScore 0.5).Name")));
        Assert.Equal("same", string.Join(',', Session.Good("(Find-FhSimilarData 2, 0 -MinScore 0 -Tag t).Name")));
        Assert.Equal(0.6, (double)Session.Good("(Find-FhSimilarData 2, 0 -MinScore 0.5)[1].Score")[0].BaseObject, 6);
    }

    [Fact]
    public async Task Tags_are_replaced_added_and_taken_away()
    {
        Session.Good("$e = New-FhTextContent e x -Tag b, a");
        Assert.Empty(Session.Good("$e | Set-FhDataTag -Tag c, a, d -Append"));
        Assert.Equal("b,a,c,d", Tags());
        Assert.Equal("b,a,c,d", string.Join(',', Session.Good("(Set-FhDataTag $e c -Append -PassThru).Tags")));
        Assert.Equal("x,y", string.Join(',', Session.Good("(Set-FhDataTag $e x, y, x -PassThru).Tags")));
        Session.Good("[pscustomobject]@{ Id = $e.Id; Tag = 'csv' } | Set-FhDataTag");
        Assert.Equal("csv", Tags());
        var before = (await Platform.OperationsAsync()).Count;
        Assert.Contains("csv2", string.Join('\n', Session.Run("$e | Set-FhDataTag -Tag csv2 -WhatIf").Ok().Host), StringComparison.Ordinal);
        Assert.Equal(before, (await Platform.OperationsAsync()).Count);
        Session.Good("$e | Set-FhDataTag -Tag @()");
        Assert.Equal("", Tags());
        Assert.Contains("'Tag'", Session.Run("$e | Set-FhDataTag -Tag ''").Terminating?.Exception.Message, StringComparison.Ordinal);
        Session.Bad("Set-FhDataTag ([guid]::NewGuid()) x", "FhNotFound");
    }

    [Fact]
    public async Task An_entry_is_shared_and_no_longer()
    {
        using var bob = new TypedSession();
        bob.Connect(Platform, PlatformFixture.Bob.ApiKey);
        bob.Set("id", Session.Good("$e = New-FhTextContent e secret; $e.Id")[0].BaseObject);
        Session.Set("bob", PlatformFixture.Bob.Email);
        bob.Bad("Get-FhData $id", "FhNotFound");
        Assert.Empty(bob.Good("Find-FhDataEntry"));

        Assert.Empty(Session.Good("$e | Set-FhDataPermission -ShareStatus Shared -User $bob"));
        Assert.Equal("secret", Assert.Single(bob.Good("Find-FhDataEntry e | Get-FhData")).BaseObject);
        bob.Bad("Set-FhDataTag $id x", "FhForbidden");
        bob.Bad("Set-FhDataPermission $id Public", "FhForbidden");
        Assert.Equal("Private", Session.Good("($e | Set-FhDataPermission -ShareStatus Private -PassThru).ShareStatus")[0].ToString());
        bob.Bad("Get-FhData $id", "FhNotFound");
        Session.Good("$e | Set-FhDataPermission -ShareStatus Shared -Organization beta; $e | Set-FhDataPermission -ShareStatus Public");
        Assert.Single(bob.Good("Get-FhData $id"));

        var before = (await Platform.OperationsAsync()).Count;
        Assert.Contains("Let only its owner", string.Join('\n', Session.Run("$e | Set-FhDataPermission -ShareStatus Private -WhatIf").Ok().Host), StringComparison.Ordinal);
        Assert.Equal(before, (await Platform.OperationsAsync()).Count);
        Session.Bad("$e | Set-FhDataPermission -ShareStatus Private -User $bob", "FhInvalidRequest");
        Session.Bad("$e | Set-FhDataPermission -ShareStatus Public -Organization beta", "FhInvalidRequest");
        Session.Bad("$e | Set-FhDataPermission -ShareStatus Shared", "FhInvalidRequest");
        Session.Bad("$e | Set-FhDataPermission -ShareStatus Unknown", "FhInvalidRequest");
        Assert.Contains("nobody@example.org", Session.Bad("$e | Set-FhDataPermission -ShareStatus Shared -User nobody@example.org", "FhInvalidRequest").ErrorDetails.Message, StringComparison.Ordinal);
        Session.Good("Remove-FhDataEntry $e -Force");
        Session.Bad("$e | Set-FhDataPermission -ShareStatus Public", "FhNotFound");
    }

    private string Tags() => string.Join(',', Session.Good("(Get-FhDataEntry $e).Tags"));

    private async Task<int> SearchesAsync() => (await Platform.OperationsAsync()).Count(o => o == "search.entries");
}
