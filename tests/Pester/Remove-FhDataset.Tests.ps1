BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    $connection = Connect-TestPlatform -PassThru
    $gone = '11111111-2222-4333-8444-555555555555'
}

AfterAll { Stop-TestPlatform }

Describe 'Remove-FhDataset' {
    BeforeEach {
        $dataset = New-FhDataset set
        $entries = 1..3 | ForEach-Object { New-FhTextContent -Name $_ -Content x -DatasetId $dataset }
        Clear-TestRequest
    }

    It 'takes the entries with it, and gives nothing' {
        $dataset | Remove-FhDataset -Force | Should -BeNullOrEmpty
        $null = Assert-TestError { Get-FhDataset $dataset } FhNotFound $dataset.Id
        $null = Assert-TestError { Get-FhDataEntry $entries[0] } FhNotFound $entries[0].Id
    }

    It 'counts the entries only for who is asked' {
        Get-TestHost { Remove-FhDataset $dataset -WhatIf } | Should -Match 'with its 3 entries'
        Get-TestHost { Remove-FhDataset $dataset -Force -WhatIf } | Should -Match 'with its 3 entries'
        Get-TestRequest datasets.get | Should -HaveCount 2
        Get-TestRequest | Where-Object method -NE GET | Should -BeNullOrEmpty
        (Get-FhDataset $dataset).Entries | Should -HaveCount 3
        Clear-TestRequest
        Remove-FhDataset $dataset -Force
        Get-TestRequest datasets.get | Should -BeNullOrEmpty
    }

    It 'asks, and what is not answered is not removed' {
        $asked = Invoke-TestRunspace 'Remove-FhDataset $id -Connection $connection' -Variable @{ id = $dataset.Id; connection = $connection }
        $asked.Errors | Should -HaveCount 1
        "$($asked.Errors)" | Should -BeLike "*confirmation*with its 3 entries*"
        (Get-FhDataset $dataset).Entries | Should -HaveCount 3
        (Invoke-TestRunspace 'Remove-FhDataset $id -Connection $connection -Confirm:$false' -Variable @{ id = $dataset.Id; connection = $connection }).Errors | Should -BeNullOrEmpty
        $null = Assert-TestError { Get-FhDataset $dataset } FhNotFound $dataset.Id
    }

    It 'tells what is missing or forbidden' {
        $null = Assert-TestError { Remove-FhDataset $gone -Force } FhNotFound $gone
        $null = Assert-TestError { Remove-FhDataset $gone -WhatIf } FhNotFound $gone
        $null = Assert-TestError { Remove-FhDataset $dataset -Confirm:$false -Connection $bob } FhForbidden $dataset.Id
        (Get-FhDataset $dataset).Entries | Should -HaveCount 3
    }
}
