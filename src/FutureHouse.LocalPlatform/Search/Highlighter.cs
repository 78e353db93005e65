using System.Text;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>
/// Shows where a search met a text: parts of it, at most so long and so many, with the words and substrings between <c>&lt;em&gt;</c> and <c>&lt;/em&gt;</c>. Here and not in the
/// database: SQLite's and PostgreSQL's own count words, not characters, and differ.
/// </summary>
internal sealed class Highlighter(HighlightOptions options, IReadOnlyList<string> words, IReadOnlyList<string> parts)
{
    /// <summary>Characters of a text that are looked through.</summary>
    public const int SearchedLength = 1_000_000;

    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _words = words.ToHashSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Parts of the text.</summary>
    /// <returns>None where nothing of the search is in it.</returns>
    public List<string> Fragments(string text)
    {
        text = text.Normalize(); // as the words and substrings are
        var fragments = new List<string>();
        var matches = Matches(text);
        for (var i = 0; i < matches.Count && fragments.Count < options.Fragments;)
        {
            var (start, end) = Window(text, matches[i], fragments.Count == 0 ? 0 : matches[i - 1].End);
            var fragment = new StringBuilder();
            var at = start;
            for (; i < matches.Count && matches[i].Start < end; i++)
            {
                var match = (matches[i].Start, End: Math.Min(matches[i].End, end));
                fragment.Append(text, at, match.Start - at).Append("<em>").Append(text, match.Start, match.End - match.Start).Append("</em>");
                at = match.End;
            }

            fragments.Add(fragment.Append(text, at, end - at).ToString());
        }

        return fragments;
    }

    /// <summary>The part around a match: some of what comes before, and from there as much as goes in.</summary>
    private (int Start, int End) Window(string text, (int Start, int End) match, int least)
    {
        var before = Math.Max(0, (options.FragmentSize - (match.End - match.Start)) / 4);
        var start = Math.Max(least, match.Start - before);
        while (start > least && start < match.Start && (char.IsLowSurrogate(text[start]) || !char.IsWhiteSpace(text[start - 1])))
        {
            start++; // begins with a word
        }

        var end = Math.Min(text.Length, start + Math.Max(options.FragmentSize, 1));
        if (end < text.Length && char.IsLowSurrogate(text[end]))
        {
            end = end - 1 > match.Start ? end - 1 : end + 1;
        }

        return (start, end);
    }

    /// <summary>Where the words and substrings are, in order and apart.</summary>
    private List<(int Start, int End)> Matches(string text)
    {
        var found = new List<(int Start, int End)>();
        foreach (var range in words.Count == 0 ? [] : Words.Ranges(text))
        {
            if (_words.Contains(text.AsSpan(range)))
            {
                found.Add((range.Start.Value, range.End.Value));
            }
        }

        foreach (var part in parts)
        {
            for (var at = text.IndexOf(part, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.OrdinalIgnoreCase))
            {
                found.Add((at, at + part.Length));
            }
        }

        found.Sort();
        var apart = new List<(int Start, int End)>();
        foreach (var match in found)
        {
            if (apart.Count > 0 && match.Start <= apart[^1].End)
            {
                apart[^1] = (apart[^1].Start, Math.Max(apart[^1].End, match.End));
            }
            else
            {
                apart.Add(match);
            }
        }

        return apart;
    }
}
