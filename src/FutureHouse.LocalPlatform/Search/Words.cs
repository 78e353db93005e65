using System.Globalization;
using System.Text;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>Cuts text into words: what lies between characters that are neither letters, nor digits, nor marks on them. As SQLite's <c>unicode61</c> does.</summary>
internal static class Words
{
    /// <summary>The words of a text, each once, in order.</summary>
    public static List<string> Of(string text) => [.. Ranges(text).Select(range => text[range]).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Where the words of a text are.</summary>
    public static IEnumerable<Range> Ranges(string text)
    {
        var start = -1;
        for (var i = 0; i < text.Length;)
        {
            _ = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            if (IsWord(rune))
            {
                start = start < 0 ? i : start;
            }
            else if (start >= 0)
            {
                yield return start..i;
                start = -1;
            }

            i += length;
        }

        if (start >= 0)
        {
            yield return start..text.Length;
        }
    }

    private static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.PrivateUse;
}
