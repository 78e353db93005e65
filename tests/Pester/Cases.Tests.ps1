# Cases of the kinds of faults that were found by use: something lost, something let in, something guessed.
BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    function New-Folder { (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName }
    function Get-Id { param([scriptblock] $Script) @(Get-TestError $Script).Id }
}

AfterAll { Stop-TestPlatform }

Describe 'Nothing is lost' {
    It 'a file is not put in the place of a directory, even with -Force' {
        $out = New-Folder
        $null = New-Item -ItemType Directory "$out/data.bin"
        'mine' | Set-Content "$out/data.bin/kept.txt"
        [IO.File]::WriteAllBytes("$(New-Folder)/x", [byte[]](1, 2, 3))
        $file = Join-Path (New-Folder) 'data.bin'
        [IO.File]::WriteAllBytes($file, [byte[]](1, 2, 3))
        $entry = Send-FhFile $file
        $null = Get-TestError { $entry | Get-FhData -Destination $out -Force }
        Get-Content "$out/data.bin/kept.txt" | Should -Be 'mine'
    }

    It 'a directory of an archive is not put in the place of a file without -Force, and other files stay' {
        $in = New-Folder
        $null = New-Item -ItemType Directory "$in/top/sub"
        'new' | Set-Content "$in/top/sub/a.txt"
        $collection = Send-FhFile "$in/top" -AsCollection
        $out = New-Folder
        'a file' | Set-Content "$out/sub" # the archive's only item
        'other' | Set-Content "$out/other.txt"
        Get-Id { $collection | Get-FhData -Destination $out } | Should -Be 'FhDestinationExists'
        Get-ChildItem $out | Get-Content | Sort-Object | Should -Be 'a file', 'other'
    }

    It 'two datasets that differ by case only, fetched into one folder, keep both files' {
        $out = New-Folder
        $one = New-FhTextContent 'Readme.txt' 'upper'
        $two = New-FhTextContent 'readme.txt' 'lower'
        $back = $one, $two | Get-FhData -Destination $out
        ($back | ForEach-Object { Get-Content -LiteralPath $_.FullName }) | Should -Be 'upper', 'lower'
    }

    It 'names that differ by Unicode form only are two files' {
        $out = New-Folder
        $nfc = New-FhTextContent "caf$([char]0xE9).txt" 'nfc'
        $nfd = New-FhTextContent "cafe$([char]0x301).txt" 'nfd'
        $back = $nfc, $nfd | Get-FhData -Destination $out
        ($back | ForEach-Object { Get-Content -LiteralPath $_.FullName }) | Should -Be 'nfc', 'nfd'
    }

    It 'names that are paths, devices, dots or very long come as one file each: <Label>' -ForEach @(
        @{ Label = 'a path'; Name = 'a/b/c.txt' }, @{ Label = 'a path upwards'; Name = '../up.txt' }, @{ Label = 'two dots'; Name = '..' }, @{ Label = 'a dot'; Name = '.' }
        @{ Label = 'a device'; Name = 'CON' }, @{ Label = 'a dot at the end'; Name = 'trailing.' }, @{ Label = 'two lines'; Name = "line`nbreak" }
        @{ Label = '255 characters'; Name = 'n' * 255 }, @{ Label = 'a colon'; Name = 'x:y.txt' }, @{ Label = 'an option'; Name = '-rf' }
    ) {
        $out = New-Folder
        $back = New-FhTextContent $Name 'content' | Get-FhData -Destination $out
        $back | Should -HaveCount 1
        @([IO.Directory]::GetFileSystemEntries($out)) | Should -HaveCount 1
        [IO.File]::ReadAllText($back.FullName) | Should -Be 'content'
        Split-Path -LiteralPath $back.FullName | Should -Be $out
    }

    It 'a folder with a pattern as its name is that folder, beside what the pattern matches' {
        $in = New-Folder
        foreach ($name in 'a', '[a]') { $null = New-Item -ItemType Directory "$in/$name"; [IO.File]::WriteAllText("$in/$name/f.txt", "in $name") }
        $sent = Send-FhFile "$in/[a]"
        (Get-FhDataEntry -ParentId $sent[0] | Get-FhData) | Should -Be 'in [a]'
        $out = Join-Path $in 'out[1]'
        (New-FhTextContent t.txt x | Get-FhData -Destination $out).FullName | Should -Be (Join-Path $out 't.txt')
    }

    It 'an empty directory and an empty file in it come back' {
        $in = New-Folder
        $null = New-Item -ItemType Directory "$in/top/empty/deeper"
        [IO.File]::WriteAllBytes("$in/top/none.bin", [byte[]]@())
        foreach ($options in @{}, @{ AsCollection = $true }) {
            $root = @(Send-FhFile "$in/top" @options)[0]
            $out = New-Folder
            $back = $root | Get-FhData -Destination $out -Recurse:(!$options.Count)
            Join-Path $back.FullName 'empty/deeper' | Should -Exist
            (Get-Item (Join-Path $back.FullName 'none.bin')).Length | Should -Be 0
        }
    }

    It 'the same command twice at once sends each file, and neither fails' {
        $in = New-Folder
        1..5 | ForEach-Object { [IO.File]::WriteAllBytes("$in/f$_.bin", [byte[]]::new(100000 + $_)) }
        $dataset = New-FhDataset both
        $script = 'Get-ChildItem $in -File | Send-FhFile -DatasetId $id'
        $service = (Get-FhConnection).ServiceUri
        $results = 1..2 | ForEach-Object -ThrottleLimit 2 -Parallel {
            Import-Module $using:PSScriptRoot/../../FutureHouse.psd1
            $null = Connect-Fh -ApiKey key-of-ann-0123456789 -ServiceUri $using:service
            Get-ChildItem $using:in -File | Send-FhFile -DatasetId $using:dataset.Id
        }
        $results.Status | Sort-Object -Unique | Should -Be 'Active'
        (Get-FhDataset $dataset).Entries.Name | Sort-Object -Unique | Should -HaveCount 5
        $results | ForEach-Object { $_.Size } | Sort-Object -Unique | Should -HaveCount 5
    }

    It 'a false size of the kernel''s is not believed: <_>' -ForEach '/proc/self/status', '/sys/kernel/mm/transparent_hugepage/enabled', '/proc/version' {
        if (-not (Test-Path $_)) { Set-ItResult -Skipped -Because "there is no $_"; return }
        $entry = Send-FhFile $_ -Name kernel.txt
        $back = $entry | Get-FhData -Destination (New-Folder)
        $back.Length | Should -BeGreaterThan 10
        if ($_ -ne '/proc/self/status') { [IO.File]::ReadAllText($back) | Should -Be ([IO.File]::ReadAllText($_)) }
    }

    It 'what is no file is told, and the files beside it are sent' {
        $in = New-Folder
        mkfifo "$in/pipe"
        $null = New-Item -ItemType SymbolicLink "$in/broken" -Target "$in/nowhere"
        'x' | Set-Content "$in/file.txt"
        $sent = Get-ChildItem $in -Force | Send-FhFile -ErrorAction SilentlyContinue -ErrorVariable errors
        $sent.Name | Should -Be 'file.txt'
        $errors.Count | Should -Be 2
    }
}

