using System.Management.Automation;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Directories as typed: collections and hierarchies, up and back.</summary>
public sealed class DirectoryTests : ConnectedTests
{
    private string Tree => Platform.Directory.Combine("experiment");

    protected override void Prepare()
    {
        Session.Set("tree", Tree);
        Session.Set("out", Platform.Directory.Combine("out"));
        Write("readme.md", "# Experiment\n");
        Write("data/a.csv", "x,y\r\n1,2\r\n");
        Write("data/deep/raw.bin", new string('\0', 5000));
        Write("data/deep/note [1] 🧬.txt", "note");
        Write("debug.log", "noise");
        Write(".hidden", "kept");
        Write(".gitignore", "*.log\nbuild/\n");
        Write("build/out.txt", "not sent");
        Directory.CreateDirectory(Path.Combine(Tree, "empty"));
    }

    [Fact]
    public void A_collection_is_one_entry_and_comes_back_as_the_tree_it_was()
    {
        var entry = Session.Good("$e = Send-FhFile $tree -AsCollection -Description d -Tag t; $e").Single();
        Assert.Equal("experiment", entry.Properties["Name"].Value);
        Assert.Equal("experiment.zip", entry.Properties["FilePath"].Value);
        Assert.Equal(true, entry.Properties["IsCollection"].Value);
        var folder = Assert.IsType<DirectoryInfo>(Session.Good("$e | Get-FhData -Destination $out").Single().BaseObject);
        Assert.Equal("experiment", folder.Name);
        Assert.Equal(Sent, Below(folder.FullName));
        Assert.All(Sent.Where(p => !p.EndsWith('/')), p => Assert.Equal(File.ReadAllBytes(Path.Combine(Tree, p)), File.ReadAllBytes(Path.Combine(folder.FullName, p))));

        Session.Bad("$e | Get-FhData -Destination $out", "FhDestinationExists");
        Session.Good("$e | Get-FhData -Destination $out -Force");
        Assert.Equal(2, Session.Good("$e, $e | Get-FhData -Destination \"$out/two\"").Count);
        Assert.Equal(["experiment", "experiment (2)"], Directory.EnumerateDirectories(Platform.Directory.Combine("out", "two")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("experiment.zip", Assert.IsType<FileInfo>(Session.Good("$e | Get-FhData -Destination $out -NoExtract").Single().BaseObject).Name);
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Platform.Directory.Combine("out")), p => p.Contains("fhpart", StringComparison.Ordinal));
    }

    [Fact]
    public void A_hierarchy_is_an_entry_each_the_root_first_and_is_rebuilt()
    {
        var entries = Session.Good("$d = New-FhDataset set; $e = Send-FhFile $tree -DatasetId $d -Tag t; $e");
        var byName = entries.ToDictionary(e => (string)e.Properties["Name"].Value);
        Assert.Equal("experiment", entries[0].Properties["Name"].Value);
        Assert.Equal(Sent.Count + 1, entries.Count);
        Assert.Equal(entries[0].Properties["Id"].Value, byName["data"].Properties["ParentId"].Value);
        Assert.Equal(byName["data"].Properties["Id"].Value, byName["a.csv"].Properties["ParentId"].Value);
        Assert.Equal("data/deep/raw.bin", byName["raw.bin"].Properties["FilePath"].Value);
        Assert.Equal("File: a.csv", byName["a.csv"].Properties["Description"].Value);
        Assert.Single(entries.Select(e => e.Properties["DatasetId"].Value).Distinct());

        var folder = Assert.IsType<DirectoryInfo>(Session.Good("$e[0] | Get-FhData -Recurse -Destination $out").Single().BaseObject);
        Assert.Equal(Sent, Below(folder.FullName));
        Assert.All(Sent.Where(p => !p.EndsWith('/')), p => Assert.Equal(File.ReadAllBytes(Path.Combine(Tree, p)), File.ReadAllBytes(Path.Combine(folder.FullName, p))));
    }

    [Fact]
    public async Task WhatIf_prints_the_plan_and_sends_nothing()
    {
        var before = await Platform.OperationsAsync();
        var said = string.Join('\n', Session.Run("Send-FhFile $tree -IgnorePattern '.hidden' -WhatIf").Ok().Host);
        Assert.Contains("'data': directory, \"Directory containing: a.csv\"", said, StringComparison.Ordinal);
        Assert.Contains("'data/a.csv': text (10 B), \"File: a.csv\"", said, StringComparison.Ordinal);
        Assert.Contains("'data/deep/raw.bin': bucket (4.88 KiB)", said, StringComparison.Ordinal);
        Assert.Contains("'debug.log': not sent, by the rule '*.log' (.gitignore, line 1)", said, StringComparison.Ordinal);
        Assert.Contains("'build': not sent, by the rule 'build/' (.gitignore, line 2)", said, StringComparison.Ordinal);
        Assert.Contains("'.hidden': not sent, by the rule '.hidden' (-IgnorePattern, line 1)", said, StringComparison.Ordinal);
        Assert.Contains("3 left out", said, StringComparison.Ordinal);
        Assert.Contains("in the archive", string.Join('\n', Session.Run("Send-FhFile $tree -AsCollection -WhatIf").Ok().Host), StringComparison.Ordinal);
        Assert.Equal(before, await Platform.OperationsAsync());
    }

