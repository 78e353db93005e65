using System.Diagnostics;
using System.Text;
using FutureHouse.Packaging;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>A random tree with random ignore files, the same for the same seed, and what git and the walk make of it. The bench uses it too.</summary>
internal sealed class RandomTree(int seed, string root)
{
    private static readonly string[] Names =
    [
        "a", "b", "c", "ab", "abc", "a.c", "b.c", "foo", "foobar", "bar", "foo.txt", "foo.log", "A", "Foo", "#x", "!y", " s", "t ", "x y", "[z]", "é", "日本", "-", "a]b", "*s", "q?", "a\\b", "^", ".h",
        "1", "12", "z9", "_", "{a}", "~", "build", "out", "lib", "😀", "tab\tx", "line\nx",
    ];

    private static readonly string[] Atoms =
    [
        "*", "**", "?", "??", "[a-c]", "[!a]", "[^b]", "[[:alpha:]]", "[[:digit:]]", "[![:alnum:]]", "[[:punct:]]", "[]a]", "[a-]", "[-a]", "[a\\]]", "[\\a-c]", "[a", "[[:bad:]]", "[[:]", "[b-a]", "\\a", "\\*",
        "\\?", "\\[", "\\\\", "\\#", "\\!", "\\ ", " ", "a", "b", "c", "o", ".", ".c", "x", "y", "s", "foo", "bar", "txt", "é", "\\", "\\/", "[/]", "[[:space:]]", "[[:upper:]x]", "]", "!", "#", "\t",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A folder for a tree, in memory where Linux offers that, which is many times faster; the caller removes it.</summary>
    public static string CreateFolder()
    {
        const string Memory = "/dev/shm";
        return OperatingSystem.IsLinux() && Directory.Exists(Memory)
            ? Directory.CreateDirectory(Path.Combine(Memory, "fh-test-" + Path.GetRandomFileName())).FullName
            : Directory.CreateTempSubdirectory("fh-test-").FullName;
    }

    /// <summary>Makes the tree.</summary>
    public void Create(int files)
    {
        var directories = new List<string> { root };
        for (var i = 0; i < files; i++)
        {
            var parent = Pick(directories);
            var path = Path.Combine(parent, Pick(Names));
            if (_random.Next(4) == 0 && path.Length < root.Length + 60)
            {
                if (!Path.Exists(path))
                {
                    Directory.CreateDirectory(path);
                    directories.Add(path);
                }
            }
            else if (_random.Next(40) == 0 && !Path.Exists(path))
            {
                Directory.CreateSymbolicLink(path, Path.GetPathRoot(root)!);
            }
            else if (!Path.Exists(path))
            {
                using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            }
        }

        foreach (var directory in directories)
        {
            if (directory == root || _random.Next(3) == 0)
            {
                File.WriteAllText(Path.Combine(directory, ".gitignore"), Rules(), new UTF8Encoding(_random.Next(5) == 0));
            }
        }
    }

    /// <summary>How many paths were compared, and those of which the walk and git differ.</summary>
    public (int Compared, IReadOnlyList<string> Differences) Compare()
    {
        Git("init", "-q", "--template=", ".");
        var kept = Git("ls-files", "-z", "--others", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var ignored = Git("ls-files", "-z", "--others", "--ignored", "--exclude-standard").Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);

        var skipped = new List<SkippedItem>();
        var ours = new HashSet<string>(StringComparer.Ordinal);
        var options = new TreeWalkOptions
        {
            UseDefaultRules = false,
            IgnorePatterns = ["/.git"],
            Skipped = skipped.Add,
            Failed = e => throw new InvalidOperationException(e.Message, e),
        };
        ours.UnionWith(TreeWalker.Walk(root, options, default).Where(i => !i.IsDirectory).Select(i => i.RelativePath));
        ours.UnionWith(skipped.Where(s => s.Reason == SkipReason.LinkOutside).Select(s => s.RelativePath));

        var differences = kept.Where(p => !ours.Contains(p)).Select(p => "git keeps, we ignore: " + p)
            .Concat(ours.Where(p => !kept.Contains(p)).Select(p => "we keep, git does not: " + p)).ToList();

        // What git ignores must be below something that we said we ignore.
        var ignoredByUs = skipped.Where(s => s.Reason == SkipReason.Ignored).ToDictionary(s => s.RelativePath, s => s.IsDirectory, StringComparer.Ordinal);
        differences.AddRange(ignored.Where(p => !Above(p).Any(ignoredByUs.ContainsKey)).Select(p => "git ignores, we do not say so: " + p));

        // The rule that we name, by its file and line, must be the one that git names.
        var rules = skipped.Where(s => s.Reason == SkipReason.Ignored && s.RelativePath != ".git").ToDictionary(s => s.RelativePath, s => $"{s.Rule!.Source}:{s.Rule.Line}", StringComparer.Ordinal);
        var gits = RulesOfGit(root, [.. rules.Keys]);
        differences.AddRange(rules.Where(r => gits[r.Key] != r.Value).Select(r => $"left out by another rule: {r.Key}, git {gits[r.Key]}, we {r.Value}"));
        return (kept.Count + ignored.Count, differences);
    }

    /// <summary>Of each path the rule that leaves it out, as <c>FILE:LINE</c> of <c>git check-ignore</c>; empty where none does.</summary>
    internal static Dictionary<string, string> RulesOfGit(string root, IReadOnlyList<string> paths)
    {
        var start = Start(root, "check-ignore", "--no-index", "-v", "-n", "-z", "--stdin");
        start.RedirectStandardInput = true;
        start.StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var git = Process.Start(start)!;
        var answer = git.StandardOutput.ReadToEndAsync();
        git.StandardInput.Write(string.Concat(paths.Select(p => p + "\0")));
        git.StandardInput.Close();
        git.WaitForExit();

        // File, line, pattern and path of each; a pattern that begins with ! takes in.
        var fields = answer.Result.Split('\0');
        return Enumerable.Range(0, paths.Count).ToDictionary(i => fields[(i * 4) + 3], i => fields[i * 4].Length == 0 || fields[(i * 4) + 2].StartsWith('!') ? string.Empty : $"{fields[i * 4]}:{fields[(i * 4) + 1]}", StringComparer.Ordinal);
    }

    private static IEnumerable<string> Above(string path)
    {
        yield return path;
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }
    }

