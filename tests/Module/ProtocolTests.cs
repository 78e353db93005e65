using System.Net.Http.Json;
using System.Text.Json;
using FutureHouse.LocalPlatform.Hosting;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Rows of the protocol's tables that no other test of the cmdlets has, as typed, against the real local platform.</summary>
public sealed class ProtocolTests : ConnectedTests
{
    protected override void Prepare()
    {
        Session.Set("in", Directory.CreateDirectory(Platform.Directory.Combine("in")).FullName);
        Session.Set("out", Directory.CreateDirectory(Platform.Directory.Combine("out")).FullName);
    }

    /// <summary>§1: what every call carries.</summary>
    [Fact]
    public async Task Every_call_has_the_protocols_headers()
    {
        await using var proxy = await RecordingProxy.StartAsync(Platform.Url);
        using var session = new TypedSession();
        session.Set("service", proxy.Url.ToString());
        session.Set("key", PlatformFixture.Ann.ApiKey);
        session.Good("""
            $c = Connect-Fh -ApiKey $key -ServiceUri $service
            $d = New-FhDataset d
            $e = New-FhTextContent -Name a -Content b -DatasetId $d
            $null = $e | Update-FhData -Content c; $null = Get-FhDataRevision $e; $null = Find-FhDataEntry a; $null = Get-FhDataset $d; $null = Wait-FhDataEntry $e
            Set-FhDataTag $e -Tag t; Remove-FhDataEntry $e -Force; Remove-FhDataset $d -Force
            """);
        Assert.True(proxy.Requests.Count >= 10, $"{proxy.Requests.Count} requests");
        Assert.All(proxy.Requests, request =>
        {
            Assert.Equal("sdk", request.Headers["x-client"]);
            Assert.Equal("application/json", request.Headers["content-type"]);
            Assert.Equal(request.Path != "/auth/login", request.Headers.GetValueOrDefault("authorization")?.StartsWith("Bearer ", StringComparison.Ordinal) == true);
        });
    }

    /// <summary>§1: a bare token works and cannot be renewed.</summary>
    [Fact]
    public async Task A_ready_token_is_used_and_when_refused_given_up()
    {
        using var http = await Platform.LogInAsync();
        Session.Set("token", http.DefaultRequestHeaders.Authorization!.Parameter!);
        Session.Good("$null = Connect-Fh -Token $token -ServiceUri $service; $e = New-FhTextContent t x");
        await Platform.InjectAsync(("entries.get", "return-expired-token"));
        Session.Bad("Get-FhDataEntry $e", "FhAuthenticationFailed");
        Session.Good("Get-FhDataEntry $e");
    }

    /// <summary>§1 retries, §2 creation: whatever befalls the answer, there is one entry, and one dataset with an id of its own.</summary>
    [Theory]
    [InlineData("return-503")]
    [InlineData("return-429-retry-after-0")]
    [InlineData("return-reset-connection")]
    [InlineData("return-truncated-json")]
    [InlineData("return-expired-token")]
    [InlineData("return-403")]
    [InlineData("lose-answer")]
    public async Task A_creation_makes_one(string fault)
    {
        await Platform.InjectAsync(("datasets.create", fault), ("entries.create", fault));
        Session.Good("$d = New-FhDataset d -Id ([guid]::NewGuid()); $e = New-FhTextContent t x -DatasetId $d");
        Assert.Equal("True", Session.Good("(Get-FhDataset $d).Entries.Id -join ',' -eq $e.Id").Single().ToString());
        Assert.Empty(await Platform.PendingFaultsAsync());
    }

    /// <summary>§2: every member of a creation.</summary>
    [Theory]
    [InlineData("New-FhTextContent n x -FilePath up/a.bin", "up/a.bin")]
    [InlineData("Send-FhFile \"$in/a.bin\" -Name n -DestinationPath up/a.bin", "up/a.bin")]
    public void An_entry_has_all_that_was_said_of_it(string command, string path)
    {
        Platform.Directory.RandomFile(Path.Combine("in", "a.bin"), 100);
        var told = Session.Good($$"""
            $d = New-FhDataset set; $p = New-FhTextContent above x -DatasetId $d
            $m = @{ k = @(1, $null, 'x') }
            $e = {{command}} -Description words -Tag t, u -Metadata $m -Embedding 3, 4 -DatasetId $d -ParentId $p -ProjectId 8d3c1f58-0d8e-4f5a-9a47-1f3f0f2b6c11 | Get-FhDataEntry
            $e.Name; $e.Description; $e.Tags -join '+'; $e.DatasetId -eq $d.Id; $e.ParentId -eq $p.Id; "$($e.ProjectId)"; $e.Metadata.k -join '+'; $e.FilePath; $e.IsCollection; "$($e.Status)"; "$($e.ShareStatus)"
            $m.Keys -join ','
            (Find-FhSimilarData 3, 4 -DatasetId $d -MinScore 0.99).Id -eq $e.Id
            """).Select(o => o.ToString());
        Assert.Equal(["n", "words", "t+u", "True", "True", "8d3c1f58-0d8e-4f5a-9a47-1f3f0f2b6c11", "1++x", path, "False", "Active", "Private", "k", "True"], told);
    }

