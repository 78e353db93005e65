BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $gone = '11111111-2222-4333-8444-555555555555'
    function New-Pending { (Invoke-FhRestMethod /v0.1/data-storage/data-entries -Method Post -Body @{ name = 'p'; file_path = 'p.bin' }).data_storage.id }
    function Set-Status($Id, $Status) { $null = Invoke-FhRestMethod "/v0.1/data-storage/data-entries/$Id" -Method Patch -Body @{ status = $Status } }
}

AfterAll { Stop-TestPlatform }

Describe 'Wait-FhDataEntry' {
    It 'gives what is active at once' {
        $entry = New-FhTextContent -Name there -Content x
        $given = $entry | Wait-FhDataEntry
        $given.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $given.Id, $given.Status | Should -Be $entry.Id, 'Active'
    }

    It 'says when time is up' {
        $pending = New-Pending
        $null = Assert-TestError { Wait-FhDataEntry $pending -TimeoutSec 0 } FhTimeout $pending
        $null = Assert-TestError { Wait-FhDataEntry $pending -TimeoutSec 1 } FhTimeout $pending
    }

    It 'is what Get-FhData advises for what is pending, and not for what failed' {
        $pending = New-Pending
        (Assert-TestError { Get-FhData $pending } FhDownloadFailed $pending).ErrorDetails.RecommendedAction | Should -Match 'Wait-FhDataEntry'
        Set-Status $pending failed
        (Assert-TestError { Get-FhData $pending } FhDownloadFailed $pending).ErrorDetails.RecommendedAction | Should -Not -Match 'destination|Wait-FhDataEntry'
    }

    It 'tells what failed or is missing, and goes on' {
        $failed = New-Pending
        Set-Status $failed failed
        $given = $failed, $gone, (New-FhTextContent t x) | Wait-FhDataEntry -ErrorVariable failures -ErrorAction SilentlyContinue
        $given.Name | Should -Be 't'
        $failures.TargetObject | Should -Be $failed, $gone
        $null = Assert-TestError { Wait-FhDataEntry $failed } FhUploadFailed $failed
        $null = Assert-TestError { Wait-FhDataEntry $gone } FhNotFound $gone
    }
}
