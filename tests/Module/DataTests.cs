using System.Management.Automation;
using System.Text;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Data in and out, as typed, against the real local platform.</summary>
public sealed class DataTests : ConnectedTests
{
    protected override void Prepare()
    {
        Session.Set("dir", Directory.CreateDirectory(Platform.Directory.Combine("in")).FullName);
        Session.Set("out", Platform.Directory.Combine("out"));
    }

    [Theory]
    [InlineData("'one', 'two' | New-FhTextContent -Name lines", "one{0}two{0}")]
    [InlineData("New-FhTextContent -Name exact -Content \"a`r`nb`rc\"", "a\r\nb\rc")]
    [InlineData("New-FhTextContent -Name empty -Content ''", "")]
    public void Text_comes_back_as_it_went(string script, string expected)
    {
        Session.Set("entry", Session.Run(script).Single());
        var text = Session.Run("$entry | Get-FhData").Single();
        Assert.Equal(expected.Replace("{0}", Environment.NewLine, StringComparison.Ordinal), text.BaseObject);
        Assert.Equal(Session.Run("$entry.Id").Single().BaseObject, text.Properties["EntryId"].Value);
        Assert.Equal(Session.Run("$entry.Name").Single().BaseObject, text.Properties["EntryName"].Value);
        Assert.NotNull(text.Properties["FileName"]);
    }

