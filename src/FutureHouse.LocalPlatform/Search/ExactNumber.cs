using System.Globalization;
using System.Text.RegularExpressions;

namespace FutureHouse.LocalPlatform.Search;

/// <summary>A decimal number with all its digits, whatever their number: what a double or a 64-bit integer cannot hold compares exactly.</summary>
/// <param name="Sign">-1, 0 or 1.</param>
/// <param name="Magnitude">Place of the first digit: the value is 0.DIGITS times ten to the power of it.</param>
/// <param name="Digits">From the first to the last that is not 0.</param>
internal readonly partial record struct ExactNumber(int Sign, long Magnitude, string Digits) : IComparable<ExactNumber>
{
    /// <summary>Beyond, a criterion counts as text: no database computes with more.</summary>
    private const int MaximumMagnitude = 4000;

    // So that no instant is negative.
    private const long EpochShift = 100_000_000_000;

    /// <summary>Whether every database can compare it.</summary>
    public bool IsModerate => Math.Abs(Magnitude) <= MaximumMagnitude;

    /// <summary>Reads a number as JSON writes it, and as people do (<c>+5</c>, <c>.5</c>).</summary>
    /// <returns><see langword="null"/> for what is none.</returns>
    public static ExactNumber? Parse(string? text)
    {
        if (text is null || Pattern().Match(text.Trim()) is not { Success: true } match)
        {
            return null;
        }

        var (whole, fraction, power) = (match.Groups["whole"].Value, match.Groups["fraction"].Value, match.Groups["power"].Value);
        if (whole.Length + fraction.Length == 0)
        {
            return null;
        }

        var all = whole + fraction;
        var digits = all.TrimStart('0');
        var leading = all.Length - digits.Length;
        digits = digits.TrimEnd('0');
        var exponent = power.Length == 0 ? 0 : long.TryParse(power, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read) && Math.Abs(read) < int.MaxValue ? read : power[0] == '-' ? int.MinValue : int.MaxValue;
        return digits.Length == 0 ? new ExactNumber(0, 0, string.Empty) : new ExactNumber(match.Groups["sign"].Value == "-" ? -1 : 1, whole.Length - leading + exponent, digits);
    }

    /// <summary>An instant as a number: seconds with their fraction. Without an offset it is UTC.</summary>
    /// <returns><see langword="null"/> for what is no date or time of ISO 8601.</returns>
    public static ExactNumber? Instant(string? text) =>
        text is not null && TimePattern().Match(text) is { Success: true } match
        && DateTime.TryParseExact(match.Groups["date"].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? Parse($"{EpochShift + Seconds(day, match)}.{match.Groups["fraction"].Value}")
            : null;

    /// <summary>Whether a text is an instant by itself: a date and a time with an offset.</summary>
    public static bool IsInstant(string text) => TimePattern().Match(text) is { Success: true } match && match.Groups["zone"].Length > 0 && Instant(text) is not null;

    /// <inheritdoc/>
    public int CompareTo(ExactNumber other)
    {
        if (Sign != other.Sign)
        {
            return Sign.CompareTo(other.Sign);
        }

        return Sign * (Magnitude != other.Magnitude ? Magnitude.CompareTo(other.Magnitude) : string.CompareOrdinal(Digits, other.Digits));
    }

    /// <summary>As every database reads it.</summary>
    public override string ToString() => Sign == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{(Sign < 0 ? "-" : string.Empty)}0.{Digits}e{Magnitude}");

    private static long Seconds(DateTime day, Match match)
    {
        int Number(string group) => match.Groups[group] is { Length: > 0 } found ? int.Parse(found.ValueSpan, CultureInfo.InvariantCulture) : 0;
        var offset = (Number("zoneHour") * 3600) + (Number("zoneMinute") * 60);
        return ((day.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond) + (Number("hour") * 3600) + (Number("minute") * 60) + Number("second")
            - (match.Groups["zone"].Value.StartsWith('-') ? -offset : offset);
    }

    [GeneratedRegex("^(?<sign>[+-]?)(?<whole>[0-9]*)(?:\\.(?<fraction>[0-9]*))?(?:[eE](?<power>[+-]?[0-9]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(
        "^(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:T(?<hour>[01][0-9]|2[0-3]):(?<minute>[0-5][0-9])(?::(?<second>[0-5][0-9])(?:[.,](?<fraction>[0-9]{1,30}))?)?(?<zone>Z|[+-](?<zoneHour>0[0-9]|1[0-4]):?(?<zoneMinute>[0-5][0-9]))?)?\\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex TimePattern();
}
