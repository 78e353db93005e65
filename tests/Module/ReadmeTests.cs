using System.Text.RegularExpressions;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>The README's table "From the Python client": each line of it runs.</summary>
public sealed class ReadmeTests
{
    private const string Run = "39510f66-c2ee-41c7-94de-64eb142c3f2a";

    public static TheoryData<string, string> Lines()
    {
        var lines = new TheoryData<string, string>();
        var table = Regex.Match(File.ReadAllText(Path.Combine(Repository.Root, "README.md")), @"(?<=^## From the Python client$).*?(?=^## )", RegexOptions.Singleline | RegexOptions.Multiline).Value;
        foreach (Match row in Regex.Matches(table, @"^\| (?<python>`.*?) \| `(?<cmdlet>.*)` \|$", RegexOptions.Multiline))
        {
            lines.Add(row.Groups["python"].Value, row.Groups["cmdlet"].Value.Replace(@"\|", "|", StringComparison.Ordinal));
        }

        return lines;
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_line_runs(string python, string cmdlet)
    {
        using var work = new TempDirectory();
        work.RandomFile(Path.Combine("bucket", "runs", "a.bin"), 1000);
        work.RandomFile(Path.Combine("experiment", "reads.bin"), 1000);
        await File.WriteAllTextAsync(work.Combine("experiment", "manifest.json"), """{"reads.bin": "What the instrument wrote"}""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(work.Combine("rows.jsonl"), $$"""{"id": "{{Run}}", "task": "job"}""", TestContext.Current.CancellationToken);
        await using var platform = await PlatformFixture.StartAsync(options => options with
        {
            Sources = new SourceOptions
            {
                Buckets = new Dictionary<string, string> { ["lab"] = work.Combine("bucket") },
                Tables = [new SourceTable("trajectories", work.Combine("rows.jsonl"))],
            },
            Users = [PlatformFixture.Ann, new() { Id = "user-ben", Email = "ben@example.org", Organization = "alpha", ApiKey = "key-of-ben-0123456789" }],
        });
        using var session = new TypedSession();
        session.Connect(platform);
        session.Set("work", work.Path);
        session.Set("run", Run);
        session.Set("secret", Secret.From("key-of-the-link"));
        session.Good("""
            $null = $ExecutionContext.SessionState.Path.SetLocation($work)
            $vector = 0.1, 0.7, 0.2
            $dataset = New-FhDataset -Name 'Growth curves'
            $entry = New-FhTextContent -Name note -Content 'A2 lags A1: how does the protein fold?' -DatasetId $dataset -Tag raw -Embedding $vector
            $file = [IO.FileInfo]::new("$work/experiment/reads.bin")
            """);
        await MakeAsync(platform);

        var result = session.Run($". {{ {cmdlet} }}").Ok();
        Assert.True(result.Output.Count > 0 || cmdlet.Contains("Remove-", StringComparison.Ordinal) || cmdlet.Contains("Set-", StringComparison.Ordinal), $"{python}: gave nothing");
    }

    [Fact]
    public void Every_cmdlet_is_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        using var session = new TypedSession();
        Assert.All(session.Good("(Get-Module FutureHouse).ExportedCmdlets.Keys"), name => Assert.Contains($"`{name}`", readme, StringComparison.Ordinal));
        Assert.True(Lines().Count >= 28, "the table is read");
    }

    /// <summary>What a task's run makes.</summary>
    private static async Task MakeAsync(PlatformFixture platform)
    {
        using var http = await platform.LogInAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v0.1/data-storage/data-entries")
        {
            Content = new StringContent("""{"name": "answer.md", "content": "42", "file_path": "answer.md"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("x-actor-id", Run);
        using var made = await http.SendAsync(request, TestContext.Current.CancellationToken);
        made.EnsureSuccessStatusCode();
    }
}
