using FutureHouse.Transfer;
using FutureHouse.Transfer.Upload;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Checksums and the cut of parts.</summary>
public sealed class Crc32CTests
{
    [Fact]
    public void The_check_value_of_the_algorithm_is_right()
    {
        var crc = default(Crc32C);
        crc.Append("123456789"u8);
        Assert.Equal(0xE3069283u, crc.Value);
        Assert.Equal("4waSgw==", Crc32C.ToBase64(crc.Value));
        Assert.Equal("AAAAAA==", Crc32C.ToBase64(default(Crc32C).Value));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 5)]
    [InlineData(3, 1_000_003)]
    [InlineData(4097, 8)]
    public void Two_checksums_combine_to_that_of_the_whole(int first, int second)
    {
        var bytes = new byte[first + second];
        new Random(1).NextBytes(bytes);
        var (a, b, whole) = (default(Crc32C), default(Crc32C), default(Crc32C));
        a.Append(bytes.AsSpan(0, first));
        b.Append(bytes.AsSpan(first));
        whole.Append(bytes);
        Assert.Equal(whole.Value, Crc32C.Combine(a.Value, b.Value, second));
    }

    [Theory]
    [InlineData(0L, 1, 1L)]
    [InlineData(1L, 1, 1L)]
    [InlineData(10L << 20, 1, 10L << 20)]
    [InlineData((21L << 20) + 16, 3, 7340038L)]
    [InlineData(1L << 30, 21, 51130564L)]
    [InlineData(5L << 40, 10_000, 549755814L)]
    public void Parts_are_cut_as_the_protocol_says(long size, int count, long partSize)
    {
        var plan = PartPlan.For(size);
        Assert.Equal(count, plan.Count);
        Assert.Equal(partSize, plan.PartSize);
        Assert.Equal(size, Enumerable.Range(0, plan.Count).Sum(plan.Length));
        Assert.All(Enumerable.Range(0, plan.Count), i => Assert.True(plan.Length(i) > 0 || size == 0));
    }
}
