# Every example of the help, as it stands there, on files and entries that are many enough to show a mistake.
BeforeDiscovery {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $examples = foreach ($command in Get-Command -Module FutureHouse -CommandType Cmdlet) {
        foreach ($example in (Get-Help $command.Name -Full).examples.example) {
            @{ Command = $command.Name; Title = $example.title.Trim('- '.ToCharArray()); Code = $example.code }
        }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $bucket = New-Item -ItemType Directory (Join-Path $TestDrive 'bucket/run-7')
    foreach ($i in 1..30) { [IO.File]::WriteAllText("$bucket/r$i.txt", "r$i") }
    [IO.File]::WriteAllText("$TestDrive/rows.jsonl", '{"id":"39510f66-c2ee-41c7-94de-64eb142c3f2a","steps":[1,2]}')
    $platform = Start-TestPlatform -Bucket @{ 'lab-results' = (Split-Path $bucket) } -Table @{ trajectories = "$TestDrive/rows.jsonl" } -PassThru

    $place = (New-Item -ItemType Directory (Join-Path $TestDrive 'place')).FullName
    foreach ($folder in 'data', 'experiment', 'experiment/raw', 'experiment/raw/deep') { $null = New-Item -ItemType Directory "$place/$folder" }
    foreach ($i in 1..150) {
        [IO.File]::WriteAllText("$place/data/plate-$i.csv", "well,od`nA$i,0.$i`n")
        [IO.File]::WriteAllText("$place/experiment/raw/deep/t$i.txt", "text $i")
        [IO.File]::WriteAllBytes("$place/experiment/raw/b$i.bin", [byte[]]::new($i))
    }
    [IO.File]::WriteAllText("$place/experiment/left-out.tmp", 'x')
    [IO.File]::WriteAllBytes("$place/report.pdf", [byte[]](1..200))
    [IO.File]::WriteAllText("$place/plan.md", '# Plan')
    [IO.File]::WriteAllText("$place/sources.csv", "Name,Uri,BigQueryProject,BigQueryDataset,BigQueryTable`nruns,gs://lab-results/run-7/,,,`nreads,,lab,runs,reads`n")

    # What the examples take as given, made anew for each.
    function New-Given {
        $given = @{ dataset = New-FhDataset 'given'; vector = [float[]](1, 0, 0); run = 'run-7'; runs = 'run-7', 'run-8' }
        $given.entry = New-FhTextContent 'note' 'A2 lags A1 by five minutes: protein folding.' -DatasetId $given.dataset -Tag raw, checked, published -Embedding $given.vector -Metadata @{ plate = 7 }
        foreach ($i in 1..40) { $null = New-FhTextContent "plate-$i" "plate $i" -DatasetId $given.dataset -Tag raw, checked -Embedding (1, $i, 0) }
        $given.note = $given.entry
        $given.id = $given.entry.Id
        $given.draft = (Update-FhData $given.entry -Content 'A draft.' -Draft).RevisionId
        $given.table = Register-FhDataSource reads -BigQueryProject lab -BigQueryDataset runs -BigQueryTable reads
        [IO.File]::WriteAllText("$place/tags.csv", "Id,Tag`n$($given.id),one`n$($given.table.Id),two`n")
        $given
    }
}

AfterAll { Stop-TestPlatform }

Describe 'The examples of the help' {
    BeforeEach {
        Connect-TestPlatform
        $given = New-Given
        Push-Location -LiteralPath $place
        $data, $key, $service = $env:XDG_DATA_HOME, $env:EDISON_PLATFORM_API_KEY, $env:FUTUREHOUSE_SERVICE_URI
        $env:XDG_DATA_HOME = Join-Path $TestDrive 'home'
        $env:FUTUREHOUSE_SERVICE_URI = $platform.Url # never the real service
    }

    AfterEach {
        $env:XDG_DATA_HOME, $env:EDISON_PLATFORM_API_KEY, $env:FUTUREHOUSE_SERVICE_URI = $data, $key, $service
        Pop-Location
        foreach ($folder in 'plates', 'fetched', 'back', 'all', 'history', 'artifacts', 'in') { if (Test-Path "$place/$folder") { Remove-Item "$place/$folder" -Recurse -Force } }
    }

    It 'run without an error: <Command>, <Title>' -ForEach $examples {
        foreach ($name in $given.Keys) { Set-Variable $name $given[$name] }
        $ConfirmPreference = 'None'
        function Read-Host { ConvertTo-SecureString 'key-of-ann-0123456789' -AsPlainText }
        $null = . ([scriptblock]::Create($Code)) 6>$null
    }

    It 'send and fetch all of a directory' {
        $dataset = $given.dataset
        $code = ($examples = (Get-Help Get-FhData -Full).examples.example | Where-Object { $_.code -match '-Recurse -Destination ./back' }).code
        $null = . ([scriptblock]::Create($code))
        @(Get-ChildItem "$place/back/experiment" -Recurse -File).Count | Should -Be @(Get-ChildItem "$place/experiment" -Recurse -File).Count
        $before = @((Get-FhDataset $dataset).Entries).Count
        $code = ((Get-Help Send-FhFile -Full).examples.example | Where-Object { $_.code -match './data -File' -and $_.code -match '-Tag example' }).code
        $null = . ([scriptblock]::Create($code))
        @((Get-FhDataset $dataset).Entries).Count | Should -Be ($before + 150)
    }
}
