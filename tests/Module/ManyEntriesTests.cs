using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Many entries through the cmdlets: of a dataset as they are read, by id several at a time, below a parent.</summary>
public sealed class ManyEntriesTests : ConnectedTests
{
    [Fact]
    public async Task Entries_of_a_dataset_come_in_order_and_one_that_is_enough_is_enough()
    {
        Session.Good("$d = New-FhDataset many; 1..700 | ForEach-Object { $null = New-FhTextContent -Name $_ -Content x -DatasetId $d }");
        Assert.Equal(Enumerable.Range(1, 700).Select(i => $"{i}"), Session.Good("(Get-FhDataEntry -DatasetId $d).Name").Select(o => (string)o.BaseObject));
        Assert.Equal("RawContent", $"{Session.Good("do { Get-FhDataEntry -DatasetId $d | ForEach-Object { $_.StorageType; break } } while ($false)").Single()}");
        Assert.Equal(700, Session.Good("(Get-FhDataset $d).Entries").Count);

        // A stream that breaks is made up for, and the caller sees nothing of it.
        await Platform.InjectAsync(("datasets.get", "return-broken-stream-after-100K"));
        Assert.Equal(700, Session.Good("Get-FhDataEntry -DatasetId $d").Select(o => o.Properties["Id"].Value).Distinct().Count());
        Assert.Empty(await Platform.PendingFaultsAsync());
    }

    [Fact]
    public void Ids_are_read_at_the_same_time_and_given_in_their_order()
    {
        Session.Good("$d = New-FhDataset many; $e = 1..60 | ForEach-Object { New-FhTextContent -Name $_ -Content x -DatasetId $d }");
        Assert.Equal(Enumerable.Range(1, 60).Select(i => $"{i}"), Session.Good("($e | Get-FhDataEntry).Name").Select(o => (string)o.BaseObject));
        Assert.Equal(Enumerable.Range(1, 60).Reverse().Select(i => $"{i}"), Session.Good("[array]::Reverse($e); (Get-FhDataEntry -Id $e).Name").Select(o => (string)o.BaseObject));

        // What a service leaves out of a dataset's answer is got so.
        Assert.Equal(60, Session.Good("(Get-FhDataEntry -DatasetId $d | Get-FhDataEntry).Locations").Count);

        var missing = Session.Run($"@($e[0], '{Guid.NewGuid()}', $e[1], 'no/id', $e[2]) | Get-FhDataEntry");
        Assert.Equal(["FhNotFound", "FhInvalidRequest"], missing.ErrorIds);
        Assert.Equal(["60", "59", "58"], missing.Output.Select(o => (string)o.Properties["Name"].Value));
    }

    [Fact]
    public void What_is_below_an_entry_is_picked_from_its_dataset()
    {
        Session.Good("""
            $d = New-FhDataset tree
            $root = New-FhTextContent -Name root -Content x -DatasetId $d
            $other = New-FhTextContent -Name other -Content x -DatasetId $d
            $a = New-FhTextContent -Name a -Content x -DatasetId $d -ParentId $root
            $null = New-FhTextContent -Name a1 -Content x -DatasetId $d -ParentId $a
            $null = New-FhTextContent -Name o1 -Content x -DatasetId $d -ParentId $other
            $null = New-FhTextContent -Name b -Content x -DatasetId $d -ParentId $root
            """);
        Assert.Equal(["a", "b"], Session.Good("(Get-FhDataEntry -ParentId $root).Name").Select(o => (string)o.BaseObject));
        Assert.Equal(["a", "a1", "b"], Session.Good("(Get-FhDataEntry -ParentId $root -Recurse).Name").Select(o => (string)o.BaseObject));
        Assert.Equal(["a1"], Session.Good("(Get-FhDataEntry -ParentId $a -Recurse).Name").Select(o => (string)o.BaseObject));
        Assert.Empty(Session.Good("Get-FhDataEntry -ParentId (Get-FhDataEntry -ParentId $a) -Recurse"));

        // A parent that goes leaves its children where they are.
        Session.Good("Remove-FhDataEntry $a -Force");
        Assert.Equal(["root", "other", "a1", "o1", "b"], Session.Good("(Get-FhDataEntry -DatasetId $d).Name").Select(o => (string)o.BaseObject));
    }

    [Fact]
    public async Task Removing_a_dataset_counts_only_for_who_is_asked()
    {
        Session.Good("$d = New-FhDataset set; 1..3 | ForEach-Object { $null = New-FhTextContent -Name $_ -Content x -DatasetId $d }");
        Assert.Contains("with its 3 entries", string.Join('\n', Session.Run("Remove-FhDataset $d -WhatIf").Ok().Host), StringComparison.Ordinal);
        Assert.Contains("with its 3 entries", string.Join('\n', Session.Run("Remove-FhDataset $d -Force -WhatIf").Ok().Host), StringComparison.Ordinal);
        Assert.Equal(2, (await Platform.OperationsAsync()).Count(o => o == "datasets.get"));
        Session.Good("Remove-FhDataset $d -Force");
        Assert.Equal(2, (await Platform.OperationsAsync()).Count(o => o == "datasets.get"));
        Session.Bad("Remove-FhDataset $d -Force", "FhNotFound");
        Session.Bad("Remove-FhDataset $d -WhatIf", "FhNotFound");
    }
}
