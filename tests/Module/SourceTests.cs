using System.Management.Automation;
using FutureHouse.LocalPlatform.Sources;
using FutureHouse.Tests.Support;
using Xunit;

namespace FutureHouse.Tests.Module;

/// <summary>Data that lies elsewhere, as typed, against the real local platform.</summary>
public sealed class SourceTests : IAsyncLifetime
{
    private readonly TempDirectory _folder = new();
    private readonly TypedSession _session = new();
    private PlatformFixture _platform = null!;

    public async ValueTask InitializeAsync()
    {
        foreach (var name in (string[])["run/a.txt", "run/deep/b.txt", "run [1].txt", "other.txt"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.Combine("bucket", name))!);
            await File.WriteAllTextAsync(_folder.Combine("bucket", name), name);
        }

        await File.WriteAllTextAsync(_folder.Combine("rows.jsonl"), """{"id":"r1","steps":[1,2]}""");
        _platform = await PlatformFixture.StartAsync(o => o with
        {
            Sources = new SourceOptions
            {
                Buckets = new Dictionary<string, string> { ["lab"] = _folder.Combine("bucket") },
                Tables = [new SourceTable("trajectories", _folder.Combine("rows.jsonl"))],
            },
        });
        _session.Connect(_platform);
        _session.Set("out", _folder.Combine("out"));
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _platform.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("-Uri gs://lab/run/", "a.txt deep/b.txt")]
    [InlineData("-Bucket lab -Prefix run/", "a.txt deep/b.txt")]
    [InlineData("-Bucket lab -Prefix run", "run [1].txt run/a.txt run/deep/b.txt")]
    [InlineData("-Uri gs://lab", "other.txt run [1].txt run/a.txt run/deep/b.txt")]
    [InlineData("-Bucket lab", "other.txt run [1].txt run/a.txt run/deep/b.txt")]
    [InlineData("-StorageType gcs -ContentType directory -SourceMetadata @{ bucket_name = 'lab'; prefix = 'run/' } -AsCollection", "a.txt deep/b.txt")]
    public void Files_of_a_bucket_come_as_a_folder_that_keeps_their_tree(string source, string expected)
    {
        var entry = _session.Run($"$e = Register-FhDataSource -Name 'my run' {source} -Tag x; $e").Single();
        Assert.Equal("Gcs Active", $"{entry.Properties["StorageType"].Value} {entry.Properties["Status"].Value}");
        var files = _session.Run("$e | Get-FhData -Destination $out").Ok().Output;
        var paths = files.Select(f => Path.GetRelativePath(_folder.Combine("out", "my run"), ((FileInfo)f.BaseObject).FullName).Replace('\\', '/')).Order(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(' ', paths));
        Assert.All(files, f => Assert.Equal(entry.Properties["Id"].Value, f.Properties["EntryId"].Value));
        _session.Bad("$e | Get-FhData -Destination $out", "FhDestinationExists");
        _session.Run("$e | Remove-FhDataEntry -Force").Ok();
        Assert.True(File.Exists(_folder.Combine("bucket", "run", "a.txt")));
    }

    [Theory]
    [InlineData("-Uri gs://lab/run/a.txt", "a.txt")]
    [InlineData("-Bucket lab -Object 'run [1].txt'", "run [1].txt")]
    [InlineData("-StorageType Gcs -ContentType File -SourceMetadata @{ bucket_name = 'lab' } -Location other.txt", "other.txt")]
    [InlineData("-Bucket lab -Prefix ot", "other.txt")]
    public void A_single_object_comes_as_a_file(string source, string expected)
    {
        var file = Assert.IsType<FileInfo>(_session.Run($"Register-FhDataSource one {source} | Get-FhData -Destination $out").Single().BaseObject);
        Assert.Equal(expected, file.Name);
        Assert.EndsWith(expected, File.ReadAllText(file.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_comes_as_its_json_text()
    {
        var text = _session.Run("Register-FhDataSource row -TableName trajectories -RowId r1 | Get-FhData").Single();
        Assert.Equal("""{"id":"r1","steps":[1,2]}""", text.BaseObject);
        Assert.Equal("row", text.Properties["EntryName"].Value);
    }

    [Fact]
    public void BigQuery_and_Elasticsearch_come_as_what_connects_to_them()
    {
        var table = Assert.IsAssignableFrom<object>(_session.Run("Register-FhDataSource q -BigQueryProject p -BigQueryDataset d -BigQueryTable t | Get-FhData").Single().BaseObject);
        Assert.Equal("FutureHouse.ExternalSource", table.GetType().FullName);
        Assert.Equal("p:d.t bigquery://p/d p d t", _session.Run("$t = Register-FhDataSource q -BigQueryProject p -BigQueryDataset d -BigQueryTable t | Get-FhData; \"$($t.Bq) $($t.ConnectionString) $($t.Project) $($t.Dataset) $($t.Table)\"").Single().BaseObject);
        Assert.Equal("papers", _session.Run("(Register-FhDataSource i -IndexName papers | Get-FhData).Index").Single().BaseObject);
        Assert.Equal("p:d", _session.Run("(Register-FhDataSource q -StorageType bigquery -ContentType bq_dataset -SourceMetadata '{\"project_id\":\"p\",\"dataset_id\":\"d\",\"table_id\":\"t\"}' | Get-FhData).Bq").Single().BaseObject);
        Assert.Equal("IndexWithEmbeddings", _session.Run("(Register-FhDataSource i -StorageType elastic_search -ContentType index_w_embeddings -SourceMetadata @{ index_name = 'x' }).ContentType.ToString()").Single().BaseObject);
    }

    [Fact]
    public void A_list_of_mixed_kinds_is_registered_row_by_row()
    {
        // As Import-Csv gives them: each row has every column, and what concerns it not is empty.
        string[] columns =
            ["Name", "Uri", "Bucket", "Prefix", "Object", "TableName", "RowId", "BigQueryProject", "BigQueryDataset", "BigQueryTable", "IndexName", "StorageType", "ContentType", "SourceMetadata", "Location", "AsCollection", "Description", "DatasetId", "Tag"];
        PSObject Row(params (string Column, string Value)[] cells)
        {
            var row = new PSObject();
            foreach (var column in columns)
            {
                row.Properties.Add(new PSNoteProperty(column, cells.FirstOrDefault(c => c.Column == column).Value ?? string.Empty));
            }

            return row;
        }

        _session.Set("rows", new[]
        {
            Row(("Name", "files"), ("Uri", "gs://lab/run/"), ("Description", "all of it"), ("Tag", "x")),
            Row(("Name", "object"), ("Bucket", "lab"), ("Object", "other.txt"), ("AsCollection", "False")),
            Row(("Name", "row"), ("TableName", "trajectories"), ("RowId", "r1")),
            Row(("Name", "query"), ("BigQueryProject", "p"), ("BigQueryDataset", "d"), ("BigQueryTable", "t")),
            Row(("Name", "index"), ("IndexName", "papers")),
            Row(("Name", "general"), ("StorageType", "gcs"), ("ContentType", "directory"), ("SourceMetadata", """{"bucket_name":"lab","prefix":"run/"}"""), ("AsCollection", "true")),
            Row(("Name", "bad"), ("Bucket", "lab"), ("TableName", "trajectories"), ("RowId", "r1")),
            Row(("Name", "worse"), ("RowId", "r1")),
            Row(("Name", "nothing")),
        });
        var result = _session.Run("$rows | Register-FhDataSource");
        Assert.Null(result.Terminating);
        Assert.Equal(["files", "object", "row", "query", "index", "general"], result.Output.Select(o => (string)o.Properties["Name"].Value));
        Assert.Equal(["bad", "worse", "nothing"], result.Errors.Select(e => (string)e.TargetObject));
        Assert.Contains("-Bucket, -TableName exclude each other", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("-TableName", result.Errors[1].ToString(), StringComparison.Ordinal);
        Assert.Null(result.Output[1].Properties["Tags"].Value);
        Assert.Equal("all of it", result.Output[0].Properties["Description"].Value);
    }

    [Fact]
    public void Rows_may_add_to_what_is_typed()
    {
        Assert.Equal(["row"], _session.Run("[pscustomobject]@{ Name = 'row'; RowId = 'r1'; Uri = ''; AsCollection = '' } | Register-FhDataSource -TableName trajectories").Ok().Output.Select(o => (string)o.Properties["Name"].Value));
        Assert.Equal(["f"], _session.Run("[pscustomobject]@{ Name = 'f'; Object = 'other.txt' } | Register-FhDataSource -Bucket lab").Ok().Output.Select(o => (string)o.Properties["Name"].Value));
    }

    [Theory]
    [InlineData("-Uri gs://lab/*.txt", "-Uri takes no wildcards")]
    [InlineData("-Uri 'gs://lab/[ab]/'", "-Uri takes no wildcards")]
    [InlineData("-Uri https://example.org/x", "New-FhLink")]
    [InlineData("-Uri gs://", "-Uri takes gs://bucket/")]
    [InlineData("-Uri gs:///x", "-Uri takes gs://bucket/")]
    [InlineData("-Uri gs://lab/run -AsCollection", "end -Uri with '/'")]
    [InlineData("-Bucket lab -Prefix run/ -Object run/a.txt", "-Prefix and -Object exclude each other")]
    [InlineData("-Bucket lab -Object run/", "-Object names one file")]
    [InlineData("-Bucket lab -Object other.txt -AsCollection", "-Object names one")]
    [InlineData("-Prefix run/", "lacks -Bucket")]
    [InlineData("-TableName trajectories", "lacks -RowId")]
    [InlineData("-RowId r1", "lacks -TableName")]
    [InlineData("-BigQueryProject p -BigQueryTable t", "lacks -BigQueryDataset")]
    [InlineData("-StorageType s3 -ContentType file", "-StorageType takes one of")]
    [InlineData("-StorageType 2 -ContentType file", "-StorageType takes one of")]
    [InlineData("-StorageType gcs -ContentType x", "-ContentType takes one of")]
    [InlineData("-StorageType gcs", "lacks -ContentType")]
    [InlineData("-StorageType pg_table -ContentType text -SourceMetadata @{ table_name = 't' }", "-SourceMetadata lacks row_id")]
    [InlineData("-StorageType gcs -ContentType file -SourceMetadata @{ bucket_name = 'lab'; prefix = 'p' } -Location x", "-Location exclude each other")]
    [InlineData("-StorageType gcs -ContentType file -SourceMetadata @{ bucket_name = 'lab' }", "lacks -Location")]
    [InlineData("-StorageType link -ContentType text", "lacks -Location")]
    [InlineData("-Bucket other", "'other' is not mapped")]
    [InlineData("-Uri gs://lab/missing/", "matches the prefix 'missing/'")]
    [InlineData("-Uri gs://lab/../rows.jsonl", "There is no file")]
    [InlineData("-TableName users -RowId r1", "is not allowed")]
    [InlineData("-TableName trajectories -RowId r2", "has no row")]
    public void What_cannot_be_is_said_by_the_parameter(string source, string expected)
    {
        var error = _session.Bad($"Register-FhDataSource bad {source}", "FhInvalidRequest");
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Equal("bad", error.TargetObject);
    }

    [Fact]
    public async Task A_service_that_registers_no_buckets_is_quoted_with_what_to_do_instead()
    {
        await using var platform = await PlatformFixture.StartAsync();
        using var session = new TypedSession();
        session.Connect(platform);
        var error = session.Bad("Register-FhDataSource run -Uri gs://lab/run/", "FhInvalidRequest");
        Assert.Contains("Registering existing GCS locations is not supported", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Send-FhFile", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIf_says_what_would_be_and_sends_nothing()
    {
        var before = await _platform.OperationsAsync();
        var said = string.Join('\n', _session.Run("Register-FhDataSource a -Uri gs://lab/run/ -WhatIf; Register-FhDataSource b -TableName trajectories -RowId r1 -WhatIf; New-FhLink c https://example.org -WhatIf").Ok().Host);
        Assert.Contains("gs://lab/run/*", said, StringComparison.Ordinal);
        Assert.Contains("row r1 of the table trajectories", said, StringComparison.Ordinal);
        Assert.Contains("https://example.org", said, StringComparison.Ordinal);
        Assert.Equal(before, await _platform.OperationsAsync());
    }

    [Fact]
    public void A_link_comes_with_its_instructions_and_its_key_on_request_alone()
    {
        var result = _session.Run("$VerbosePreference = 'Continue'; $l = New-FhLink api https://example.org/api -Description d -Instructions 'call it' -ApiKey 'k-secret' -Tag x -Metadata @{ plate = 3 }; $s = $l | Get-FhData; $s; $l; $s | Format-List * | Out-String; $s | Out-String; $l.Locations | Format-List * | Out-String");
        var shown = string.Join('\n', result.Output.Select(o => o.ToString()).Concat(result.Verbose).Concat(result.Output.SelectMany(o => o.Properties.Select(p => $"{p.Name}={p.Value}"))));
        Assert.DoesNotContain("k-secret", shown, StringComparison.Ordinal);
        Assert.Equal("https://example.org/api|call it|True|3", _session.Run("\"$($s.Url)|$($s.Instructions)|$($s.HasApiKey)|$($s.Metadata['plate'])\"").Single().BaseObject);
        Assert.Equal("k-secret", _session.Run("[System.Net.NetworkCredential]::new('', $s.GetApiKey()).Password").Single().BaseObject);
        Assert.Equal(2, _session.Run("[pscustomobject]@{ Name = 'a'; Uri = 'https://example.org/1'; Instructions = '' }, [pscustomobject]@{ Name = 'b'; Uri = 'https://example.org/2' } | New-FhLink").Ok().Output.Count);
    }

    [Theory]
    [InlineData("New-FhLink l example.org", "absolute address")]
    [InlineData("New-FhLink l /etc/passwd", "Send-FhFile")]
    [InlineData("New-FhLink l https://me:pw-secret@example.org", "-ApiKey")]
    [InlineData("New-FhLink '' https://example.org", "-Name is bound to nothing")]
    public void A_link_that_nobody_could_use_is_refused(string script, string expected)
    {
        var error = _session.Bad(script, "FhInvalidRequest");
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("pw-secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_gone_are_an_error_each_and_the_rest_comes()
    {
        _session.Run("$e = Register-FhDataSource run -Uri gs://lab/run/").Ok();
        File.Delete(_folder.Combine("bucket", "run", "a.txt"));
        var result = _session.Run("$e | Get-FhData -Destination $out");
        Assert.Equal(["FhDownloadFailed"], result.ErrorIds);
        Assert.Contains("run/a.txt", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal("b.txt", ((FileInfo)Assert.Single(result.Output).BaseObject).Name);
    }
}
