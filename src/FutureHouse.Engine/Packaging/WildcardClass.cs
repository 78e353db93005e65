using System.Collections;

namespace FutureHouse.Packaging;

/// <summary>The bytes that a class such as <c>[a-z]</c>, <c>[!x]</c> or <c>[[:alpha:]]</c> matches. Like git's, it never matches <c>/</c>, and POSIX names mean their ASCII members.</summary>
internal static class WildcardClass
{
    /// <summary>Parses a class.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="i">Where its <c>[</c> is; then what follows its <c>]</c>.</param>
    /// <param name="ignoreCase">Whether the text comes folded. Ranges and <c>[:upper:]</c> then match by the capital too; single capitals match nothing, as git does it.</param>
    /// <returns>The set, or <see langword="null"/> for a class that is not closed or has an unknown name.</returns>
    public static BitArray? Parse(ReadOnlySpan<char> pattern, ref int i, bool ignoreCase)
    {
        var set = new BitArray(256);
        var p = i + 1;
        var negated = p < pattern.Length && pattern[p] is '!' or '^';
        if (negated)
        {
            p++;
        }

        var previous = '\0';
        for (var first = true; ; first = false, p++)
        {
            if (p >= pattern.Length)
            {
                return null;
            }

            var c = pattern[p];
            if (c == ']' && !first)
            {
                break;
            }

            if (c == '-' && previous != '\0' && p + 1 < pattern.Length && pattern[p + 1] != ']')
            {
                p++;
                if (pattern[p] == '\\' && ++p == pattern.Length)
                {
                    return null;
                }

                AddRange(set, previous, pattern[p], ignoreCase);
                previous = '\0';
                continue;
            }

            if (c == '[' && p + 1 < pattern.Length && pattern[p + 1] == ':')
            {
                var length = pattern[(p + 2)..].IndexOf(']');
                if (length < 0)
                {
                    return null;
                }

                if (length > 0 && pattern[p + 1 + length] == ':')
                {
                    if (!AddNamed(set, pattern.Slice(p + 2, length - 1), ignoreCase))
                    {
                        return null;
                    }

                    p += 2 + length;
                    previous = '\0';
                    continue;
                }
            }

            if (c == '\\')
            {
                if (++p == pattern.Length)
                {
                    return null;
                }

                c = pattern[p];
            }

            set[c] = true;
            previous = c;
        }

        i = p + 1;
        if (negated)
        {
            set.Not();
        }

        set['/'] = false;
        return set;
    }

    private static void AddRange(BitArray set, char from, char to, bool ignoreCase)
    {
        for (int b = from; b <= to; b++)
        {
            set[b] = true;
            if (ignoreCase && b is >= 'A' and <= 'Z')
            {
                set[b | 0x20] = true;
            }
        }
    }

    private static bool AddNamed(BitArray set, ReadOnlySpan<char> name, bool ignoreCase)
    {
        Func<char, bool>? member = name switch
        {
            "alnum" => char.IsAsciiLetterOrDigit,
            "alpha" => char.IsAsciiLetter,
            "blank" => c => c is ' ' or '\t',
            "cntrl" => c => c is < ' ' or '\x7f',
            "digit" => char.IsAsciiDigit,
            "graph" => c => c is > ' ' and < '\x7f',
            "lower" => char.IsAsciiLetterLower,
            "print" => c => c is >= ' ' and < '\x7f',
            "punct" => c => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
            "space" => c => c is ' ' or '\t' or '\n' or '\r',
            "upper" => c => char.IsAsciiLetterUpper(c) || (ignoreCase && char.IsAsciiLetterLower(c)),
            "xdigit" => char.IsAsciiHexDigit,
            _ => null,
        };
        for (var c = '\0'; member is not null && c < 128; c++)
        {
            if (member(c))
            {
                set[c] = true;
            }
        }

        return member is not null;
    }
}
