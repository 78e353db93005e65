<# Directories, as collections and as hierarchies: what becomes of them, by which rules, and what is wrong with them. #>

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform

    function Set-File($Path, $Text) {
        $null = [IO.Directory]::CreateDirectory((Split-Path $Path))
        [IO.File]::WriteAllText($Path, $Text)
    }
    function Get-Names($Folder) {
        Get-ChildItem -LiteralPath $Folder -Recurse -Force | ForEach-Object { [IO.Path]::GetRelativePath($Folder, $_.FullName).Replace('\', '/') } | Sort-Object -CaseSensitive
    }
    function New-Tree {
        $tree = Join-Path $TestDrive ([guid]::NewGuid()) 'experiment'
        Set-File "$tree/readme.md" "# Experiment`n"
        Set-File "$tree/data/a.csv" "x,y`r`n1,2`r`n"
        Set-File "$tree/data/deep/raw.bin" ("`0" * 5000)
        Set-File "$tree/data/deep/note [1] 🧬.txt" 'note'
        Set-File "$tree/debug.log" 'noise'
        Set-File "$tree/.hidden" 'kept'
        Set-File "$tree/.gitignore" "*.log`nbuild/`n"
        Set-File "$tree/build/out.txt" 'not sent'
        $null = New-Item -ItemType Directory "$tree/empty"
        $tree
    }
    $expected = '.gitignore', '.hidden', 'data', 'data/a.csv', 'data/deep', 'data/deep/note [1] 🧬.txt', 'data/deep/raw.bin', 'empty', 'readme.md' | Sort-Object -CaseSensitive
    $tree = New-Tree

    # Empty, as Pester follows links where it cleans up.
    $outside = [IO.Directory]::CreateTempSubdirectory('fh-pester-').FullName
}

AfterAll {
    Stop-TestPlatform
    [IO.Directory]::Delete($outside)
}

Describe 'A directory with -AsCollection' {
    It 'is one entry, with all that was said of it and its size' {
        $dataset = New-FhDataset set
        $above = New-FhTextContent -Name above -Content x -DatasetId $dataset
        $metadata = @{ k = @(1, $null, 'x'); own = 'mine' }
        $project = [guid]::NewGuid()
        $entry = Send-FhFile $tree -AsCollection -Name n -Description d -Tag t, u -Metadata $metadata -DatasetId $dataset -ParentId $above -ProjectId $project | Get-FhDataEntry
        $entry.Name, $entry.Description, $entry.FilePath, $entry.IsCollection | Should -Be 'n', 'd', 'n.zip', $true
        $entry.Tags | Should -Be 't', 'u'
        $entry.DatasetId, $entry.ParentId, $entry.ProjectId | Should -Be $dataset.Id, $above.Id, $project
        $entry.Metadata.k -join '+' | Should -Be '1++x'
        $metadata.Count | Should -Be 2
        $file = $entry | Get-FhData -NoExtract -Destination (Join-Path $TestDrive 'packed')
        $entry.Metadata.size, $entry.Size | Should -Be $file.Length, $file.Length
    }

    It 'is named like the directory, whose ending it may have already' {
        (Send-FhFile $tree -AsCollection).FilePath | Should -Be 'experiment.zip'
        Set-File "$TestDrive/odd.zip/a.txt" 'x'
        (Send-FhFile (Join-Path $TestDrive 'odd.zip') -AsCollection -DestinationPath in/side).FilePath | Should -Be 'in/side/odd.zip'
    }

    It 'is not for a file, nor for the root of a drive' {
        $null = Assert-TestError { Send-FhFile "$tree/readme.md" -AsCollection } FhInvalidRequest "$tree/readme.md"
        $root = [IO.Path]::GetPathRoot($tree)
        $null = Assert-TestError { Send-FhFile $root } FhInvalidRequest $root
    }

    It 'leaves out, with an error, a name that no archive can have' -Skip:$IsWindows {
        $own = New-Tree
        Set-File "$own/line`nend.txt" 'x'
        $entry = Send-FhFile $own -AsCollection -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] } | Should -Be 'FhPathUnreadable'
        Get-Names ($entry | Get-FhData -Destination (Join-Path $TestDrive 'lines')).FullName | Should -Be $expected
        (Send-FhFile $own).Name | Should -Contain "line`nend.txt"
    }
}