    /// <summary>§2, text or file: by extension, size and bytes.</summary>
    [Theory]
    [InlineData("a.txt", "text", "RawContent")]
    [InlineData("a.MD", "text", "RawContent")]
    [InlineData("a.csv", "text", "RawContent")]
    [InlineData("a.Json", "text", "RawContent")]
    [InlineData("a.yaml", "text", "RawContent")]
    [InlineData("a.YML", "text", "RawContent")]
    [InlineData("crlf.txt", "\uFEFFone\r\ntwo\rthree", "RawContent")]
    [InlineData("empty.txt", "", "RawContent")]
    [InlineData("nul.txt", "a\0b", "Gcs")]
    [InlineData("a.log", "text", "Gcs")]
    [InlineData("latin", null, "Gcs")]
    public void Text_or_bucket_and_back_byte_for_byte(string name, string? text, string storage)
    {
        name = text is null ? "latin.txt" : name;
        byte[] bytes = text is null ? [.. "caf"u8, 0xE9] : System.Text.Encoding.UTF8.GetBytes(text);
        File.WriteAllBytes(Platform.Directory.Combine("in", name), bytes);
        Session.Set("file", Platform.Directory.Combine("in", name));
        Assert.Equal(storage, Session.Good("$e = Send-FhFile $file; \"$($e.StorageType)\"").Single().ToString());
        Session.Good("$null = $e | Get-FhData -Destination $out");
        Assert.Equal(bytes, File.ReadAllBytes(Platform.Directory.Combine("out", name)));
    }

    /// <summary>§2: exactly 10 MiB goes to the bucket, one byte less does not.</summary>
    [Theory]
    [InlineData((10 * 1024 * 1024) - 1, "RawContent")]
    [InlineData(10 * 1024 * 1024, "Gcs")]
    public void Ten_mebibytes_are_the_limit_of_text(int size, string storage)
    {
        Session.Set("file", Platform.Directory.Combine("in", "a.csv"));
        File.WriteAllText(Platform.Directory.Combine("in", "a.csv"), new string('x', size));
        Assert.Equal(storage, Session.Good("\"$((Send-FhFile $file).StorageType)\"").Single().ToString());
    }

    /// <summary>§3, §2: what the Python client never looks at; and each refusal of a dataset.</summary>
    [Fact]
    public void Refusals_are_errors()
    {
        Session.Good("$d = New-FhDataset d; $e = New-FhTextContent t x -DatasetId $d; $e | Set-FhDataPermission -ShareStatus Public");
        Session.Bad("New-FhDataset d -Id $d.Id", "FhConflict");
        Session.Bad("New-FhDataset ''", "FhInvalidRequest");
        Session.Bad("Get-FhDataset not-an-id", "FhInvalidRequest");
        var gone = "11111111-2222-4333-8444-555555555555";
        Assert.Contains("Dataset not found", Session.Bad($"Get-FhDataset {gone}", "FhNotFound").ToString(), StringComparison.Ordinal);
        Session.Bad($"Remove-FhDataset {gone} -Confirm:$false", "FhNotFound");
        Session.Bad($"Remove-FhDataEntry {gone} -Confirm:$false", "FhNotFound");
        using var bob = new TypedSession();
        bob.Connect(Platform, PlatformFixture.Bob.ApiKey);
        bob.Set("d", Session.Good("$d.Id").Single().BaseObject);
        bob.Set("e", Session.Good("$e.Id").Single().BaseObject);
        bob.Bad("Get-FhDataset $d", "FhForbidden");
        bob.Bad("Remove-FhDataset $d -Confirm:$false", "FhForbidden");
        bob.Bad("Remove-FhDataEntry $e -Confirm:$false", "FhForbidden");
        Session.Good("$e | Get-FhDataEntry");
    }

