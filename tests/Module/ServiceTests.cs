using System.Management.Automation;
using System.Net.Http.Json;
using System.Security;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>What runs made, waiting, and any route, as typed.</summary>
public sealed class ServiceTests : ConnectedTests
{
    [Fact]
    public async Task Everything_a_run_made_is_fetched_in_one_line()
    {
        using var run = await Platform.LogInAsync();
        run.DefaultRequestHeaders.Add("x-actor-id", "run-1");
        foreach (var (name, path) in new[] { ("plot", "a/plot.txt"), ("plot", "b/plot.txt"), ("table", "table.csv") })
        {
            await run.PostAsJsonAsync("/v0.1/data-storage/data-entries", new { name, content = path, file_path = path });
        }

        await run.PostAsJsonAsync("/v0.1/data-storage/data-entries", new { name = "folder" });
        Session.Set("out", Platform.Directory.Combine("artifacts"));
        var files = Session.Good("Get-FhTrajectoryFile -TrajectoryId run-1 | Get-FhData -Destination $out").Select(f => (FileInfo)f.BaseObject).OrderBy(f => f.Name, StringComparer.Ordinal).ToList();
        Assert.Equal(["plot (2).txt", "plot.txt", "table.csv"], files.Select(f => f.Name));
        Assert.Equal(["a/plot.txt", "b/plot.txt", "table.csv"], files.Select(f => File.ReadAllText(f.FullName)).Order(StringComparer.Ordinal));
        Assert.Equal(3, Session.Good("'run-1', 'run-1', 'nothing' | Get-FhTrajectoryFile").Count);
        Assert.Contains(Session.Run("Get-FhTrajectoryFile run-1 -Verbose").Ok().Verbose, line => line.Contains("'folder'", StringComparison.Ordinal));
        using var bob = new TypedSession();
        Assert.Empty(bob.Connect(Platform, PlatformFixture.Bob.ApiKey).Good("Get-FhTrajectoryFile run-1"));
    }

