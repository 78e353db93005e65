BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    Connect-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'Set-FhDataPermission' {
    BeforeEach { $entry = New-FhTextContent e secret }

    It 'gives nothing, and with -PassThru the entry' {
        $entry | Set-FhDataPermission -ShareStatus Public | Should -BeNullOrEmpty
        $given = $entry | Set-FhDataPermission -ShareStatus Private -PassThru
        $given.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $given.ShareStatus | Should -Be 'Private'
    }

    It 'lets <Who> read it, who may not change it, and no longer' -ForEach @(
        @{ Who = 'a user'; With = @{ ShareStatus = 'Shared'; User = 'bob@example.org' } }
        @{ Who = 'an organization'; With = @{ ShareStatus = 'Shared'; Organization = 'beta' } }
        @{ Who = 'everybody'; With = @{ ShareStatus = 'Public' } }
    ) {
        $null = Assert-TestError { Get-FhData $entry -Connection $bob } FhNotFound $entry.Id
        Find-FhDataEntry -Connection $bob | Where-Object Id -EQ $entry.Id | Should -BeNullOrEmpty
        $entry | Set-FhDataPermission @With
        Find-FhDataEntry e -Connection $bob | Where-Object Id -EQ $entry.Id | Get-FhData -Connection $bob | Should -Be 'secret'
        $null = Assert-TestError { Set-FhDataPermission $entry Public -Connection $bob } FhForbidden $entry.Id
        $null = Assert-TestError { Update-FhData $entry -Content x -Connection $bob } FhForbidden $entry.Id
        $entry | Set-FhDataPermission -ShareStatus Private
        $null = Assert-TestError { Get-FhData $entry -Connection $bob } FhNotFound $entry.Id
    }

    It 'refuses what makes no sense before a request is sent: <With>' -ForEach @(
        @{ With = @{ ShareStatus = 'Private'; User = 'bob@example.org' } }
        @{ With = @{ ShareStatus = 'Public'; Organization = 'beta' } }
        @{ With = @{ ShareStatus = 'Shared' } }
        @{ With = @{ ShareStatus = 'Unknown' } }
    ) {
        Clear-TestRequest
        $null = Assert-TestError { $entry | Set-FhDataPermission @With } FhInvalidRequest -Terminating
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'tells whom the service does not know, and what is missing' {
        $null = Assert-TestError { $entry | Set-FhDataPermission -ShareStatus Shared -User nobody@example.org } FhInvalidRequest $entry.Id '*nobody@example.org*'
        Remove-FhDataEntry $entry -Force
        $null = Assert-TestError { $entry | Set-FhDataPermission -ShareStatus Public } FhNotFound $entry.Id
    }

    It 'says with -WhatIf who could read it, and sends nothing' {
        Clear-TestRequest
        Get-TestHost { $entry | Set-FhDataPermission -ShareStatus Private -WhatIf } | Should -Match 'Let only its owner'
        Get-TestHost { $entry | Set-FhDataPermission -ShareStatus Public -WhatIf } | Should -Match 'Let everyone read'
        Get-TestRequest | Should -BeNullOrEmpty
        (Get-FhDataEntry $entry).ShareStatus | Should -Be 'Private'
    }
}
