using System.IO.Compression;
using System.Management.Automation;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Directories at their edges, as typed: archives among files, names in each other's way, what cannot be read, a session that is killed.</summary>
public sealed class DirectoryEdgeTests : ConnectedTests
{
    private string Tree => Platform.Directory.Combine("tree");

    private string Out => Platform.Directory.Combine("out");

    protected override void Prepare()
    {
        Session.Set("tree", Tree);
        Session.Set("out", Out);
        Write("a.txt", "alpha");
        Write("sub/b.bin", "beta");
    }

    [Theory]
    [InlineData("data.zip", "data")]
    [InlineData("DATA.ZIP", "DATA")]
    [InlineData("arrays.npz", null)]
    [InlineData("tool.jar", null)]
    [InlineData("package.whl", null)]
    [InlineData("report.docx", null)]
    [InlineData("noname", null)]
    public void A_file_that_happens_to_be_an_archive_stays_a_file_unless_its_name_ends_in_zip(string name, string? folder)
    {
        var path = Platform.Directory.Combine(name);
        ZipFile.CreateFromDirectory(Tree, path);
        Session.Set("path", path);
        var made = Session.Good("$e = Send-FhFile $path; $e | Get-FhData -Destination $out").Single();
        if (folder is null)
        {
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Assert.IsType<FileInfo>(made.BaseObject).FullName));
            Assert.Equal([name], Names(Out));
            return;
        }

        Assert.Equal(Path.Combine(Out, folder), Assert.IsType<DirectoryInfo>(made.BaseObject).FullName);
        Assert.Equal(["a.txt", "sub", "sub/b.bin"], Names(Path.Combine(Out, folder)));
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(Assert.IsType<FileInfo>(Session.Good("$e | Get-FhData -Destination $out -NoExtract").Single().BaseObject).FullName));
    }

    [Fact]
    public void Archives_in_a_directory_come_back_as_the_files_they_were()
    {
        ZipFile.CreateFromDirectory(Tree, Platform.Directory.Combine("tmp.zip"));
        File.Move(Platform.Directory.Combine("tmp.zip"), Path.Combine(Tree, "tree.zip"));
        var bytes = File.ReadAllBytes(Path.Combine(Tree, "tree.zip"));
        Session.Good("Send-FhFile $tree -AsCollection | Get-FhData -Destination \"$out/c\"");
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(Out, "c", "tree", "tree.zip")));
        Session.Good("(Send-FhFile $tree)[0] | Get-FhData -Recurse -Destination \"$out/h\"");
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(Out, "h", "tree", "tree.zip")));

        // The only thing in a directory that is called like what is made of it.
        Session.Set("alone", Platform.Directory.Combine("alone"));
        Directory.CreateDirectory(Platform.Directory.Combine("alone"));
        File.Move(Path.Combine(Tree, "tree.zip"), Platform.Directory.Combine("alone", "alone.zip"));
        Session.Good("Send-FhFile $alone -AsCollection | Get-FhData -Destination \"$out/a\"");
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(Out, "a", "alone.zip")));
        Assert.Equal(["alone.zip"], Names(Path.Combine(Out, "a")));
    }

    [Fact]
    public void A_directory_that_is_called_like_an_archive_has_one_ending()
    {
        Session.Set("odd", Platform.Directory.Combine("odd.zip"));
        Directory.Move(Tree, Platform.Directory.Combine("odd.zip"));
        var entry = Session.Good("$e = Send-FhFile $odd -AsCollection -DestinationPath 'in/side'; $e").Single();
        Assert.Equal("in/side/odd.zip", entry.Properties["FilePath"].Value);
        Assert.Equal(["a.txt", "sub", "sub/b.bin"], Names(((DirectoryInfo)Session.Good("$e | Get-FhData -Destination $out").Single().BaseObject).FullName));
    }

    [Fact]
    public void A_collection_has_all_that_was_said_of_it_and_its_size()
    {
        var script = """
            $d = New-FhDataset set; $p = New-FhTextContent -Name above -Content x -DatasetId $d
            $m = @{ k = @(1, $null, 'x'); own = 'mine' }
            $e = Send-FhFile $tree -AsCollection -Name n -Description d -Tag t, u -Metadata $m -DatasetId $d -ParentId $p -ProjectId 8d3c1f58-0d8e-4f5a-9a47-1f3f0f2b6c11
            $e = Get-FhDataEntry $e
            $e.Name; $e.Description; ($e.Tags -join '+'); ($e.DatasetId -eq $d.Id); ($e.ParentId -eq $p.Id); "$($e.ProjectId)"; ($e.Metadata.k -join '+'); $m.Count; $e.FilePath; $e.IsCollection
            $f = $e | Get-FhData -NoExtract -Destination $out; ($e.Metadata.size -eq $f.Length); ($e.Size -eq $f.Length)
            """;
        Assert.Equal(
            ["n", "d", "t+u", "True", "True", "8d3c1f58-0d8e-4f5a-9a47-1f3f0f2b6c11", "1++x", "2", "n.zip", "True", "True", "True"],
            Session.Good(script).Select(o => o.ToString()));
    }

    [Fact]
    public async Task A_directory_whose_own_ignore_file_cannot_be_read_is_not_sent_at_all()
    {
        File.WriteAllBytes(Path.Combine(Tree, ".gitignore"), [0, 1, 2]);
        Session.Bad("Send-FhFile $tree", "FhPathUnreadable");
        Session.Bad("Send-FhFile $tree -AsCollection", "FhPathUnreadable");
        Session.Bad("Send-FhFile $tree -WhatIf", "FhPathUnreadable");
        Assert.DoesNotContain("entries.create", await Platform.OperationsAsync());
        Assert.Equal(5, Session.Good("Send-FhFile $tree -IgnoreFileName .none").Count);
    }

    [Fact]
    public void Other_ignore_files_and_manifests_from_elsewhere_are_taken()
    {
        Write(".gitignore", "a.txt\n");
        Write(".fhignore", "sub/\n");
        Directory.CreateDirectory(Platform.Directory.Combine("here"));
        File.WriteAllText(Platform.Directory.Combine("here", "m.yml"), "tree/: {entries: {a.txt: from elsewhere}}\n");
        Session.Runspace.SessionStateProxy.Path.SetLocation(Platform.Directory.Combine("here"));
        var entries = Session.Good("Send-FhFile $tree -IgnoreFileName .fhignore -ManifestFileName m.yml").ToDictionary(e => (string)e.Properties["Name"].Value);
        Assert.Equal([".fhignore", ".gitignore", "a.txt", "tree"], entries.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("from elsewhere", entries["a.txt"].Properties["Description"].Value);
    }

    [Fact]
    public void Names_with_line_ends_are_sent_each_or_left_out_of_an_archive_with_an_error()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "Windows does not allow such names");
        Write("line\nend.txt", "x");
        Assert.Contains(Session.Good("$e = Send-FhFile $tree; $e"), e => (string)e.Properties["Name"].Value == "line\nend.txt");
        Session.Good("$e[0] | Get-FhData -Recurse -Destination $out");
        Assert.Equal(["a.txt", "line\nend.txt", "sub", "sub/b.bin"], Names(Path.Combine(Out, "tree")));
        var result = Session.Run("Send-FhFile $tree -AsCollection | Get-FhData -Destination \"$out/c\"");
        Assert.Equal(["FhPathUnreadable"], result.ErrorIds);
        Assert.Equal(["a.txt", "sub", "sub/b.bin"], Names(Path.Combine(Out, "c", "tree")));
    }

    [Fact]
    public void A_plan_needs_no_connection()
    {
        using var session = new TypedSession();
        session.Set("tree", Tree);
        Assert.Contains("'sub/b.bin': bucket", string.Join('\n', session.Run("Send-FhFile $tree -WhatIf").Ok().Host), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_tells_the_description_of_the_whole_and_what_is_wrong()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "links need rights on Windows");
        Write("m.json", """{"tree": {"description": "all of it", "entries": {"gone": "?"}}}""");
        File.CreateSymbolicLink(Path.Combine(Tree, "out"), "/etc");
        File.CreateSymbolicLink(Path.Combine(Tree, "nowhere"), "nothing");
        foreach (var more in new[] { string.Empty, "-AsCollection" })
        {
            var result = Session.Run($"Send-FhFile $tree -ManifestFileName m.json -WhatIf {more} -WarningVariable w -WarningAction SilentlyContinue");
            var said = string.Join('\n', result.Host);
            Assert.Contains(", \"all of it\"", said, StringComparison.Ordinal);
            Assert.Contains(Path.Combine(Tree, "out"), said, StringComparison.Ordinal);
            Assert.Contains("3 files (", said, StringComparison.Ordinal);
            Assert.Equal(["FhPathNotFound"], result.ErrorIds);
            Assert.Contains("gone", Assert.Single(Session.Good("$w")).ToString(), StringComparison.Ordinal);
        }

        Assert.Contains(", \"mine\"", string.Join('\n', Session.Run("Send-FhFile \"$tree/sub\" -Description mine -WhatIf").Ok().Host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_session_left_is_gone_with_the_next_collection()
    {
        var home = DotnetProgram.Home(Directory.CreateDirectory(Platform.Directory.Combine("home")).FullName);
        var script = Pwsh.WithModule($"$null = Connect-Fh -ApiKey '{PlatformFixture.Ann.ApiKey}' -ServiceUri '{Platform.Url}'; (Send-FhFile '{Tree}' -AsCollection).FilePath");
        await Platform.InjectAsync(("entries.create", "delay-600000ms"));
        using (var killed = await Pwsh.StartAsync(home, "-Command", script))
        {
            while ((await Platform.PendingFaultsAsync()).Count > 0)
            {
                Assert.False(killed.HasExited, "it ended by itself");
            }

            killed.Kill();
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var left = Assert.Single(Directory.GetFiles(home["HOME"], "*.zip", SearchOption.AllDirectories));
        Assert.True(new FileInfo(left).Length > 0);
        var (code, output, error) = await Pwsh.RunAsync(home, "-Command", script);
        Assert.True(code == 0, output + error);
        Assert.Contains("tree.zip", output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(left)!));
    }

    private static List<string> Names(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(p => Path.GetRelativePath(folder, p).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];

    private void Write(string path, string content)
    {
        var full = Path.Combine(Tree, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
