using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Revisions, what runs made, waiting, and any route, as typed.</summary>
public sealed class RevisionTests : ConnectedTests
{
    private TempDirectory Folder => Platform.Directory;

    protected override void Prepare() => Session.Good("$e = New-FhTextContent -Name n -Content zero -FilePath n.txt");

    [Fact]
    public void An_update_is_shown_and_what_was_is_kept()
    {
        var entry = Session.Good("Update-FhData $e -Content one -NewName m -Description why").Single();
        Assert.Equal((1, "m", "why"), ((int)entry.Properties["Version"].Value, (string)entry.Properties["Name"].Value, (string)entry.Properties["Description"].Value));
        Assert.Equal(["zero", "one", "one"], Texts("Get-FhData $e -Version 0; Get-FhData $e -Version 1; Get-FhData $e"));
        Assert.Equal(["zero"], Texts("Get-FhData $e -RevisionId $e.RevisionId"));
        Assert.Equal("n", Session.Good("(Get-FhDataEntry $e -Version 0).Name").Single().BaseObject);
        var listed = Session.Good("$e | Get-FhDataRevision");
        Assert.Equal([1, 0], listed.Select(r => r.Properties["Version"].Value));
        Assert.Equal(["one", "zero"], Texts("Get-FhDataRevision $e | ForEach-Object { Get-FhData $_.EntryId -RevisionId $_ }"));
    }

