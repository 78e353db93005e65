using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>What goes in comes out, what is bad is one error, and what is there stays; against the real local platform.</summary>
public sealed class ItemTests : ConnectedTests
{
    private TempDirectory Folder => Platform.Directory;

    [Fact]
    public void Text_comes_back_as_it_was_with_where_it_came_from()
    {
        var text = Assert.Single(Session.Good("New-FhTextContent -Name t -Content \"a`r`nb 🧬\" -FilePath n/t.txt | Get-FhData"));
        Assert.Equal("a\r\nb 🧬", text.BaseObject);
        Assert.Equal("t", text.Properties["EntryName"].Value);
        Assert.Equal("n/t.txt", text.Properties["FileName"].Value);
        Assert.IsType<Guid>(text.Properties["EntryId"].Value);
    }

    [Fact]
    public void Strings_with_one_name_are_lines_and_objects_are_entries()
    {
        Assert.Equal("one" + Environment.NewLine + "two" + Environment.NewLine, Session.Good("'one','two' | New-FhTextContent -Name lines | Get-FhData").Single().BaseObject);
        var made = Session.Good("[pscustomobject]@{Name='a';Content='1'}, [pscustomobject]@{Name='b';Content='2'} | New-FhTextContent");
        Assert.Equal(["a", "b"], made.Select(e => e.Properties["Name"].Value));
        Assert.Empty(Session.Good("@() | New-FhTextContent -Name nothing"));
    }

    [Fact]
    public void A_folder_goes_up_and_comes_back_the_same()
    {
        var names = new[] { "plain.txt", "with [brackets].csv", "emoji 🧬.bin", "space name.dat", new string('x', 200) + ".bin" };
        foreach (var (name, i) in names.Select((n, i) => (n, i)))
        {
            Folder.RandomFile(Path.Combine("src", name), (i * 1000) + 1, seed: i);
        }

        Folder.RandomFile(Path.Combine("src", "empty.bin"), 0);
        var sent = Session.Good($"$d = New-FhDataset many; [IO.DirectoryInfo]::new('{Folder.Combine("src")}').GetFiles() | Send-FhFile -DatasetId $d -Tag x -Metadata @{{ k = 1 }}");
        Assert.True(sent.Count == 6, string.Join(", ", sent.Select(s => s.Properties["Name"].Value)));
        var files = Session.Good($"(Get-FhDataset $d).Entries | Get-FhData -Destination '{Folder.Combine("dst")}'");
        Assert.True(files.Count == 6, string.Join(", ", files) + "\n" + string.Join(", ", Session.Good("(Get-FhDataset $d).Entries")));
        foreach (var file in files.Select(f => (FileInfo)f.BaseObject))
        {
            Assert.Equal(File.ReadAllBytes(Folder.Combine("src", file.Name)), File.ReadAllBytes(file.FullName));
        }

        Assert.Equal(1L, Session.Good("(Get-FhDataEntry -DatasetId $d)[0].Metadata.k").Single().BaseObject);
    }

    [Fact]
    public void One_name_for_several_files_is_an_error_and_the_first_is_sent()
    {
        Folder.RandomFile("a1.bin", 1);
        Folder.RandomFile("a2.bin", 2);
        Session.Bad($"Send-FhFile '{Folder.Combine("a*.bin")}' -Name one", "FhInvalidRequest");
    }

    [Fact]
    public void Bad_input_is_one_error_with_its_id_and_the_rest_goes_on()
    {
        File.WriteAllText(Folder.Combine("good.txt"), "x");
        Session.Bad($"Send-FhFile -LiteralPath '{Folder.Combine("missing")}', '{Folder.Combine("good.txt")}'", "FhPathNotFound");
        Session.Bad($"Send-FhFile '{Folder.Combine("missing")}'", "FhPathNotFound");
        Session.Bad("Send-FhFile Env:PATH", "FhPathUnreadable");
        Session.Bad("New-FhDataset ''", "FhInvalidRequest");
        Session.Bad("New-FhTextContent -Name '' -Content x", "FhInvalidRequest");
        Session.Bad("Get-FhDataEntry 'no/id'", "FhInvalidRequest");
        Session.Bad($"Get-FhDataEntry {Guid.NewGuid()}", "FhNotFound");
        Session.Bad($"Get-FhData {Guid.NewGuid()}", "FhNotFound");
        Session.Bad($"Get-FhDataset {Guid.NewGuid()}", "FhNotFound");
        Session.Bad("$d = New-FhDataset one; New-FhDataset two -Id $d.Id", "FhConflict");
        Assert.Empty(Session.Good("@() | Send-FhFile"));
        var mixed = Session.Run($"'{Guid.NewGuid()}', (New-FhTextContent -Name ok -Content fine).Id | Get-FhData");
        Assert.Equal("fine", Assert.Single(mixed.Output).BaseObject);
        Assert.Single(mixed.Errors);
    }

    [Fact]
    public void Another_users_entry_is_not_found()
    {
        using var bob = new TypedSession();
        bob.Good($"$null = Connect-Fh -ApiKey '{PlatformFixture.Bob.ApiKey}' -ServiceUri '{Platform.Url}'");
        var id = Session.Good("(New-FhTextContent -Name mine -Content x).Id").Single();
        bob.Bad($"Get-FhData {id}", "FhNotFound");
        bob.Bad($"Remove-FhDataEntry {id} -Force", "FhNotFound");
    }

    [Fact]
    public void What_is_there_stays_and_two_of_one_name_are_kept_apart()
    {
        Directory.CreateDirectory(Folder.Combine("dst"));
        File.WriteAllText(Folder.Combine("dst", "a.txt"), "mine");
        Session.Good("$e = New-FhTextContent -Name a -Content new -FilePath a.txt");
        Session.Bad($"$e | Get-FhData -Destination '{Folder.Combine("dst")}'", "FhDestinationExists");
        Assert.Equal("mine", File.ReadAllText(Folder.Combine("dst", "a.txt")));
        Session.Good($"$e | Get-FhData -Destination '{Folder.Combine("dst")}' -Force");
        Assert.Equal("new", File.ReadAllText(Folder.Combine("dst", "a.txt")));
        var two = Session.Good($"$f = New-FhTextContent -Name a -Content other -FilePath a.txt; $e, $f | Get-FhData -Destination '{Folder.Combine("two")}'");
        Assert.Equal(["a (2).txt", "a.txt"], two.Select(f => ((FileInfo)f.BaseObject).Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_written_while_the_pipeline_goes_on_that_waits_for_its_end()
    {
        Folder.RandomFile("a1.bin", 10);
        Folder.RandomFile("a2.bin", 10);
        // The second path is only produced once the first entry is out: a cmdlet that waited for the end would wait for ever.
        var script = $$"""
            $done = [Threading.ManualResetEventSlim]::new()
            & { '{{Folder.Combine("a1.bin")}}'; while (-not $done.IsSet) { '{{Folder.Combine("a1.bin")}}' }; '{{Folder.Combine("a2.bin")}}' } | Send-FhFile -ThrottleLimit 2 | ForEach-Object { $done.Set(); $_.Name } | Where-Object { $_ -eq 'a2.bin' }
            """;
        Assert.Single(Session.Good(script));
    }
}
