BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    Connect-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'Set-FhDataTag' {
    BeforeEach { $entry = New-FhTextContent e x -Tag b, a }

    It 'gives nothing, and with -PassThru the entry' {
        $entry | Set-FhDataTag -Tag x | Should -BeNullOrEmpty
        $given = $entry | Set-FhDataTag -Tag y -PassThru
        $given.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $given.Tags | Should -Be 'y'
    }

    It 'replaces, each once, in the order given' {
        (Set-FhDataTag $entry x, y, x -PassThru).Tags | Should -Be 'x', 'y'
        (Get-FhDataEntry $entry).Tags | Should -Be 'x', 'y'
    }

    It 'adds with -Append, each once, to what was found' {
        Find-FhDataEntry e -Tag b | Where-Object Id -EQ $entry.Id | Set-FhDataTag -Tag c, a, d -Append
        (Get-FhDataEntry $entry).Tags | Should -Be 'b', 'a', 'c', 'd'
        (Set-FhDataTag $entry c -Append -PassThru).Tags | Should -Be 'b', 'a', 'c', 'd'
    }

    It 'takes all away with an empty list, and none with an empty tag' {
        $null = Get-TestError { $entry | Set-FhDataTag -Tag '' } | Should -HaveCount 1
        (Get-FhDataEntry $entry).Tags | Should -Be 'b', 'a'
        $entry | Set-FhDataTag -Tag @()
        (Get-FhDataEntry $entry).Tags | Should -BeNullOrEmpty
    }

    It 'takes rows with an id and a tag' {
        [pscustomobject]@{ Id = $entry.Id; Tag = 'csv' } | Set-FhDataTag
        (Get-FhDataEntry $entry).Tags | Should -Be 'csv'
    }

    It 'tells what is missing or forbidden, and goes on' {
        $gone = [guid]::NewGuid()
        $changed = $gone, $entry.Id | Set-FhDataTag -Tag new -PassThru -ErrorVariable failures -ErrorAction SilentlyContinue
        $changed.Tags | Should -Be 'new'
        $failures.TargetObject | Should -Be $gone
        $null = Assert-TestError { Set-FhDataTag $gone x } FhNotFound $gone
        $entry | Set-FhDataPermission -ShareStatus Public
        $null = Assert-TestError { Set-FhDataTag $entry x -Connection $bob } FhForbidden $entry.Id
    }

    It 'says with -WhatIf what it would change, and sends nothing' {
        Clear-TestRequest
        Get-TestHost { $entry | Set-FhDataTag -Tag other -WhatIf } | Should -Match "other.*$($entry.Id)|$($entry.Id).*other"
        Get-TestRequest | Should -BeNullOrEmpty
        (Get-FhDataEntry $entry).Tags | Should -Be 'b', 'a'
    }
}
