using System.Globalization;
using System.Text.RegularExpressions;

namespace FutureHouse.Packaging.Manifests;

/// <summary>The core schema of YAML 1.2: what a plain scalar stands for.</summary>
internal static partial class YamlScalars
{
    /// <summary>The value: null, a boolean, a <see cref="long"/>, a <see cref="double"/> (which may be infinite or no number), or the text.</summary>
    public static object? Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => double.PositiveInfinity,
        "-.inf" or "-.Inf" or "-.INF" => double.NegativeInfinity,
        ".nan" or ".NaN" or ".NAN" => double.NaN,
        _ => Number(text) ?? text,
    };

    private static object? Number(string text)
    {
        if (Whole().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        if (Prefixed().IsMatch(text))
        {
            try
            {
                return Convert.ToInt64(text[2..], text[1] == 'x' ? 16 : 8);
            }
            catch (OverflowException)
            {
                return null;
            }
        }

        return Fraction().IsMatch(text) ? double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;
    }

    [GeneratedRegex("^[-+]?[0-9]+\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex("^0(?:o[0-7]+|x[0-9a-fA-F]+)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Prefixed();

    [GeneratedRegex("^[-+]?(?:\\.[0-9]+|[0-9]+(?:\\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
