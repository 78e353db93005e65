using System.Globalization;

namespace FutureHouse.PowerShell.Formatting;

/// <summary>Sizes for people: only in views and messages, never in objects.</summary>
public static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Writes a size with three digits and its unit.</summary>
    /// <param name="bytes">Bytes, or <see langword="null"/> where the size is not known.</param>
    /// <returns>Such as <c>163 B</c> or <c>1.21 GiB</c>; empty where the size is not known.</returns>
    public static string Format(long? bytes)
    {
        if (bytes is not { } size)
        {
            return string.Empty;
        }

        var value = (double)size;
        var unit = 0;
        for (; Math.Abs(value) >= 999.5 && unit < Units.Length - 1; unit++)
        {
            value /= 1024;
        }

        var format = unit == 0 || value >= 99.95 ? "0" : value >= 9.995 ? "0.0" : "0.00";
        return value.ToString(format, CultureInfo.CurrentCulture) + " " + Units[unit];
    }
}
