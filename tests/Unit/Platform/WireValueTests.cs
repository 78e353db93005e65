using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using FutureHouse.Errors;
using FutureHouse.Platform;
using FutureHouse.Platform.Wire;
using Xunit;

namespace FutureHouse.Tests.Unit.Platform;

/// <summary>Values of metadata on their way: no digit, no offset and no character is lost.</summary>
public sealed class WireValueTests
{
    [Theory]
    [InlineData("0")]
    [InlineData("-9223372036854775808")]
    [InlineData("9007199254740993")]
    [InlineData("18446744073709551615")]
    [InlineData("123456789012345678901234567890")]
    [InlineData("0.5")]
    [InlineData("0.1234567890123456789")]
    [InlineData("-79228162514264337593543950335.0")]
    [InlineData("1E+300")]
    [InlineData("1e-7")]
    public void A_number_comes_back_as_it_went(string digits)
    {
        var read = JsonNumber.Parse(digits);
        Assert.Equal(Exact(digits), Exact(Metadata(read)));
    }

    [Theory]
    [InlineData("5", typeof(long))]
    [InlineData("9223372036854775808", typeof(BigInteger))]
    [InlineData("1.10", typeof(double))]
    [InlineData("0.1234567890123456789", typeof(decimal))]
    [InlineData("1e400", typeof(string))]
    [InlineData("1e999999999999", typeof(string))]
    public void A_number_has_the_simplest_type_that_holds_all_of_its_digits(string digits, Type type) => Assert.IsType(type, JsonNumber.Parse(digits));

    [Fact]
    public void Whole_numbers_of_every_type_keep_their_digits()
    {
        Assert.Equal("18446744073709551615", Metadata(ulong.MaxValue));
        Assert.Equal("170141183460469231731687303715884105727", Metadata(Int128.MaxValue));
        Assert.Equal("123456789012345678901234567890", Metadata(BigInteger.Parse("123456789012345678901234567890", CultureInfo.InvariantCulture)));
        Assert.Equal("0.1234567890123456789012345678", Metadata(0.1234567890123456789012345678m));
    }

    [Fact]
    public void A_time_has_an_offset_whatever_its_kind()
    {
        var local = new DateTime(2026, 3, 1, 9, 30, 0, DateTimeKind.Local);
        Assert.Equal(IsoTime.Text(local), IsoTime.Text(DateTime.SpecifyKind(local, DateTimeKind.Unspecified)));
        Assert.Equal("2026-03-01T09:30:00.0000000Z", IsoTime.Text(DateTime.SpecifyKind(local, DateTimeKind.Utc)));
        Assert.Equal("2026-03-01T09:30:00.0000000+05:00", IsoTime.Text(new DateTimeOffset(2026, 3, 1, 9, 30, 0, TimeSpan.FromHours(5))));
        Assert.Matches(@"([+-]\d\d:\d\d|Z)$", IsoTime.Text(DateTime.MinValue));
        Assert.Equal($"\"{IsoTime.Text(local)}\"", Metadata(local));
    }

    [Fact]
    public void Two_keys_that_become_one_are_an_error()
    {
        var error = Assert.Throws<InvalidRequestException>(() => Metadata(new System.Collections.Hashtable { [1] = "a", ["1"] = "b" }));
        Assert.Contains("'1'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_wherever_it_stands()
    {
        const string Half = "x\ud83d";
        Assert.Throws<InvalidRequestException>(() => PlatformJson.Write(new CreateEntryBody { Name = Half }, PlatformJson.Wire.CreateEntryBody));
        Assert.Throws<InvalidRequestException>(() => PlatformJson.Write(new CreateEntryBody { Name = "n", Tags = [Half] }, PlatformJson.Wire.CreateEntryBody));
        Assert.Throws<InvalidRequestException>(() => Metadata(Half));
        Assert.Throws<InvalidRequestException>(() => Metadata(new Dictionary<string, object?> { [Half] = 1 }));
        PlatformJson.Write(new CreateEntryBody { Name = "🧬" }, PlatformJson.Wire.CreateEntryBody);
    }

    private static string Metadata(object value)
    {
        var json = PlatformJson.Write(new CreateEntryBody { Name = "n", Metadata = new Dictionary<string, object?> { ["v"] = value } }, PlatformJson.Wire.CreateEntryBody);
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("metadata").GetProperty("v").GetRawText();
    }

    /// <summary>The value as a fraction of whole numbers, which rounds nothing.</summary>
    private static (BigInteger, BigInteger) Exact(string digits)
    {
        var parts = digits.ToUpperInvariant().Split('E');
        var point = parts[0].IndexOf('.', StringComparison.Ordinal);
        var power = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - (point < 0 ? 0 : parts[0].Length - point - 1);
        var top = BigInteger.Parse(parts[0].Replace(".", string.Empty, StringComparison.Ordinal), CultureInfo.InvariantCulture) * BigInteger.Pow(10, Math.Max(power, 0));
        var bottom = BigInteger.Pow(10, Math.Max(-power, 0));
        var common = BigInteger.GreatestCommonDivisor(top, bottom);
        return (top / common, bottom / common);
    }
}
