using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Bad input at the prompt: one error each, with its own id and what to do next, and the rest goes on.</summary>
public sealed class BadInputTests : ConnectedTests
{
    private TempDirectory Folder => Platform.Directory;

    [Fact]
    public void A_service_that_is_down_ends_the_command()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var error = Session.Bad($"Connect-Fh -ApiKey some-key-0123456789 -ServiceUri http://127.0.0.1:{port}", "FhNetwork");
        Assert.Equal(ErrorCategory.ConnectionError, error.CategoryInfo.Category);
        Assert.Contains($"127.0.0.1:{port}", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Equal(Platform.Url.ToString(), Session.Good("(Get-FhConnection).ServiceUri.ToString()").Single().BaseObject); // the one before stays
    }

    [Fact]
    public void A_service_without_anybody_is_told_from_one_that_refuses()
    {
        Assert.Equal("FhAuthenticationFailed", Session.Run("Connect-Fh -ApiKey wrong-key-0123456789 -ServiceUri $service").TerminatingId);
        Session.Good("Connect-Fh -ApiKey \"$key`n\" -ServiceUri $service");
    }

    [Fact]
    public async Task What_is_no_file_is_an_error_each_and_the_rest_is_sent()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "devices and pipes in the file system are of Unix");
        Requirement.Tool("mkfifo");
        File.WriteAllText(Folder.Combine("first.txt"), "1");
        File.WriteAllText(Folder.Combine("last.txt"), "2");
        File.CreateSymbolicLink(Folder.Combine("broken"), Folder.Combine("nowhere"));
        using (var mkfifo = Process.Start("mkfifo", Folder.Combine("pipe")))
        {
            await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Session.Set("dir", Folder.Path);
        foreach (var command in (string[])
        [
            "Send-FhFile -LiteralPath \"$dir/first.txt\", \"$dir/broken\", \"$dir/pipe\", /dev/zero, \"$dir/last.txt\"",
            "Send-FhFile \"$dir/first.txt\", \"$dir/broken\", \"$dir/pipe\", /dev/zero, \"$dir/last.txt\"",
            "\"$dir/first.txt\", \"$dir/broken\", \"$dir/pipe\", '/dev/zero', \"$dir/last.txt\" | Send-FhFile",
        ])
        {
            var result = Session.Run(command);
            Assert.Equal(["first.txt", "last.txt"], result.Output.Select(o => (string)o.Properties["Name"].Value).Order(StringComparer.Ordinal));
            Assert.Equal(["FhPathNotFound", "FhPathUnreadable", "FhPathUnreadable"], result.ErrorIds.Order(StringComparer.Ordinal));
            Assert.Equal([Folder.Combine("broken"), Folder.Combine("pipe"), "/dev/zero"], result.Errors.Select(e => e.TargetObject.ToString()).OrderDescending(StringComparer.Ordinal).OrderBy(p => p == "/dev/zero").ThenBy(p => p, StringComparer.Ordinal));
            Assert.Contains(result.Errors, e => e.ErrorDetails.Message.Contains("link", StringComparison.Ordinal));
        }

        var planned = Session.Run("Send-FhFile -LiteralPath \"$dir/broken\", /dev/zero, \"$dir/last.txt\" -WhatIf");
        Assert.Equal(2, planned.Errors.Count);
        Assert.Single(planned.Host);
    }

    [Fact]
    public void A_wildcard_that_finds_what_is_no_file_sends_the_others()
    {
        Requirement.Met(!OperatingSystem.IsWindows(), "unix", "links need a right of their own on Windows");
        File.WriteAllText(Folder.Combine("w1.txt"), "1");
        File.CreateSymbolicLink(Folder.Combine("w2.txt"), Folder.Combine("nowhere"));
        File.WriteAllText(Folder.Combine("w3.txt"), "3");
        var result = Session.Run($"Send-FhFile '{Folder.Path}/w*.txt'");
        Assert.Equal(2, result.Output.Count);
        Assert.Equal("FhPathNotFound", Assert.Single(result.ErrorIds));
    }

    [Theory]
    [InlineData("grows")]
    [InlineData("shrinks")]
    [InlineData("changes")]
    [InlineData("vanishes")]
    public async Task A_file_that_changes_while_it_is_sent_is_one_error_and_its_entry_failed(string what)
    {
        var path = Folder.RandomFile("a.bin", 100_000);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        Session.Set("path", path);
        Session.Set("other", Folder.RandomFile("b.bin", 1000));
        Session.Good("$d = New-FhDataset d");
        await Platform.InjectAsync(("entries.initiate", "delay-3000ms"));
        var changed = Task.Run(async () =>
        {
            await new PipelineTests.Gate(Platform).WaitAsync("entries.initiate");
            if (what == "vanishes")
            {
                File.Delete(path);
                return;
            }

            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            file.Position = what == "grows" ? file.Length : 0;
            file.Write("other"u8);
            file.SetLength(what == "shrinks" ? 100 : file.Length);
        });
        var result = Session.Run("Send-FhFile $path, $other -ThrottleLimit 1 -DatasetId $d");
        await changed;
        Assert.Null(result.Terminating);
        Assert.Equal("FhFileChanged", Assert.Single(result.ErrorIds));
        Assert.Equal(path, result.Errors[0].TargetObject);
        Assert.Equal("b.bin", Assert.Single(result.Output).Properties["Name"].Value);
        Assert.Equal(["a.bin: Failed", "b.bin: Active"], Session.Good("(Get-FhDataset $d).Entries | ForEach-Object { \"$($_.Name): $($_.Status)\" }").Select(s => s.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("@() | Send-FhFile")]
    [InlineData("@() | Get-FhData")]
    [InlineData("@() | Get-FhDataEntry")]
    [InlineData("@() | Get-FhDataset")]
    [InlineData("@() | Remove-FhDataEntry -Force")]
    [InlineData("@() | Remove-FhDataset -Force")]
    [InlineData("@() | New-FhTextContent -Name n")]
    public async Task Nothing_piped_is_nothing_done(string command)
    {
        var before = await Platform.OperationsAsync();
        Assert.Empty(Session.Good(command));
        Assert.Equal(before, await Platform.OperationsAsync());
    }

    [Fact]
    public async Task WhatIf_of_every_cmdlet_that_changes_something_changes_nothing()
    {
        File.WriteAllText(Folder.Combine("a.txt"), "x");
        Session.Set("file", Folder.Combine("a.txt"));
        Session.Good("$e = New-FhTextContent -Name kept -Content x");
        var before = await Platform.OperationsAsync();
        Session.Good("Send-FhFile $file -WhatIf; $file | Send-FhFile -WhatIf; New-FhTextContent -Name n -Content c -WhatIf; 'a','b' | New-FhTextContent -Name n -WhatIf; New-FhDataset d -WhatIf; $e | Remove-FhDataEntry -WhatIf; $e | Remove-FhDataEntry -Force -WhatIf");
        Session.Good("$WhatIfPreference = $true; Send-FhFile $file; New-FhTextContent -Name n -Content c; New-FhDataset d; $e | Remove-FhDataEntry -Force");
        Assert.Equal(before, await Platform.OperationsAsync());
        var said = Session.Run("Remove-FhDataset $e.DatasetId -Force -WhatIf").Ok().Host;
        Assert.Contains("1 entr", Assert.Single(said), StringComparison.Ordinal);
        Session.Good("$e | Get-FhDataEntry");
    }

    [Theory]
    [InlineData("''")]
    [InlineData("' '")]
    [InlineData("'a b'")]
    [InlineData("'../../datasets/x'")]
    [InlineData("'data_entry:'")]
    [InlineData("'11111111-2222-4333-8444-5555555555555555'")]
    [InlineData("@{ Id = 'no/id' }")]
    [InlineData("([pscustomobject]@{ Name = 'has none' })")]
    public void An_id_that_is_none_is_one_error(string id)
    {
        foreach (var command in (string[])["Get-FhData", "Get-FhDataEntry", "Remove-FhDataEntry -Force", "Get-FhDataset", "Remove-FhDataset -Force"])
        {
            var result = Session.Run($"{command} -Id {id}");
            Assert.Single(result.Terminating is { } last ? [.. result.Errors, last] : result.Errors);
            Assert.Empty(result.Output);
        }
    }
}
