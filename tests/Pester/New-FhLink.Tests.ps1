BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'New-FhLink' {
    It 'keeps the address with what was said of it' {
        $link = New-FhLink api https://example.org/api -Description d -Instructions 'call it' -ApiKey 'k-secret' -Tag x -Metadata @{ plate = 3 }
        $link.StorageType, $link.Description, $link.Tags | Should -Be 'Link', 'd', 'x'
        $source = $link | Get-FhData
        $source.PSObject.TypeNames | Should -Contain 'FutureHouse.ExternalSource'
        $source.Url, $source.Instructions, $source.HasApiKey, $source.Metadata.plate | Should -Be 'https://example.org/api', 'call it', $true, 3
    }

    It 'gives the key on request, and shows it nowhere: -ApiKey <_>' -ForEach '"k-secret"', '(ConvertTo-SecureString "k-secret" -AsPlainText)' {
        $key = & ([scriptblock]::Create($_))
        $said = [Collections.Generic.List[object]]::new()
        $link = New-FhLink -Name api -Uri https://example.org/api -ApiKey $key -Verbose -Debug 4>&1 5>&1 | ForEach-Object { $said.Add($_); $_ } | Where-Object { $_ -isnot [Management.Automation.InformationalRecord] }
        $source = $link | Get-FhData -Verbose 4>&1 | ForEach-Object { $said.Add($_); $_ } | Where-Object { $_ -isnot [Management.Automation.InformationalRecord] }
        $said.Count | Should -BeGreaterThan 2 -Because 'there are verbose lines'
        $source.GetApiKey() | ConvertFrom-SecureString -AsPlainText | Should -Be 'k-secret'
        foreach ($shown in ($said | ForEach-Object { "$_" }), ($source | Out-String), ($source | Format-List * -Force), ($source | ConvertTo-Json -Depth 9), ($link | Format-List * -Force), ($link | ConvertTo-Json -Depth 9), ($link.Locations | Format-List * -Force)) {
            ($shown | Out-String) | Should -Not -Match 'k-secret'
        }
        $source | Out-String | Should -Match 'HasApiKey\s*: True'
    }

    It 'takes rows, in which blank cells are not given' {
        $made = [pscustomobject]@{ Name = 'a'; Uri = 'https://example.org/1'; Instructions = '' }, [pscustomobject]@{ Name = 'b'; Uri = 'https://example.org/2' } | New-FhLink
        $made.Name | Should -Be 'a', 'b'
        ($made | Get-FhData).Url | Sort-Object | Should -Be 'https://example.org/1', 'https://example.org/2'
    }

    It 'refuses a link that nobody could use: <Uri>' -ForEach @(
        @{ Uri = 'example.org'; Says = '*absolute address*' }
        @{ Uri = '/etc/passwd'; Says = '*Send-FhFile*' }
        @{ Uri = 'https://me:pw-secret@example.org'; Says = '*-ApiKey*' }
    ) {
        Clear-TestRequest
        $failed = Assert-TestError { New-FhLink l $Uri } FhInvalidRequest l $Says
        "$failed $($failed.Exception)" | Should -Not -Match 'pw-secret'
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'refuses one without a name' {
        $null = Assert-TestError { New-FhLink '' https://example.org } FhInvalidRequest -Terminating -Message '*-Name is bound to nothing*'
    }

    It 'says with -WhatIf what it would make, and sends nothing' {
        Clear-TestRequest
        Get-TestHost { New-FhLink c https://example.org -WhatIf } | Should -Match 'https://example.org'
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
