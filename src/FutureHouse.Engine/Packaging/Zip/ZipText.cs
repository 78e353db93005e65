using System.Globalization;

namespace FutureHouse.Packaging.Zip;

/// <summary>Messages with their parts filled in.</summary>
internal static class ZipText
{
    /// <summary>Fills in, with what a name could do to a terminal taken out.</summary>
    public static string Format(string format, params object?[] parts) =>
        string.Format(CultureInfo.CurrentCulture, format, Array.ConvertAll(parts, p => p is string s ? Printable(s) : p));

    private static string Printable(string text)
    {
        const int longest = 1000;
        text = text.Length > longest ? string.Concat(text.AsSpan(0, longest), "…") : text;
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
    }
}
