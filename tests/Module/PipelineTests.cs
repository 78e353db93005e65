using System.Management.Automation;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Streaming, stopping and progress.</summary>
public sealed class PipelineTests : ConnectedTests
{
    [Fact]
    public void Transfers_run_while_the_pipeline_still_produces()
    {
        Session.Set("one", Platform.Directory.RandomFile("one.bin", 1000));
        Session.Set("two", Platform.Directory.RandomFile("two.bin", 1000));
        Session.Set("gate", new Gate(Platform));

        // The second path comes only after the service has seen the first file: a cmdlet that collects its input first never gets there.
        Assert.Equal(2, Session.Run("& { $one; $gate.WaitForAnEntry(); $two } | Send-FhFile").Ok().Output.Count);
    }

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
        Session.Run("New-FhTextContent -Name after -Content 'the session goes on'").Single();
    }

    [Theory]
    [InlineData("parts.put", "Send-FhFile $file")]
    [InlineData("entries.complete", "Send-FhFile $file")]
    [InlineData("objects.get", "$entry | Get-FhData -Destination $out")]
    [InlineData("entries.get", "$entry | Get-FhData -Destination $out")]
    [InlineData("datasets.create", "New-FhDataset d")]
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
    public void Many_files_come_out_once_each()
    {
        for (var i = 0; i < 200; i++)
        {
            File.WriteAllText(Platform.Directory.Combine($"f{i:000}.txt"), $"content {i}");
        }

        Session.Set("pattern", Platform.Directory.Combine("f*.txt"));
        Session.Run("$d = New-FhDataset -Name many; $sent = Send-FhFile $pattern -DatasetId $d -ThrottleLimit 4").Ok();
        Assert.Equal(200, Session.Run("$sent").Output.Select(o => o.Properties["Name"].Value).Distinct().Count());
        Assert.Equal(200, Session.Run("(Get-FhDataset $d).Entries").Output.Count);
    }

    /// <summary>Waits until the platform was asked for something.</summary>
    public sealed class Gate(PlatformFixture platform)
    {
        public void WaitForAnEntry() => WaitAsync("entries.create").GetAwaiter().GetResult();

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
