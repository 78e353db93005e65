using System.Globalization;
using System.Numerics;

namespace FutureHouse.Platform;

/// <summary>Reads numbers of JSON so that no digit is lost.</summary>
public static class JsonNumber
{
    /// <summary>Longer numbers stay text: nobody counts with them, and reading them takes the square of their length.</summary>
    private const int MaxDigits = 4000;

    /// <summary>Reads a number.</summary>
    /// <param name="digits">The number as JSON has it.</param>
    /// <returns>
    /// A <see cref="long"/>, else a <see cref="BigInteger"/>, for a whole number; a <see cref="double"/> for one with a fraction or an exponent, but a <see cref="decimal"/> where only that holds all of its digits.
    /// What is too large or too long for all of these stays a <see cref="string"/>.
    /// </returns>
    public static object Parse(string digits)
    {
        ArgumentNullException.ThrowIfNull(digits);
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
        {
            return whole;
        }

        if (digits.Length > MaxDigits)
        {
            return digits;
        }

        if (digits.AsSpan().IndexOfAny('.', 'e', 'E') < 0)
        {
            return BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        }

        var number = double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
        var value = Value.Of(digits);
        if (double.IsFinite(number) && Value.Of(number.ToString("R", CultureInfo.InvariantCulture)) == value)
        {
            return number;
        }

        return decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) && Value.Of(exact.ToString(CultureInfo.InvariantCulture)) == value ? exact
            : double.IsFinite(number) ? number
            : digits;
    }

    /// <summary>What a number is worth, however it is written: its digits without zeros at the ends, and the power of ten of the last.</summary>
    private readonly record struct Value(bool IsNegative, string Digits, BigInteger Power)
    {
        public static Value Of(string number)
        {
            var mantissa = number.AsSpan();
            var power = BigInteger.Zero;
            if (mantissa.IndexOfAny('e', 'E') is >= 0 and var at)
            {
                power = BigInteger.Parse(mantissa[(at + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                mantissa = mantissa[..at];
            }

            var negative = mantissa[0] == '-';
            var text = mantissa.TrimStart("+-").ToString();
            if (text.IndexOf('.', StringComparison.Ordinal) is >= 0 and var point)
            {
                power -= text.Length - point - 1;
                text = text.Remove(point, 1);
            }

            var digits = text.TrimEnd('0');
            power += text.Length - digits.Length;
            digits = digits.TrimStart('0');
            return digits.Length == 0 ? default : new(negative, digits, power);
        }
    }
}
