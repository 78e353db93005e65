using System.Text;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>
/// A name inside of the metadata, as a criterion gives it. A dot separates the names of nested objects, unless there is a key with the dot in it: at each level the longest key that
/// is there comes first. A backslash takes the next character literally; a name that has one is split at its other dots and nowhere else.
/// </summary>
/// <param name="Literal">As it was written: a key of that whole name is the one that is meant.</param>
/// <param name="Parts">Its names, level by level.</param>
/// <param name="IsExact">Whether the parts are the keys, one for each level.</param>
internal sealed record MetadataName(string Literal, IReadOnlyList<string> Parts, bool IsExact)
{
    private const int MaximumDepth = 20;

    /// <returns><see langword="null"/> for what names nothing.</returns>
    public static MetadataName? Parse(string text)
    {
        text = text.Normalize();
        var (parts, part, isExact) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '.')
            {
                parts.Add(part.ToString());
                part.Clear();
                continue;
            }

            if (text[i] == '\\' && i + 1 < text.Length)
            {
                isExact = true;
                i++;
            }

            part.Append(text[i]);
        }

        parts.Add(part.ToString());
        return text.Length == 0 || parts.Count > MaximumDepth ? null : new MetadataName(text, parts, isExact);
    }
}