    [Fact]
    public void A_revision_in_the_pipeline_stands_for_the_entry_as_it_was_and_removes_nothing()
    {
        Session.Good("$null = Update-FhData $e -Content one; $null = Update-FhData $e -Content two");
        Assert.Equal(["one", "two", "zero"], Texts("Get-FhDataRevision $e | Get-FhData").Order(StringComparer.Ordinal));
        Assert.Equal([2, 1, 0], Session.Good("Get-FhDataRevision $e | Get-FhDataEntry").Select(r => r.Properties["Version"].Value));
        Assert.Equal(["n (2).txt", "n (3).txt", "n.txt"], Session.Good($"Get-FhDataRevision $e | Get-FhData -Destination '{Folder.Combine("history")}'").Select(f => ((FileInfo)f.BaseObject).Name).Order(StringComparer.Ordinal));
        var error = Session.Bad("(Get-FhDataRevision $e)[0] | Remove-FhDataEntry -Force", "FhInvalidRequest");
        Assert.Contains("EntryId", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("@", error.Exception.Message, StringComparison.Ordinal);
        Session.Good("Get-FhDataEntry $e");
    }

    [Theory]
    [InlineData("'one', 'two' | Update-FhData $e", "one{0}two{0}")]
    [InlineData("Update-FhData $e -Content \"a`r`nb\"", "a\r\nb")]
    [InlineData("Update-FhData $e ''", "")]
    [InlineData("[pscustomobject]@{ Id = $e.Id; Content = 'row' } | Update-FhData", "row")]
    [InlineData("$e | Update-FhData -Content piped", "piped")]
    [InlineData("$o = New-FhTextContent -Name o -Content other; $e | Update-FhData -SourceId $o; Remove-FhDataEntry $o -Force", "other")]
    [InlineData("Update-FhData $e -Content 42", "42")]
    public void Text_comes_from_where_it_is_given(string script, string expected)
    {
        Assert.Single(Session.Good(script));
        Assert.Equal([expected.Replace("{0}", Environment.NewLine, StringComparison.Ordinal)], Texts("Get-FhData $e"));
    }

    [Fact]
    public void A_file_goes_as_text_or_as_bytes_and_leaves_no_entry()
    {
        File.WriteAllText(Folder.Combine("t.md"), "text\r\n");
        var bytes = File.ReadAllBytes(Folder.RandomFile("with [x].bin", 3000));
        Session.Set("text", Folder.Combine("t.md"));
        Session.Set("file", Folder.Combine("with [x].bin"));
        Session.Good("$null = Update-FhData $e -Path $text");
        Assert.Equal(["text\r\n"], Texts("Get-FhData $e"));
        Session.Good("$null = [pscustomobject]@{ Id = $e.Id; Path = $file } | Update-FhData");
        var fetched = (FileInfo)Session.Good($"Get-FhData $e -Destination '{Folder.Combine("out")}'").Single().BaseObject;
        Assert.Equal(("with [x].bin", 3000L), (fetched.Name, fetched.Length));
        Assert.Equal(bytes, File.ReadAllBytes(fetched.FullName));
        Assert.Equal(1, Session.Good("(Get-FhDataset $e.DatasetId).Entries.Count").Single().BaseObject);
        Session.Bad("Update-FhData $e -Path \"$text.none\"", "FhPathNotFound");
        Session.Bad($"Update-FhData $e -Path '{Folder.Path}'", "FhPathUnreadable");
        File.WriteAllText(Folder.Combine("u.md"), "u");
        Session.Bad($"Update-FhData $e -Path '{Folder.Combine("*.md")}'", "FhInvalidRequest");
    }

    [Fact]
    public async Task Bytes_that_cannot_be_removed_again_are_warned_of()
    {
        await Platform.InjectAsync(("entries.delete", "return-422"));
        var result = Session.Run($"Update-FhData $e -Path '{Folder.RandomFile("a.bin", 10)}'").Ok();
        Assert.Contains(result.Host, line => line.Contains("Remove-FhDataEntry", StringComparison.Ordinal));
    }

    [Fact]
    public void A_draft_is_published_from_the_pipeline()
    {
        Session.Good("$d = Update-FhData $e -Content draft -Draft");
        Assert.Equal(["zero"], Texts("Get-FhData $e"));
        Assert.Equal([0], Session.Good("Get-FhDataRevision $e").Select(r => r.Properties["Version"].Value));
        Assert.Equal(2, Session.Good("Get-FhDataRevision $e -IncludeDraft").Count);
        Session.Good("Publish-FhDataRevision $e -RevisionId $d -WhatIf");
        Assert.Equal(["zero"], Texts("Get-FhData $e"));
        Assert.Equal("draft", Session.Good("(Get-FhDataRevision $e -IncludeDraft | Where-Object { -not $_.PublishedAt } | Publish-FhDataRevision).GetText()").Single().BaseObject);
        Assert.Equal("again", Session.Good("(Update-FhData $e -Content again -Draft | Publish-FhDataRevision).GetText()").Single().BaseObject);
        Session.Good("$null = Publish-FhDataRevision $e $d.RevisionId"); // as it is
        Session.Bad("Publish-FhDataRevision $e -RevisionId aaaaaaaa-2222-4333-8444-555555555555", "FhNotFound");
    }

    [Fact]
    public void A_conflict_says_which_revision_is_newer()
    {
        var newest = Session.Good("($n = Update-FhData $e -Content one).RevisionId").Single().ToString();
        var error = Session.Bad("Update-FhData $e -Content late -BaseRevisionId $e", "FhConflict");
        Assert.Contains(newest, error.ErrorDetails.Message, StringComparison.Ordinal);
        Session.Bad($"Update-FhData $e -Path '{Folder.RandomFile("a.bin", 10)}' -BaseRevisionId $e.RevisionId", "FhConflict");
        Session.Good("$d = Update-FhData $e -Content draft -Draft");
        Session.Bad("Update-FhData $e -Content x -BaseRevisionId $d", "FhConflict");
        Session.Good("$null = Update-FhData $e -Content two -BaseRevisionId $n");
        Assert.Equal("FhConflict", Session.Bad("$d | Publish-FhDataRevision", "FhConflict").FullyQualifiedErrorId.Split(',')[0]);
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing()
    {
        foreach (var cmdlet in new[] { "Get-FhData", "Get-FhDataEntry" })
        {
            Assert.Equal("FhInvalidRequest", Session.Run($"{cmdlet} $e -Version 0 -RevisionId $e.RevisionId").TerminatingId);
        }

        var before = await Platform.OperationsAsync();
        foreach (var script in new[] { "Update-FhData $e -Content x -Path y", "Update-FhData $e -Content x -SourceId $e", "Update-FhData $e -Path y -SourceId $e", "$e | Update-FhData -NewName m", "[IO.FileInfo]::new('a') | Update-FhData $e", "@{ a = 1 } | Update-FhData $e", "[pscustomobject]@{ Id = $e.Id; Other = 1 } | Update-FhData", "Update-FhData $e -Content $e", "Update-FhData $e -Content x -BaseRevisionId nothing" })
        {
            var result = Session.Run(script);
            Assert.True(result.Terminating is not null || result.Errors.Count > 0, script);
            Assert.Empty(result.Output);
        }

        Session.Bad("Update-FhData $e, $e -Content x -BaseRevisionId $e", "FhInvalidRequest");
        Session.Bad("Update-FhData 'no/id' -Content x", "FhInvalidRequest");
        Assert.Equal(before, await Platform.OperationsAsync());
        Session.Bad("Update-FhData $e -Content \"a`0b\"", "FhInvalidRequest");
        Session.Bad("Update-FhData $e -SourceId 11111111-2222-4333-8444-555555555555", "FhNotFound");
        Session.Bad("Update-FhData 11111111-2222-4333-8444-555555555555 -Content x", "FhNotFound");
        Assert.Equal(["zero"], Texts("Get-FhData $e"));
    }

    [Fact]
    public async Task WhatIf_says_what_would_be_and_sends_nothing()
    {
        File.WriteAllText(Folder.Combine("t.md"), "text");
        var before = await Platform.OperationsAsync();
        var said = string.Join('\n', Session.Run($"Update-FhData $e -Content abc -WhatIf; Update-FhData $e -Path '{Folder.Combine("t.md")}' -Draft -WhatIf; Update-FhData $e -Path '{Folder.RandomFile("a.bin", 10)}' -WhatIf; Update-FhData $e -SourceId $e -WhatIf").Ok().Host);
        foreach (var part in new[] { "with text (3 B)", "as text (4 B), as a draft", "the bytes of", "what entry" })
        {
            Assert.Contains(part, said, StringComparison.Ordinal);
        }

        Assert.Equal(before, await Platform.OperationsAsync());
    }

    [Fact]
    public void Who_may_only_read_is_refused()
    {
        Session.Good("$null = Invoke-FhRestMethod \"/v0.1/data-storage/data-entries/$($e.Id)\" -Method Patch -Body @{ share_status = 'public' }");
        using var bob = new TypedSession();
        bob.Connect(Platform, PlatformFixture.Bob.ApiKey);
        bob.Set("e", Session.Good("$e.Id").Single());
        bob.Good("Get-FhDataRevision $e");
        bob.Bad("Update-FhData $e -Content x", "FhForbidden");
        bob.Bad("Get-FhDataRevision $e -IncludeDraft", "FhForbidden");
        Session.Good("$null = Invoke-FhRestMethod \"/v0.1/data-storage/data-entries/$($e.Id)\" -Method Patch -Body @{ share_status = 'private' }");
        bob.Bad("Update-FhData $e -Content x", "FhNotFound");
        bob.Bad("Get-FhDataRevision $e", "FhNotFound");
    }

    private IEnumerable<string> Texts(string script) => Session.Good(script).Select(o => (string)o.BaseObject);
}
