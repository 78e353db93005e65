using System.Collections;

namespace FutureHouse.Packaging;

/// <summary>
/// A compiled wildcard pattern with the semantics of git's <c>wildmatch</c>, over <see cref="ByteText"/>. It is matched in time proportional to pattern times text, whatever the pattern:
/// after a later star an earlier one need not be tried again.
/// </summary>
internal sealed class Wildcard
{
    private readonly Token[] _tokens;

    private Wildcard(Token[] tokens) => _tokens = tokens;

    private enum Kind : byte
    {
        /// <summary>One given byte.</summary>
        Literal,

        /// <summary><c>?</c>: one byte, not <c>/</c>.</summary>
        One,

        /// <summary>One byte of a set, not <c>/</c>.</summary>
        Class,

        /// <summary><c>*</c>: any bytes but <c>/</c>.</summary>
        Star,

        /// <summary><c>**</c> as a whole part: any bytes.</summary>
        Any,

        /// <summary><c>**/</c>: nothing, or anything up to and with a <c>/</c>.</summary>
        Directories,
    }

    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">The pattern, or what is left of it after its literal start: like git, two stars there count as a whole part.</param>
    /// <param name="ignoreCase">Whether the text comes folded to lower case.</param>
    /// <returns>The pattern, or <see langword="null"/> for one that git's matcher gives up on, which never matches: an open or unknown class, a <c>\</c> at the end.</returns>
    public static Wildcard? Compile(ReadOnlySpan<char> pattern, bool ignoreCase)
    {
        var tokens = new List<Token>(pattern.Length);
        for (var i = 0; i < pattern.Length;)
        {
            var c = pattern[i];
            switch (c)
            {
                case '\\':
                    if (i + 1 == pattern.Length)
                    {
                        return null;
                    }

                    // Like git: an escaped capital is not folded, so it matches nothing where case is ignored.
                    tokens.Add(new Token(Kind.Literal, pattern[i + 1]));
                    i += 2;
                    break;
                case '?':
                    tokens.Add(new Token(Kind.One));
                    i++;
                    break;
                case '[':
                    var set = WildcardClass.Parse(pattern, ref i, ignoreCase);
                    if (set is null)
                    {
                        return null;
                    }

                    tokens.Add(new Token(Kind.Class, '\0', set));
                    break;
                case '*':
                    tokens.Add(Stars(pattern, ref i));
                    break;
                default:
                    tokens.Add(new Token(Kind.Literal, ignoreCase && char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c));
                    i++;
                    break;
            }
        }

        return new Wildcard([.. tokens]);
    }

    /// <summary>Whether the whole of a text matches.</summary>
    public bool IsMatch(ReadOnlySpan<char> text)
    {
        var tokens = _tokens;
        int t = 0, p = 0, star = -1, starAt = 0, any = -1, anyAt = 0;
        while (true)
        {
            if (p == tokens.Length)
            {
                if (t == text.Length)
                {
                    return true;
                }
            }
            else
            {
                ref readonly var token = ref tokens[p];
                switch (token.Kind)
                {
                    case Kind.Star:
                        star = ++p;
                        starAt = t;
                        continue;
                    case Kind.Any or Kind.Directories:
                        any = ++p;
                        anyAt = t;
                        star = -1;
                        continue;
                    default:
                        if (t < text.Length && token.Accepts(text[t]))
                        {
                            t++;
                            p++;
                            continue;
                        }

                        break;
                }
            }

            if (star >= 0 && starAt < text.Length && text[starAt] != '/')
            {
                t = ++starAt;
                p = star;
                continue;
            }

            star = -1;
            if (any < 0 || anyAt >= text.Length)
            {
                return false;
            }

            var step = tokens[any - 1].Kind == Kind.Any ? 0 : text[anyAt..].IndexOf('/');
            if (step < 0)
            {
                return false;
            }

            anyAt += step + 1;
            t = anyAt;
            p = any;
        }
    }

    private static Token Stars(ReadOnlySpan<char> pattern, ref int i)
    {
        var start = i;
        while (i < pattern.Length && pattern[i] == '*')
        {
            i++;
        }

        if (i - start == 1 || (start > 0 && pattern[start - 1] != '/'))
        {
            return new Token(Kind.Star);
        }

        if (i == pattern.Length || (pattern[i] == '\\' && i + 1 < pattern.Length && pattern[i + 1] == '/'))
        {
            return new Token(Kind.Any);
        }

        if (pattern[i] != '/')
        {
            return new Token(Kind.Star);
        }

        i++;
        return new Token(Kind.Directories);
    }

    private readonly record struct Token(Kind Kind, char Byte = '\0', BitArray? Set = null)
    {
        public bool Accepts(char c) => Kind switch
        {
            Kind.Literal => c == Byte,
            Kind.One => c != '/',
            _ => Set![c],
        };
    }
}
