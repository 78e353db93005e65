using System.Diagnostics;
using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>Trees that only Linux, or somebody who means harm, makes: each thing wrong is one error or warning, and the rest is there.</summary>
public sealed class TreeWalkerBadInputTests : IDisposable
{
    private readonly TempDirectory _tree = new();
    private readonly List<SkippedItem> _skipped = [];
    private readonly List<FutureHouseException> _failed = [];

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_name_that_is_no_Unicode_is_not_taken_for_the_one_it_is_shown_as()
    {
        Requirement.Met(OperatingSystem.IsLinux(), "linux", "only Linux has such names");
        Shell("""printf a > "$(printf 'x\377')"; printf b > "$(printf 'x\376')"; printf right > "$(printf 'x\357\277\275')"; mkdir "$(printf 'd\377')" "$(printf 'd\357\277\275')"; : > "$(printf 'd\357\277\275')/in" """);
        Assert.Equal(["d\uFFFD", "d\uFFFD/in", "x\uFFFD"], Walk());
        Assert.Equal(3, _failed.Count);
        Assert.All(_failed, e => Assert.Contains("Unicode", Assert.IsType<PathUnreadableException>(e).Message, StringComparison.Ordinal));
        Assert.Equal("right", File.ReadAllText(_tree.Combine("x\uFFFD")));
    }

    [Fact]
    public void A_path_that_is_too_long_for_the_system_is_one_error_that_says_so()
    {
        Requirement.Met(OperatingSystem.IsLinux(), "linux", "elsewhere such trees are not made");
        Shell("""name=$(printf 'n%0200d' 0); top=$PWD; i=0; while [ $i -lt 30 ]; do mkdir "$name" && cd -P "$name" || exit 1; i=$((i+1)); done; : > end; cd "$top"; : > after""");
        try
        {
            var walked = Walk();
            Assert.Equal("after", walked[0]);
            Assert.InRange(walked.Count, 19, 21); // 4,096 bytes are 20 levels
            var error = Assert.IsType<PathUnreadableException>(Assert.Single(_failed));
            Assert.DoesNotContain("gone", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Shell("rm -rf n*");
        }
    }

    [Fact]
    public void Devices_are_skipped()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "devices in the file system are of Unix");
        var skipped = new List<SkippedItem>();
        var walked = TreeWalker.Walk("/dev", new TreeWalkOptions { Skipped = skipped.Add, Failed = _ => { } }, default).Select(i => i.RelativePath).ToList();
        foreach (var device in (string[])["null", "tty", "zero"])
        {
            Assert.DoesNotContain(device, walked);
            Assert.Equal(SkipReason.Special, Assert.Single(skipped, s => s.RelativePath == device).Reason);
        }
    }

    [Fact]
    public void A_link_to_a_pipe_or_to_what_is_ignored_is_what_it_leads_to()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "links need rights on Windows");
        Requirement.Tool("mkfifo");
        Shell("mkfifo pipe; ln -s pipe to-pipe; mkdir build; : > build/out; ln -s build to-build; ln -s build/out to-out; ln -s ./././build/../build/out roundabout");
        Assert.Equal(["roundabout", "to-build", "to-build/out", "to-out"], Walk(new TreeWalkOptions { IgnorePatterns = ["/build"] }));
        Assert.Equal([("build", SkipReason.Ignored), ("pipe", SkipReason.Special), ("to-pipe", SkipReason.Special)], _skipped.Select(s => (s.RelativePath, s.Reason)));
    }

    [Fact]
    public void An_ignored_directory_is_not_looked_into()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "links need rights on Windows");
        Shell("mkdir -p skip/sub; ln -s nowhere skip/broken; ln -s / skip/sub/out; printf '\\0' > skip/.gitignore; : > file; printf 'skip/\\n!skip/sub\\n' > .gitignore");
        Assert.Equal([".gitignore", "file"], Walk());
        Assert.Empty(_failed);
        Assert.Equal(["skip"], _skipped.Select(s => s.RelativePath));
    }

    [Theory]
    [InlineData("printf 'a\\0b' > .gitignore")]
    [InlineData("ln -s file .gitignore")]
    [InlineData("head -c 10485760 /dev/zero | tr '\\0' '\\n' > .gitignore")]
    public void An_ignore_file_of_the_root_that_cannot_be_read_ends_the_walk_before_it_begins(string make)
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "links need rights on Windows");
        Shell($": > file; mkdir sub; : > sub/file; {make}");
        using var walk = TreeWalker.Walk(_tree.Path, new TreeWalkOptions { Failed = _failed.Add }, default).GetEnumerator();
        Assert.Equal(_tree.Combine(".gitignore"), Assert.Throws<PathUnreadableException>(() => walk.MoveNext()).Target);
        Assert.Empty(_failed);
    }

    private List<string> Walk(TreeWalkOptions? options = null) =>
        [.. TreeWalker.Walk(_tree.Path, (options ?? new TreeWalkOptions()) with { Skipped = _skipped.Add, Failed = _failed.Add }, default).Select(i => i.RelativePath)];

    private void Shell(string script)
    {
        Requirement.Tool("sh");
        using var sh = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = _tree.Path })!;
        sh.WaitForExit();
    }
}
