using System.Globalization;
using System.Text.RegularExpressions;

namespace FutureHouse.LocalPlatform.Objects.Sessions;

/// <summary>Content-Range of a PUT to a session: <c>bytes a-b/T</c>, <c>bytes a-b/*</c>, <c>bytes */T</c>, <c>bytes */*</c>, or none (the whole object).</summary>
/// <param name="First">First byte; null for a query.</param>
/// <param name="Last">Last byte; null for a query, or for a body of unknown length without a Content-Range.</param>
/// <param name="Total">Size of the object, where it is told.</param>
internal sealed partial record ContentRange(long? First, long? Last, long? Total)
{
    /// <summary>Whether it only asks, or finishes, and sends no bytes.</summary>
    public bool IsQuery => First is null;

    /// <summary>Whether the chunk ends the object.</summary>
    public bool IsFinal => Last is null || Last + 1 == Total;

    /// <exception cref="BucketException">400 <c>InvalidArgument</c>: no such range.</exception>
    public static ContentRange Parse(string? header, long? contentLength)
    {
        if (header is null)
        {
            return new ContentRange(0, contentLength > 0 ? contentLength - 1 : null, contentLength);
        }

        var match = Pattern().Match(header);
        var range = new ContentRange(Number(match.Groups["first"]), Number(match.Groups["last"]), Number(match.Groups["total"]));
        if (!match.Success || range.First > range.Last || range.Last >= range.Total)
        {
            throw Invalid("The Content-Range header is not valid.");
        }

        return range;
    }

    public static BucketException Invalid(string details) => new(400, "InvalidArgument", "Invalid argument.", details);

    private static long? Number(Group group) => !group.Success ? null
        : long.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Invalid("The Content-Range header is not valid.");

    [GeneratedRegex(@"^bytes (?:(?<first>\d+)-(?<last>\d+)|\*)/(?:(?<total>\d+)|\*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
