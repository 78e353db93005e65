using FutureHouse.Packaging.Placing;
using FutureHouse.Transfer;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

/// <summary>A name is changed only where a system cannot hold it. The rules of each system are tested on every system.</summary>
public sealed class FileNameRulesTests
{
    [Theory]
    [InlineData("a.bin")]
    [InlineData(" a.bin")]
    [InlineData("a.bin ")]
    [InlineData("...")]
    [InlineData(" ")]
    [InlineData("x\\y.bin")]
    [InlineData("C:\\x.bin")]
    [InlineData("a.")]
    [InlineData("CON")]
    [InlineData("a<b>c:d\"e|f?g*h")]
    [InlineData("a\tb\nc\u001b")]
    [InlineData("\u007f")]
    [InlineData(".gitignore")]
    [InlineData("caf\u00e9")]
    [InlineData("cafe\u0301")]
    [InlineData("🧬.bin")]
    public void Linux_keeps(string name)
    {
        Assert.Equal(name, FileNameRules.Unix.Fit(name, isFile: true));
        Assert.Equal(name, FileNameRules.MacOS.Fit(name, isFile: true));
    }

    [Theory]
    [InlineData("OD 600/700", "OD 600_700")]
    [InlineData("a/b/c.txt", "a_b_c.txt")]
    [InlineData("/", "_")]
    [InlineData("a\0b", "a_b")]
    [InlineData("", "_")]
    [InlineData(".", "_")]
    [InlineData("..", "__")]
    [InlineData("../../x", ".._.._x")]
    public void Every_system_replaces(string name, string expected)
    {
        Assert.Equal(expected, FileNameRules.Unix.Fit(name, isFile: true));
        Assert.Equal(expected, FileNameRules.Windows.Fit(name, isFile: true));
    }

    [Theory]
    [InlineData(" a.bin", " a.bin")]
    [InlineData("a.bin ", "a.bin_")]
    [InlineData("a.", "a_")]
    [InlineData("...", ".._")]
    [InlineData(" ", "_")]
    [InlineData("x\\y.bin", "x_y.bin")]
    [InlineData("a<b>c:d\"e|f?g*h", "a_b_c_d_e_f_g_h")]
    [InlineData("a\tb", "a_b")]
    [InlineData("CON", "_CON")]
    [InlineData("con.txt", "_con.txt")]
    [InlineData("aux .c", "_aux .c")]
    [InlineData("COM1", "_COM1")]
    [InlineData("lpt\u00b9.tar.gz", "_lpt\u00b9.tar.gz")]
    [InlineData("CONIN$", "_CONIN$")]
    [InlineData("CON ", "CON_")]
    [InlineData("console.txt", "console.txt")]
    [InlineData("a.con", "a.con")]
    [InlineData(".gitignore", ".gitignore")]
    public void Windows_replaces_what_it_cannot_hold(string name, string expected) => Assert.Equal(expected, FileNameRules.Windows.Fit(name, isFile: true));

    [Fact]
    public void Half_a_surrogate_pair_cannot_be_written_as_UTF_8() => Assert.Equal("a_b", FileNameRules.Unix.Fit("a\ud83eb", isFile: true));

    [Fact]
    public void A_name_of_full_length_is_kept_and_a_longer_one_keeps_its_extension()
    {
        foreach (var name in new[] { new string('a', 251) + ".txt", new string('é', 127) + "b", new string('a', 255) })
        {
            Assert.Equal(name, FileNameRules.Unix.Fit(name, isFile: true));
        }

        Assert.Equal(new string('a', 251) + ".txt", FileNameRules.Unix.Fit(new string('a', 300) + ".txt", isFile: true));
        Assert.Equal(new string('é', 125) + ".txt", FileNameRules.Unix.Fit(new string('é', 200) + ".txt", isFile: true));
        Assert.Equal(string.Concat(Enumerable.Repeat("🧬", 62)) + ".txt", FileNameRules.Unix.Fit(string.Concat(Enumerable.Repeat("🧬", 70)) + ".txt", isFile: true));
        Assert.Equal(new string('é', 255), FileNameRules.Windows.Fit(new string('é', 256), isFile: true)); // it counts otherwise
        Assert.Equal("." + new string('a', 254), FileNameRules.Unix.Fit("." + new string('a', 300), isFile: true));
        Assert.Equal("a." + new string('b', 253), FileNameRules.Unix.Fit("a." + new string('b', 300), isFile: true));
    }

    [Fact]
    public void What_can_be_kept_comes_before_what_has_to_be_changed()
    {
        var naming = new Naming(FileNameRules.Windows);
        Assert.Equal(["a_b (2)", "a_b", "A_B (3)", "c"], naming.TakeAll("f", [("a:b", true), ("a_b", true), ("A_B", true), ("c", true)]));
        Assert.Equal(["a.txt", "a (3).txt", "a (2).txt"], new Naming(FileNameRules.Unix).TakeAll("f", [("a.txt", true), ("a.txt", true), ("a (2).txt", true)]));
        Assert.Equal([" a.bin", "a.bin", "a.bin ", "x\\y.bin", "..."], new Naming(FileNameRules.Unix).TakeAll("f", [(" a.bin", true), ("a.bin", true), ("a.bin ", true), ("x\\y.bin", true), ("...", true)]));
    }

    [Fact]
    public void Case_and_accents_are_told_apart_as_the_file_system_does()
    {
        Assert.Equal(["Data", "data (2)"], new Naming(FileNameRules.Windows).TakeAll("f", [("Data", false), ("data", false)]));
        Assert.Equal(["Data", "data"], new Naming(FileNameRules.Unix).TakeAll("f", [("Data", false), ("data", false)]));
        Assert.Equal(["Data", "data (2)"], new Naming(FileNameRules.Unix).TakeAll("f", [("Data", false), ("data", false)], ignoresCase: true));
        Assert.Equal(["caf\u00e9", "cafe\u0301 (2)"], new Naming(FileNameRules.MacOS).TakeAll("f", [("caf\u00e9", false), ("cafe\u0301", false)]));
        Assert.Equal(["caf\u00e9", "cafe\u0301"], new Naming(FileNameRules.Windows).TakeAll("f", [("caf\u00e9", false), ("cafe\u0301", false)]));
    }

    [Fact]
    public void A_number_stands_before_the_extension_and_the_name_stays_short_enough()
    {
        var naming = new Naming(FileNameRules.Unix);
        Assert.Equal(["a.tar.gz", "a.tar (2).gz", "a.tar (3).gz"], naming.TakeAll("f", [("a.tar.gz", true), ("a.tar.gz", true), ("a.tar.gz", true)]));
        Assert.Equal([".gitignore", ".gitignore (2)"], naming.TakeAll("f", [(".gitignore", true), (".gitignore", true)]));
        Assert.Equal(["v1.2", "v1.2 (2)"], naming.TakeAll("f", [("v1.2", false), ("v1.2", false)]));
        var full = new string('a', 251) + ".txt";
        Assert.Equal(new string('a', 247) + " (2).txt", naming.TakeAll("f", [(full, true), (full, true)])[1]);
    }

    [Fact]
    public void Every_change_is_explained()
    {
        var naming = new Naming(FileNameRules.Unix);
        Assert.Contains("cannot hold", naming.Explain("a/b", "a_b", isFile: true), StringComparison.Ordinal);
        Assert.Contains("another of that name", naming.Explain("a", "a (2)", isFile: true), StringComparison.Ordinal);
        Assert.Contains("another of that name", naming.ExplainPath("a/b", "a/b (2)"), StringComparison.Ordinal);
    }
}
