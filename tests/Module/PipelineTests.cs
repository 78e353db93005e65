using System.Management.Automation;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>What happens at a certain moment, or to the host: stopping, a file that changes, progress, an answer to a question.</summary>
public sealed class PipelineTests : ConnectedTests
{
    [Fact]
    public async Task Stopping_ends_a_transfer_and_is_no_error()
    {
        await Platform.InjectAsync(("entries.create", "delay-600000ms"));
        Session.Set("file", Platform.Directory.RandomFile("big.bin", 5_000_000));
        using var shell = PowerShell.Create(Session.Runspace);
        shell.AddScript("Send-FhFile $file");
        var running = shell.BeginInvoke();
        await new Gate(Platform).WaitAsync("entries.create");
        await Task.Factory.FromAsync(shell.BeginStop(null, null), shell.EndStop);
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(shell.Streams.Error);

        // A pipeline that is stopped takes no warning: the host is told.
        Assert.Contains(Session.HostLines, line => line.Contains("-SkipUnchanged", StringComparison.Ordinal));
        Session.Run("New-FhTextContent -Name after -Content 'the session goes on'").Single();
    }

    [Theory]
    [InlineData("parts.put", "Send-FhFile $file")]
    [InlineData("entries.complete", "Send-FhFile $file")]
    [InlineData("objects.get", "$entry | Get-FhData -Destination $out")]
    [InlineData("entries.get", "$entry | Get-FhData -Destination $out")]
    [InlineData("datasets.create", "New-FhDataset d")]
    [InlineData("search.entries", "Find-FhDataEntry -Text x")]
    [InlineData("auth.login", "Connect-Fh -ApiKey $key -ServiceUri $service")]
    public async Task Stopping_ends_whatever_is_under_way(string operation, string command)
    {
        Session.Set("out", Platform.Directory.Combine("out"));
        Session.Set("file", Platform.Directory.RandomFile("big.bin", 5_000_000));
        Session.Good("$entry = Send-FhFile $file -Name earlier");
        var before = (await Platform.OperationsAsync()).Count(o => o == operation);
        await Platform.InjectAsync((operation, operation is "parts.put" or "objects.get" ? "stall-for-600s-after-256K" : "delay-600000ms"));
        using (var shell = PowerShell.Create(Session.Runspace))
        {
            shell.AddScript(command);
            var running = shell.BeginInvoke();
            await new Gate(Platform).WaitAsync(operation, before + 1);
            await Task.Factory.FromAsync(shell.BeginStop(null, null), shell.EndStop);
            Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
            Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
            Assert.Empty(shell.Streams.Error);
        }

        if (Directory.Exists(Platform.Directory.Combine("out")))
        {
            Assert.Empty(Directory.EnumerateFileSystemEntries(Platform.Directory.Combine("out")));
        }

        // And the same again works; an upload is the one that was begun.
        Session.Good(command);
        Assert.Equal(operation is "parts.put" or "entries.complete" ? 2 : 1, (await Platform.OperationsAsync()).Count(o => o == "entries.create"));
    }

    [Fact]
    public async Task Progress_is_shown_of_what_lasts_is_completed_and_can_be_silent()
    {
        Session.Set("file", Platform.Directory.RandomFile("big.bin", 3_000_000));
        await Platform.InjectAsync(("entries.create", "delay-2500ms"));
        var shown = Session.Run("Send-FhFile $file").Ok().Progress;
        Assert.Contains(shown, p => p.ParentActivityId >= 0);
        Assert.All(shown.GroupBy(p => p.ActivityId), g => Assert.Equal(ProgressRecordType.Completed, g.Last().RecordType));

        await Platform.InjectAsync(("entries.create", "delay-2500ms"));
        Assert.Empty(Session.Run("$ProgressPreference = 'SilentlyContinue'; Send-FhFile $file").Ok().Progress);
    }

    [Fact]
    public async Task Stopping_ends_a_wait_and_is_no_error()
    {
        Session.Good("$p = (Invoke-FhRestMethod /v0.1/data-storage/data-entries -Method Post -Body @{ name = 'p'; file_path = 'p.bin' }).data_storage.id");
        using var shell = PowerShell.Create(Session.Runspace);
        shell.AddScript("Wait-FhDataEntry $p");
        var running = shell.BeginInvoke();
        await new Gate(Platform).WaitAsync("entries.status");
        await Task.Factory.FromAsync(shell.BeginStop(null, null), shell.EndStop);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(shell.Streams.Error);
    }

    [Theory]
    [InlineData("grows")]
    [InlineData("shrinks")]
    [InlineData("changes")]
    [InlineData("vanishes")]
    public async Task A_file_that_changes_while_it_is_sent_is_one_error_and_its_entry_failed(string what)
    {
        var path = Platform.Directory.RandomFile("a.bin", 100_000);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        Session.Set("path", path);
        Session.Set("other", Platform.Directory.RandomFile("b.bin", 1000));
        Session.Good("$d = New-FhDataset d");
        await Platform.InjectAsync(("entries.initiate", "delay-3000ms"));
        var changed = Task.Run(async () =>
        {
            await new Gate(Platform).WaitAsync("entries.initiate");
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

    [Fact]
    public void Removal_asks_and_no_is_no()
    {
        Session.Set("entry", Session.Run("New-FhTextContent -Name kept -Content x").Single());
        Assert.NotEmpty(Session.Run("$entry | Remove-FhDataEntry").Ok().Host);
        Session.Run("$entry | Get-FhDataEntry").Single();
        Assert.Empty(Session.Run("$entry | Remove-FhDataEntry -Force").Ok().Host);
        var gone = Session.Run("$entry | Get-FhDataEntry");
        Assert.Equal("FhNotFound", Assert.Single(gone.ErrorIds));
        Assert.Equal(ErrorCategory.ObjectNotFound, gone.Errors[0].CategoryInfo.Category);
    }

    /// <summary>Waits until the platform was asked for something.</summary>
    public sealed class Gate(PlatformFixture platform)
    {
        public async Task WaitAsync(string operation, int times = 1)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while ((await platform.OperationsAsync()).Count(o => o == operation) < times)
            {
                limit.Token.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }
    }
}