    [Fact]
    public void A_manifest_describes_what_is_there_and_warns_of_what_is_not()
    {
        Write("manifest.yaml", "experiment:\n  description: The whole\n  entries:\n    readme.md: Read this first\n    data/:\n      description: Numbers\n      entries:\n        a.csv: {description: Points, metadata: {unit: mm}}\n        gone.csv: Not there\n");
        var entries = Session.Good("$e = Send-FhFile $tree -ManifestFileName manifest.yaml -WarningVariable w -WarningAction SilentlyContinue; $e").ToDictionary(e => (string)e.Properties["Name"].Value);
        Assert.Equal("The whole", entries["experiment"].Properties["Description"].Value);
        Assert.Equal("Read this first", entries["readme.md"].Properties["Description"].Value);
        Assert.Equal("Numbers", entries["data"].Properties["Description"].Value);
        Assert.Equal("Points", entries["a.csv"].Properties["Description"].Value);
        Assert.Equal("mm", ((IReadOnlyDictionary<string, object?>)entries["a.csv"].Properties["Metadata"].Value)["unit"]);
        Assert.Contains("data/gone.csv", Assert.Single(Session.Good("$w")).ToString(), StringComparison.Ordinal);
        Assert.True(entries.ContainsKey("manifest.yaml"));

        Write("manifest.yaml", "experiment:\n  description: [1\n");
        var error = Session.Bad("Send-FhFile $tree -ManifestFileName manifest.yaml", "FhManifestInvalid");
        Assert.Contains("line", error.ToString(), StringComparison.OrdinalIgnoreCase);
        Session.Bad("Send-FhFile $tree -ManifestFileName none.json", "FhManifestInvalid");
    }

    [Fact]
    public void Bad_directories_are_one_error_each_and_the_rest_goes_on()
    {
        Session.Bad("Send-FhFile \"$tree/readme.md\" -AsCollection", "FhInvalidRequest");
        Session.Bad($"Send-FhFile '{Path.GetPathRoot(Tree)}'", "FhInvalidRequest");
        Assert.Single(Session.Good("Send-FhFile \"$tree/empty\""));
        Session.Good("Send-FhFile \"$tree/empty\" -AsCollection | Get-FhData -Destination $out");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Platform.Directory.Combine("out", "empty")));
        Session.Bad("Send-FhFile \"$tree/empty\" | Get-FhData -Destination $out", "FhDownloadFailed");

        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(Path.Combine(Tree, "broken"), "nowhere");
            File.CreateSymbolicLink(Path.Combine(Tree, "outside"), "/etc");
            var result = Session.Run("Send-FhFile $tree -WarningVariable w -WarningAction SilentlyContinue");
            Assert.Equal(["FhPathNotFound"], result.ErrorIds);
            Assert.Equal(Sent.Count + 1, result.Output.Count);
            Assert.Contains("outside", Assert.Single(Session.Good("$w")).ToString(), StringComparison.Ordinal);
            Assert.Single(Session.Run("Send-FhFile $tree -AsCollection -WarningAction SilentlyContinue").ErrorIds);
        }
    }

    [Fact]
    public async Task A_file_that_fails_is_one_error_and_its_siblings_are_there()
    {
        await Platform.InjectAsync([.. Enumerable.Repeat(("entries.initiate", "return-403"), 4)]);
        var result = Session.Run("$d = New-FhDataset set; Send-FhFile $tree -DatasetId $d");
        Assert.NotEmpty(result.Errors); // which of the three files of the bucket meet the refusals is chance
        Assert.All(result.ErrorIds, id => Assert.Equal("FhUploadFailed", id));
        Assert.All(result.Errors, e => Assert.StartsWith(Tree, (string)e.TargetObject, StringComparison.Ordinal));
        Assert.Equal(Sent.Count + 1, result.Output.Count + result.Errors.Count);
    }

    [Fact]
    public async Task A_zip_of_tricks_is_refused_and_what_is_no_zip_is_a_file()
    {
        await using (var stream = File.Create(Platform.Directory.Combine("evil.zip")))
        await using (var zip = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create))
        {
            await using var entry = await zip.CreateEntry("../outside.txt").OpenAsync();
            await entry.WriteAsync("x"u8.ToArray());
        }

        File.WriteAllText(Platform.Directory.Combine("odd.zip"), "PK but no zip");
        Session.Set("evil", Platform.Directory.Combine("evil.zip"));
        Session.Set("odd", Platform.Directory.Combine("odd.zip"));
        Session.Bad("Send-FhFile $evil | Get-FhData -Destination $out", "FhUnsafeArchive");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Platform.Directory.Combine("out")));
        Assert.False(File.Exists(Platform.Directory.Combine("outside.txt")));
        Session.Good("Send-FhFile $odd | Get-FhData -Destination $out");
        Assert.Equal("PK but no zip", File.ReadAllText(Platform.Directory.Combine("out", "odd.zip")));
    }

    private static IReadOnlyList<string> Sent => [".gitignore", ".hidden", "data/", "data/a.csv", "data/deep/", "data/deep/note [1] 🧬.txt", "data/deep/raw.bin", "empty/", "readme.md"];

    private static IReadOnlyList<string> Below(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
            .Select(p => Path.GetRelativePath(folder, p).Replace('\\', '/') + (Directory.Exists(p) ? "/" : string.Empty)).Order(StringComparer.Ordinal),
    ];

    private void Write(string path, string content)
    {
        var full = Path.Combine(Tree, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
    }
}
