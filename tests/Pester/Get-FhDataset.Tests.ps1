BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    Connect-TestPlatform
    $dataset = New-FhDataset -Name set -Description words
    $null = 'a', 'b' | ForEach-Object { New-FhTextContent -Name $_ -Content x -DatasetId $dataset }
    $gone = '11111111-2222-4333-8444-555555555555'
}

AfterAll { Stop-TestPlatform }

Describe 'Get-FhDataset' {
    It 'gives the dataset with its entries' {
        $found = Get-FhDataset $dataset
        $found.PSObject.TypeNames | Should -Contain 'FutureHouse.Dataset'
        $found.Id, $found.Name, $found.Description | Should -Be $dataset.Id, 'set', 'words'
        $found.Entries.Name | Should -Be 'a', 'b'
        $found.Entries[0].PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        ($dataset | Get-FhDataset).Id | Should -Be $dataset.Id
    }

    It 'tells what is missing or forbidden, and goes on' {
        $found = $gone, $dataset.Id | Get-FhDataset -ErrorVariable failures -ErrorAction SilentlyContinue
        $found.Name | Should -Be 'set'
        $failures.TargetObject | Should -Be $gone
        $null = Assert-TestError { Get-FhDataset $gone } FhNotFound $gone '*Dataset not found*'
        $null = Assert-TestError { Get-FhDataset $dataset -Connection $bob } FhForbidden $dataset.Id
    }

    It 'refuses what is no id before a request is sent' {
        Clear-TestRequest
        $null = Assert-TestError { Get-FhDataset not-an-id } FhInvalidRequest not-an-id
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
