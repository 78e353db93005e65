using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Unit.LocalPlatform.Sources;

/// <summary>The part of the command line that says where existing sources lie.</summary>
public sealed class ArgumentTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public ArgumentTests() => File.WriteAllText(_folder.Combine("rows.jsonl"), string.Empty);

    [Fact]
    public void Buckets_tables_and_server_are_taken()
    {
        var options = Parse("--bucket", $"one={_folder.Path}", "--bucket", $"two.x={_folder.Path}", "--table", $"t={_folder.Combine("rows.jsonl")}", "--table", "u", "--postgres", "Host=h;Password=pw-secret")!;
        Assert.Equal(["one", "two.x"], options.Sources.Buckets.Keys.Order());
        Assert.Equal([new SourceTable("t", _folder.Combine("rows.jsonl")), new SourceTable("u", null)], options.Sources.Tables);
        Assert.Equal("Host=h;Password=pw-secret", options.Sources.Postgres);
        Assert.DoesNotContain("pw-secret", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_connection_string_may_come_from_the_environment()
    {
        var options = new LocalPlatformOptions { Store = "s" };
        Assert.Equal("Host=h", options.WithSourcesChecked("Host=h").Sources.Postgres);
        Assert.Null(options.WithSourcesChecked(" ").Sources.Postgres);
        Assert.Equal("Host=given", options.WithPostgres("Host=given").WithSourcesChecked("Host=h").Sources.Postgres);
        var error = Assert.Throws<ArgumentException>(() => options.WithSourcesChecked("Hots=h;Password=pw-secret"));
        Assert.Contains(SourceArguments.PostgresVariable, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--bucket", "name", "takes NAME=DIR")]
    [InlineData("--bucket", "=DIR", "takes NAME=DIR")]
    [InlineData("--bucket", "Name=DIR", "takes NAME=DIR")]
    [InlineData("--bucket", "a/b=DIR", "takes NAME=DIR")]
    [InlineData("--bucket", "v0.1=DIR", "the platform's own")]
    [InlineData("--bucket", "futurehouse-local=DIR", "the platform's own")]
    [InlineData("--bucket", "b=DIR/missing", "there is no folder")]
    [InlineData("--table", "t=DIR/missing", "there is no file")]
    [InlineData("--table", "t;x=DIR/rows.jsonl", "takes NAME=FILE")]
    [InlineData("--table", "1t=DIR/rows.jsonl", "takes NAME=FILE")]
    [InlineData("--table", "t=", "takes NAME=FILE")]
    [InlineData("--table", "t", "no --postgres server has the table")]
    [InlineData("--postgres", "nonsense", "takes a connection string")]
    [InlineData("--postgres", "Database=d", "takes a connection string")]
    public void What_makes_no_sense_is_said(string option, string value, string expected)
    {
        var error = Assert.Throws<ArgumentException>(() => Parse(option, value.Replace("DIR", _folder.Path, StringComparison.Ordinal)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_given_once()
    {
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => Parse("--bucket", $"b={_folder.Path}", "--bucket", $"b={_folder.Path}")).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => Parse("--postgres", "Host=h", "--table", "t", "--table", "t")).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static LocalPlatformOptions? Parse(params string[] arguments) => CommandLine.Parse(["--store", "s", .. arguments]);
}