Describe 'Nothing is let in' {
    It 'strangers are no entries: <_>' -ForEach @(
        'Get-Item / | Remove-FhDataEntry -Force', 'Get-Date | Remove-FhDataEntry -Force', '[pscustomobject]@{ Name = "x" } | Remove-FhDataEntry -Force',
        '42 | Get-FhData', '@{ a = 1 } | Set-FhDataTag -Tag x', '$true | Wait-FhDataEntry', 'Get-Culture | Update-FhData -Content x', '[guid]::Empty, "" | Get-FhDataEntry'
    ) {
        Clear-TestRequest
        $errors = @(Get-TestError ([scriptblock]::Create($_)))
        $errors.Count | Should -BeGreaterThan 0
        Get-TestRequest | Where-Object method -NotIn GET | Should -BeNullOrEmpty
    }

    It 'nothing by name is an error that names it: <_>' -ForEach @(
        '$undefined | Remove-FhDataset -Force', 'Set-FhDataPermission $entry -ShareStatus Shared -User $undefined', 'Publish-FhDataRevision $entry -RevisionId $undefined',
        'Wait-FhDataEntry $entry -TimeoutSec $undefined', 'Invoke-FhRestMethod -Path ""', 'Send-FhFile $PSCommandPath -IgnorePattern $undefined',
        'Get-FhDataEntry -ParentId $undefined', 'New-FhDataset -Name x -Description $undefined', 'Find-FhDataEntry -Tag $undefined', 'Get-FhData $entry -Destination $undefined',
        'Find-FhDataEntry -Name ""', '$splat = @{ DatasetId = $undefined }; Find-FhDataEntry @splat | Remove-FhDataEntry -Force', 'Get-FhDataset $undefined', 'Get-FhTrajectoryFile $undefined'
    ) {
        $entry = New-FhTextContent kept x
        $before = @(Find-FhDataEntry).Count
        @(Get-TestError ([scriptblock]::Create($_))).Count | Should -BeGreaterThan 0
        @(Find-FhDataEntry).Count | Should -Be $before
    }

    It 'a default value that is nothing is no filter either' {
        $null = New-FhTextContent kept x
        $PSDefaultParameterValues['Find-FhDataEntry:DatasetId'] = $null
        try { Get-Id { Find-FhDataEntry | Remove-FhDataEntry -Force } | Should -Not -BeNullOrEmpty }
        finally { $PSDefaultParameterValues.Remove('Find-FhDataEntry:DatasetId') }
        @(Find-FhDataEntry).Count | Should -BeGreaterThan 0
    }
}

