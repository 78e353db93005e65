namespace FutureHouse.Packaging;

/// <summary>
/// One rule of an ignore file, as <c>gitignore(5)</c> defines it. As in git, names are matched as the bytes of their UTF-8: <c>?</c> and a class match one byte, so a letter beyond ASCII takes
/// two or more of them. A rule with an open or unknown class, or a <c>\</c> at its end, matches nothing.
/// </summary>
public sealed class IgnoreRule
{
    private const string Special = "*?[\\";
    private readonly int _prefix;
    private readonly Wildcard? _wildcard;

    private IgnoreRule(IgnoreRuleOrigin origin, string pattern, bool ignoreCase)
    {
        Origin = origin;
        var text = pattern.AsSpan();
        if (text.StartsWith("!"))
        {
            IsNegated = true;
            text = text[1..];
        }

        if (text.EndsWith("/"))
        {
            DirectoryOnly = true;
            text = text[..^1];
        }

        IsName = !text.Contains('/');
        if (text.StartsWith("/"))
        {
            text = text[1..];
        }

        _prefix = text.IndexOfAny(Special);
        IsLiteral = _prefix < 0;
        IsSuffix = IsName && _prefix == 0 && text[0] == '*' && text[1..].IndexOfAny(Special) < 0;
        if (!IsLiteral && !IsSuffix)
        {
            _wildcard = Wildcard.Compile(text[_prefix..], ignoreCase);
            IsVoid = _wildcard is null;
        }

        var bytes = (IsSuffix ? text[1..] : IsLiteral ? text : text[.._prefix]).ToString();
        Literal = ignoreCase ? ByteText.Fold(bytes) : bytes;
        IsVoid |= IsLiteral && Literal.Length == 0;
    }

    /// <summary>Its text, and where it stands.</summary>
    public IgnoreRuleOrigin Origin { get; }

    /// <summary>Whether it starts with <c>!</c> and takes in again what an earlier rule left out.</summary>
    public bool IsNegated { get; }

    /// <summary>Whether it ends with <c>/</c> and is of directories only. A link to a directory is none.</summary>
    public bool DirectoryOnly { get; }

    /// <summary>Whether it is held against the name alone, at any depth, not against the path below the ignore file's directory.</summary>
    public bool IsName { get; }

    /// <summary>Whether it is without wildcards, so that <see cref="Literal"/> is all.</summary>
    internal bool IsLiteral { get; }

    /// <summary>Whether it is a <c>*</c> and then <see cref="Literal"/>.</summary>
    internal bool IsSuffix { get; }

    /// <summary>Whether it can match nothing.</summary>
    internal bool IsVoid { get; }

    /// <summary>The literal, suffix, or start before the first wildcard; <see cref="ByteText"/>, folded where case is ignored.</summary>
    internal string Literal { get; }

    /// <summary>Makes a rule of a pattern. Unlike a line of an ignore file it has no comments, and spaces at its end count.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="origin">Where it stands.</param>
    /// <param name="ignoreCase">Whether ASCII letters match without regard to case, as on Windows and macOS.</param>
    /// <returns>The rule.</returns>
    public static IgnoreRule Parse(string pattern, IgnoreRuleOrigin origin, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(origin);
        return new IgnoreRule(origin, ByteText.Of(pattern), ignoreCase);
    }

    /// <summary>Makes a rule of a line of an ignore file.</summary>
    /// <param name="line">The line without its end, as <see cref="ByteText"/>.</param>
    /// <param name="source">Path of the ignore file.</param>
    /// <param name="number">The line's number, from 1.</param>
    /// <param name="ignoreCase">Whether case is ignored.</param>
    /// <returns>The rule; <see langword="null"/> for a comment or an empty line.</returns>
    internal static IgnoreRule? ParseLine(string line, string source, int number, bool ignoreCase)
    {
        if (line.StartsWith('#'))
        {
            return null;
        }

        line = TrimSpaces(line);
        return line.Length == 0 ? null : new IgnoreRule(new IgnoreRuleOrigin(ByteText.Display(line), source, number), line, ignoreCase);
    }

    /// <summary>Whether the rule is of a path. Says nothing of the directories above it.</summary>
    /// <param name="path">Path below the ignore file's directory, folded where case is ignored; <see cref="ByteText"/>.</param>
    /// <param name="name">Its last part.</param>
    /// <param name="isDirectory">Whether it is a directory.</param>
    internal bool Matches(ReadOnlySpan<char> path, ReadOnlySpan<char> name, bool isDirectory)
    {
        if ((DirectoryOnly && !isDirectory) || IsVoid)
        {
            return false;
        }

        if (IsSuffix)
        {
            return name.EndsWith(Literal);
        }

        var text = IsName ? name : path;
        return IsLiteral ? text.SequenceEqual(Literal) : text.StartsWith(Literal) && _wildcard!.IsMatch(text[_prefix..]);
    }

    // Spaces at the end do not count, unless a backslash is before one; tabs do.
    private static string TrimSpaces(string line)
    {
        var end = -1;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == ' ')
            {
                end = end < 0 ? i : end;
                continue;
            }

            end = -1;
            if (line[i] == '\\' && ++i == line.Length)
            {
                return line;
            }
        }

        return end < 0 ? line : line[..end];
    }
}
