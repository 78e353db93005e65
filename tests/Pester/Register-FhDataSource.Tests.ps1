BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1

    # A platform that registers no buckets, and one with a bucket and a table, as an administrator starts it.
    Start-TestPlatform
    $plain = Connect-TestPlatform -PassThru
    $bucket = Join-Path $TestDrive 'bucket'
    $null = New-Item -ItemType Directory (Join-Path $bucket 'run/deep')
    foreach ($name in 'run/a.txt', 'run/deep/b.txt', 'run [1].txt', 'other.txt') { [IO.File]::WriteAllText((Join-Path $bucket $name), $name) }
    [IO.File]::WriteAllText((Join-Path $TestDrive 'rows.jsonl'), '{"id":"r1","steps":[1,2]}')
    Start-TestPlatform -Bucket @{ lab = $bucket } -Table @{ trajectories = Join-Path $TestDrive 'rows.jsonl' }
    Connect-TestPlatform
    function New-Out { (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName }
}

AfterAll { Stop-TestPlatform }

Describe 'Files of a bucket' {
    It 'come as a folder that keeps their tree, and stay where they are: <Source>' -ForEach @(
        @{ Source = '-Uri gs://lab/run/'; Paths = 'a.txt', 'deep/b.txt' }
        @{ Source = '-Bucket lab -Prefix run/'; Paths = 'a.txt', 'deep/b.txt' }
        @{ Source = '-Bucket lab -Prefix run'; Paths = 'run [1].txt', 'run/a.txt', 'run/deep/b.txt' }
        @{ Source = '-Uri gs://lab'; Paths = 'other.txt', 'run [1].txt', 'run/a.txt', 'run/deep/b.txt' }
        @{ Source = '-Bucket lab'; Paths = 'other.txt', 'run [1].txt', 'run/a.txt', 'run/deep/b.txt' }
        @{ Source = "-StorageType gcs -ContentType directory -SourceMetadata @{ bucket_name = 'lab'; prefix = 'run/' } -AsCollection"; Paths = 'a.txt', 'deep/b.txt' }
    ) {
        $entry = & ([scriptblock]::Create("Register-FhDataSource -Name 'my run' $Source -Tag x"))
        $entry.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $entry.StorageType, $entry.Status, $entry.Tags | Should -Be 'Gcs', 'Active', 'x'
        $out = New-Out
        $files = $entry | Get-FhData -Destination $out
        $files | ForEach-Object { [IO.Path]::GetRelativePath((Join-Path $out 'my run'), $_.FullName).Replace('\', '/') } | Sort-Object | Should -Be ($Paths | Sort-Object)
        $files.EntryId | Sort-Object -Unique | Should -Be $entry.Id
        $null = Assert-TestError { $entry | Get-FhData -Destination $out } FhDestinationExists $entry.Id
        $entry | Remove-FhDataEntry -Force
        Join-Path $bucket 'run/a.txt' | Should -Exist
    }

    It 'come as a file where it is one: <Source>' -ForEach @(
        @{ Source = '-Uri gs://lab/run/a.txt'; Name = 'a.txt'; Text = 'run/a.txt' }
        @{ Source = "-Bucket lab -Object 'run [1].txt'"; Name = 'run [1].txt'; Text = 'run [1].txt' }
        @{ Source = "-StorageType Gcs -ContentType File -SourceMetadata @{ bucket_name = 'lab' } -Location other.txt"; Name = 'other.txt'; Text = 'other.txt' }
        @{ Source = '-Bucket lab -Prefix ot'; Name = 'other.txt'; Text = 'other.txt' }
    ) {
        $file = & ([scriptblock]::Create("Register-FhDataSource one $Source")) | Get-FhData -Destination (New-Out)
        $file | Should -BeOfType [IO.FileInfo]
        $file.Name | Should -Be $Name
        [IO.File]::ReadAllText($file.FullName) | Should -Be $Text
    }

    It 'that are gone are an error each, and the rest comes' {
        $entry = Register-FhDataSource run -Uri gs://lab/run/
        [IO.File]::Delete((Join-Path $bucket 'run/a.txt'))
        $files = $entry | Get-FhData -Destination (New-Out) -ErrorVariable failures -ErrorAction SilentlyContinue
        [IO.File]::WriteAllText((Join-Path $bucket 'run/a.txt'), 'run/a.txt')
        $files.Name | Should -Be 'b.txt'
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'FhDownloadFailed,*'
        "$($failures[0])" | Should -Match 'run/a.txt'
    }

    It 'are what a service may not register, which is quoted with what to do instead' {
        $failed = Assert-TestError { Register-FhDataSource run -Uri gs://lab/run/ -Connection $plain } FhInvalidRequest run '*Registering existing GCS locations is not supported*'
        $failed.ErrorDetails.RecommendedAction | Should -Match 'Send-FhFile'
    }
}

Describe 'Other sources' {
    It 'are a row, which comes as its JSON' {
        $text = Register-FhDataSource row -TableName trajectories -RowId r1 | Get-FhData
        $text | Should -BeExactly '{"id":"r1","steps":[1,2]}'
        $text.EntryName | Should -Be 'row'
    }

    It 'are of BigQuery and Elasticsearch, which come as what connects to them' {
        $table = Register-FhDataSource q -BigQueryProject p -BigQueryDataset d -BigQueryTable t | Get-FhData
        $table.PSObject.TypeNames | Should -Contain 'FutureHouse.ExternalSource'
        $table.Bq, $table.ConnectionString, $table.Project, $table.Dataset, $table.Table | Should -Be 'p:d.t', 'bigquery://p/d', 'p', 'd', 't'
        (Register-FhDataSource i -IndexName papers | Get-FhData).Index | Should -Be 'papers'
        (Register-FhDataSource q -StorageType bigquery -ContentType bq_dataset -SourceMetadata '{"project_id":"p","dataset_id":"d","table_id":"t"}' | Get-FhData).Bq | Should -Be 'p:d'
        (Register-FhDataSource i -StorageType elastic_search -ContentType index_w_embeddings -SourceMetadata @{ index_name = 'x' }).ContentType | Should -Be 'IndexWithEmbeddings'
    }
}

Describe 'A list of sources' {
    It 'of mixed kinds is registered row by row from a CSV file' {
        @'
Name,Uri,Bucket,Prefix,Object,TableName,RowId,BigQueryProject,BigQueryDataset,BigQueryTable,IndexName,StorageType,ContentType,SourceMetadata,Location,AsCollection,Description,DatasetId,Tag
files,gs://lab/run/,,,,,,,,,,,,,,,all of it,,x
object,,lab,,other.txt,,,,,,,,,,,False,,,
row,,,,,trajectories,r1,,,,,,,,,,,,
query,,,,,,,p,d,t,,,,,,,,,
index,,,,,,,,,,papers,,,,,,,,
general,,,,,,,,,,,gcs,directory,"{""bucket_name"":""lab"",""prefix"":""run/""}",,true,,,
bad,,lab,,,trajectories,r1,,,,,,,,,,,,
worse,,,,,,r1,,,,,,,,,,,,
nothing,,,,,,,,,,,,,,,,,,
'@ | Set-Content (Join-Path $TestDrive 'sources.csv')
        $made = Import-Csv (Join-Path $TestDrive 'sources.csv') | Register-FhDataSource -ErrorVariable failures -ErrorAction SilentlyContinue
        $made.Name | Should -Be 'files', 'object', 'row', 'query', 'index', 'general'
        $made.StorageType | Should -Be 'Gcs', 'Gcs', 'PgTable', 'BigQuery', 'ElasticSearch', 'Gcs'
        $made[0].Description, $made[1].Tags | Should -Be 'all of it', $null
        $failures.TargetObject | Should -Be 'bad', 'worse', 'nothing'
        $failures | ForEach-Object { $_.FullyQualifiedErrorId } | Should -BeLike 'FhInvalidRequest,*'
        "$($failures[0])" | Should -BeLike '*-Bucket, -TableName exclude each other*'
        "$($failures[1])" | Should -BeLike '*-TableName*'
    }

    It 'may add to what is typed' {
        ([pscustomobject]@{ Name = 'row'; RowId = 'r1'; Uri = ''; AsCollection = '' } | Register-FhDataSource -TableName trajectories).Name | Should -Be 'row'
        ([pscustomobject]@{ Name = 'f'; Object = 'other.txt' } | Register-FhDataSource -Bucket lab).Name | Should -Be 'f'
    }
}

Describe 'Register-FhDataSource' {
    It 'says by the parameter what cannot be: <Source>' -ForEach @(
        @{ Source = '-Uri gs://lab/*.txt'; Says = '-Uri takes no wildcards' }
        @{ Source = "-Uri 'gs://lab/[ab]/'"; Says = '-Uri takes no wildcards' }
        @{ Source = '-Uri https://example.org/x'; Says = 'New-FhLink' }
        @{ Source = '-Uri gs://'; Says = '-Uri takes gs://bucket/' }
        @{ Source = '-Uri gs:///x'; Says = '-Uri takes gs://bucket/' }
        @{ Source = '-Uri gs://lab/run -AsCollection'; Says = "end -Uri with '/'" }
        @{ Source = '-Bucket lab -Prefix run/ -Object run/a.txt'; Says = '-Prefix and -Object exclude each other' }
        @{ Source = '-Bucket lab -Object run/'; Says = '-Object names one file' }
        @{ Source = '-Bucket lab -Object other.txt -AsCollection'; Says = '-Object names one' }
        @{ Source = '-Prefix run/'; Says = 'lacks -Bucket' }
        @{ Source = '-TableName trajectories'; Says = 'lacks -RowId' }
        @{ Source = '-RowId r1'; Says = 'lacks -TableName' }
        @{ Source = '-BigQueryProject p -BigQueryTable t'; Says = 'lacks -BigQueryDataset' }
        @{ Source = '-StorageType s3 -ContentType file'; Says = '-StorageType takes one of' }
        @{ Source = '-StorageType 2 -ContentType file'; Says = '-StorageType takes one of' }
        @{ Source = '-StorageType gcs -ContentType x'; Says = '-ContentType takes one of' }
        @{ Source = '-StorageType gcs'; Says = 'lacks -ContentType' }
        @{ Source = "-StorageType pg_table -ContentType text -SourceMetadata @{ table_name = 't' }"; Says = '-SourceMetadata lacks row_id' }
        @{ Source = "-StorageType gcs -ContentType file -SourceMetadata @{ bucket_name = 'lab'; prefix = 'p' } -Location x"; Says = '-Location exclude each other' }
        @{ Source = "-StorageType gcs -ContentType file -SourceMetadata @{ bucket_name = 'lab' }"; Says = 'lacks -Location' }
        @{ Source = '-StorageType link -ContentType text'; Says = 'lacks -Location' }
        @{ Source = '-Bucket other'; Says = "'other' is not mapped" }
        @{ Source = '-Uri gs://lab/missing/'; Says = "matches the prefix 'missing/'" }
        @{ Source = '-Uri gs://lab/../rows.jsonl'; Says = 'There is no file' }
        @{ Source = '-TableName users -RowId r1'; Says = 'is not allowed' }
        @{ Source = '-TableName trajectories -RowId r2'; Says = 'has no row' }
    ) {
        $failed = Assert-TestError ([scriptblock]::Create("Register-FhDataSource bad $Source")) FhInvalidRequest bad
        "$failed".Contains($Says) | Should -BeTrue -Because "'$Says' is not in: $failed"
    }

    It 'completes kinds of store and of data' {
        (TabExpansion2 'Register-FhDataSource x -StorageType ' 37).CompletionMatches.ListItemText | Should -Contain 'PgTable'
    }

    It 'says with -WhatIf what it would register, and sends nothing' {
        Clear-TestRequest
        Get-TestHost { Register-FhDataSource a -Uri gs://lab/run/ -WhatIf } | Should -Match ([regex]::Escape('gs://lab/run/*'))
        Get-TestHost { Register-FhDataSource b -TableName trajectories -RowId r1 -WhatIf } | Should -Match 'row r1 of the table trajectories'
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
