using System.Text;
using FutureHouse.Packaging;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>Rules one by one; what they should do was asked of git.</summary>
public sealed class IgnoreRuleTests
{
    [Theory]
    [InlineData("foo", "foo", true)]
    [InlineData("foo", "a/b/foo", true)]
    [InlineData("foo", "foobar", false)]
    [InlineData("foo", "Foo", false)]
    [InlineData("/foo", "foo", true)]
    [InlineData("/foo", "a/foo", false)]
    [InlineData("a/foo", "a/foo", true)]
    [InlineData("a/foo", "b/a/foo", false)]
    [InlineData("foo/", "foo", false)]
    [InlineData("foo/", "foo/", true)]
    [InlineData("foo/", "a/foo/", true)]
    [InlineData("*.c", "a/b.c", true)]
    [InlineData("*.c", ".c", true)]
    [InlineData("/*.c", "a/b.c", false)]
    [InlineData("a/*", "a/b", true)]
    [InlineData("a/*", "a/b/c", false)]
    [InlineData("a/*/c", "a/b/c", true)]
    [InlineData("a/*/c", "a/b/b/c", false)]
    [InlineData("a?c", "a/c", false)]
    [InlineData("x/a?c", "x/a/c", false)]
    [InlineData("**/foo", "foo", true)]
    [InlineData("**/foo", "a/b/foo", true)]
    [InlineData("a/**", "a/b/c", true)]
    [InlineData("a/**", "a/", false)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b", true)]
    [InlineData("a/**/b", "a/xb", false)]
    [InlineData("foo**/bar", "foox/y/bar", true)] // a quirk of git's: two stars right after the literal start count as a part
    [InlineData("f?o**/bar", "foox/y/bar", false)]
    [InlineData("a**c", "abbc", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[!a-c]x", "bx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[[:digit:]]", "7", true)]
    [InlineData("[[:digit:]]", "a", false)]
    [InlineData("[![:alpha:]]", "-", true)]
    [InlineData("[[:nope:]]", "n", false)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[a\\]]", "]", true)]
    [InlineData("[a", "[a", false)]
    [InlineData("a[/]b/c", "a/b/c", false)]
    [InlineData("\\#x", "#x", true)]
    [InlineData("#x", "#x", false)]
    [InlineData("\\!x", "!x", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "a", false)]
    [InlineData("a\\", "a\\", false)]
    [InlineData("a ", "a", true)]
    [InlineData("a\\ ", "a ", true)]
    [InlineData("a\\  ", "a ", true)]
    [InlineData("a\t", "a", false)]
    [InlineData(" a", "a", false)]
    [InlineData(" a", " a", true)]
    [InlineData("a\r", "a", true)]
    [InlineData("?", "é", false)]
    [InlineData("??", "é", true)]
    [InlineData("é*", "éa", true)]
    [InlineData("/", "a/", false)]
    [InlineData("\uFEFFfoo", "foo", true)]
    public void A_line_matches_as_in_git(string line, string path, bool expected)
    {
        var matcher = new IgnoreMatcher([], useDefaults: false, ignoreCase: false).Enter(Parse(line + "\n"));
        Assert.Equal(expected, matcher.Find(path.TrimEnd('/'), path.EndsWith('/')) is { IsNegated: false });
    }

    [Theory]
    [InlineData("Foo", "fOO", true)]
    [InlineData("*.PYC", "a.pyc", true)]
    [InlineData("F?O/B", "foo/b", true)]
    [InlineData("[A-C]x", "bX", true)]
    [InlineData("[[:upper:]]", "b", true)]
    [InlineData("É", "é", false)]
    public void Case_is_ignored_where_the_file_system_does(string line, string path, bool expected)
    {
        var matcher = new IgnoreMatcher([], useDefaults: false, ignoreCase: true).Enter(Parse(line, ignoreCase: true));
        Assert.Equal(expected, matcher.Find(path, false) is not null);
    }

    [Fact]
    public void The_last_rule_wins_then_the_deeper_file_then_the_callers_pattern()
    {
        var matcher = new IgnoreMatcher(["!*.top"], useDefaults: true, ignoreCase: false)
            .Enter(Parse("*.log\n!keep.log\n*.top\n!node_modules\n"))
            .Enter(IgnoreFile.Parse("!*.log\n/x\n"u8, "sub/.gitignore", "sub"));

        Assert.Equal(new IgnoreRuleOrigin("!*.log", "sub/.gitignore", 1), matcher.Find("sub/a.log", false)?.Origin);
        Assert.Equal("/x", matcher.Find("sub/x", false)?.Origin.Pattern);
        Assert.Null(matcher.Find("sub/y/x", false));
        Assert.Equal(new IgnoreRuleOrigin("!*.top", "-IgnorePattern", 1), matcher.Find("sub/a.top", false)?.Origin);
        Assert.True(matcher.Find("sub/node_modules", true)?.IsNegated);
        Assert.Equal(new IgnoreRuleOrigin("*.pyc", "default", 3), matcher.Find("sub/a.pyc", false)?.Origin);
    }

    [Fact]
    public void A_pattern_of_the_callers_has_no_comments_and_keeps_its_spaces()
    {
        var matcher = new IgnoreMatcher(["#a", "b "], useDefaults: false, ignoreCase: false);
        Assert.NotNull(matcher.Find("#a", false));
        Assert.NotNull(matcher.Find("b ", false));
        Assert.Null(matcher.Find("b", false));
    }

    [Fact]
    public void Lines_are_counted_over_comments_and_empty_ones()
    {
        var file = Parse("# one\n\n\r\nfoo\r\n");
        Assert.Equal(4, Assert.Single(file.Rules).Origin.Line);
    }

    [Fact]
    public void A_hostile_pattern_takes_no_time()
    {
        var matcher = new IgnoreMatcher([string.Concat(Enumerable.Repeat("*a", 60)) + "b"], useDefaults: false);
        Assert.Null(matcher.Find(new string('a', 5000), false));
    }

    private static IgnoreFile Parse(string text, bool ignoreCase = false) => IgnoreFile.Parse(Encoding.UTF8.GetBytes(text), ".gitignore", string.Empty, ignoreCase);
}
