BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1

    # A platform with a bucket and a table, as an administrator starts it: its first line says where it is.
    $bucket = New-Item -ItemType Directory (Join-Path $TestDrive 'bucket/run/deep')
    Set-Content (Join-Path $TestDrive 'bucket/run/a.txt') 'first' -NoNewline
    Set-Content (Join-Path $bucket 'b.txt') 'second' -NoNewline
    Set-Content (Join-Path $TestDrive 'rows.jsonl') '{"id":"r1","steps":[1,2]}'
    Start-TestPlatform -Bucket @{ lab = Join-Path $TestDrive 'bucket' } -Table @{ trajectories = Join-Path $TestDrive 'rows.jsonl' }
    Connect-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'Data that lies elsewhere' {
    It 'registers a list of sources of mixed kinds from a CSV file' {
        @'
Name,Uri,Bucket,Object,TableName,RowId,BigQueryProject,BigQueryDataset,BigQueryTable,IndexName,AsCollection,Description
files,gs://lab/run/,,,,,,,,,,all of it
object,,lab,run/a.txt,,,,,,,False,
row,,,,trajectories,r1,,,,,,
query,,,,,,p,d,t,,,
index,,,,,,,,,papers,,
broken,,lab,,trajectories,r1,,,,,,
'@ | Set-Content (Join-Path $TestDrive 'sources.csv')
        $made = Import-Csv (Join-Path $TestDrive 'sources.csv') | Register-FhDataSource -ErrorVariable failures -ErrorAction SilentlyContinue
        $made.Name | Should -Be 'files', 'object', 'row', 'query', 'index'
        $made.StorageType | Should -Be 'Gcs', 'Gcs', 'PgTable', 'BigQuery', 'ElasticSearch'
        $failures | Should -HaveCount 1
        $failures[0].TargetObject | Should -Be 'broken'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'FhInvalidRequest,*'
    }

    It 'fetches all files of a prefix into a folder that keeps their tree, and leaves them where they are' {
        $entry = Register-FhDataSource -Name 'tree' -Uri gs://lab/run/
        $files = $entry | Get-FhData -Destination (Join-Path $TestDrive 'fetched')
        $files | Should -HaveCount 2
        Get-Content (Join-Path $TestDrive 'fetched/tree/deep/b.txt') -Raw | Should -Be 'second'
        $entry | Remove-FhDataEntry -Force
        Join-Path $TestDrive 'bucket/run/a.txt' | Should -Exist
    }

    It 'gives a row as JSON' {
        (Register-FhDataSource -Name 'r' -TableName trajectories -RowId r1 | Get-FhData | ConvertFrom-Json).steps | Should -Be 1, 2
    }

    It 'gives a link with its key on request, and shows it nowhere' {
        $secret = ConvertTo-SecureString 'k-secret' -AsPlainText -Force
        $link = New-FhLink -Name 'api' -Uri https://example.org/api -Instructions 'call it' -ApiKey $secret | Get-FhData
        $link.Url | Should -Be 'https://example.org/api'
        $link.GetApiKey() | ConvertFrom-SecureString -AsPlainText | Should -Be 'k-secret'
        ($link | Out-String) + ($link | Format-List * | Out-String) + ($link | ConvertTo-Json -Depth 9) | Should -Not -Match 'k-secret'
        $link | Out-String | Should -Match 'HasApiKey\s*: True'
    }

    It 'asks nothing: what is missing is an error that names the parameter' {
        { Register-FhDataSource -Name 'x' -TableName trajectories -ErrorAction Stop } | Should -Throw '*-RowId*'
        { Register-FhDataSource -Name 'x' -Uri 'gs://lab/*' -ErrorAction Stop } | Should -Throw '*wildcards*'
    }

    It 'completes kinds of store and of data' {
        (TabExpansion2 'Register-FhDataSource x -StorageType ' 37).CompletionMatches.ListItemText | Should -Contain 'PgTable'
    }
}
