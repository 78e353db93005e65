using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>A service that misbehaves, as a user at the prompt meets it: one error with its id, and the rest goes on.</summary>
public sealed class BadServiceTests : ConnectedTests
{
    [Theory]
    [InlineData("return-html", "FhServiceUnavailable")]
    [InlineData("return-truncated-json", "FhServiceUnavailable")]
    [InlineData("return-500", "FhServiceUnavailable")]
    [InlineData("return-429", "FhThrottled")]
    [InlineData("return-reset-connection", "FhNetwork")]
    public async Task A_service_that_answers_nonsense_is_one_error(string fault, string id)
    {
        Session.Good("$e = New-FhTextContent -Name here -Content x");
        await Platform.InjectAlwaysAsync(("entries.get", fault));
        Session.Bad("$e | Get-FhDataEntry", id);
        await Platform.ClearFaultsAsync();
        Session.Good("$e | Get-FhDataEntry");
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Session.Good("$e = New-FhTextContent -Name here -Content x");
        await Platform.InjectAsync(("entries.get", "return-307"));
        Session.Bad("$e | Get-FhDataEntry", "FhServiceUnavailable");
        Session.Good("$e | Get-FhDataEntry");
    }

    [Fact]
    public async Task A_token_that_expires_in_mid_pipeline_is_renewed_and_nothing_is_lost_or_doubled()
    {
        Session.Set("saboteur", new Saboteur(Platform));
        Session.Good("$d = New-FhDataset all; 1..20 | ForEach-Object { if ($_ % 7 -eq 0) { $saboteur.Expire() }; [pscustomobject]@{ Name = \"n$_\"; Content = \"c$_\" } } | New-FhTextContent -DatasetId $d | Out-Null");
        Assert.Equal(20, Session.Good("(Get-FhDataset $d).Entries.Name").Distinct().Count());
        Assert.Equal(20, Session.Good("(Get-FhDataset $d).Entries").Count);
        Assert.Empty(await Platform.PendingFaultsAsync());
    }

    [Fact]
    public async Task An_initiate_that_always_fails_is_gone_around_where_there_is_aSession()
    {
        Session.Set("file", Platform.Directory.RandomFile("a.bin", 100_000));
        await Platform.InjectAsync([.. Enumerable.Repeat(("entries.initiate", "return-500"), 20)]);
        Assert.Equal("Active", Session.Good("Send-FhFile $file").Single().Properties["Status"].Value.ToString());
    }

    [Fact]
    public async Task And_is_an_error_that_says_whose_fault_it_is_where_there_is_none()
    {
        await using var platform = await PlatformFixture.StartAsync(o => o with { Uploads = UploadModes.Multipart });
        Session.Connect(platform);
        Session.Set("file", platform.Directory.RandomFile("a.bin", 100_000));
        Session.Good("$d = New-FhDataset d");
        await platform.InjectAlwaysAsync(("entries.initiate", "return-500"));
        var error = Session.Bad("Send-FhFile $file -DatasetId $d", "FhUploadFailed");
        Assert.Contains("service", error.ErrorDetails.Message, StringComparison.OrdinalIgnoreCase);

        // The trouble may pass: what was begun waits, and the same command goes on with it.
        Assert.Equal("Pending", Session.Good("(Get-FhDataset $d).Entries.Status").Single().ToString());
        await platform.ClearFaultsAsync();
        Session.Good("Send-FhFile $file -DatasetId $d");
        Assert.Equal("Active", Session.Good("(Get-FhDataset $d).Entries.Status").Single().ToString());
    }

    [Fact]
    public void A_path_beyond_260_characters_goes_up_and_comes_back()
    {
        var folder = Platform.Directory.Combine([.. Enumerable.Repeat(new string('d', 100), 4)]);
        Session.Set("file", Platform.Directory.RandomFile(Path.Combine(folder, "deep.bin"), 1000));
        Session.Set("out", Path.Combine(folder, "out"));
        Session.Good("Send-FhFile $file | Get-FhData -Destination $out | Out-Null");
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "deep.bin")), File.ReadAllBytes(Path.Combine(folder, "out", "deep.bin")));
    }

    [Fact]
    public void A_read_only_file_is_kept_even_with_Force()
    {
        Session.Set("out", Directory.CreateDirectory(Platform.Directory.Combine("out")).FullName);
        var kept = Platform.Directory.Combine("out", "a.txt");
        File.WriteAllText(kept, "mine");
        File.SetAttributes(kept, FileAttributes.ReadOnly);
        var error = Session.Bad("New-FhTextContent -Name a -Content x -FilePath a.txt | Get-FhData -Destination $out -Force", "FhDestinationExists");
        Assert.Contains("read-only", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Contains("read-only", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        File.SetAttributes(kept, FileAttributes.Normal);
        Assert.Equal("mine", File.ReadAllText(kept));
        Assert.Single(Directory.EnumerateFiles(Platform.Directory.Combine("out")));
    }

    /// <summary>Lets the next creation meet a token that has expired.</summary>
    public sealed class Saboteur(PlatformFixture platform)
    {
        public void Expire() => platform.InjectAsync(("entries.create", "return-expired-token")).GetAwaiter().GetResult();
    }
}