    /// <summary>§4, §8: no damaged bytes, and nothing left behind.</summary>
    [Fact]
    public async Task Damaged_bytes_are_an_error_and_nothing_is_left()
    {
        Platform.Directory.RandomFile(Path.Combine("in", "a.bin"), 300_000);
        Session.Good("$e = Send-FhFile \"$in/a.bin\"");
        await Platform.InjectAsync(("objects.get", "return-corrupted-data"));
        Session.Bad("$e | Get-FhData -Destination $out", "FhChecksumMismatch");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Platform.Directory.Combine("out")));
        Session.Good("$e | Get-FhData -Destination $out");
        Assert.Equal(File.ReadAllBytes(Platform.Directory.Combine("in", "a.bin")), File.ReadAllBytes(Platform.Directory.Combine("out", "a.bin")));
    }

    /// <summary>§6: every operator, <c>OR</c> and <c>AND</c>.</summary>
    [Theory]
    [InlineData("@{ Field = 'name'; Operator = 'equals'; Value = 'beta two' }", "beta two")]
    [InlineData("@{ Field = 'name'; Operator = 'contains'; Value = 'TA T' }", "beta two")]
    [InlineData("@{ Field = 'content'; Operator = 'fulltext'; Value = 'folding' }", "alpha one")]
    [InlineData("@{ Field = 'name'; Operator = 'starts_with'; Value = 'al' }", "alpha one")]
    [InlineData("@{ Field = 'name'; Operator = 'ends_with'; Value = 'two' }", "beta two")]
    [InlineData("@{ Field = 'metadata.n'; Operator = 'greater_than'; Value = 1 }", "beta two")]
    [InlineData("@{ Field = 'metadata.n'; Operator = 'less_than'; Value = 2 }", "alpha one")]
    [InlineData("@{ Field = 'metadata.n'; Operator = 'between'; Value = 2, 3 }", "beta two")]
    [InlineData("@{ Field = 'tags'; Operator = 'in'; Value = 'x', 'y' }", "alpha one")]
    [InlineData("@{ Field = 'name'; Operator = 'starts_with'; Value = 'al' }, @{ Field = 'name'; Operator = 'ends_with'; Value = 'two' }", "")]
    [InlineData("@{ Field = 'name'; Operator = 'starts_with'; Value = 'al' }, @{ Field = 'name'; Operator = 'ends_with'; Value = 'two' } -MatchAny", "alpha one,beta two")]
    public void Every_operator_finds(string criteria, string names)
    {
        Session.Good("$null = New-FhTextContent 'alpha one' 'protein folding' -Tag x -Metadata @{ n = 1 }; $null = New-FhTextContent 'beta two' 'other' -Tag z -Metadata @{ n = 2 }");
        Assert.Equal(names, string.Join(',', Session.Good($"Find-FhDataEntry -Criterion {criteria}").Select(h => (string)h.Properties["Name"].Value).Order(StringComparer.Ordinal)));
    }

    /// <summary>§6: a search that is not available.</summary>
    [Fact]
    public async Task A_search_that_is_not_available_says_so()
    {
        await Platform.InjectAlwaysAsync(("search.entries", "return-503"));
        Session.Bad("Find-FhDataEntry -Text x", "FhServiceUnavailable");
    }

    /// <summary>§8, hierarchies: a root below the parent and in the dataset given, the rules applied, paths relative, and files with tags, project and metadata.</summary>
    [Fact]
    public void A_hierarchy_goes_where_it_is_told_with_all_that_was_said_of_it()
    {
        foreach (var name in (string[])["a.txt", "sub/b.bin", "sub/x.log"])
        {
            Platform.Directory.RandomFile(Path.Combine("in", name), 10);
        }

        File.WriteAllText(Platform.Directory.Combine("in", "a.txt"), "a");
        File.WriteAllText(Platform.Directory.Combine("in", ".gitignore"), "*.log\n");
        var told = Session.Good("""
            $d = New-FhDataset set; $p = New-FhTextContent above x -DatasetId $d; $rules = @('never'); $m = @{ k = 1 }
            $sent = Send-FhFile $in -ParentId $p -DatasetId $d -Tag t -Metadata $m -ProjectId 8d3c1f58-0d8e-4f5a-9a47-1f3f0f2b6c11 -IgnorePattern $rules | Get-FhDataEntry
            $sent[0].Name; $sent[0].ParentId -eq $p.Id
            ($sent.Name | Sort-Object) -join ','; ($sent.FilePath | Where-Object { $_ } | Sort-Object) -join ','
            @($sent | Where-Object { $_.DatasetId -ne $d.Id -or $_.Tags -ne 't' -or $_.Metadata.k -ne 1 -or "$($_.ProjectId)" -ne '8d3c1f58-0d8e-4f5a-9a47-1f3f0f2b6c11' }).Count
            $rules -join ','; $m.Keys -join ','
            """.Replace("Sort-Object", "& { [string[]]$all = @($input); [Array]::Sort($all, [StringComparer]::Ordinal); $all }", StringComparison.Ordinal)).Select(o => o.ToString());
        Assert.Equal(["in", "True", ".gitignore,a.txt,b.bin,in,sub", ".gitignore,a.txt,sub/b.bin", "0", "never", "k"], told);
    }

    /// <summary>§2: an alias goes into the route as it is.</summary>
    [Fact]
    public async Task An_alias_is_asked_for_as_it_is()
    {
        await using var proxy = await RecordingProxy.StartAsync(Platform.Url);
        Session.Set("proxy", proxy.Url.ToString());
        Session.Good("$null = Connect-Fh -ApiKey $key -ServiceUri $proxy");
        Assert.Contains("Data storage entry not found", Session.Bad("Get-FhDataEntry report-alias", "FhNotFound").ToString(), StringComparison.Ordinal);
        Assert.Equal("/v0.1/data-storage/data-entries/report-alias", proxy.Requests[^1].Path);
    }

    /// <summary>§4: whichever way up the service offers and whatever passes on it, the file is there, once.</summary>
    [Theory]
    [InlineData(UploadModes.Multipart, "parts.put", "return-503")]
    [InlineData(UploadModes.Multipart, "parts.put", "return-expired-token")]
    [InlineData(UploadModes.Multipart, "entries.initiate", "return-503")]
    [InlineData(UploadModes.Multipart, "entries.complete", "lose-answer")]
    [InlineData(UploadModes.Session, "sessions.put", "return-503")]
    [InlineData(UploadModes.Session, "sessions.put", "return-reset-connection")]
    public async Task A_file_goes_up_by_either_way_whatever_passes(UploadModes mode, string operation, string fault)
    {
        await using var platform = await PlatformFixture.StartAsync(o => o with { Uploads = mode });
        Session.Connect(platform);
        Platform.Directory.RandomFile(Path.Combine("in", "a.bin"), 300_000);
        await platform.InjectAsync((operation, fault));
        Session.Good("$d = New-FhDataset d; $e = Send-FhFile \"$in/a.bin\" -DatasetId $d; $null = $e | Get-FhData -Destination $out");
        Assert.Empty(await platform.PendingFaultsAsync());
        Assert.Equal("True", Session.Good("(Get-FhDataset $d).Entries.Id -join ',' -eq $e.Id").Single().ToString());
        Assert.Equal(File.ReadAllBytes(Platform.Directory.Combine("in", "a.bin")), File.ReadAllBytes(Platform.Directory.Combine("out", "a.bin")));
    }

    /// <summary>§6: an administrator searches by owner.</summary>
    [Fact]
    public void An_administrator_finds_the_similar_entries_of_one_user()
    {
        Session.Good("$null = New-FhTextContent hers x -Embedding 1, 0");
        using var root = new TypedSession();
        root.Connect(Platform, PlatformFixture.Root.ApiKey);
        root.Good("$null = New-FhTextContent own x -Embedding 1, 0");
        Assert.Equal("hers", Session.Good("(Find-FhSimilarData 1, 0).Name").Single().ToString());
        Assert.Equal("hers", root.Good($"(Find-FhSimilarData 1, 0 -UserId {PlatformFixture.Ann.Id}).Name").Single().ToString());
    }

    /// <summary>§1: the fields of a 422.</summary>
    [Fact]
    public async Task A_422_is_told_field_by_field()
    {
        using var http = await Platform.LogInAsync();
        using var refused = await http.PostAsJsonAsync("/v0.1/data-storage/data-entries", new { name = 1, is_collection = "no" }, TestContext.Current.CancellationToken);
        var fields = (await refused.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken)).GetProperty("detail").EnumerateArray().Select(d => d.GetProperty("loc")[1].GetString()!).ToList();
        Assert.NotEmpty(fields);
        var error = Session.Bad("Invoke-FhRestMethod /v0.1/data-storage/data-entries -Method Post -Body @{ name = 1; is_collection = 'no' }", "FhInvalidRequest").ToString();
        Assert.All(fields, field => Assert.Contains(field, error, StringComparison.Ordinal));
    }
}
