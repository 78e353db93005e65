using FutureHouse.Packaging;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>Rules that are easy to get wrong, on names that are easy to get wrong: verdict, file and line as <c>git check-ignore --no-index</c> gives them.</summary>
public sealed class IgnoreRulesAgainstGitTests
{
    // Each is the ignore file of a directory of its own, in which all of the paths below are.
    private static readonly string[] Files =
    [
        "**/", "/**", "**", "*", "*/", "*/*/", "***", "a***b", "/*\n!/a", "/*\n!/a/\n/a/*\n!/a/b", "a/**", "a/**/", "a/**/b", "a/**/b/**/c", "**/a/**", "**/**/a", "a/***/b", "**a/b", "a**/b", "a/**b", "a/b**",
        "/", "//", "!", "!/", "a//b", "./a", "../a", "a/.", "a/..", ".", "..", "...", "[!]a]", "[^]]", "[]-a]", "[--0]", "[a-\\d]", "[\\]]", "[]", "[!]", "[^", "[[:alpha:][:digit:]]", "[[:alpha]", "[[:alpha:]", "[[:xdigit:]-z]",
        "[[:space:]]", "[z-a]", "[a-a]", "[!a/b]", "a[/]b", "a[!x]b", "*[", "\\[a", "\\[a]", "a\\", "a\\\\", "\\\\", "\\", "!!a", "\\!a", "!a\na", "a\n!a", "#a", "\\#a", " #a", "é", "é?", "?", "??", "???", "[é]", "[!é]a", "*é*", "日*",
        "a ", "a\\ ", "a \\ ", "a\\  ", "\\ a", "  a", "foo\t", "foo\\\t", " ", "\\ ", "\t", "a\r", "a\r\n", "a \r\n", "a\\ \r\n", "\r\n\r\na\r\n", "x\ry", "a\rb", "a\n\n\nb", "\u00a0a", "\\a\\b", "\\a/\\b", "a/\\*", "foo/bar/", "foo/bar/a",
        "/foo/", "foo/*/a", "foo/**/a", "foo?bar", "foo*a", "*foo*", "*.c", "*.c/", "!*.c\n*.c", "*.*", ".*", "*.", "d.c/x", "d.c/\n!d.c/x", "d.c/*\n!d.c/x", "{a,b}", "a|b", "~", "$a", "a*b*c", "*a*a*a*a*b", "[[.a.]]", "[[=a=]]", "[a-[:alpha:]]",
        "[[:alpha:]-z]", "[\\a-\\c]", "[a\\-c]", "[-]", "[a-]", "[!-]", "[^-a]", "[[]", "[]]", "[][]", "**/b/**", "/**/b", "/**/b/", "/a/**/c", "a/*/c", "b\n!b\nb", "?/b", "[a]/b", "a/[b]", "*/b", "**/x/**/b", "/?", "/[!a]", "\uFEFFa", "#\uFEFFa", "-", "--",
    ];

    private static readonly string[] Paths =
    [
        "b", "c", "ab", "a b", "a ", " a", " ", "#a", "!a", "!!a", "[a", "[a]", "a]", "]", "\\", "a\\", "\\a", "é", "éa", "aé", "日本", "-", "--", "0", "d", "z", "A", ".a", "a.c", "...", "foo.", "foo ", "foo\t", "\t", "x\ry", "a\r", "\u00a0a", "*", "**", "?", "a*b",
        "^", "{a,b}", "a|b", "~", "$a", "aaaab", "a\nb", "[]", "a/a", "a/b", "a/b.d/c", "a/x/b", "a/x/y/b", "a/bb", "a/*", "a/d/c", "a/d/e/c", "ba/b", "xa/b", "ab.d/b", "foo/bar/a", "foo/x/bar/a", "foo/a", "foobar", "foo.c", "d.c/x", "d.c/y", "e/a/b", "e/b/a", "e/foo/bar/q", "\uFEFFa",
    ];

    [Fact]
    public void The_rule_that_decides_is_gits()
    {
        Requirement.Tool("git");
        Requirement.Met(OperatingSystem.IsLinux(), "linux", "the names have characters that others do not allow");
        var root = RandomTree.CreateFolder();
        try
        {
            for (var i = 0; i < Files.Length; i++)
            {
                var folder = Directory.CreateDirectory(Path.Combine(root, $"r{i}")).FullName;
                foreach (var path in Paths)
                {
                    var full = Path.Combine(folder, path);
                    Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                    File.WriteAllText(full, string.Empty);
                }

                File.WriteAllText(Path.Combine(folder, ".gitignore"), Files[i]);
            }

            RandomTree.Run(root, "init", "-q", "--template=", ".");
            Assert.Equal(Gits(root), Ours(root));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Of each file: the rule that leaves it out, or nothing.</summary>
    private static List<string> Ours(string root)
    {
        var verdicts = new Dictionary<string, string>(StringComparer.Ordinal);
        var options = new TreeWalkOptions { UseDefaultRules = false, IgnorePatterns = ["/.git"], Skipped = s => verdicts[s.RelativePath] = $"{s.Rule!.Source}:{s.Rule.Line}", Failed = e => throw e };
        var kept = TreeWalker.Walk(root, options, default).Where(i => !i.IsDirectory).Select(i => i.RelativePath).ToHashSet(StringComparer.Ordinal);
        return [.. All(root).Select(path => $"{path}: {(kept.Contains(path) ? string.Empty : Above(path).Select(p => verdicts.GetValueOrDefault(p)).FirstOrDefault(v => v is not null) ?? "neither kept nor left out")}")];
    }

    private static List<string> Gits(string root)
    {
        var all = All(root);
        var rules = RandomTree.RulesOfGit(root, all);
        return [.. all.Select(path => $"{path}: {rules[path]}")];
    }

    private static List<string> All(string root) =>
    [
        .. Enumerable.Range(0, Files.Length).SelectMany(i => Paths.Append(".gitignore").Select(p => $"r{i}/{p}")).Where(p => File.Exists(Path.Combine(root, p))),
    ];

    private static IEnumerable<string> Above(string path)
    {
        for (var end = path.IndexOf('/', StringComparison.Ordinal); end > 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }

        yield return path;
    }
}
