BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $store = Join-Path $TestDrive 'store'
    $connection = Connect-Fh -Local -Path $store
}

AfterAll { Stop-TestPlatform }

Describe 'A first session' {
    It 'is connected to the local platform, and shows no secret' {
        $connection.ServiceUri.IsLoopback | Should -BeTrue
        $connection.Organizations | Should -Not -BeNullOrEmpty
        $key = (Get-Content (Join-Path $store 'connection.json') -Raw | ConvertFrom-Json).api_key
        $key | Should -Not -BeNullOrEmpty
        ($connection | Format-List * | Out-String) | Should -Not -Match ([regex]::Escape($key))
    }

    It 'sends what Get-ChildItem pipes in, and fetches it back byte for byte' {
        $source = New-Item -ItemType Directory (Join-Path $TestDrive 'source')
        [IO.File]::WriteAllText((Join-Path $source 'crlf.txt'), "one`r`ntwo`rthree`n")
        [IO.File]::WriteAllBytes((Join-Path $source 'bytes.bin'), [byte[]](0..255))
        [IO.File]::WriteAllBytes((Join-Path $source 'empty.bin'), [byte[]]@())
        [IO.File]::WriteAllText((Join-Path $source 'with [brackets] and 🧬.csv'), "a,b`n1,2`n")
        $dataset = New-FhDataset -Name 'piped'

        $sent = Get-ChildItem $source -File | Send-FhFile -DatasetId $dataset
        $sent | Should -HaveCount 4
        $sent.Status | Sort-Object -Unique | Should -Be 'Active'

        $target = New-Item -ItemType Directory (Join-Path $TestDrive 'target')
        $back = (Get-FhDataset $dataset.Id).Entries | Get-FhData -Destination $target
        $back | Should -HaveCount 4
        foreach ($file in $back) {
            (Get-FileHash -LiteralPath $file.FullName).Hash | Should -Be (Get-FileHash -LiteralPath (Join-Path $source $file.Name)).Hash
        }
    }

    It 'keeps a file that is there unless -Force is given' {
        $entry = New-FhTextContent -Name 'kept' -Content 'new' -FilePath 'kept.txt'
        $target = New-Item -ItemType Directory (Join-Path $TestDrive 'kept')
        Set-Content (Join-Path $target 'kept.txt') 'old' -NoNewline
        { $entry | Get-FhData -Destination $target -ErrorAction Stop } | Should -Throw -ErrorId 'FhDestinationExists,*'
        Get-Content (Join-Path $target 'kept.txt') -Raw | Should -Be 'old'
        $null = $entry | Get-FhData -Destination $target -Force
        Get-Content (Join-Path $target 'kept.txt') -Raw | Should -Be 'new'
    }

    It 'joins piped strings as lines of one entry' {
        'one', 'two' | New-FhTextContent -Name 'lines' | Get-FhData | Should -Match '^one\r?\ntwo'
    }

    It 'removes nothing with -WhatIf, and the entry without' {
        $entry = New-FhTextContent -Name 'gone' -Content 'x'
        $entry | Remove-FhDataEntry -WhatIf
        ($entry | Get-FhDataEntry).Id | Should -Be $entry.Id
        $entry | Remove-FhDataEntry -Force
        { $entry | Get-FhDataEntry -ErrorAction Stop } | Should -Throw -ErrorId 'FhNotFound,*'
    }

    It 'reports one error for a path that is missing and sends the rest' {
        $there = New-Item (Join-Path $TestDrive 'there.txt') -Value 'x'
        $sent = Send-FhFile -LiteralPath (Join-Path $TestDrive 'missing.txt'), $there -ErrorVariable failures -ErrorAction SilentlyContinue
        $sent | Should -HaveCount 1
        $failures | Should -HaveCount 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'FhPathNotFound,*'
    }
}