Describe 'A directory' {
    It 'is an entry for each of its items, the root first' {
        $dataset = New-FhDataset set
        $entries = Get-Item $tree | Send-FhFile -DatasetId $dataset -Tag t
        $entries | Should -HaveCount ($expected.Count + 1)
        $entries[0].Name | Should -Be 'experiment'
        $by = @{}
        $entries | ForEach-Object { $by[$_.Name] = $_ }
        $by['data'].ParentId | Should -Be $entries[0].Id
        $by['a.csv'].ParentId | Should -Be $by['data'].Id
        $by['raw.bin'].FilePath | Should -Be 'data/deep/raw.bin'
        $by['a.csv'].Description | Should -Be 'File: a.csv'
        $entries.DatasetId | Sort-Object -Unique | Should -Be $dataset.Id
        $entries.Tags | Sort-Object -Unique | Should -Be 't'
    }

    It 'goes where it is told, with all that was said of it on each file' {
        $dataset = New-FhDataset set
        $above = New-FhTextContent above x -DatasetId $dataset
        $rules, $metadata, $project = @('never'), @{ k = 1 }, [guid]::NewGuid()
        $sent = Send-FhFile $tree -ParentId $above -DatasetId $dataset -Tag t -Metadata $metadata -ProjectId $project -IgnorePattern $rules | Get-FhDataEntry
        $sent[0].ParentId | Should -Be $above.Id
        $sent | Should -HaveCount ($expected.Count + 1)
        $sent | Where-Object { $_.DatasetId -ne $dataset.Id -or $_.Tags -ne 't' -or $_.Metadata.k -ne 1 -or $_.ProjectId -ne $project } | Should -BeNullOrEmpty
        $sent.FilePath | Where-Object { $_ } | Sort-Object -CaseSensitive | Should -Be ($expected | Where-Object { $_ -notin 'data', 'data/deep', 'empty' })
        $rules, $metadata.Keys | Should -Be 'never', 'k'
    }

    It 'has a dataset of its own where none is given' {
        (Send-FhFile $tree).DatasetId | Sort-Object -Unique | Should -HaveCount 1
    }

    It 'that is empty is an entry' {
        Send-FhFile "$tree/empty" | Should -HaveCount 1
    }

    It 'has rules of the caller before those of its files' {
        $entries = Send-FhFile $tree -IgnorePattern '!debug.log', 'readme.*'
        $entries.Name | Should -Contain 'debug.log'
        $entries.Name | Should -Not -Contain 'readme.md'
    }

    It 'has ignore files of another name, and a manifest from elsewhere' {
        $own = New-Tree
        Set-File "$own/.fhignore" "data/`n"
        Set-File "$TestDrive/here/m.yml" "experiment/: {entries: {readme.md: from elsewhere}}`n"
        Push-Location "$TestDrive/here"
        $entries = Send-FhFile $own -IgnoreFileName .fhignore -ManifestFileName m.yml
        Pop-Location
        $entries.Name | Should -Not -Contain 'a.csv'
        $entries.Name | Should -Contain 'debug.log'
        ($entries | Where-Object Name -EQ readme.md).Description | Should -Be 'from elsewhere'
    }

    It 'whose own ignore file cannot be read is not sent at all' {
        $own = New-Tree
        [IO.File]::WriteAllBytes("$own/.gitignore", [byte[]](0, 1, 2))
        Clear-TestRequest
        foreach ($script in { Send-FhFile $own }, { Send-FhFile $own -AsCollection }, { Send-FhFile $own -WhatIf }) { $null = Assert-TestError $script FhPathUnreadable }
        Get-TestRequest entries.create | Should -BeNullOrEmpty
        Send-FhFile $own -IgnoreFileName .none | Should -HaveCount ($expected.Count + 4)
    }

    It 'with links that lead nowhere or outside is sent without them' -Skip:$IsWindows {
        $own = New-Tree
        $null = [IO.File]::CreateSymbolicLink("$own/broken", 'nowhere')
        $null = [IO.File]::CreateSymbolicLink("$own/outside", $outside)
        $sent = Send-FhFile $own -ErrorVariable failures -ErrorAction SilentlyContinue -WarningVariable warnings -WarningAction SilentlyContinue
        $sent | Should -HaveCount ($expected.Count + 1)
        $failures.TargetObject | Should -Be "$own/broken"
        "$warnings" | Should -Match 'outside'
        $null = Assert-TestError { Send-FhFile $own -AsCollection -WarningAction SilentlyContinue } FhPathNotFound "$own/broken"
    }

    It 'of which a file fails has one error for it, and its siblings are there' {
        Add-TestFault entries.initiate return-403 -Times 4
        $sent = Send-FhFile $tree -DatasetId (New-FhDataset set) -ErrorVariable failures -ErrorAction SilentlyContinue
        Clear-TestFault
        $failures | Should -Not -BeNullOrEmpty # which of the three files of the bucket meet the refusals is chance
        foreach ($failure in $failures) {
            $failure.FullyQualifiedErrorId | Should -BeLike 'FhUploadFailed,*'
            $failure.TargetObject | Should -BeLike "$tree*"
        }
        $sent.Count + $failures.Count | Should -Be ($expected.Count + 1)
    }
}

