BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    Connect-TestPlatform
    $gone = '11111111-2222-4333-8444-555555555555'
}

AfterAll { Stop-TestPlatform }

Describe 'Get-FhDataEntry' {
    It 'gives the entry, without fetching bytes' {
        $file = Join-Path $TestDrive 'a.bin'
        [IO.File]::WriteAllBytes($file, [byte[]]::new(2000))
        $made = Send-FhFile $file -Metadata @{ plate = 3; nested = @{ well = 'A1' } }
        Clear-TestRequest
        $entry = $made | Get-FhDataEntry
        $entry.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $entry.Id, $entry.Name, $entry.Size, $entry.UserId | Should -Be $made.Id, 'a.bin', 2000, 'user-ann'
        $entry.CreatedAt | Should -BeOfType [DateTimeOffset]
        $entry.Uri | Should -Be "data_entry:$($made.Id)"
        $entry.Metadata['nested']['well'] | Should -Be 'A1'
        (Get-TestRequest).operation | Should -Be 'entries.get'
    }

    It 'asks for an alias as it is' {
        Clear-TestRequest
        $null = Assert-TestError { Get-FhDataEntry report-alias } FhNotFound report-alias '*Data storage entry not found*'
        (Get-TestRequest).path | Should -Be '/v0.1/data-storage/data-entries/report-alias'
    }

    It 'tells what is missing, and that of others, and goes on in order' {
        $made = 'a', 'b', 'c' | ForEach-Object { New-FhTextContent $_ x }
        $found = $made[2], $gone, $made[1], 'no/id', $made[0] | Get-FhDataEntry -ErrorVariable failures -ErrorAction SilentlyContinue
        $found.Name | Should -Be 'c', 'b', 'a'
        $failures.TargetObject | Should -Be $gone, 'no/id'
        $failures.FullyQualifiedErrorId | ForEach-Object { ($_ -split ',')[0] } | Should -Be 'FhNotFound', 'FhInvalidRequest'
        $null = Assert-TestError { Get-FhDataEntry $gone } FhNotFound $gone
        $null = Assert-TestError { Get-FhDataEntry $made[0] -Connection $bob } FhNotFound $made[0].Id
    }

    It 'tells a service that answers nonsense, and goes on with the next command: <Fault>' -ForEach @(
        @{ Fault = 'return-html'; Id = 'FhServiceUnavailable' }
        @{ Fault = 'return-truncated-json'; Id = 'FhServiceUnavailable' }
        @{ Fault = 'return-500'; Id = 'FhServiceUnavailable' }
        @{ Fault = 'return-307'; Id = 'FhServiceUnavailable' } # a redirect is not followed
        @{ Fault = 'return-429'; Id = 'FhThrottled' }
        @{ Fault = 'return-reset-connection'; Id = 'FhNetwork' }
    ) {
        $entry = New-FhTextContent -Name here -Content x
        Add-TestFault entries.get $Fault -Times always
        $null = Assert-TestError { $entry | Get-FhDataEntry } $Id $entry.Id
        Clear-TestFault
        ($entry | Get-FhDataEntry).Name | Should -Be 'here'
    }

    It 'gives a revision by its version or its id, not by both' {
        $entry = New-FhTextContent n zero
        $null = Update-FhData $entry -Content one -NewName m
        (Get-FhDataEntry $entry).Name, (Get-FhDataEntry $entry -Version 0).Name, (Get-FhDataEntry $entry -RevisionId $entry.RevisionId).Name | Should -Be 'm', 'n', 'n'
        (Get-FhDataRevision $entry | Get-FhDataEntry).Version | Should -Be 1, 0
        $null = Assert-TestError { Get-FhDataEntry $entry -Version 0 -RevisionId $entry.RevisionId } FhInvalidRequest -Terminating
    }
}

Describe 'Get-FhDataEntry of a dataset' {
    BeforeAll {
        $dataset = New-FhDataset many
        $entries = 1..700 | ForEach-Object { [pscustomobject]@{ Name = "$_"; Content = 'x' } } | New-FhTextContent -DatasetId $dataset
    }

    It 'gives its entries in order, however many, and one where one is enough' {
        $entries.Count | Should -Be 700
        (Get-FhDataEntry -DatasetId $dataset).Name | Should -Be (1..700)
        ($dataset | Get-FhDataEntry).Name | Should -Be (1..700)
        (Get-FhDataset $dataset).Entries | Should -HaveCount 700
        (Get-FhDataEntry -DatasetId $dataset | Select-Object -First 1).StorageType | Should -Be 'RawContent'
    }

    It 'makes up for a stream that breaks' {
        Add-TestFault datasets.get return-broken-stream-after-100K
        (Get-FhDataEntry -DatasetId $dataset).Id | Sort-Object -Unique | Should -HaveCount 700
        Get-TestFault -Pending | Should -BeNullOrEmpty
    }

    It 'reads by id at the same time, and gives in the order of ids' {
        $some = $entries[0..59]
        ($some | Get-FhDataEntry).Name | Should -Be (1..60)
        [array]::Reverse($some)
        (Get-FhDataEntry -Id $some).Name | Should -Be (60..1)

        # What a service leaves out of a dataset's answer is got so.
        (Get-FhDataEntry -DatasetId $dataset | Select-Object -First 60 | Get-FhDataEntry).Locations | Should -HaveCount 60
    }
}

Describe 'Get-FhDataEntry below an entry' {
    BeforeAll {
        $dataset = New-FhDataset tree
        $root, $other = 'root', 'other' | ForEach-Object { New-FhTextContent -Name $_ -Content x -DatasetId $dataset }
        $a = New-FhTextContent -Name a -Content x -DatasetId $dataset -ParentId $root
        $null = New-FhTextContent -Name a1 -Content x -DatasetId $dataset -ParentId $a
        $null = New-FhTextContent -Name o1 -Content x -DatasetId $dataset -ParentId $other
        $null = New-FhTextContent -Name b -Content x -DatasetId $dataset -ParentId $root
    }

    It 'gives its children, and with -Recurse all below' {
        (Get-FhDataEntry -ParentId $root).Name | Should -Be 'a', 'b'
        (Get-FhDataEntry -ParentId $root -Recurse).Name | Should -Be 'a', 'a1', 'b'
        (Get-FhDataEntry -ParentId $a -Recurse).Name | Should -Be 'a1'
        Get-FhDataEntry -ParentId (Get-FhDataEntry -ParentId $a) -Recurse | Should -BeNullOrEmpty
    }
}
