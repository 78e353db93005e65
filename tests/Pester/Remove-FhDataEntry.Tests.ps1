BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    $connection = Connect-TestPlatform -PassThru
    $gone = '11111111-2222-4333-8444-555555555555'
}

AfterAll { Stop-TestPlatform }

Describe 'Remove-FhDataEntry' {
    BeforeEach {
        $entry = New-FhTextContent -Name kept -Content x
        Clear-TestRequest
    }

    It 'removes what is piped in, and gives nothing' {
        $other = New-FhTextContent -Name other -Content x
        $entry, $other | Remove-FhDataEntry -Force | Should -BeNullOrEmpty
        $null = Assert-TestError { $entry | Get-FhDataEntry } FhNotFound $entry.Id
        $null = Assert-TestError { $other | Get-FhDataEntry } FhNotFound $other.Id
    }

    It 'says with -WhatIf what it would remove, and sends nothing' {
        Get-TestHost { $entry | Remove-FhDataEntry -WhatIf } | Should -Match $entry.Id
        Get-TestHost { $entry | Remove-FhDataEntry -Force -WhatIf } | Should -Match $entry.Id
        Get-TestHost { $WhatIfPreference = $true; $entry | Remove-FhDataEntry -Force } | Should -Match $entry.Id
        Get-TestRequest | Should -BeNullOrEmpty
        (Get-FhDataEntry $entry).Name | Should -Be 'kept'
    }

    It 'asks, and what is not answered is not removed' {
        $variables = @{ id = $entry.Id; connection = $connection }
        $asked = Invoke-TestRunspace '$id | Remove-FhDataEntry -Connection $connection' -Variable $variables
        $asked.Errors | Should -HaveCount 1
        "$($asked.Errors)" | Should -BeLike "*confirmation*Remove*$($entry.Id)*"
        Get-TestRequest | Should -BeNullOrEmpty
        foreach ($sure in '-Confirm:$false', '-Force') {
            $entry = New-FhTextContent -Name kept -Content x
            (Invoke-TestRunspace "`$id | Remove-FhDataEntry -Connection `$connection $sure" -Variable @{ id = $entry.Id; connection = $connection }).Errors | Should -BeNullOrEmpty
            $null = Assert-TestError { Get-FhDataEntry $entry } FhNotFound $entry.Id
        }
    }

    It 'tells what is missing or forbidden, and goes on' {
        $gone, $entry.Id | Remove-FhDataEntry -Force -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Should -HaveCount 1
        $failures[0].TargetObject | Should -Be $gone
        $null = Assert-TestError { Get-FhDataEntry $entry } FhNotFound $entry.Id

        # Whoever may not see it is not told that it is there; whoever may only read it is.
        $hers = New-FhTextContent -Name hers -Content x
        $null = Assert-TestError { Remove-FhDataEntry $hers -Force -Connection $bob } FhNotFound $hers.Id
        $hers | Set-FhDataPermission -ShareStatus Public
        $null = Assert-TestError { Remove-FhDataEntry $hers -Confirm:$false -Connection $bob } FhForbidden $hers.Id
        (Get-FhDataEntry $hers).Name | Should -Be 'hers'
    }

    It 'leaves the children of a parent that goes where they are' {
        $dataset = New-FhDataset tree
        $above = New-FhTextContent -Name above -Content x -DatasetId $dataset
        $child = New-FhTextContent -Name child -Content x -DatasetId $dataset -ParentId $above
        Remove-FhDataEntry $above -Force
        (Get-FhDataEntry -DatasetId $dataset).Id | Should -Be $child.Id
    }

    It 'removes no entry for one of its revisions, and names no host' {
        $null = Update-FhData $entry -Content y
        $failed = Assert-TestError { (Get-FhDataRevision $entry)[0] | Remove-FhDataEntry -Force } FhInvalidRequest -Message '*EntryId*'
        "$failed" | Should -Not -Match '@'
        (Get-FhDataEntry $entry).Name | Should -Be 'kept'
    }
}
