BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $connection = Connect-TestPlatform -PassThru
    $dataset = New-FhDataset -Name 'Growth' -Description 'words'
    $file = Join-Path $TestDrive 'bytes.bin'
    [IO.File]::WriteAllBytes($file, [byte[]]::new(1300))
    $entry = Send-FhFile $file -DatasetId $dataset
}

AfterAll { Stop-TestPlatform }

Describe 'What is shown by default' {
    It 'of an entry is a table with its size in units' {
        $lines = ($entry | Out-String).Trim() -split '\r?\n'
        $lines[0] -split '\s+' | Should -Be 'Name', 'Status', 'StorageType', 'Size', 'Id'
        $lines[2] | Should -Match "^bytes\.bin\s+Active\s+Gcs\s+1\.27 KiB\s+$($entry.Id)$"
        $entry.Size | Should -Be 1300 -Because 'the object has the number'
    }

    It 'of an entry with a long name is still its whole id, and of larger sizes behind it all digits' {
        $width = $Host.UI.RawUI.BufferSize.Width
        $long = New-FhTextContent -Name ('growth ' * 40) -Content a -DatasetId (New-FhDataset -Name 'Long')
        foreach ($shown in $long, (Find-FhDataEntry growth* | Select-Object -First 1)) {
            ($shown | Out-String -Width $width).Trim() -split '\r?\n' | Select-Object -Last 1 | Should -Match "^growth\S* ?.*\u2026\s.*1 B $($long.Id)$"
        }

        # Wide enough for a size that comes when the table has begun.
        ($long | Out-String -Width $width) | Should -Match '\s{4}Size Id'
    }

    It 'of a dataset is how many entries it has' {
        (Get-FhDataset $dataset | Out-String).Trim() -split '\r?\n' | Select-Object -Last 1 | Should -Match "^Growth\s+1\s+$($dataset.Id)\s+words$"
    }

    It 'of a connection is where it leads' {
        ($connection | Out-String) | Should -Match ([regex]::Escape($connection.ServiceUri))
    }

    It 'of an error is one sentence with what to do next' {
        Get-FhDataEntry ([guid]::NewGuid()) -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Should -HaveCount 1
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        ($failures[0] | Out-String) | Should -Match 'not found|There is no'
    }
}
