using FutureHouse.Packaging;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

public sealed class ManifestTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public static TheoryData<string, string> Documented => new()
    {
        {
            "m.json",
            """
            {"data": {"description": "all of it", "metadata": {"n": 1}, "entries": {
              "a.txt": "first",
              "b.txt": {"description": "second", "metadata": {"unit": "m", "ok": true, "none": null, "list": [1, 2.5]}},
              "sub/": {"description": "below", "entries": {"x.txt": "deep"}},
              "plain": {"entries": {"y.txt": "no slash"}}}}}
            """
        },
        {
            "m.yaml",
            """
            data:
              description: all of it
              metadata: {n: 1}
              entries:
                a.txt: first
                b.txt:
                  description: second
                  metadata: {unit: m, ok: true, none: ~, list: [1, 2.5]}
                sub/:
                  description: below
                  entries:
                    x.txt: deep
                plain: {entries: {y.txt: no slash}}
            """
        },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Documented))]
    public void The_documented_form_is_read(string name, string text)
    {
        var manifest = Load(name, text);
        Assert.Equal("all of it", manifest.For("")!.Description);
        Assert.Equal(1L, manifest.For("")!.Metadata["n"]);
        Assert.Equal("first", manifest.For("a.txt")!.Description);
        var second = manifest.For("b.txt", isDirectory: false)!;
        Assert.Equal("second", second.Description);
        Assert.Equal(["unit", "ok", "none", "list"], second.Metadata.Keys);
        Assert.Equal("m", second.Metadata["unit"]);
        Assert.Equal(true, second.Metadata["ok"]);
        Assert.Null(second.Metadata["none"]);
        Assert.Equal(new object?[] { 1L, 2.5 }, second.Metadata["list"]);
        Assert.Equal("below", manifest.For("sub", isDirectory: true)!.Description);
        Assert.Equal("deep", manifest.For("sub/x.txt")!.Description);
        Assert.Null(manifest.For("plain")!.Description);
        Assert.Equal("no slash", manifest.For("plain/y.txt")!.Description);
        Assert.Null(manifest.For("x.txt"));
        Assert.Empty(manifest.Unmatched);
    }

    [Theory]
    [InlineData("""{"file.txt": "one", "sub": {"x.txt": "two"}}""")]
    [InlineData("""{"data": {"file.txt": "one", "sub": {"x.txt": "two"}}}""")]
    [InlineData("""{"data/": {"file.txt": "one", "sub/x.txt": "two"}}""")]
    [InlineData("""{"./file.txt": {"description": "one"}, "sub/": {"description": "d", "x.txt": "two"}}""")]
    [InlineData("""{"entries": {"file.txt": "one", "sub": {"entries": {"x.txt": "two"}}}}""")]
    public void The_plain_nested_form_is_read(string text)
    {
        var manifest = Load("m.json", text);
        Assert.Equal("one", manifest.For("file.txt")!.Description);
        Assert.Equal("two", manifest.For("sub/x.txt")!.Description);
    }

    [Fact]
    public void A_text_for_the_directory_itself_is_its_description()
    {
        Assert.Equal("all", Load("m.json", """{"data": "all"}""").For("")!.Description);
        Assert.Equal("a file", Load("m.json", """{"data": "a file", "x": "y"}""").For("data")!.Description);
    }

    [Fact]
    public void Descriptions_in_yaml_are_as_written_and_metadata_by_the_core_schema()
    {
        var manifest = Load("m.yml", """
            2024: 007
            yes.txt: yes
            b.txt: {description: 1.50, metadata: {a: 0x1F, b: 0o17, c: -3, d: 1e3, e: .5, f: "5", g: yes, h: False, i: !!str 7, j: , k: 12345678901234567890}}
            c.txt: ~
            """);
        Assert.Equal("007", manifest.For("2024")!.Description);
        Assert.Equal("yes", manifest.For("yes.txt")!.Description);
        Assert.Null(manifest.For("c.txt")!.Description);
        var said = manifest.For("b.txt")!;
        Assert.Equal("1.50", said.Description);
        Assert.Equal(new object?[] { 31L, 15L, -3L, 1000.0, 0.5, "5", "yes", false, "7", null, 12345678901234567890.0 }, said.Metadata.Values);
    }

    [Fact]
    public void Aliases_and_merge_keys_stand_for_what_they_name()
    {
        var manifest = Load("m.yaml", """
            a.txt: &base {description: shared, metadata: {k: 1}}
            b.txt: *base
            c.txt: {<<: *base, description: own}
            """);
        Assert.Equal("shared", manifest.For("b.txt")!.Description);
        Assert.Equal("own", manifest.For("c.txt")!.Description);
        Assert.Equal(1L, manifest.For("c.txt")!.Metadata["k"]);
    }

    [Theory]
    [InlineData("m.json", "{\n \"a.txt\": \"x\",\n \"sub/\": {\"entries\": {\n  \"b.txt\": \"y\"}},\n \"c/d.txt\": \"z\"\n}")]
    [InlineData("m.yaml", "\na.txt: x\nsub/:\n  b.txt: y\nc/d.txt: z\n")]
    public void What_matches_nothing_is_told_with_its_line(string name, string text)
    {
        var manifest = Load(name, text);
        Assert.NotNull(manifest.For("a.txt"));
        Assert.Null(manifest.For("sub", isDirectory: false));
        Assert.Equal(["sub/ (line 3)", "sub/b.txt (line 4)", "c/d.txt (line 5)"], manifest.Unmatched);
    }

    [Fact]
    public void A_manifest_is_found_in_the_uploaded_directory_first_then_by_path()
    {
        Directory.CreateDirectory(_folder.Combine("data"));
        Directory.CreateDirectory(_folder.Combine("here"));
        var (inside, beside) = (_folder.Combine("data", "m.json"), _folder.Combine("here", "m.json"));
        File.WriteAllText(beside, "{}");
        Assert.Equal(beside, Manifest.FindIn(_folder.Combine("data"), "m.json", _folder.Combine("here")));
        Assert.Equal(beside, Manifest.FindIn(_folder.Combine("data"), beside));
        File.WriteAllText(inside, "{}");
        Assert.Equal(inside, Manifest.FindIn(_folder.Combine("data"), "m.json", _folder.Combine("here")));
        Assert.Null(Manifest.FindIn(_folder.Combine("data"), null));
    }

    [Fact]
    public void Without_an_extension_that_tells_a_brace_means_json()
    {
        Assert.Equal("x", Load("manifest", "\n {\"a\": \"x\"}").For("a")!.Description);
        Assert.Equal("x", Load("manifest", "a: x").For("a")!.Description);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_it()
    {
        Assert.Equal("x", Load("m.json", "\uFEFF{\"a\": \"x\"}").For("a")!.Description);
        Assert.Equal("x", Load("m.yaml", "\uFEFFa: x").For("a")!.Description);
    }

    private Manifest Load(string name, string text)
    {
        var path = _folder.Combine(name);
        File.WriteAllText(path, text);
        return Manifest.Load(path, "data");
    }
}