    [Fact]
    public void An_entry_is_waited_for_until_it_is_active_fails_or_time_is_up()
    {
        Session.Good("$e = New-FhTextContent -Name t -Content x");
        Assert.Equal("Active", Session.Good("($e | Wait-FhDataEntry).Status").Single().ToString());
        Session.Good("$p = (Invoke-FhRestMethod /v0.1/data-storage/data-entries -Method Post -Body @{ name = 'p'; file_path = 'p.bin' }).data_storage.id");
        var late = Session.Bad("Wait-FhDataEntry $p -TimeoutSec 0", "FhTimeout");
        Assert.Equal(Session.Good("$p").Single().ToString(), late.TargetObject.ToString());
        Session.Bad("Wait-FhDataEntry $p -TimeoutSec 1", "FhTimeout");
        Assert.Contains("Wait-FhDataEntry", Session.Bad("Get-FhData $p", "FhDownloadFailed").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Session.Good("$null = Invoke-FhRestMethod \"/v0.1/data-storage/data-entries/$p\" -Method Patch -Body @{ status = 'failed' }");
        var failed = Session.Bad("Get-FhData $p", "FhDownloadFailed");
        Assert.DoesNotContain("destination", failed.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        var mixed = Session.Run("$p, '11111111-2222-4333-8444-555555555555', $e | Wait-FhDataEntry");
        Assert.Single(mixed.Output);
        Assert.Equal(["FhNotFound", "FhUploadFailed"], mixed.ErrorIds.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stopping_ends_the_wait_and_is_no_error()
    {
        Session.Good("$p = (Invoke-FhRestMethod /v0.1/data-storage/data-entries -Method Post -Body @{ name = 'p'; file_path = 'p.bin' }).data_storage.id");
        using var shell = PowerShell.Create(Session.Runspace);
        shell.AddScript("Wait-FhDataEntry $p");
        var running = shell.BeginInvoke();
        await new PipelineTests.Gate(Platform).WaitAsync("entries.status");
        await Task.Factory.FromAsync(shell.BeginStop(null, null), shell.EndStop);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(shell.Streams.Error);
    }

    [Fact]
    public void Any_route_answers_as_objects()
    {
        Assert.Equal("alpha", Session.Good("(Invoke-FhRestMethod /v0.1/organizations -Query @{ filter = $true }).name").Single().BaseObject);
        var made = Session.Good("Invoke-FhRestMethod v0.1/data-storage/workspaces Post -Body ([ordered]@{ name = 'w'; tags = @('x', 'y') })").Single();
        Session.Set("w", made);
        Assert.Equal("workspace x y", Session.Good("$w.data_storage.tags -join ' '").Single().BaseObject);
        Assert.Equal(0L, made.Properties["version"].Value);
        Assert.Null(made.Properties["content"].Value);
        Assert.Equal("v", Session.Good("(Invoke-FhRestMethod \"/v0.1/data-storage/workspaces/$($w.data_storage.id)\" -Method PATCH -Body '{\"name\": \"v\"}').data_storage.name").Single().BaseObject);
        Assert.Empty(Session.Good("Invoke-FhRestMethod \"/v0.1/data-storage/workspaces/$($w.data_storage.id)\" -Method Delete"));
        Session.Bad("Invoke-FhRestMethod \"/v0.1/data-storage/workspaces/$($w.data_storage.id)\"", "FhNotFound");
        Assert.Equal(2, Session.Good("(Invoke-FhRestMethod /v0.1/data-storage/provenance/data-entries -Query ([ordered]@{ actor_id = 'a', 'b'; operation = 'create' })).data, 1").Count);
    }

    [Fact]
    public async Task What_may_change_something_asks_first_and_what_makes_no_sense_is_refused()
    {
        var before = await Platform.OperationsAsync();
        Assert.Contains("POST /v0.1/data-storage/workspaces", string.Join('\n', Session.Run("Invoke-FhRestMethod /v0.1/data-storage/workspaces -Method Post -Body @{ name = 'w' } -WhatIf").Ok().Host), StringComparison.Ordinal);
        Session.Bad("Invoke-FhRestMethod https://elsewhere.example.org/x", "FhInvalidRequest");
        Session.Bad("Invoke-FhRestMethod /auth/login -Method Post -Body @{ api_key = $key }", "FhInvalidRequest");
        Session.Bad("Invoke-FhRestMethod /v0.1/x -Method Post -Body 'no json'", "FhInvalidRequest");
        Session.Bad("Invoke-FhRestMethod /v0.1/x -Body @{}", "FhInvalidRequest");
        Session.Bad("$h = @{}; $h.self = $h; Invoke-FhRestMethod /v0.1/x -Method Post -Body $h", "FhInvalidRequest");
        Session.Bad("Invoke-FhRestMethod /v0.1/x -Method Post -Body @{ n = [double]::NaN }", "FhInvalidRequest");
        Assert.Equal(before, await Platform.OperationsAsync());
        Session.Bad("Invoke-FhRestMethod /v0.1/none", "FhNotFound");
        Session.Bad("Invoke-FhRestMethod /v0.1/data-storage/data-entries -Method Post -Body @{ name = '' }", "FhInvalidRequest");
    }

    [Fact]
    public void No_secret_of_an_answer_is_shown()
    {
        Session.Set("file", Platform.Directory.RandomFile("a.bin", 10));
        Session.Good("$e = Send-FhFile $file; $a = Invoke-FhRestMethod \"/v0.1/data-storage/data-entries/$($e.Id)\"");
        Assert.IsType<SecureString>(Session.Good("$a.storage_locations[0].storage_config.signed_url").Single().BaseObject);
        Assert.DoesNotContain("Signature", string.Join('\n', Session.Good("\"$a\"; \"$($a.storage_locations[0])\"; \"$($a.storage_locations[0].storage_config)\"; [Management.Automation.PSSerializer]::Serialize($a)").Select(o => o.ToString())), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("X-Goog-Signature", Session.Good("[Net.NetworkCredential]::new('', $a.storage_locations[0].storage_config.signed_url).Password").Single().ToString(), StringComparison.Ordinal);
        var verbose = Session.Run("$u = [Net.NetworkCredential]::new('', $a.storage_locations[0].storage_config.signed_url).Password; $null = Invoke-FhRestMethod $u -Verbose");
        Assert.DoesNotContain("Signature", string.Join('\n', verbose.Verbose.Concat(verbose.Errors.Select(e => e.ToString()))), StringComparison.OrdinalIgnoreCase);
    }
}
