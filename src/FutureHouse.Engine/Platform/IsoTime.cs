using System.Globalization;

namespace FutureHouse.Platform;

/// <summary>The one form of a time in metadata, criteria and bodies: ISO 8601 with an offset.</summary>
public static class IsoTime
{
    /// <summary>Writes a time.</summary>
    /// <param name="time">The time; of no kind, it is local.</param>
    /// <returns>Such as <c>2026-03-01T09:30:00.0000000+01:00</c>; <c>Z</c> for a UTC time.</returns>
    public static string Text(DateTime time) => (time.Kind == DateTimeKind.Unspecified ? DateTime.SpecifyKind(time, DateTimeKind.Local) : time).ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Writes a time.</summary>
    /// <param name="time">The time, with its offset.</param>
    /// <returns>Such as <c>2026-03-01T09:30:00.0000000+01:00</c>.</returns>
    public static string Text(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);
}
