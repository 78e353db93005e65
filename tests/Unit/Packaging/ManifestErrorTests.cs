using System.Text;
using FutureHouse.Errors;
using FutureHouse.Packaging;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.Packaging;

public sealed class ManifestErrorTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("m.json", "{\n  \"a\": \"x\",\n  \"a\": \"y\"}", 3, 3)]
    [InlineData("m.json", "{\"sub\": \"x\",\n \"sub/\": {}}", 2, 2)]
    [InlineData("m.json", "{\"sub\": {\"x\": \"1\"},\n \"sub/x\": \"2\"}", 2, 2)]
    [InlineData("m.json", "{\"é\": \"x\", \"é\": \"y\"}", 1, 12)]
    [InlineData("m.json", "{\n \"a\": 5}", 2, 7)]
    [InlineData("m.json", "{\"a\": [\"x\"]}", 1, 7)]
    [InlineData("m.json", "{\"a\": {\"description\": 5}}", 1, 23)]
    [InlineData("m.json", "{\"a\": {\"metadata\": \"x\"}}", 1, 20)]
    [InlineData("m.json", "{\"a\": {\"entries\": [1]}}", 1, 19)]
    [InlineData("m.json", "{\"../a\": \"x\"}", 1, 2)]
    [InlineData("m.json", "{\"\": \"x\"}", 1, 2)]
    [InlineData("m.json", "{\"a\": {\"metadata\": {\"n\": 1e999}}}", 1, 26)]
    [InlineData("m.json", "[1]", 1, 1)]
    [InlineData("m.json", "{\n\"a\": \"x\",\n}", 3, 1)]
    [InlineData("m.json", "{} {}", 1, 4)]
    [InlineData("m.json", "{\"a\": \"\\ud800\"}", 1, 7)]
    [InlineData("m.json", " \n\t", 1, 1)]
    [InlineData("m.yaml", "a: x\nb: y\na: z\n", 3, 1)]
    [InlineData("m.yaml", "sub: x\nsub/: y\n", 2, 1)]
    [InlineData("m.yaml", "a: x\nb: [1, 2]\n", 2, 4)]
    [InlineData("m.yaml", "a:\n  description: [x]\n", 2, 16)]
    [InlineData("m.yaml", "a:\n  metadata: x\n", 2, 13)]
    [InlineData("m.yaml", "a:\n  entries: 5\n", 2, 12)]
    [InlineData("m.yaml", "- a\n", 1, 1)]
    [InlineData("m.yaml", "just text", 1, 1)]
    [InlineData("m.yaml", "# nothing\n", 1, 1)]
    [InlineData("m.yaml", "a: x\n---\nb: y\n", 2, 1)]
    [InlineData("m.yaml", "a: *none\n", 1, 4)]
    [InlineData("m.yaml", "a: &r\n  b: *r\n", 2, 6)]
    [InlineData("m.yaml", "? [x]\n: y\n", 1, 3)]
    [InlineData("m.yaml", "a: {metadata: {n: .inf}}\n", 1, 19)]
    [InlineData("m.yaml", "a: !!python/object:x y\n", 1, 4)]
    [InlineData("m.yaml", "<<: text\n", 1, 5)]
    public void An_error_says_where_it_is(string name, string text, int line, int column)
    {
        var error = Refused(name, Encoding.UTF8.GetBytes(text));
        Assert.Equal((line, column), (error.Line, error.Column));
        Assert.Contains($"line {line}, column {column}", error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Equal(_folder.Combine(name), error.Target);
    }

    [Theory]
    [InlineData("m.yaml", "a: \"unended\n")]
    [InlineData("m.yaml", "a: {b: c\n")]
    [InlineData("m.yaml", "a: b: c\n")]
    [InlineData("m.yaml", "a:\n\tb: c\n")]
    [InlineData("m.json", "{\"a\": ")]
    public void What_is_neither_json_nor_yaml_is_refused_with_a_position(string name, string text) => Assert.NotNull(Refused(name, Encoding.UTF8.GetBytes(text)).Line);

    [Theory]
    [InlineData("m.json")]
    [InlineData("m.yaml")]
    public void Bytes_that_are_not_utf8_are_refused(string name)
    {
        var error = Refused(name, [.. "{\n \"a\": \""u8, 0xFF, .. "\"}"u8]);
        Assert.Equal((2, 8), (error.Line, error.Column));
    }

    [Theory]
    [InlineData("m.json")]
    [InlineData("m.yaml")]
    public void A_huge_manifest_is_refused_unread(string name) => Assert.Contains("16777216", Refused(name, new byte[(16 * 1024 * 1024) + 1]).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("m.json", "{\"a\":", "")]
    [InlineData("m.yaml", "{a: ", "}")]
    public void Nesting_without_end_is_refused(string name, string open, string close)
    {
        const int Levels = 20_000;
        Refused(name, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(open, Levels)) + "x" + string.Concat(Enumerable.Repeat(close, Levels))));
        Refused(name, Encoding.UTF8.GetBytes($"{{\"{string.Concat(Enumerable.Repeat("a/", Levels))}\": \"x\"}}"));
    }

    [Fact]
    public void Aliases_that_stand_for_billions_of_values_are_refused()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        Assert.NotNull(Refused("m.yaml", Encoding.UTF8.GetBytes($"x: {{metadata: {{{text.ToString().ReplaceLineEndings(", ")}}}}}\n")).Line);
    }

    [Fact]
    public void What_is_not_there_or_no_file_is_refused()
    {
        Assert.Throws<ManifestInvalidException>(() => Manifest.Load(_folder.Combine("none.json"), "data"));
        Assert.Throws<ManifestInvalidException>(() => Manifest.Load(_folder.Path, "data"));
        var error = Assert.Throws<ManifestInvalidException>(() => Manifest.FindIn(_folder.Path, "none.json"));
        Assert.Contains("none.json", error.Message, StringComparison.Ordinal);
        Assert.Equal("FhManifestInvalid", error.ErrorId);
    }

    [Fact]
    public void A_long_line_is_read_in_one_go()
    {
        var text = new StringBuilder("{");
        for (var i = 0; i < 200_000; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\"{i}.txt\": \"description {i}\", ");
        }

        var path = _folder.Combine("m.json");
        File.WriteAllText(path, text + "\"z\": \"z\"}");
        Assert.Equal("description 199999", Manifest.Load(path, "data").For("199999.txt")!.Description);
    }

    [Theory]
    [InlineData("m.json")]
    [InlineData("m.yaml")]
    public void Whatever_is_in_it_it_is_read_or_refused_with_a_position(string name)
    {
        const string marks = " \n\t\r{}[]:,-?&*!|>'\"%@`#<~\\/.0a\u0000\u0085\u00ff";
        var random = new Random(4);
        var whole = Encoding.UTF8.GetBytes(name == "m.json"
            ? "{\"data\": {\"description\": \"all \\u00e9\", \"metadata\": {\"n\": [1, -2.5e3, null, true]}, \"entries\": {\"a.txt\": \"é\", \"sub/\": {\"entries\": {\"x\": \"y\"}}}}}"
            : "data: &d\n  description: >-\n    all\n    of it\n  metadata: {n: [1, -2.5e3, ~, true], m: !!str 5}\n  entries:\n    a.txt: 'é'\n    sub/: {<<: &m {metadata: {k: \"v\\x41\"}}, x: |2\n        text\n    }\n    b: *m\n");
        var path = _folder.Combine(name);
        for (var i = 0; i < 3_000; i++)
        {
            var bytes = new List<byte>(whole);
            for (var changes = random.Next(1, 5); changes > 0; changes--)
            {
                var at = random.Next(bytes.Count);
                var with = (byte)marks[random.Next(marks.Length)];
                switch (random.Next(4))
                {
                    case 0:
                        bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 8)));
                        break;
                    case 1:
                        bytes.Insert(at, with);
                        break;
                    case 2:
                        bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 12))));
                        break;
                    default:
                        bytes[at] = with;
                        break;
                }
            }

            File.WriteAllBytes(path, [.. bytes]);
            try
            {
                var manifest = Manifest.Load(path, "data");
                _ = manifest.For("sub/x");
                _ = manifest.Unmatched;
            }
            catch (ManifestInvalidException e)
            {
                Assert.True(e is { Line: > 0, Column: > 0 }, $"no position: {e.Message}");
            }
        }
    }

    private ManifestInvalidException Refused(string name, byte[] bytes)
    {
        var path = _folder.Combine(name);
        File.WriteAllBytes(path, bytes);
        return Assert.Throws<ManifestInvalidException>(() => Manifest.Load(path, "data"));
    }
}
