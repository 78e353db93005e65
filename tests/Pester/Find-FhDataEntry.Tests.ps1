BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $dataset = New-FhDataset set
    $project = [guid]::NewGuid()
    $null = New-FhTextContent 'plate 01' 'grüße aus köln' -Description 'First plate' -Tag raw, x -Metadata @{ plate = 1; kind = 'A' } -DatasetId $dataset
    $null = New-FhTextContent 'plate 02' 'protein folding at night' -Tag done -Metadata @{ plate = 2 } -ProjectId $project
    $null = New-FhTextContent 'big plate' 'words' -Metadata @{ plate = 10 }
    $null = New-FhTextContent 'star*' 'words'
}

AfterAll { Stop-TestPlatform }

Describe 'Find-FhDataEntry' {
    It 'finds <Names> by <Script>' -ForEach @(
        @{ Script = { Find-FhDataEntry 'plate 01' }; Names = 'plate 01' }
        @{ Script = { Find-FhDataEntry 'Plate 01' }; Names = @() }
        @{ Script = { Find-FhDataEntry PLATE* }; Names = 'plate 01', 'plate 02' }
        @{ Script = { Find-FhDataEntry -Name *plate }; Names = 'big plate' }
        @{ Script = { Find-FhDataEntry *02 }; Names = 'plate 02' }
        @{ Script = { Find-FhDataEntry *plate* }; Names = 'plate 01', 'plate 02', 'big plate' }
        @{ Script = { Find-FhDataEntry * }; Names = 'plate 01', 'plate 02', 'big plate', 'star*' }
        @{ Script = { Find-FhDataEntry }; Names = 'plate 01', 'plate 02', 'big plate', 'star*' }
        @{ Script = { Find-FhDataEntry 'star`*' }; Names = 'star*' }
        @{ Script = { Find-FhDataEntry -Description first }; Names = 'plate 01' }
        @{ Script = { Find-FhDataEntry -Text 'KÖLN grüße' }; Names = 'plate 01' }
        @{ Script = { Find-FhDataEntry -Tag done, x }; Names = 'plate 01', 'plate 02' }
        @{ Script = { Find-FhDataEntry -DatasetId $dataset }; Names = 'plate 01' }
        @{ Script = { Find-FhDataEntry -ProjectId $project }; Names = 'plate 02' }
        @{ Script = { Find-FhDataEntry -Status Pending }; Names = @() }
        @{ Script = { Find-FhDataEntry *plate* -Tag done }; Names = 'plate 02' }
        @{ Script = { Find-FhDataEntry *01 -Tag done -MatchAny }; Names = 'plate 01', 'plate 02' }
        @{ Script = { Find-FhDataEntry -First 2 -Skip 1 }; Names = 'plate 02', 'big plate' }
        @{ Script = { Find-FhDataEntry -First 0 }; Names = @() }
    ) {
        (& $Script).Name | Should -Be $Names
    }

    It 'finds <Names> by the criteria <Criterion>' -ForEach @(
        @{ Criterion = "@{ Field = 'name'; Operator = 'equals'; Value = 'plate 02' }"; Names = 'plate 02' }
        @{ Criterion = "@{ Field = 'name'; Operator = 'contains'; Value = 'E 0' }"; Names = 'plate 01', 'plate 02' }
        @{ Criterion = "@{ Field = 'content'; Operator = 'fulltext'; Value = 'folding' }"; Names = 'plate 02' }
        @{ Criterion = "@{ Field = 'name'; Operator = 'starts_with'; Value = 'pl' }"; Names = 'plate 01', 'plate 02' }
        @{ Criterion = "@{ Field = 'name'; Operator = 'ends_with'; Value = '02' }"; Names = 'plate 02' }
        @{ Criterion = "@{ Field = 'metadata.plate'; Operator = 'greater_than'; Value = 1 }"; Names = 'plate 02', 'big plate' }
        @{ Criterion = "@{ Field = 'metadata.plate'; Operator = 'less_than'; Value = 2 }"; Names = 'plate 01' }
        @{ Criterion = "@{ Field = 'metadata.plate'; Operator = 'between'; Value = 2, 3 }"; Names = 'plate 02' }
        @{ Criterion = "@{ Field = 'tags'; Operator = 'in'; Value = 'x', 'y' }"; Names = 'plate 01' }
        @{ Criterion = "@{ Field = 'name'; Operator = 'starts_with'; Value = 'big' }, @{ Field = 'name'; Operator = 'ends_with'; Value = '02' }"; Names = @() }
        @{ Criterion = "@{ Field = 'name'; Operator = 'starts_with'; Value = 'big' }, @{ Field = 'name'; Operator = 'ends_with'; Value = '02' } -MatchAny"; Names = 'plate 02', 'big plate' }
        @{ Criterion = "@{ field = 'metadata.plate'; operator = 'Between'; value = 1, 2 }, ([pscustomobject]@{ Field = 'name'; Operator = 'EndsWith'; Value = '02' })"; Names = 'plate 02' }
        @{ Criterion = "@{ Field = 'is_collection'; Operator = 'equals'; Value = `$false }, @{ Field = 'created_at'; Operator = 'greater_than'; Value = [datetime]::Now.AddDays(-1) } -Name star*"; Names = 'star*' }
        @{ Criterion = "@{ Field = 'created_at'; Operator = 'greater_than'; Value = (Get-Date).AddDays(1) }"; Names = @() }
        @{ Criterion = "@{ Field = 'dataset_id'; Operator = 'equals'; Value = `$dataset }"; Names = 'plate 01' }
    ) {
        (& ([scriptblock]::Create("Find-FhDataEntry -Criterion $Criterion"))).Name | Should -Be $Names
    }

    It 'gives hits that go on through the pipeline' {
        $hit = Find-FhDataEntry -Text folding -Highlight
        $hit.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntrySearchHit'
        $hit.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $hit.Score | Should -BeGreaterThan 0
        $hit.Highlights['content'] | Should -Be 'protein <em>folding</em> at night'
        $hit | Format-Table | Out-String | Should -Match 'Score'
        Find-FhDataEntry -Text köln | Get-FhData | Should -Be 'grüße aus köln'
    }

    It 'ends the command for what makes no sense, and says why: <Criterion>' -ForEach @(
        @{ Criterion = "-Name a*b"; Says = 'Where-Object' }
        @{ Criterion = "-Criterion 'name=x'"; Says = 'Criterion 1' }
        @{ Criterion = "-Criterion @{ Field = 'name'; Operator = 'equals'; Value = 'x' }, @{ Field = 'name'; Value = 'x' }"; Says = 'Criterion 2 has no Operator' }
        @{ Criterion = "-Criterion @{ Field = 'name'; Operator = 'like'; Value = 'x' }"; Says = 'starts_with' }
        @{ Criterion = "-Criterion @{ Field = 'name'; Operator = 'equals'; Value = @{ a = 1 } }"; Says = 'Hashtable' }
        @{ Criterion = "-Criterion @{ Field = 'nothing'; Operator = 'equals'; Value = 'x' }"; Says = "'nothing'" }
        @{ Criterion = "-Criterion (1..10000 | ForEach-Object { @{ Field = 'name'; Operator = 'equals'; Value = `$_ } })"; Says = 'at most 200' }
    ) {
        $null = Assert-TestError ([scriptblock]::Create("Find-FhDataEntry $Criterion")) FhInvalidRequest -Terminating -Message "*$Says*"
    }

    It 'ends the command where the service has no search' {
        Add-TestFault search.entries return-503 -Times always
        $null = Assert-TestError { Find-FhDataEntry -Text x } FhServiceUnavailable -Terminating
        Clear-TestFault
    }
}

