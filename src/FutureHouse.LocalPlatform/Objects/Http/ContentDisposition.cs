using System.Text;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>Content-Disposition of a download (Protocol §4, "Download"): the client takes all after the last <c>filename=</c>, so that comes last.</summary>
internal static class ContentDisposition
{
    /// <summary>Characters that RFC 5987 allows unescaped in <c>filename*</c>.</summary>
    private const string AttributeCharacters = "!#$&+-.^_`|~";

    public static string Attachment(string fileName) =>
        $"attachment; filename*=UTF-8''{Extended(fileName)}; filename=\"{Fallback(fileName)}\"";

    private static string Extended(string fileName)
    {
        var text = new StringBuilder();
        foreach (var one in Encoding.UTF8.GetBytes(fileName))
        {
            var character = (char)one;
            if (char.IsAsciiLetterOrDigit(character) || AttributeCharacters.Contains(character, StringComparison.Ordinal))
            {
                text.Append(character);
            }
            else
            {
                text.Append('%').Append(one.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return text.ToString();
    }

    /// <summary>The name in ASCII, with what a quoted string cannot hold made an underscore; one for each character, not each half of one.</summary>
    private static string Fallback(string fileName) => string.Concat(fileName.EnumerateRunes()
        .Select(rune => rune.Value is >= ' ' and <= '~' and not '"' and not '\\' ? (char)rune.Value : '_'));
}