    private string Rules()
    {
        var text = new StringBuilder();
        var crlf = _random.Next(6) == 0;
        for (var i = _random.Next(1, 9); i > 0; i--)
        {
            text.Append(Rule()).Append(crlf ? "\r\n" : "\n");
        }

        return _random.Next(5) == 0 ? text.ToString().TrimEnd('\n') : text.ToString();
    }

    private string Rule()
    {
        var rule = new StringBuilder();
        rule.Append(_random.Next(12) switch { 0 or 1 or 2 => "!", 3 => "/", 4 => "!/", 5 => "**/", 6 => "#", _ => string.Empty });
        for (var parts = _random.Next(3) == 0 ? _random.Next(2, 4) : 1; parts > 0; parts--)
        {
            switch (_random.Next(5))
            {
                case 0:
                case 1:
                    rule.Append(Pick(Names));
                    break;
                case 2:
                    rule.Append('*').Append(Pick(Names)[0] == '#' ? ".c" : Pick(Atoms));
                    break;
                default:
                    for (var atoms = _random.Next(1, 4); atoms > 0; atoms--)
                    {
                        rule.Append(Pick(Atoms));
                    }

                    break;
            }

            rule.Append(parts > 1 ? _random.Next(4) == 0 ? "/**/" : "/" : string.Empty);
        }

        return rule.Append(_random.Next(10) switch { 0 or 1 => "/", 2 => "/**", 3 => " ", 4 => "/*", _ => string.Empty }).ToString();
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    private string Git(params string[] arguments) => Run(root, arguments);

    /// <summary>Runs git without any settings but the repository's own.</summary>
    internal static string Run(string directory, params string[] arguments)
    {
        using var git = Process.Start(Start(directory, arguments))!;
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}.");
    }

    private static ProcessStartInfo Start(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-c", "core.excludesFile=", .. arguments]) { WorkingDirectory = directory, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment["GIT_CONFIG_GLOBAL"] = start.Environment["GIT_CONFIG_NOSYSTEM"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["HOME"] = directory;
        foreach (var name in start.Environment.Keys.Where(k => k is "GIT_DIR" or "GIT_WORK_TREE" or "GIT_INDEX_FILE" or "XDG_CONFIG_HOME").ToList())
        {
            start.Environment.Remove(name);
        }

        return start;
    }
}
