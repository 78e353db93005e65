BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $tree = New-Item -ItemType Directory (Join-Path $TestDrive 'tree')
    $null = New-Item -ItemType Directory (Join-Path $tree 'sub/empty')
    Set-Content -LiteralPath (Join-Path $tree 'a.txt') -Value 'alpha' -NoNewline
    Set-Content -LiteralPath (Join-Path $tree 'sub/b [1].csv') "x,y`n1,2`n" -NoNewline
    Set-Content -LiteralPath (Join-Path $tree 'noise.log') -Value 'left out' -NoNewline
    Set-Content -LiteralPath (Join-Path $tree '.gitignore') "*.log`n" -NoNewline

    function Get-Names($Folder) {
        Get-ChildItem -LiteralPath $Folder -Recurse -Force | ForEach-Object { [IO.Path]::GetRelativePath($Folder, $_.FullName).Replace('\', '/') } | Sort-Object -CaseSensitive
    }
    $expected = '.gitignore', 'a.txt', 'sub', 'sub/b [1].csv', 'sub/empty'
}

AfterAll { Stop-TestPlatform }

Describe 'A directory' {
    It 'goes as one collection and comes back as it was' {
        $entry = Send-FhFile $tree -AsCollection
        $entry | Should -HaveCount 1
        $entry.IsCollection | Should -BeTrue
        $entry.FilePath | Should -Be 'tree.zip'
        $back = $entry | Get-FhData -Destination (Join-Path $TestDrive 'collection')
        $back | Should -BeOfType [IO.DirectoryInfo]
        $back.EntryId | Should -Be $entry.Id
        Get-Names $back.FullName | Should -Be $expected
        Get-Content -LiteralPath (Join-Path $back 'sub/b [1].csv') -Raw | Should -BeExactly "x,y`n1,2`n"
    }

    It 'goes as a hierarchy, the root first, and is rebuilt' {
        $entries = Get-Item $tree | Send-FhFile
        $entries | Should -HaveCount 6
        $entries[0].Name | Should -Be 'tree'
        $entries.DatasetId | Sort-Object -Unique | Should -HaveCount 1
        $back = $entries[0] | Get-FhData -Recurse -Destination (Join-Path $TestDrive 'hierarchy')
        Get-Names $back.FullName | Should -Be $expected
    }

    It 'says with -WhatIf what would become of it, and sends nothing' {
        Send-FhFile $tree -WhatIf | Should -BeNullOrEmpty
    }

    It 'takes rules of the caller over those of files' {
        $entries = Send-FhFile $tree -IgnorePattern '!noise.log', 'a.*'
        $entries.Name | Should -Contain 'noise.log'
        $entries.Name | Should -Not -Contain 'a.txt'
    }

    It 'is not what -AsCollection takes a file for' {
        { Send-FhFile (Join-Path $tree 'a.txt') -AsCollection -ErrorAction Stop } | Should -Throw -ErrorId 'FhInvalidRequest,*'
    }

    It 'reports a manifest that cannot be read, with the line' {
        Set-Content -LiteralPath (Join-Path $TestDrive 'bad.json') "{`n `"tree`": [1]`n}" -NoNewline
        { Send-FhFile $tree -ManifestFileName (Join-Path $TestDrive 'bad.json') -ErrorAction Stop } | Should -Throw -ErrorId 'FhManifestInvalid,*' -ExpectedMessage '*line 2*'
    }
}