    [Fact]
    public void Objects_with_name_and_content_are_an_entry_each()
    {
        var made = Session.Run("[pscustomobject]@{ Name = 'a'; Content = 'x' }, [pscustomobject]@{ Name = 'b'; Content = 'y' } | New-FhTextContent").Ok().Output;
        Assert.Equal(["a", "b"], made.Select(m => (string)m.Properties["Name"].Value));
        Session.Set("made", made);
        Assert.Equal(["x", "y"], Session.Run("$made | Get-FhData").Ok().Output.Select(o => (string)o.BaseObject).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("[IO.DirectoryInfo]::new($dir).GetFiles() | Send-FhFile")]
    [InlineData("Send-FhFile -Path \"$dir/*\"")]
    [InlineData("[IO.Directory]::GetFiles($dir) | ForEach-Object { [pscustomobject]@{ LiteralPath = $_ } } | Send-FhFile")]
    [InlineData("$null = $ExecutionContext.SessionState.Path.SetLocation($dir); Send-FhFile *")]
    public void Files_come_back_byte_for_byte(string script)
    {
        var files = Write(("text.txt", "grüße\r\n"u8.ToArray()), ("empty.bin", []), ("with [x] and 🧬.csv", "a,b\n"u8.ToArray()), ("bytes.bin", [0, 255, 13, 10, 0]), ("bom.md", [0xEF, 0xBB, 0xBF, 65]));
        var sent = Session.Run(script).Ok().Output;
        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), sent.Select(s => (string)s.Properties["Name"].Value).Order(StringComparer.Ordinal));
        Session.Set("sent", sent);
        var back = Session.Run("$sent | Get-FhData -Destination $out").Ok().Output;
        Assert.Equal(files.Count, back.Count);
        foreach (var file in back)
        {
            var info = Assert.IsType<FileInfo>(file.BaseObject);
            Assert.Equal(files[info.Name], File.ReadAllBytes(info.FullName));
            Assert.IsType<Guid>(file.Properties["EntryId"].Value);
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(Platform.Directory.Combine("out")), f => f.EndsWith(".fhpart", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_bind_by_script_block_and_by_property()
    {
        Write(("a.txt", [65]), ("b.txt", [66]));
        Assert.Equal(["a", "b"], Names("[IO.DirectoryInfo]::new($dir).GetFiles() | Send-FhFile -Name { $_.BaseName }"));
        Assert.Equal(["first", "second"], Names("[pscustomobject]@{ Path = \"$dir/a.txt\"; Name = 'first'; Description = 'd'; Tag = 't' }, [pscustomobject]@{ Path = \"$dir/b.txt\"; Name = 'second' } | Send-FhFile"));
        var several = Session.Run("Send-FhFile \"$dir/*\" -Name same");
        Assert.Equal("FhInvalidRequest", several.TerminatingId ?? Assert.Single(several.ErrorIds));
    }

    [Fact]
    public void What_befalls_one_path_leaves_the_rest()
    {
        Write(("there.txt", [65]));
        var result = Session.Run("Send-FhFile -LiteralPath \"$dir/missing\", 'Env:PATH', \"$dir/there.txt\"");
        Assert.Null(result.Terminating);
        Assert.Single(result.Output);
        Assert.Equal(["FhPathNotFound", "FhPathUnreadable"], result.ErrorIds.Order(StringComparer.Ordinal));
        Assert.All(result.Errors, e =>
        {
            Assert.NotNull(e.TargetObject);
            Assert.NotEmpty(e.ErrorDetails.RecommendedAction);
        });
        Assert.Equal("FhPathNotFound", Assert.Single(Session.Run("Send-FhFile \"$dir/missing\"").ErrorIds));
        Assert.Empty(Session.Run("Send-FhFile \"$dir/no*thing\"").Ok().Output);
    }

    [Fact]
    public async Task WhatIf_says_what_would_be_and_sends_nothing()
    {
        Write(("a.txt", [65]), ("b.bin", new byte[2048]));
        Session.Set("entry", Session.Run("New-FhTextContent -Name kept -Content x").Single());
        Session.Set("dataset", Session.Run("Get-FhDataset $entry.DatasetId").Single());
        var before = await Platform.OperationsAsync();
        var said = string.Join('\n', Session.Run("Send-FhFile \"$dir/*\" -WhatIf; New-FhTextContent -Name n -Content c -WhatIf; New-FhDataset -Name d -WhatIf; $entry | Remove-FhDataEntry -Force -WhatIf").Ok().Host);
        Assert.Contains("text (1 B)", said, StringComparison.Ordinal);
        Assert.Contains("bucket (2.00 KiB)", said, StringComparison.Ordinal);
        Assert.Equal(before, await Platform.OperationsAsync());
        Assert.Contains("1 entr", string.Join('\n', Session.Run("Remove-FhDataset $dataset -WhatIf").Ok().Host), StringComparison.Ordinal);
        Session.Run("$entry | Get-FhDataEntry").Single();
    }

    [Fact]
    public void WhatIf_of_files_needs_no_connection()
    {
        Write(("a.txt", [65]));
        Assert.Contains("text (1 B)", string.Join('\n', Session.Run("Disconnect-Fh; Send-FhFile \"$dir/a.txt\" -WhatIf").Ok().Host), StringComparison.Ordinal);
    }

    [Fact]
    public void Removal_asks_and_no_is_no()
    {
        Session.Set("entry", Session.Run("New-FhTextContent -Name kept -Content x").Single());
        Assert.NotEmpty(Session.Run("$entry | Remove-FhDataEntry").Ok().Host);
        Session.Run("$entry | Get-FhDataEntry").Single();
        Assert.Empty(Session.Run("$entry | Remove-FhDataEntry -Force").Ok().Host);
        var gone = Session.Run("$entry | Get-FhDataEntry");
        Assert.Equal("FhNotFound", Assert.Single(gone.ErrorIds));
        Assert.Equal(ErrorCategory.ObjectNotFound, gone.Errors[0].CategoryInfo.Category);
    }

    [Fact]
    public void Datasets_hold_entries_and_go_with_them()
    {
        Write(("a.txt", [65]), ("b.bin", [66]));
        Session.Run("$dataset = New-FhDataset -Name set -Description words").Ok();
        Session.Run("$null = Send-FhFile \"$dir/*\" -DatasetId $dataset -Tag x, y -Metadata @{ plate = 3; nested = @{ well = 'A1' } }").Ok();
        var entries = Session.Run("(Get-FhDataset $dataset).Entries").Ok().Output;
        Assert.Equal(["a.txt", "b.bin"], entries.Select(e => (string)e.Properties["Name"].Value).Order(StringComparer.Ordinal));
        Assert.Equal(2, Session.Run("Get-FhDataEntry -DatasetId $dataset").Ok().Output.Count);
        Assert.Equal("FhConflict", Assert.Single(Session.Run("New-FhDataset -Name again -Id $dataset").ErrorIds));
        Assert.Equal("A1", Session.Run("(Get-FhDataEntry (Get-FhDataset $dataset).Entries[0]).Metadata['nested']['well']").Single().BaseObject);
        Session.Run("Remove-FhDataset $dataset -Force").Ok();
        Assert.Equal("FhNotFound", Assert.Single(Session.Run("Get-FhDataset $dataset").ErrorIds));
    }

    [Fact]
    public void A_name_that_is_taken_is_kept_and_two_of_one_name_are_told_apart()
    {
        Directory.CreateDirectory(Platform.Directory.Combine("out"));
        File.WriteAllText(Platform.Directory.Combine("out", "a.txt"), "old");
        Session.Run("$one = New-FhTextContent -Name one -Content 1 -FilePath a.txt; $two = New-FhTextContent -Name two -Content 2 -FilePath a.txt").Ok();
        var kept = Session.Run("$one | Get-FhData -Destination $out");
        Assert.Equal("FhDestinationExists", Assert.Single(kept.ErrorIds));
        Assert.Equal("old", File.ReadAllText(Platform.Directory.Combine("out", "a.txt")));
        var both = Session.Run("$one, $two | Get-FhData -Destination $out -Force").Ok().Output.Select(o => ((FileInfo)o.BaseObject).Name).Order(StringComparer.Ordinal);
        Assert.Equal(["a (2).txt", "a.txt"], both);
    }

    [Fact]
    public void An_id_is_whatever_has_one()
    {
        Session.Run("$e = New-FhTextContent -Name e -Content text").Ok();
        foreach (var id in (string[])["$e", "$e.Id", "\"$($e.Id)\"", "$e.Uri", "([pscustomobject]@{ Id = $e.Id })", "@{ Id = \"$($e.Id)\" }"])
        {
            Assert.Equal("text", Session.Run($"Get-FhData {id}").Single().BaseObject);
            Assert.Equal("text", Session.Run($"{id} | Get-FhData").Single().BaseObject);
        }

        Assert.Equal("FhInvalidRequest", Assert.Single(Session.Run("Get-FhDataEntry 'no/id'").ErrorIds));
        Assert.Equal("FhNotFound", Assert.Single(Session.Run("Get-FhDataEntry 11111111-2222-4333-8444-555555555555").ErrorIds));
    }

    private Dictionary<string, byte[]> Write(params (string Name, byte[] Bytes)[] files)
    {
        foreach (var (name, bytes) in files)
        {
            File.WriteAllBytes(Platform.Directory.Combine("in", name), bytes);
        }

        return files.ToDictionary(f => f.Name, f => f.Bytes, StringComparer.Ordinal);
    }

    private IEnumerable<string> Names(string script) => Session.Run(script).Ok().Output.Select(o => (string)o.Properties["Name"].Value).Order(StringComparer.Ordinal);
}
