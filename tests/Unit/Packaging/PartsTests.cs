using System.IO.Abstractions;
using System.IO.Abstractions.TestingHelpers;
using FutureHouse.Packaging.Placing;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>What a killed process left is removed, and nothing else.</summary>
public sealed class PartsTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly FileSystem _files = new();
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_dead_process_left_goes_and_what_a_living_one_makes_stays()
    {
        var left = File(Name(1), Now.AddMinutes(-2));
        var leftFolder = Folder(Name(2), Now.AddMinutes(-2), withLock: true);
        var fresh = File(Name(3), Now.AddSeconds(-10));
        var held = File(Name(4), Now.AddDays(-30));
        var heldFolder = Folder(Name(5), Now.AddDays(-30), withLock: true);
        using var one = new FileStream(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using var two = new FileStream(Path.Combine(heldFolder, Parts.LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.Equal(2, Parts.Sweep(_files, _folder.Path, Now));
        Assert.False(System.IO.File.Exists(left) || Directory.Exists(leftFolder));
        Assert.True(System.IO.File.Exists(fresh) && System.IO.File.Exists(held) && Directory.Exists(heldFolder));
    }

    [Fact]
    public void A_folder_without_a_lock_goes_after_a_week_without_a_change_in_it()
    {
        var young = Folder(Name(1), Now.AddDays(-6), withLock: false);
        var old = Folder(Name(2), Now.AddDays(-8), withLock: false);
        var changed = Folder(Name(3), Now.AddDays(-8), withLock: false);
        System.IO.File.SetLastWriteTimeUtc(Path.Combine(changed, "content", "deep", "file"), Now.AddDays(-1).UtcDateTime);
        System.IO.File.SetLastWriteTimeUtc(Path.Combine(old, "content", "deep", "file"), Now.AddYears(20).UtcDateTime); // as it is in an archive
        Assert.Equal(1, Parts.Sweep(_files, _folder.Path, Now));
        Assert.Equal([young, changed], Directory.GetDirectories(_folder.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a.fhpart")]
    [InlineData(".fhpart")]
    [InlineData(".0123456789abcdef0123456789abcde.fhpart")]
    [InlineData(".0123456789ABCDEF0123456789ABCDEF.fhpart")]
    [InlineData(".0123456789abcdef0123456789abcdef.fhpart.txt")]
    [InlineData("0123456789abcdef0123456789abcdef.fhpart")]
    public void A_file_that_is_called_otherwise_is_a_user_s(string name)
    {
        var file = File(name, Now.AddYears(-1));
        Assert.Equal(0, Parts.Sweep(_files, _folder.Path, Now));
        Assert.True(System.IO.File.Exists(file));
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        var own = Directory.CreateDirectory(_folder.Combine("own")).FullName;
        System.IO.File.WriteAllText(Path.Combine(own, "file"), "own");
        Directory.SetLastWriteTimeUtc(own, Now.AddYears(-1).UtcDateTime);
        Directory.CreateSymbolicLink(_folder.Combine(Name(1)), own);
        var left = Folder(Name(2), Now.AddDays(-8), withLock: false);
        Directory.CreateSymbolicLink(Path.Combine(left, "content", "link"), own);
        foreach (var path in new[] { Path.Combine(left, "content"), left })
        {
            Directory.SetLastWriteTimeUtc(path, Now.AddDays(-8).UtcDateTime);
        }

        Assert.Equal(1, Parts.Sweep(_files, _folder.Path, Now));
        Assert.Equal("own", System.IO.File.ReadAllText(Path.Combine(own, "file")));
    }

    [Fact]
    public void Where_no_lock_holds_a_week_has_to_pass()
    {
        // A file system in memory grants every lock to everybody.
        var root = OperatingSystem.IsWindows() ? @"C:\" : "/";
        var files = new MockFileSystem();
        files.AddFile(root + Name(1), new MockFileData("x") { LastWriteTime = Now.AddDays(-6) });
        files.AddFile(root + Name(2), new MockFileData("x") { LastWriteTime = Now.AddDays(-8) });
        Assert.Equal(1, Parts.Sweep(files, root, Now));
        Assert.True(files.FileExists(root + Name(1)));
    }

    [Fact]
    public void A_folder_in_the_making_is_known_to_live_and_leaves_nothing()
    {
        using (var part = new PartFolder(_files, _folder.Path))
        {
            System.IO.File.WriteAllText(Path.Combine(part.Content, "a"), "x");
            Assert.Equal(0, Parts.Sweep(_files, _folder.Path, DateTimeOffset.UtcNow.AddDays(30)));
            Assert.True(System.IO.File.Exists(Path.Combine(part.Content, "a")));
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("Access to '/out/.0123456789abcdef0123456789abcdef.fhpart/content/a/b' is denied.", "Access to '/out/a/b' is denied.")]
    [InlineData(@"'C:\out\.0123456789abcdef0123456789abcdef.fhpart\content\a'", @"'C:\out\a'")]
    [InlineData("'/out/a.fhpart/b'", "'/out/a.fhpart/b'")]
    public void Messages_speak_of_the_place(string message, string expected) => Assert.Equal(expected, Parts.Hide(message));

    private static string Name(int number) => $".{number:x32}.fhpart";

    private string File(string name, DateTimeOffset modified)
    {
        var path = _folder.Combine(name);
        System.IO.File.WriteAllText(path, "half");
        System.IO.File.SetLastWriteTimeUtc(path, modified.UtcDateTime);
        return path;
    }

    private string Folder(string name, DateTimeOffset modified, bool withLock)
    {
        var path = _folder.Combine(name);
        var deep = Directory.CreateDirectory(Path.Combine(path, "content", "deep")).FullName;
        List<string> files = [Path.Combine(deep, "file")];
        if (withLock)
        {
            files.Add(Path.Combine(path, Parts.LockName));
        }

        foreach (var file in files)
        {
            System.IO.File.WriteAllText(file, "half");
            System.IO.File.SetLastWriteTimeUtc(file, modified.UtcDateTime);
        }

        foreach (var folder in new[] { deep, Path.GetDirectoryName(deep)!, path })
        {
            Directory.SetLastWriteTimeUtc(folder, modified.UtcDateTime);
        }

        return path;
    }
}
