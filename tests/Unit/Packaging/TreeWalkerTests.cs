using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

public sealed class TreeWalkerTests : IDisposable
{
    private readonly TempDirectory _tree = new();
    private readonly List<SkippedItem> _skipped = [];
    private readonly List<FutureHouseException> _failed = [];

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_directory_comes_before_its_content_and_names_in_the_order_of_their_bytes()
    {
        Files("b/x", "a.txt", "a/y", "B", ".hidden", "\uFB01", "😀", "é");
        Directory.CreateDirectory(_tree.Combine("empty"));
        Assert.Equal([".hidden", "B", "a", "a/y", "a.txt", "b", "b/x", "empty", "é", "\uFB01", "😀"], Walk());
    }

    [Fact]
    public void An_item_tells_size_time_and_mode()
    {
        Files("f");
        File.WriteAllText(_tree.Combine("f"), "12345");
        var time = new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(_tree.Combine("f"), time);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_tree.Combine("f"), (UnixFileMode)0b110_100_000);
        }

        UnixFileMode? mode = OperatingSystem.IsWindows() ? null : (UnixFileMode)0b110_100_000;
        Assert.Equal(new TreeItem("f", _tree.Combine("f"), false, 5, time, mode), Assert.Single(TreeWalker.Walk(_tree.Path, new TreeWalkOptions(), default)));
    }

    [Fact]
    public void Ignored_directories_are_not_entered_and_the_rule_is_named()
    {
        Files("out/keep", "src/a.pyc", "src/a.py", "src/out/b", "node_modules/m");
        File.WriteAllText(_tree.Combine(".gitignore"), "# c\n/out\n!out/keep\n");
        File.WriteAllText(_tree.Combine("src", ".gitignore"), "!*.pyc\n");
        Assert.Equal([".gitignore", "src", "src/.gitignore", "src/a.py", "src/a.pyc", "src/out", "src/out/b"], Walk());
        Assert.Equal(["node_modules", "out"], _skipped.Select(s => s.RelativePath));
        Assert.Equal(new IgnoreRuleOrigin("/out", ".gitignore", 2), _skipped[1].Rule);
        Assert.Equal("default", _skipped[0].Rule?.Source);
    }

    [Fact]
    public void Another_ignore_file_name_and_patterns_hold()
    {
        Files("a", "b", "c");
        File.WriteAllText(_tree.Combine(".gitignore"), "a\n");
        File.WriteAllText(_tree.Combine(".fhignore"), "b\n");
        Assert.Equal([".fhignore", ".gitignore", "a"], Walk(new TreeWalkOptions { IgnoreFileName = ".fhignore", IgnorePatterns = ["c"] }));
    }

    [Fact]
    public void Links_within_the_tree_are_followed_once()
    {
        Links();
        Files("real/f", "real/sub/g");
        File.WriteAllText(_tree.Combine("real", "f"), "four");
        Directory.CreateSymbolicLink(_tree.Combine("l1"), "real");
        Directory.CreateSymbolicLink(_tree.Combine("l2"), "real");
        File.CreateSymbolicLink(_tree.Combine("lf"), Path.Combine("l1", "f"));
        Directory.CreateSymbolicLink(_tree.Combine("real", "sub", "up"), Path.Combine("..", ".."));
        File.CreateSymbolicLink(_tree.Combine("out"), Path.GetPathRoot(_tree.Path)!);
        File.CreateSymbolicLink(_tree.Combine("gone"), "nothing");
        File.CreateSymbolicLink(_tree.Combine("self"), "self");

        Assert.Equal(["l1", "l1/f", "l1/sub", "l1/sub/g", "lf", "real", "real/f", "real/sub", "real/sub/g"], Walk());
        Assert.Equal(
            [("l1/sub/up", SkipReason.LinkCycle), ("l2", SkipReason.LinkRepeated), ("out", SkipReason.LinkOutside), ("real/sub/up", SkipReason.LinkCycle)],
            _skipped.Select(s => (s.RelativePath, s.Reason)));
        Assert.Equal([_tree.Combine("gone"), _tree.Combine("self")], _failed.OfType<PathNotFoundException>().Select(e => e.Target));
        Assert.Equal(4, TreeWalker.Walk(_tree.Path, new TreeWalkOptions(), default).Single(i => i.RelativePath == "lf").Size);
    }

    [Fact]
    public void Links_that_lead_to_each_other_end()
    {
        Links();
        Files("a/f", "b/g");
        Directory.CreateSymbolicLink(_tree.Combine("a", "tob"), Path.Combine("..", "b"));
        Directory.CreateSymbolicLink(_tree.Combine("b", "toa"), Path.Combine("..", "a"));
        Assert.Equal(["a", "a/f", "a/tob", "a/tob/g", "b", "b/g", "b/toa", "b/toa/f"], Walk());
        Assert.Equal([("a/tob/toa", SkipReason.LinkCycle), ("b/toa/tob", SkipReason.LinkCycle)], _skipped.Select(s => (s.RelativePath, s.Reason)));
    }

    [Fact]
    public void A_rule_for_directories_is_not_of_a_link_and_the_root_may_be_a_link()
    {
        Links();
        Files("tree/real/f");
        Directory.CreateSymbolicLink(_tree.Combine("tree", "link"), "real");
        Directory.CreateSymbolicLink(_tree.Combine("root"), "tree");
        Assert.Equal(["link", "link/f"], Walk(new TreeWalkOptions { IgnorePatterns = ["link/", "real/"] }, _tree.Combine("root")));
    }

    [Fact]
    public void Pipes_and_sockets_are_skipped()
    {
        Links();
        Requirement.Tool("mkfifo");
        Files("f");
        using (var mkfifo = Process.Start("mkfifo", [_tree.Combine("pipe"), _tree.Combine(".gitignore")]))
        {
            mkfifo.WaitForExit();
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_tree.Combine("sock")));
        Assert.Equal(["f"], Walk());
        Assert.Equal([".gitignore", "pipe", "sock"], _skipped.Where(s => s.Reason == SkipReason.Special).Select(s => s.RelativePath));
    }

    [Fact]
    public void An_unreadable_directory_is_one_error()
    {
        Links();
        Files("a/x", "b");
        if (!OperatingSystem.IsWindows())
        {
            // One directory alone is read on the thread that walks.
            File.SetUnixFileMode(_tree.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            File.SetUnixFileMode(_tree.Combine("a"), UnixFileMode.None);
            var walked = OrdinaryUser.Run(() => Walk());
            File.SetUnixFileMode(_tree.Combine("a"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Assert.Equal(["a", "b"], walked);
            Assert.Equal(_tree.Combine("a"), Assert.IsType<PathUnreadableException>(Assert.Single(_failed)).Target);
        }
    }

    [Fact]
    public void A_directory_that_vanishes_meanwhile_is_one_error()
    {
        Files("a/x", "b/y");
        var seen = new List<string>();
        foreach (var item in TreeWalker.Walk(_tree.Path, new TreeWalkOptions { Failed = _failed.Add }, default))
        {
            seen.Add(item.RelativePath);
            if (item.RelativePath == "a")
            {
                Directory.Delete(item.FullPath, recursive: true);
            }
        }

        Assert.Equal(["a", "b", "b/y"], seen);
        Assert.Equal(_tree.Combine("a"), Assert.IsType<PathNotFoundException>(Assert.Single(_failed)).Target);
    }

    [Fact]
    public void A_tree_of_300_levels_is_walked()
    {
        var path = _tree.Path;
        for (var i = 0; i < 300; i++)
        {
            path = Path.Combine(path, "d");
        }

        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "f"), "x");
        Assert.Equal(301, Walk().Count);
        Assert.Empty(_failed);
    }

    [Fact]
    public void Names_with_line_ends_are_names_and_such_as_are_no_Unicode_errors()
    {
        Requirement.Met(OperatingSystem.IsLinux(), "linux", "only Linux has such names");
        Requirement.Tool("sh");
        Files("a\nb");
        using (var sh = Process.Start(new ProcessStartInfo("sh", ["-c", "touch \"$(printf 'bad\\377')\" && mkdir \"$(printf 'dir\\377')\""]) { WorkingDirectory = _tree.Path })!)
        {
            sh.WaitForExit();
        }

        Assert.Equal(["a\nb"], Walk());
        Assert.Equal(2, _failed.Count);
        Assert.All(_failed, e => Assert.Contains("Unicode", Assert.IsType<PathUnreadableException>(e).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void An_ignore_file_that_is_no_list_of_rules_is_one_error_and_its_directory_is_not_sent()
    {
        Files("big/a", "bin/a", "ok/a");
        File.WriteAllBytes(_tree.Combine("big", ".gitignore"), Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a\n", 5_000_000))));
        File.WriteAllBytes(_tree.Combine("bin", ".gitignore"), Encoding.Unicode.GetBytes("a\r\n"));
        Directory.CreateDirectory(_tree.Combine("ok", ".gitignore"));
        var walked = Walk();
        Assert.DoesNotContain("big/a", walked); // it may be what the rules were to keep out
        Assert.DoesNotContain("bin/a", walked);
        Assert.Contains("ok/a", walked);
        Assert.Equal([_tree.Combine("big", ".gitignore"), _tree.Combine("bin", ".gitignore")], _failed.OfType<PathUnreadableException>().Select(e => e.Target));
    }

    [Fact]
    public void The_root_must_be_a_directory()
    {
        Files("f");
        Assert.Throws<PathNotFoundException>(() => TreeWalker.Walk(_tree.Combine("none"), new TreeWalkOptions(), default));
        Assert.Throws<PathUnreadableException>(() => TreeWalker.Walk(_tree.Combine("f"), new TreeWalkOptions(), default));
        Assert.Throws<OperationCanceledException>(() => TreeWalker.Walk(_tree.Path, new TreeWalkOptions(), new CancellationToken(canceled: true)).Count());
    }

    private static void Links() => Requirement.Met(!OperatingSystem.IsWindows(), "unix", "links need rights on Windows");

    private void Files(params string[] names)
    {
        foreach (var name in names)
        {
            var path = _tree.Combine(name.Split('/'));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, string.Empty);
        }
    }

    private List<string> Walk(TreeWalkOptions? options = null, string? root = null) =>
        [.. TreeWalker.Walk(root ?? _tree.Path, (options ?? new TreeWalkOptions()) with { Skipped = _skipped.Add, Failed = _failed.Add }, default).Select(i => i.RelativePath)];
}
