namespace FutureHouse.Packaging;

/// <summary>The rules of one ignore file, in order; the last that matches decides.</summary>
public sealed class IgnoreFile
{
    /// <summary>Bytes an ignore file may have. What is larger is no list of rules, and would make each path slow.</summary>
    public const int MaximumSize = 1 << 20;

    private readonly LiteralTable _names = new();
    private readonly LiteralTable _extensions = new();
    private readonly LiteralTable _paths = new();
    private readonly int[] _others;
    private readonly int _baseLength;

    private IgnoreFile(string directory, IReadOnlyList<IgnoreRule> rules)
    {
        Directory = directory;
        Rules = rules;
        _baseLength = directory.Length == 0 ? 0 : ByteText.Of(directory).Length + 1;
        var others = new List<int>();
        for (var i = 0; i < rules.Count; i++)
        {
            var rule = rules[i];
            if (rule.IsVoid)
            {
                continue;
            }

            if (rule.IsLiteral)
            {
                (rule.IsName ? _names : _paths).Add(rule.Literal, i, rule.DirectoryOnly);
            }
            else if (rule.IsSuffix && rule.Literal.StartsWith('.'))
            {
                _extensions.Add(rule.Literal, i, rule.DirectoryOnly);
            }
            else
            {
                others.Add(i);
            }
        }

        others.Reverse();
        _others = [.. others];
    }

    /// <summary>The directory its rules are of, below the tree's root, with <c>/</c>; empty for the root.</summary>
    public string Directory { get; }

    /// <summary>Its rules in order, without comments and empty lines.</summary>
    public IReadOnlyList<IgnoreRule> Rules { get; }

    /// <summary>Reads the content of an ignore file: UTF-8 with or without a byte order mark, lines ending with LF or CRLF.</summary>
    /// <param name="content">The bytes.</param>
    /// <param name="source">Path of the file, for <see cref="IgnoreRuleOrigin.Source"/>.</param>
    /// <param name="directory">The directory it is in, below the tree's root, with <c>/</c>; empty for the root.</param>
    /// <param name="ignoreCase">Whether case is ignored.</param>
    /// <returns>The rules.</returns>
    public static IgnoreFile Parse(ReadOnlySpan<byte> content, string source, string directory, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (content.StartsWith("\uFEFF"u8))
        {
            content = content[3..];
        }

        var rules = new List<IgnoreRule>();
        for (var number = 1; !content.IsEmpty; number++)
        {
            var end = content.IndexOf((byte)'\n');
            var line = end < 0 ? content : content[..end];
            content = end < 0 ? default : content[(end + 1)..];
            if (line.EndsWith("\r"u8))
            {
                line = line[..^1];
            }

            if (IgnoreRule.ParseLine(ByteText.Of(line), source, number, ignoreCase) is { } rule)
            {
                rules.Add(rule);
            }
        }

        return new IgnoreFile(directory, rules);
    }

    /// <summary>Rules that stand in no file, of the tree's root.</summary>
    /// <param name="patterns">The patterns.</param>
    /// <param name="source">What to call their origin.</param>
    /// <param name="ignoreCase">Whether case is ignored.</param>
    /// <returns>The rules.</returns>
    public static IgnoreFile FromPatterns(IReadOnlyList<string> patterns, string source, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        return new IgnoreFile(string.Empty, [.. patterns.Select((p, i) => IgnoreRule.Parse(p, new IgnoreRuleOrigin(p, source, i + 1), ignoreCase))]);
    }

    /// <summary>The rule that decides on a path in or below <see cref="Directory"/>, or <see langword="null"/>.</summary>
    internal IgnoreRule? Find(ReadOnlySpan<char> path, int nameStart, bool isDirectory)
    {
        var name = path[nameStart..];
        path = path[_baseLength..];
        var best = _names.IsEmpty ? -1 : _names.Find(name, isDirectory);
        if (!_paths.IsEmpty)
        {
            best = Math.Max(best, _paths.Find(path, isDirectory));
        }

        if (!_extensions.IsEmpty)
        {
            for (var rest = name; rest.IndexOf('.') is var dot && dot >= 0; rest = rest[(dot + 1)..])
            {
                best = Math.Max(best, _extensions.Find(rest[dot..], isDirectory));
            }
        }

        foreach (var i in _others)
        {
            if (i < best)
            {
                break;
            }

            if (Rules[i].Matches(path, name, isDirectory))
            {
                best = i;
                break;
            }
        }

        return best < 0 ? null : Rules[best];
    }
}