Describe 'Pages of Find-FhDataEntry' {
    BeforeAll { $null = 1..205 | ForEach-Object { [pscustomobject]@{ Name = "n$_"; Content = 'common' } } | New-FhTextContent }
    BeforeEach { Clear-TestRequest }

    It 'are one where one entry is taken' {
        (Find-FhDataEntry -Text common | Select-Object -First 1).Name | Should -BeLike 'n*'
        Get-TestRequest search.entries | Should -HaveCount 1
    }

    It 'are as many as there are, or as are asked for' {
        (Find-FhDataEntry -Text common).Id | Sort-Object -Unique | Should -HaveCount 205
        Get-TestRequest search.entries | Should -HaveCount 3
        Find-FhDataEntry -First 150 | Should -HaveCount 150
        Get-TestRequest search.entries | Should -HaveCount 5
    }
}

Describe 'What Find-FhDataEntry compares' {
    BeforeAll {
        $composed = "caf`u{e9}"
        $decomposed = $composed.Normalize('FormD')
        $set = New-FhDataset compared
    }

    It 'a file of a Mac is found as it is typed, and the reverse, and comes back as it was' {
        $sent = foreach ($name in $composed, $decomposed) { New-FhTextContent "$name.txt" "$name au lait" -DatasetId $set -Tag $name }
        foreach ($typed in $composed, $decomposed) {
            (Find-FhDataEntry -DatasetId $set -Name "$typed.txt").Id | Sort-Object | Should -Be ($sent.Id | Sort-Object)
            (Find-FhDataEntry -DatasetId $set -Name "*$typed*").Id | Sort-Object | Should -Be ($sent.Id | Sort-Object)
            (Find-FhDataEntry -DatasetId $set -Text $typed).Id | Sort-Object | Should -Be ($sent.Id | Sort-Object)
            (Find-FhDataEntry -DatasetId $set -Tag $typed).Id | Sort-Object | Should -Be ($sent.Id | Sort-Object)
        }
        Find-FhDataEntry -DatasetId $set -Tag $composed | ForEach-Object { $_.Name.Length } | Sort-Object | Should -Be 8, 9
    }

    It 'whole numbers beyond 2^53 are compared by their digits' {
        $near = 9007199254740992, 9007199254740993 | ForEach-Object { New-FhTextContent "n$_" x -DatasetId $set -Metadata @{ n = [bigint]$_ } }
        $huge = New-FhTextContent huge x -DatasetId $set -Metadata @{ n = [bigint]::Parse('123456789012345678901234567890') }
        (Find-FhDataEntry -DatasetId $set -Criterion @{ Field = 'metadata.n'; Operator = 'equals'; Value = [bigint]9007199254740993 }).Id | Should -Be $near[1].Id
        (Find-FhDataEntry -DatasetId $set -Criterion @{ Field = 'metadata.n'; Operator = 'greater_than'; Value = [bigint]9007199254740992 }).Id | Should -Be $near[1].Id, $huge.Id
        (Find-FhDataEntry -DatasetId $set -Criterion @{ Field = 'metadata.n'; Operator = 'equals'; Value = [bigint]::Parse('123456789012345678901234567890') }).Id | Should -Be $huge.Id
    }

    It 'a key with a dot is that key' {
        $key = New-FhTextContent key x -DatasetId $set -Metadata @{ 'v1.2' = 'here' }
        $nested = New-FhTextContent nested x -DatasetId $set -Metadata @{ v1 = @{ 2 = 'here' } }
        (Find-FhDataEntry -DatasetId $set -Criterion @{ Field = 'metadata.v1.2'; Operator = 'equals'; Value = 'here' }).Id | Should -Be $key.Id, $nested.Id
        (Find-FhDataEntry -DatasetId $set -Criterion @{ Field = 'metadata.v1\.2'; Operator = 'equals'; Value = 'here' }).Id | Should -Be $key.Id
    }

    It 'a time that was written in one zone is found from another' {
        $at = [datetime]::new(2026, 7, 1, 12, 0, 0, [DateTimeKind]::Utc)
        $written = New-FhTextContent zoned x -DatasetId $set -Metadata @{ at = [datetimeoffset]::new($at).ToOffset([timespan]::FromHours(-7)) }
        foreach ($value in $at, $at.ToLocalTime(), [datetimeoffset]::new($at).ToOffset([timespan]::FromHours(9)), '2026-07-01T14:00:00+02:00') {
            (Find-FhDataEntry -DatasetId $set -Criterion @{ Field = 'metadata.at'; Operator = 'equals'; Value = $value }).Id | Should -Be $written.Id
            Find-FhDataEntry -DatasetId $set -Criterion @{ Field = 'metadata.at'; Operator = 'greater_than'; Value = $value } | Should -BeNullOrEmpty
        }
    }

    It 'a time of no kind is local, also far from UTC' -Skip:$IsWindows {
        $session = @"
Import-Module '$PSScriptRoot/../../FutureHouse.psd1'
`$null = Connect-Fh -ApiKey key-of-ann-0123456789 -ServiceUri '$((Get-FhConnection)[0].ServiceUri)'
`$at = [datetime]'2026-07-01T12:00:00'
`$entry = New-FhTextContent far x -DatasetId $($set.Id) -Metadata @{ far = `$at }
(Find-FhDataEntry -Criterion @{ Field = 'metadata.far'; Operator = 'equals'; Value = `$at }).Name
(Find-FhDataEntry -Criterion @{ Field = 'metadata.far'; Operator = 'equals'; Value = '2026-06-30T22:00:00Z' }).Name
"@
        $before = $env:TZ
        try {
            $env:TZ = 'Pacific/Kiritimati'
            (Invoke-TestSession $session).Output.Trim() -split '\s+' | Should -Be 'far', 'far'
        }
        finally { $env:TZ = $before }

        # Here it is another hour.
        (Find-FhDataEntry -Criterion @{ Field = 'metadata.far'; Operator = 'between'; Value = [datetimeoffset]'2026-06-30T21:59:59Z', [datetimeoffset]'2026-06-30T22:00:01Z' }).Name | Should -Be 'far'
    }
}
