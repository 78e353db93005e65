BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'New-FhDataset' {
    It 'makes one with what was said of it' {
        $id = [guid]::NewGuid()
        $dataset = New-FhDataset -Name set -Description words -Id $id
        $dataset.PSObject.TypeNames | Should -Contain 'FutureHouse.Dataset'
        foreach ($one in $dataset, (Get-FhDataset $id)) {
            $one.Id, $one.Name, $one.Description | Should -Be $id, 'set', 'words'
            $one.Entries | Should -BeNullOrEmpty
        }
        $dataset.UserId | Should -Be $null -Because 'the service does not tell it here'
        $one.UserId | Should -Be 'user-ann'
        $one.CreatedAt | Should -BeOfType [DateTimeOffset]
    }

    It 'makes one, whatever befalls the answer: <_>' -ForEach 'return-503', 'return-429-retry-after-0', 'return-reset-connection', 'return-truncated-json', 'return-expired-token', 'return-403', 'lose-answer' {
        Add-TestFault datasets.create $_
        $id = [guid]::NewGuid()
        (New-FhDataset d -Id $id).Id | Should -Be $id
        Get-TestFault -Pending | Should -BeNullOrEmpty
        (Get-FhDataset $id).Name | Should -Be 'd'
    }

    It 'keeps the one that has the id' {
        $dataset = New-FhDataset one
        $null = Assert-TestError { New-FhDataset two -Id $dataset } FhConflict
        $null = Assert-TestError { New-FhDataset two -Id $dataset.Id } FhConflict
        (Get-FhDataset $dataset).Name | Should -Be 'one'
    }

    It 'refuses an empty name before a request is sent' {
        Clear-TestRequest
        $null = Assert-TestError { New-FhDataset '' } FhInvalidRequest -Terminating -Message '*-Name is bound to nothing*'
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'says with -WhatIf what it would make, and sends nothing' {
        Clear-TestRequest
        Get-TestHost { New-FhDataset d -WhatIf } | Should -Match "'d'"
        Get-TestHost { $WhatIfPreference = $true; New-FhDataset d } | Should -HaveCount 1
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
