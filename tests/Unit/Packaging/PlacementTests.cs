using System.IO.Abstractions;
using FutureHouse.Errors;
using FutureHouse.Packaging.Placing;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>What is put in its place never takes what is somebody else's with it.</summary>
public sealed class PlacementTests : IDisposable
{
    private readonly FileSystem _files = new();
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    private string New => _folder.Combine("new");

    private string There => _folder.Combine("there");

    [Fact]
    public void A_directory_that_is_there_is_merged_and_what_is_others_stays()
    {
        Write("new/a.txt", "new");
        Write("new/sub/b.txt", "new");
        Write("new/sub/deep/c.txt", "new");
        Write("new/fresh/d.txt", "new");
        Write("there/a.txt", "old");
        Write("there/sub/b.txt", "old");
        Write("there/own.txt", "own");
        Write("there/sub/own.txt", "own");
        Write("there/own/deep/own.txt", "own");
        var placement = Place();
        Assert.Empty(placement.Failures);
        Assert.Equal(
            ["a.txt=new", "fresh/d.txt=new", "own.txt=own", "own/deep/own.txt=own", "sub/b.txt=new", "sub/deep/c.txt=new", "sub/own.txt=own"], Content(There));
    }

    [Fact]
    public void Without_force_nothing_is_touched()
    {
        Write("new/a.txt", "new");
        Write("there/own.txt", "own");
        Assert.Equal(There, Assert.Throws<DestinationExistsException>(() => new Placement(_files, force: false).Place(New, There)).Target);
        Assert.Equal(["own.txt=own"], Content(There));
    }

    [Fact]
    public void Links_are_neither_followed_nor_replaced()
    {
        Write("new/a.txt", "new");
        Write("new/file.txt", "new");
        Write("new/dangling.txt", "new");
        Write("new/folder/b.txt", "new");
        Write("new/linked.d/c/d.txt", "new");
        Write("elsewhere/b.txt", "own");
        Write("elsewhere.txt", "own");
        Directory.CreateDirectory(There);
        File.CreateSymbolicLink(Path.Combine(There, "file.txt"), _folder.Combine("elsewhere.txt"));
        File.CreateSymbolicLink(Path.Combine(There, "dangling.txt"), _folder.Combine("nowhere.txt"));
        Directory.CreateSymbolicLink(Path.Combine(There, "folder"), _folder.Combine("elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(There, "linked.d"), _folder.Combine("elsewhere"));
        var failures = Place().Failures;
        Assert.Equal(["dangling.txt", "file.txt", "folder", "linked.d"], failures.Select(f => f.RelativePath).Order(StringComparer.Ordinal));
        Assert.All(failures, f => Assert.Equal("FhDestinationExists", f.Error.ErrorId));
        Assert.Equal("own", File.ReadAllText(_folder.Combine("elsewhere.txt")));
        Assert.False(File.Exists(_folder.Combine("nowhere.txt")));
        Assert.Equal(["b.txt=own"], Content(_folder.Combine("elsewhere")));
        Assert.Equal("new", File.ReadAllText(Path.Combine(There, "a.txt")));
        Assert.NotNull(new FileInfo(Path.Combine(There, "file.txt")).LinkTarget);
    }

    [Fact]
    public void A_link_that_has_the_name_of_the_whole_is_not_followed()
    {
        Write("new/a.txt", "new");
        Write("elsewhere/own.txt", "own");
        Directory.CreateSymbolicLink(There, _folder.Combine("elsewhere"));
        Assert.Throws<DestinationExistsException>(() => new Placement(_files, force: true).Place(New, There));
        Assert.Equal(["own.txt=own"], Content(_folder.Combine("elsewhere")));
    }

    [Fact]
    public void Read_only_files_and_what_is_of_another_kind_stay_and_the_rest_goes_on()
    {
        Write("new/a.txt", "new");
        Write("new/kept.txt", "new");
        Write("new/folder", "new");
        Write("new/file/b.txt", "new");
        Write("there/kept.txt", "own");
        File.SetAttributes(Path.Combine(There, "kept.txt"), FileAttributes.ReadOnly);
        Write("there/folder/own.txt", "own");
        Write("there/file", "own");
        var placement = Place();
        Assert.Equal(["file", "folder", "kept.txt"], placement.Failures.Select(f => f.RelativePath).Order(StringComparer.Ordinal));
        Assert.Equal(["a.txt=new", "file=own", "folder/own.txt=own", "kept.txt=own"], Content(There));
        Assert.True(placement.IsLost("file/b.txt"));
        Assert.False(placement.IsLost("a.txt"));
        File.SetAttributes(Path.Combine(There, "kept.txt"), FileAttributes.Normal);
    }

    [Fact]
    public void A_pipe_stays()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "pipes are of Unix");
        Write("new/pipe", "new");
        Directory.CreateDirectory(There);
        ZipTree.Run("mkfifo", Path.Combine(There, "pipe"));
        Assert.Equal("pipe", Assert.Single(Place().Failures).RelativePath);
    }

    [Fact]
    public void What_is_in_the_way_is_found_before_anything_is_changed()
    {
        Write("new/a.txt", "new");
        Write("new/sub/folder", "new");
        Write("there/a.txt", "old");
        Write("there/sub/folder/own.txt", "own");
        var obstacle = Assert.Single(new Placement(_files, force: true).Obstacles(New, There));
        Assert.Equal(Path.Combine(There, "sub", "folder"), obstacle.Target);
        Assert.Equal(["a.txt=old", "sub/folder/own.txt=own"], Content(There));
    }

    [Fact]
    public void A_directory_that_was_there_keeps_its_time_and_a_new_one_gets_it()
    {
        Write("new/sub/a.txt", "new");
        Write("new/fresh/b.txt", "new");
        Write("there/sub/own.txt", "own");
        var time = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        var placement = Place();
        placement.Stamp(There, [new(string.Empty, null, time), new("sub", null, time), new("fresh", null, time)]);
        Assert.Equal(time, Directory.GetLastWriteTimeUtc(Path.Combine(There, "fresh")));
        Assert.NotEqual(time, Directory.GetLastWriteTimeUtc(Path.Combine(There, "sub")));
        Assert.NotEqual(time, Directory.GetLastWriteTimeUtc(There));
    }

    private Placement Place()
    {
        var placement = new Placement(_files, force: true);
        placement.Place(New, There);
        return placement;
    }

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.Combine(path))!);
        File.WriteAllText(_folder.Combine(path), text);
    }

    private static IEnumerable<string> Content(string root) => Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Select(f => $"{Path.GetRelativePath(root, f).Replace('\\', '/')}={File.ReadAllText(f)}").Order(StringComparer.Ordinal);
}
