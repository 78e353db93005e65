BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $platform = Start-TestPlatform -PassThru
    Connect-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'Invoke-FhRestMethod' {
    It 'gives the answer as objects' {
        (Invoke-FhRestMethod /v0.1/organizations -Query @{ filter = $true }).name | Should -Be 'alpha'
        $made = Invoke-FhRestMethod v0.1/data-storage/workspaces Post -Body ([ordered]@{ name = 'w'; tags = @('x', 'y') })
        $made | Should -BeOfType [pscustomobject]
        $made.data_storage.tags -join ' ' | Should -Be 'workspace x y'
        $made.version | Should -BeOfType [long]
        $made.version | Should -Be 0
        $made.PSObject.Properties['content'].Value | Should -Be $null
    }

    It 'takes every method, and bodies as text' {
        $path = "/v0.1/data-storage/workspaces/$((Invoke-FhRestMethod v0.1/data-storage/workspaces Post -Body @{ name = 'w' }).data_storage.id)"
        (Invoke-FhRestMethod $path -Method PATCH -Body '{"name": "v"}').data_storage.name | Should -Be 'v'
        Invoke-FhRestMethod $path -Method Delete | Should -BeNullOrEmpty
        $null = Assert-TestError { Invoke-FhRestMethod $path } FhNotFound
    }

    It 'takes several values of one name in a query' {
        { Invoke-FhRestMethod /v0.1/data-storage/provenance/data-entries -Query ([ordered]@{ actor_id = 'a', 'b'; operation = 'create' }) } | Should -Not -Throw
    }

    It 'refuses what makes no sense before a request is sent: <Script>' -ForEach @(
        { Invoke-FhRestMethod https://elsewhere.example.org/v0.1/organizations }, { Invoke-FhRestMethod /auth/login -Method Post -Body @{ api_key = 'key' } }, { Invoke-FhRestMethod /v0.1/x -Method Post -Body 'no json' }
        { Invoke-FhRestMethod /v0.1/x -Body @{} }, { $h = @{}; $h.self = $h; Invoke-FhRestMethod /v0.1/x -Method Post -Body $h }, { Invoke-FhRestMethod /v0.1/x -Method Post -Body @{ n = [double]::NaN } }
    ).ForEach({ @{ Script = $_ } }) {
        Clear-TestRequest
        $failed = Get-TestError $Script
        $failed | Should -HaveCount 1
        $failed.Id | Should -Be FhInvalidRequest
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'tells what the service refuses, field by field' {
        $null = Assert-TestError { Invoke-FhRestMethod /v0.1/none } FhNotFound
        $token = (Invoke-RestMethod "$($platform.Url)/auth/login" -Method Post -Body (@{ api_key = $platform.Users.ann.api_key } | ConvertTo-Json) -ContentType application/json).access_token
        $raw = Invoke-RestMethod "$($platform.Url)/v0.1/data-storage/data-entries" -Method Post -Body '{ "name": 1, "is_collection": "no" }' -ContentType application/json -Headers @{ Authorization = "Bearer $token" } -SkipHttpErrorCheck
        $fields = $raw.detail | ForEach-Object { $_.loc[1] }
        $fields | Should -Not -BeNullOrEmpty
        $failed = Assert-TestError { Invoke-FhRestMethod /v0.1/data-storage/data-entries -Method Post -Body @{ name = 1; is_collection = 'no' } } FhInvalidRequest
        foreach ($field in $fields) { "$failed" | Should -Match $field }
    }

    It 'says with -WhatIf what it would send, and sends nothing' {
        Clear-TestRequest
        Get-TestHost { Invoke-FhRestMethod /v0.1/data-storage/workspaces -Method Post -Body @{ name = 'w' } -WhatIf } | Should -Match 'POST /v0.1/data-storage/workspaces'
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'shows no secret of an answer' {
        $file = New-Item (Join-Path $TestDrive 'a.bin') -Value 'x'
        $answer = Invoke-FhRestMethod "/v0.1/data-storage/data-entries/$(($file | Send-FhFile).Id)"
        $config = $answer.storage_locations[0].storage_config
        $config.signed_url | Should -BeOfType [securestring]
        foreach ($shown in "$answer", "$config", ($config | Format-List * -Force | Out-String), ($answer | ConvertTo-Json -Depth 9), [Management.Automation.PSSerializer]::Serialize($answer)) { $shown | Should -Not -Match 'Signature' }
        $url = $config.signed_url | ConvertFrom-SecureString -AsPlainText
        $url | Should -Match 'X-Goog-Signature'
        $said = Invoke-FhRestMethod $url -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        $said | Should -Not -BeNullOrEmpty
        "$said" | Should -Not -Match 'Signature'
    }
}
