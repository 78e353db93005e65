using System.Collections.ObjectModel;
using FutureHouse.Packaging.Placing;
using FutureHouse.Transfer;
using FutureHouse.Transfer.Download;
using Xunit;

namespace FutureHouse.Tests.Unit.Transfer;

/// <summary>Where the files of an entry with several locations go.</summary>
public sealed class LocationTreeTests
{
    [Theory]
    [InlineData("p/", "p/a.txt p/b/c.txt", "a.txt b/c.txt")]
    [InlineData("p/", "p/run/a.txt p/run/b.txt", "run/a.txt run/b.txt")]
    [InlineData("p/fi", "p/file.txt p/first/x", "file.txt first/x")]
    [InlineData(null, "q/a/1 q/a/2 q/ab/3", "a/1 a/2 ab/3")]
    [InlineData(null, "a b", "a b")]
    [InlineData(null, "gs://bucket/x/a gs://bucket/x/b", "a b")]
    [InlineData("other/", "p/a p/b", "a b")]
    [InlineData(null, "x/../../a x/b", "a b")]
    [InlineData(null, "x/..\\..\\a x/b", "..\\..\\a b")]
    [InlineData(null, "/etc/passwd /etc/shadow", "passwd shadow")]
    [InlineData(null, "x//a x/a x/./a", "a (2) a a (3)")]
    [InlineData(null, "x/a x/a/b", "a a (2)/b")]
    [InlineData(null, "x/a.txt x/a.txt", "a.txt a (2).txt")]
    public void Trees_are_kept_and_never_left(string? prefix, string names, string expected)
    {
        var places = LocationTree.Plan([.. names.Split(' ').Select(n => Location(n, prefix))], new Naming(FileNameRules.Unix));
        var sorted = expected.Replace(" (", "_(", StringComparison.Ordinal).Split(' ').Select(e => e.Replace("_(", " (", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        Assert.Equal(sorted, places.Select(p => TreePlan.Join(p.Folder, p.Name!)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_that_differ_in_case_alone_are_told_apart_where_files_are_not()
    {
        var places = LocationTree.Plan([Location("x/Data/a.txt", null), Location("x/data/a.txt", null), Location("x/data/A.TXT", null)], new Naming(FileNameRules.MacOS));
        Assert.Equal(3, places.Select(p => TreePlan.Join(p.Folder, p.Name!)).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void A_location_without_a_name_is_named_by_its_download()
    {
        var unnamed = new LocationPlace(string.Empty, null, string.Empty);
        Assert.Equal([unnamed, unnamed], LocationTree.Plan([new DataLocation(), new DataLocation { Location = "gs://bucket/" }], new Naming()));
    }

    private static DataLocation Location(string name, string? prefix) => new()
    {
        StorageType = StorageType.Gcs,
        Location = name,
        Metadata = prefix is null ? null : new ReadOnlyDictionary<string, object?>(new Dictionary<string, object?> { ["prefix"] = prefix }),
    };
}
