using System.Globalization;
using System.Text.RegularExpressions;

namespace FutureHouse.LocalPlatform.Objects.Http;

/// <summary>One byte range of a GET, resolved against the object's size.</summary>
/// <param name="First">First byte.</param>
/// <param name="Length">Bytes; 0 where no byte of the range is there (416).</param>
internal sealed partial record ByteRange(long First, long Length)
{
    public bool IsSatisfiable => Length > 0;

    /// <summary>Null where the header is absent, malformed or asks for several ranges: then the whole object is the answer.</summary>
    public static ByteRange? Parse(string? header, long size)
    {
        var match = Pattern().Match(header ?? "");
        var (first, last) = (Number(match, "first"), Number(match, "last"));
        if ((first ?? last) is null || last < first)
        {
            return null;
        }

        if (first is null)
        {
            var length = Math.Min(last!.Value, size);
            return new ByteRange(size - length, length);
        }

        return new ByteRange(first.Value, Math.Max(0, Math.Min(last ?? long.MaxValue, size - 1) - first.Value + 1));
    }

    private static long? Number(Match match, string group) => match.Groups[group] is { Success: true, Length: > 0 } found
        ? long.TryParse(found.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue
        : null;

    [GeneratedRegex(@"^\s*bytes\s*=\s*(?<first>\d*)-(?<last>\d*)\s*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Pattern();
}
