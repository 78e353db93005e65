using System.Globalization;
using System.Text;
using FutureHouse.Errors;
using FutureHouse.Platform;

namespace FutureHouse.PowerShell.Binding;

/// <summary>Makes a condition of a name with <c>*</c> at its ends. A backtick before a character takes it as it is.</summary>
internal static class NamePattern
{
    /// <summary>The condition.</summary>
    /// <returns><see langword="null"/> for a pattern that every name fits.</returns>
    /// <exception cref="InvalidRequestException">There is a <c>*</c> elsewhere.</exception>
    public static SearchCriterion? Read(string field, string pattern)
    {
        var text = new StringBuilder();
        var stars = new List<int>();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '*')
            {
                stars.Add(text.Length);
            }
            else
            {
                i += pattern[i] == '`' && i + 1 < pattern.Length ? 1 : 0;
                text.Append(pattern[i]);
            }
        }

        if (stars.Exists(at => at != 0 && at != text.Length))
        {
            throw new InvalidRequestException(string.Format(CultureInfo.CurrentCulture, SearchStrings.NamePattern, pattern));
        }

        var value = SearchValue.Of(text.ToString());
        return (stars.Contains(0), stars.Contains(text.Length)) switch
        {
            _ when text.Length == 0 && stars.Count > 0 => null,
            (true, true) => new SearchCriterion(field, SearchOperator.Contains, value),
            (true, false) => new SearchCriterion(field, SearchOperator.EndsWith, value),
            (false, true) => new SearchCriterion(field, SearchOperator.StartsWith, value),
            _ => new SearchCriterion(field, SearchOperator.EqualTo, value),
        };
    }
}
