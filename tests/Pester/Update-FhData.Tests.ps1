BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    Connect-TestPlatform
    $line = [Environment]::NewLine
    $gone = '11111111-2222-4333-8444-555555555555'
    $bytes = Join-Path $TestDrive 'with [x].bin'
    [IO.File]::WriteAllBytes($bytes, [byte[]](0..255))
    $markdown = Join-Path $TestDrive 't.md'
    [IO.File]::WriteAllText($markdown, "text`r`n")
}

AfterAll { Stop-TestPlatform }

Describe 'Update-FhData' {
    BeforeEach {
        $entry = New-FhTextContent -Name note -Content zero -FilePath note.txt
        Clear-TestRequest
    }

    It 'gives the entry with what is new, and keeps what was' {
        $updated = Update-FhData $entry -Content one -NewName renamed -Description why
        $updated.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $updated.Id, $updated.Version, $updated.Name, $updated.Description | Should -Be $entry.Id, 1, 'renamed', 'why'
        Get-FhData $entry | Should -BeExactly 'one'
        Get-FhData $entry -Version 0 | Should -BeExactly 'zero'
        (Get-FhDataEntry $entry -Version 0).Name | Should -Be 'note'
    }

    It 'takes the text from where it is given: <Script>' -ForEach @(
        @{ Script = { 'one', 'two' | Update-FhData $entry }; Text = "one$([Environment]::NewLine)two$([Environment]::NewLine)" }
        @{ Script = { Update-FhData $entry -Content "a`r`nb" }; Text = "a`r`nb" }
        @{ Script = { Update-FhData $entry '' }; Text = '' }
        @{ Script = { [pscustomobject]@{ Id = $entry.Id; Content = 'row' } | Update-FhData }; Text = 'row' }
        @{ Script = { $entry | Update-FhData -Content piped }; Text = 'piped' }
        @{ Script = { Update-FhData $entry -Content 42 }; Text = '42' }
        @{ Script = { Update-FhData $entry -Path $markdown }; Text = "text`r`n" }
        @{ Script = { $other = New-FhTextContent -Name o -Content other; $entry | Update-FhData -SourceId $other; Remove-FhDataEntry $other -Force }; Text = 'other' }
    ) {
        & $Script | Should -HaveCount 1
        Get-FhData $entry | Should -BeExactly $Text
    }

    It 'takes the bytes of a file, and leaves no entry beside' {
        $null = [pscustomobject]@{ Id = $entry.Id; Path = $bytes } | Update-FhData
        $back = Get-FhData $entry -Destination (Join-Path $TestDrive 'back')
        $back.Name | Should -Be 'with [x].bin'
        (Get-FileHash -LiteralPath $back.FullName).Hash | Should -Be (Get-FileHash -LiteralPath $bytes).Hash
        (Get-FhDataset $entry.DatasetId).Entries | Should -HaveCount 1
    }

    It 'warns of bytes that it could not remove again' {
        Add-TestFault entries.delete return-422
        $null = Update-FhData $entry -Path $bytes -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match 'Remove-FhDataEntry'
    }

    It 'makes a draft, which is not shown' {
        (Update-FhData $entry -Content draft -Draft).Id | Should -Be $entry.Id
        Get-FhData $entry | Should -BeExactly 'zero'
    }

    It 'on a stale base is a conflict that names the newer one' {
        $newer = Update-FhData $entry -Content one
        $null = Assert-TestError { Update-FhData $entry -Content late -BaseRevisionId $entry } FhConflict $entry.Id "*$($newer.RevisionId)*"
        $null = Assert-TestError { Update-FhData $entry -Path $bytes -BaseRevisionId $entry.RevisionId } FhConflict $entry.Id
        $draft = Update-FhData $entry -Content draft -Draft
        $null = Assert-TestError { Update-FhData $entry -Content x -BaseRevisionId $draft } FhConflict $entry.Id
        (Update-FhData $entry -Content two -BaseRevisionId $newer).Version | Should -BeGreaterThan 1
    }

    It 'refuses what cannot be bound before a request is sent: <Script>' -ForEach @(
        { Update-FhData $entry -Content x -Path y }, { Update-FhData $entry -Content x -SourceId $entry }, { Update-FhData $entry -Path y -SourceId $entry }, { $entry | Update-FhData -NewName m }, { [IO.FileInfo]::new('a') | Update-FhData $entry }
        { Get-Item -LiteralPath $PSScriptRoot | Update-FhData $entry }, { @{ a = 1 } | Update-FhData $entry }, { [pscustomobject]@{ Id = $entry.Id; Other = 1 } | Update-FhData }, { Update-FhData $entry -Content $entry }, { Update-FhData $entry -Content x -BaseRevisionId nothing }
    ).ForEach({ @{ Script = $_ } }) {
        Get-TestError $Script | Should -HaveCount 1
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'refuses what makes no sense' {
        $null = Assert-TestError { Update-FhData $entry, $entry -Content x -BaseRevisionId $entry } FhInvalidRequest
        $null = Assert-TestError { Update-FhData 'no/id' -Content x } FhInvalidRequest 'no/id'
        Get-TestRequest | Should -BeNullOrEmpty
        $null = Assert-TestError { Update-FhData $entry -Content "a`0b" } FhInvalidRequest $entry.Id
        $null = Assert-TestError { Update-FhData $entry -Path "$markdown.none" } FhPathNotFound $entry.Id "*$markdown.none*"
        $null = Assert-TestError { Update-FhData $entry -Path $TestDrive } FhPathUnreadable
        [IO.File]::WriteAllText((Join-Path $TestDrive 'u.md'), 'u')
        $null = Assert-TestError { Update-FhData $entry -Path (Join-Path $TestDrive '*.md') } FhInvalidRequest
        Get-FhData $entry | Should -BeExactly 'zero'
    }

    It 'tells what is missing or forbidden' {
        $null = Assert-TestError { Update-FhData $entry -SourceId $gone } FhNotFound $entry.Id
        $null = Assert-TestError { Update-FhData $gone -Content x } FhNotFound $gone
        $null = Assert-TestError { Update-FhData $entry -Content x -Connection $bob } FhNotFound $entry.Id
        $entry | Set-FhDataPermission -ShareStatus Public
        $null = Assert-TestError { Update-FhData $entry -Content x -Connection $bob } FhForbidden $entry.Id
    }

    It 'says with -WhatIf what it would take, and sends nothing' {
        Get-TestHost { Update-FhData $entry -Content abc -WhatIf } | Should -Match 'with text \(3 B\)'
        Get-TestHost { Update-FhData $entry -Path $markdown -Draft -WhatIf } | Should -Match 'as text \(6 B\), as a draft'
        Get-TestHost { Update-FhData $entry -Path $bytes -WhatIf } | Should -Match 'the bytes of'
        Get-TestHost { Update-FhData $entry -SourceId $entry -WhatIf } | Should -Match 'what entry'
        Get-TestRequest | Should -BeNullOrEmpty
        Get-FhDataRevision $entry | Should -HaveCount 1
    }
}

Describe 'A path of Update-FhData' {
    BeforeAll {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'x[1]')).FullName
        'a[1].txt', 'a1.txt', 'b.txt' | ForEach-Object { [IO.File]::WriteAllText((Join-Path $folder $_), "right $_") }
    }
    BeforeEach { Push-Location -LiteralPath $TestDrive }
    AfterEach { Pop-Location }

    It 'that exists is that path, brackets and all' {
        $entry = New-FhTextContent 'e' 'x'
        $null = Update-FhData $entry -Path 'x[1]/a[1].txt'
        Get-FhData $entry | Should -Be 'right a[1].txt'
        $null = Update-FhData $entry -Path (Get-Item -LiteralPath 'x[1]/b.txt')
        Get-FhData $entry | Should -Be 'right b.txt'
    }

    It 'that leads nowhere is the row''s error, and the rest is updated' {
        $one, $two, $three = 'x', 'y', 'z' | ForEach-Object { New-FhTextContent $_ $_ }
        $made = [pscustomobject]@{ Id = $one.Id; Path = '[.txt' }, [pscustomobject]@{ Id = $two.Id; Path = 'nix.txt' }, [pscustomobject]@{ Id = $three.Id; Path = 'x[1]/b.txt' } |
            Update-FhData -ErrorVariable failures -ErrorAction SilentlyContinue
        $made.Id | Should -Be $three.Id
        $failures | ForEach-Object { $_.FullyQualifiedErrorId } | Should -BeLike 'FhPathNotFound,*'
        $failures | Should -HaveCount 2
    }
}