Describe 'A manifest' {
    BeforeAll { $own = New-Tree }

    It 'describes what is there, and warns of what is not' {
        Set-File "$own/manifest.yaml" "experiment:`n  description: The whole`n  entries:`n    readme.md: Read this first`n    data/:`n      description: Numbers`n      entries:`n        a.csv: {description: Points, metadata: {unit: mm}}`n        gone.csv: Not there`n"
        $by = @{}
        Send-FhFile $own -ManifestFileName manifest.yaml -WarningVariable warnings -WarningAction SilentlyContinue | ForEach-Object { $by[$_.Name] = $_ }
        'experiment', 'readme.md', 'data', 'a.csv' | ForEach-Object { $by[$_].Description } | Should -Be 'The whole', 'Read this first', 'Numbers', 'Points'
        $by['a.csv'].Metadata.unit | Should -Be 'mm'
        $by.Keys | Should -Contain 'manifest.yaml'
        $warnings | Should -HaveCount 1
        "$warnings" | Should -Match 'data/gone.csv'
    }

    It 'that cannot be read is told with its line' {
        Set-File "$TestDrive/bad.json" "{`n `"experiment`": [1]`n}"
        $null = Assert-TestError { Send-FhFile $own -ManifestFileName "$TestDrive/bad.json" } FhManifestInvalid -Message '*line 2*'
        Set-File "$own/manifest.yaml" "experiment:`n  description: [1`n"
        $null = Assert-TestError { Send-FhFile $own -ManifestFileName manifest.yaml } FhManifestInvalid -Message '*line*'
        $null = Assert-TestError { Send-FhFile $own -ManifestFileName none.json } FhManifestInvalid
    }
}

Describe 'What -WhatIf says of a directory' {
    It 'is what would become of each item, and by which rule it is left out; nothing is sent, and no connection needed' {
        $connection = Get-FhConnection
        Clear-TestRequest
        $said = (Get-TestHost { Send-FhFile $tree -IgnorePattern .hidden -WhatIf }) -join "`n"
        foreach ($line in @(
                "'data': directory, `"Directory containing: a.csv`"", "'data/a.csv': text (10 B), `"File: a.csv`"", "'data/deep/raw.bin': bucket (4.88 KiB)", "'debug.log': not sent, by the rule '*.log' (.gitignore, line 1)"
                "'build': not sent, by the rule 'build/' (.gitignore, line 2)", "'.hidden': not sent, by the rule '.hidden' (-IgnorePattern, line 1)", '3 left out'
            )) {
            $said.Contains($line) | Should -BeTrue -Because "'$line' is not in $said"
        }
        (Get-TestHost { Send-FhFile $tree -AsCollection -WhatIf }) -join "`n" | Should -Match 'in the archive'
        Get-TestRequest | Should -BeNullOrEmpty
        Disconnect-Fh
        (Get-TestHost { Send-FhFile $tree -WhatIf }) -join "`n" | Should -Match "'data/deep/raw.bin': bucket"
        Connect-TestPlatform
        $connection | Should -Not -BeNullOrEmpty
    }

    It 'is the description of the whole and what is wrong, too: <_>' -Skip:$IsWindows -ForEach '', '-AsCollection' {
        $own = New-Tree
        Set-File "$own/m.json" '{"experiment": {"description": "all of it", "entries": {"gone": "?"}}}'
        $null = [IO.File]::CreateSymbolicLink("$own/out", $outside)
        $null = [IO.File]::CreateSymbolicLink("$own/nowhere", 'nothing')
        $plan = [scriptblock]::Create("Send-FhFile `$own -ManifestFileName m.json -WhatIf $_ -ErrorAction SilentlyContinue -WarningAction SilentlyContinue -ErrorVariable failures -WarningVariable warnings")
        $said = (Get-TestHost { . $plan; $failures.TargetObject | Should -Be "$own/nowhere"; "$warnings" | Should -Match 'gone' }) -join "`n"
        $said | Should -Match ', "all of it"'
        $said | Should -Match ([regex]::Escape("$own/out"))
        $said | Should -Match '7 files \('
    }

    It 'is the description given' {
        (Get-TestHost { Send-FhFile "$tree/data" -Description mine -WhatIf }) -join "`n" | Should -Match ', "mine"'
    }
}