Describe 'Nothing is guessed' {
    It 'metadata comes back as it was given: <Name>' -ForEach @(
        @{ Name = 'DateTimeOffset'; Value = [DateTimeOffset]::new(2026, 3, 1, 2, 3, 4, [TimeSpan]::FromHours(-5)); Back = '2026-03-01T02:03:04-05:00' }
        @{ Name = 'UTC'; Value = [DateTime]::new(2026, 3, 1, 2, 3, 4, [DateTimeKind]::Utc); Back = '2026-03-01T02:03:04Z' }
        @{ Name = 'Guid'; Value = [guid]'01234567-89ab-cdef-0123-456789abcdef'; Back = '01234567-89ab-cdef-0123-456789abcdef' }
        @{ Name = 'enum'; Value = [DayOfWeek]::Monday; Back = 'Monday' }
        @{ Name = 'bigint'; Value = [bigint]::Parse('123456789012345678901234567890'); Back = [bigint]::Parse('123456789012345678901234567890') }
        @{ Name = 'decimal'; Value = 0.1d + 0; Back = 0.1 }
        @{ Name = 'TimeSpan'; Value = [TimeSpan]::FromMinutes(90); Back = '01:30:00' }
        @{ Name = 'switch'; Value = [switch]$true; Back = $true }
    ) {
        $read = (New-FhTextContent "m-$Name" x -Metadata @{ v = $Value } | Get-FhDataEntry).Metadata.v
        if ($Back -is [string] -and $Name -in 'DateTimeOffset', 'UTC') { [DateTimeOffset]$read | Should -Be ([DateTimeOffset]$Back) } else { $read | Should -Be $Back }
    }

    It 'what JSON cannot hold is refused by name: <Name>' -ForEach @(
        @{ Name = 'NaN'; Value = [double]::NaN }
        @{ Name = 'Infinity'; Value = [double]::PositiveInfinity }
        @{ Name = 'half a pair'; Value = [string][char]0xD83E }
        @{ Name = 'a script'; Value = { 1 } }
    ) {
        $before = @(Find-FhDataEntry).Count
        Get-Id { New-FhTextContent bad x -Metadata @{ v = $Value } } | Should -Not -BeNullOrEmpty
        @(Find-FhDataEntry).Count | Should -Be $before
    }

    It 'nested values keep their shape' {
        $read = (New-FhTextContent nested x -Metadata @{ list = @(1, @{ a = $null; b = @(@()) }); empty = @(); ordered = [ordered]@{ z = 1; a = 2 }; object = [pscustomobject]@{ p = 'q' } } | Get-FhDataEntry).Metadata
        $read.list[1].ContainsKey('a') | Should -BeTrue
        @($read.empty).Count | Should -Be 0
        $read.ordered.z | Should -Be 1
        $read.object.p | Should -Be 'q'
    }

    It 'a CSV with a byte order mark, quotes and blank cells is a row an entry' {
        $csv = Join-Path (New-Folder) 'list.csv'
        [IO.File]::WriteAllText($csv, "Name,Content,Tag,Description,DatasetId`n`"a, b`",`"line1`nline2`",,`"`",`nplain,text,t1,d,`n", [Text.UTF8Encoding]::new($true))
        $made = Import-Csv $csv | New-FhTextContent
        $made.Name | Should -Be 'a, b', 'plain'
        ($made[0] | Get-FhData) | Should -Be "line1`nline2"
        $made[0].Tags | Should -BeNullOrEmpty
        $made[1].Tags | Should -Be 't1'
        $made[0].DatasetId | Should -Be $made[0].DatasetId
    }

    It 'entries through <_> are the same entries' -ForEach 'Clixml', 'JSON', 'CSV', 'Select-Object' {
        $entry = New-FhTextContent kept text
        $file = Join-Path (New-Folder) 'x'
        $again = switch ($_) {
            Clixml { $entry | Export-Clixml $file; Import-Clixml $file }
            JSON { $entry | ConvertTo-Json -Depth 5 -WarningAction SilentlyContinue | ConvertFrom-Json }
            CSV { $entry | Export-Csv $file; Import-Csv $file }
            Select-Object { $entry | Select-Object Id, Name }
        }
        ($again | Get-FhData) | Should -Be 'text'
    }

    It 'one bad item of many is one error, and the rest is done in order' {
        $made = 'a', ' ', 'b' | ForEach-Object { [pscustomobject]@{ Name = $_; Content = 'x' } } | New-FhTextContent -ErrorAction SilentlyContinue -ErrorVariable errors
        $made.Name | Should -Be 'a', 'b'
        $errors | Should -HaveCount 1
    }
}
