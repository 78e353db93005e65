using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>A service that misbehaves, as a user at the prompt meets it: one error with its id, and the rest goes on.</summary>
public sealed class BadServiceTests : IAsyncLifetime
{
    private readonly TypedSession _session = new();
    private PlatformFixture _platform = null!;

    public async ValueTask InitializeAsync()
    {
        _platform = await PlatformFixture.StartAsync();
        _session.Connect(_platform);
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _platform.DisposeAsync();
    }

    [Theory]
    [InlineData("return-html", "FhServiceUnavailable")]
    [InlineData("return-truncated-json", "FhServiceUnavailable")]
    [InlineData("return-500", "FhServiceUnavailable")]
    [InlineData("return-429", "FhThrottled")]
    [InlineData("return-reset-connection", "FhNetwork")]
    public async Task A_service_that_answers_nonsense_is_one_error(string fault, string id)
    {
        _session.Good("$e = New-FhTextContent -Name here -Content x");
        await _platform.InjectAsync(("entries.get", fault), ("entries.get", fault), ("entries.get", fault));
        _session.Bad("$e | Get-FhDataEntry", id);
        _session.Good("$e | Get-FhDataEntry");
    }

    [Fact]
    public async Task A_token_that_expires_in_mid_pipeline_is_renewed_and_nothing_is_lost_or_doubled()
    {
        _session.Set("saboteur", new Saboteur(_platform));
        _session.Good("$d = New-FhDataset all; 1..20 | ForEach-Object { if ($_ % 7 -eq 0) { $saboteur.Expire() }; [pscustomobject]@{ Name = \"n$_\"; Content = \"c$_\" } } | New-FhTextContent -DatasetId $d | Out-Null");
        Assert.Equal(20, _session.Good("(Get-FhDataset $d).Entries.Name").Distinct().Count());
        Assert.Equal(20, _session.Good("(Get-FhDataset $d).Entries").Count);
        Assert.Empty(await _platform.PendingFaultsAsync());
    }

    [Fact]
    public async Task An_initiate_that_always_fails_is_gone_around_where_there_is_a_session()
    {
        _session.Set("file", _platform.Directory.RandomFile("a.bin", 100_000));
        await _platform.InjectAsync([.. Enumerable.Repeat(("entries.initiate", "return-500"), 20)]);
        Assert.Equal("Active", _session.Good("Send-FhFile $file").Single().Properties["Status"].Value.ToString());
    }

    [Fact]
    public async Task And_is_an_error_that_says_whose_fault_it_is_where_there_is_none()
    {
        await using var platform = await PlatformFixture.StartAsync(o => o with { Uploads = UploadModes.Multipart });
        _session.Connect(platform);
        _session.Set("file", platform.Directory.RandomFile("a.bin", 100_000));
        _session.Good("$d = New-FhDataset d");
        await platform.InjectAsync([.. Enumerable.Repeat(("entries.initiate", "return-500"), 20)]);
        var error = _session.Bad("Send-FhFile $file -DatasetId $d", "FhUploadFailed");
        Assert.Contains("service", error.ErrorDetails.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Failed", _session.Good("(Get-FhDataset $d).Entries.Status").Single().ToString());
    }

    [Fact]
    public void A_path_beyond_260_characters_goes_up_and_comes_back()
    {
        var folder = _platform.Directory.Combine([.. Enumerable.Repeat(new string('d', 100), 4)]);
        _session.Set("file", _platform.Directory.RandomFile(Path.Combine(folder, "deep.bin"), 1000));
        _session.Set("out", Path.Combine(folder, "out"));
        _session.Good("Send-FhFile $file | Get-FhData -Destination $out | Out-Null");
        Assert.Equal(File.ReadAllBytes(Path.Combine(folder, "deep.bin")), File.ReadAllBytes(Path.Combine(folder, "out", "deep.bin")));
    }

    [Fact]
    public void A_read_only_file_is_kept_even_with_Force()
    {
        _session.Set("out", Directory.CreateDirectory(_platform.Directory.Combine("out")).FullName);
        var kept = _platform.Directory.Combine("out", "a.txt");
        File.WriteAllText(kept, "mine");
        File.SetAttributes(kept, FileAttributes.ReadOnly);
        _session.Bad("New-FhTextContent -Name a -Content x -FilePath a.txt | Get-FhData -Destination $out -Force", "FhDownloadFailed");
        File.SetAttributes(kept, FileAttributes.Normal);
        Assert.Equal("mine", File.ReadAllText(kept));
        Assert.Single(Directory.EnumerateFiles(_platform.Directory.Combine("out")));
    }

    /// <summary>Lets the next creation meet a token that has expired.</summary>
    public sealed class Saboteur(PlatformFixture platform)
    {
        public void Expire() => platform.InjectAsync(("entries.create", "return-expired-token")).GetAwaiter().GetResult();
    }
}
