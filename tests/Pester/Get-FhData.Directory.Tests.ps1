<# Collections and hierarchies come back as the directories they were; archives are what they were, too. #>

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform

    function Set-File($Path, $Text) {
        $null = [IO.Directory]::CreateDirectory((Split-Path $Path))
        [IO.File]::WriteAllText($Path, $Text)
    }
    function Get-Names($Folder) {
        Get-ChildItem -LiteralPath $Folder -Recurse -Force | ForEach-Object { [IO.Path]::GetRelativePath($Folder, $_.FullName).Replace('\', '/') } | Sort-Object -CaseSensitive
    }
    function Get-Hash($Path) { (Get-FileHash -LiteralPath $Path).Hash }
    function New-Out { (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName }

    $tree = Join-Path $TestDrive 'tree'
    Set-File "$tree/a.txt" 'alpha'
    Set-File "$tree/sub/b [1] 🧬.csv" "x,y`r`n1,2`n"
    Set-File "$tree/sub/raw.bin" ("`0" * 5000)
    Set-File "$tree/.hidden" 'kept'
    Set-File "$tree/noise.log" 'left out'
    Set-File "$tree/.gitignore" "*.log`n"
    $null = New-Item -ItemType Directory "$tree/sub/empty"
    $expected = '.gitignore', '.hidden', 'a.txt', 'sub', 'sub/b [1] 🧬.csv', 'sub/empty', 'sub/raw.bin' | Sort-Object -CaseSensitive
    $files = '.gitignore', '.hidden', 'a.txt', 'sub/b [1] 🧬.csv', 'sub/raw.bin'

    $small = Join-Path $TestDrive 'small'
    Set-File "$small/a.txt" 'alpha'
    Set-File "$small/sub/b.bin" 'beta'
}

AfterAll { Stop-TestPlatform }

Describe 'A collection' {
    BeforeAll { $entry = Send-FhFile $tree -AsCollection }

    It 'comes back as the directory it was' {
        $out = New-Out
        $back = $entry | Get-FhData -Destination $out
        $back | Should -BeOfType [IO.DirectoryInfo]
        $back.FullName, $back.EntryId | Should -Be (Join-Path $out 'tree'), $entry.Id
        Get-Names $back.FullName | Should -Be $expected
        foreach ($path in $files) { Get-Hash (Join-Path $back $path) | Should -Be (Get-Hash (Join-Path $tree $path)) }
        (Get-ChildItem $out -Force).Name | Should -Be 'tree'
    }

    It 'keeps what is there, unless -Force is given' {
        $out = New-Out
        $null = $entry | Get-FhData -Destination $out
        $null = Assert-TestError { $entry | Get-FhData -Destination $out } FhDestinationExists $entry.Id
        ($entry | Get-FhData -Destination $out -Force).Name | Should -Be 'tree'
        Get-Names "$out/tree" | Should -Be $expected
        (Get-ChildItem $out -Force).Name | Should -Be 'tree'
    }

    It 'is told from another of its name' {
        $out = New-Out
        $entry, $entry | Get-FhData -Destination $out -WarningAction SilentlyContinue | Should -HaveCount 2
        (Get-ChildItem $out).Name | Sort-Object | Should -Be 'tree', 'tree (2)'
    }

    It 'comes with -NoExtract as the archive it is' {
        $back = $entry | Get-FhData -Destination (New-Out) -NoExtract
        $back | Should -BeOfType [IO.FileInfo]
        $back.Name | Should -Be 'tree.zip'
    }

    It 'of an empty directory is an empty directory' {
        $back = Send-FhFile "$tree/sub/empty" -AsCollection | Get-FhData -Destination (New-Out)
        $back.Name | Should -Be 'empty'
        Get-ChildItem $back -Force | Should -BeNullOrEmpty
    }

    It 'of a directory that is called like an archive has one ending' {
        Set-File "$TestDrive/odd.zip/a.txt" 'x'
        Set-File "$TestDrive/odd.zip/b.txt" 'y'
        $back = Send-FhFile "$TestDrive/odd.zip" -AsCollection | Get-FhData -Destination (New-Out)
        Get-Names $back.FullName | Should -Be 'a.txt', 'b.txt'
    }
}

Describe 'A hierarchy' {
    BeforeAll { $entries = Send-FhFile $tree }

    It 'is rebuilt with -Recurse' {
        $out = New-Out
        $back = $entries[0] | Get-FhData -Recurse -Destination $out
        $back | Should -BeOfType [IO.DirectoryInfo]
        $back.FullName | Should -Be (Join-Path $out 'tree')
        Get-Names $back.FullName | Should -Be $expected
        foreach ($path in $files) { Get-Hash (Join-Path $back $path) | Should -Be (Get-Hash (Join-Path $tree $path)) }
    }

    It 'has names with line ends' -Skip:$IsWindows {
        Set-File "$TestDrive/lines/line`nend.txt" 'x'
        $sent = Send-FhFile "$TestDrive/lines"
        $back = $sent[0] | Get-FhData -Recurse -Destination (New-Out)
        Get-Names $back.FullName | Should -Be "line`nend.txt"
    }

    It 'has a directory that is no data without -Recurse' {
        $null = Assert-TestError { Send-FhFile "$tree/sub/empty" | Get-FhData -Destination (New-Out) } FhDownloadFailed
    }
}

Describe 'A file that happens to be an archive' {
    It 'stays a file, unless its name ends in zip: <Name>' -ForEach @(
        @{ Name = 'data.zip'; Folder = 'data' }, @{ Name = 'DATA.ZIP'; Folder = 'DATA' }, @{ Name = 'arrays.npz' }, @{ Name = 'tool.jar' }, @{ Name = 'package.whl' }, @{ Name = 'report.docx' }, @{ Name = 'noname' }
    ) {
        $own = New-Out
        [IO.Compression.ZipFile]::CreateFromDirectory($small, "$own/$Name")
        $entry = Send-FhFile "$own/$Name"
        $out = New-Out
        $made = $entry | Get-FhData -Destination $out
        if ($Folder) {
            $made | Should -BeOfType [IO.DirectoryInfo]
            $made.FullName | Should -Be (Join-Path $out $Folder)
            Get-Names $made.FullName | Should -Be 'a.txt', 'sub', 'sub/b.bin'
            $made = $entry | Get-FhData -Destination (New-Out) -NoExtract
        }
        $made | Should -BeOfType [IO.FileInfo]
        $made.Name | Should -BeExactly $Name
        Get-Hash $made.FullName | Should -Be (Get-Hash "$own/$Name")
    }

    It 'in a directory comes back as the file it was' {
        $own = New-Out
        [IO.Compression.ZipFile]::CreateFromDirectory($small, "$own/tmp.zip")
        $null = [IO.Directory]::CreateDirectory("$own/tree"), [IO.Directory]::CreateDirectory("$own/alone")
        Copy-Item "$own/tmp.zip" "$own/tree/tree.zip"
        Set-File "$own/tree/a.txt" 'beside'
        $collection = Send-FhFile "$own/tree" -AsCollection | Get-FhData -Destination (New-Out)
        Get-Hash "$collection/tree.zip" | Should -Be (Get-Hash "$own/tmp.zip")
        $hierarchy = (Send-FhFile "$own/tree")[0] | Get-FhData -Recurse -Destination (New-Out)
        Get-Hash "$hierarchy/tree.zip" | Should -Be (Get-Hash "$own/tmp.zip")

        # The only thing in a directory that is called like what is made of it.
        Copy-Item "$own/tmp.zip" "$own/alone/alone.zip"
        $out = New-Out
        $null = Send-FhFile "$own/alone" -AsCollection | Get-FhData -Destination "$out/a"
        Get-Names "$out/a" | Should -Be 'alone.zip'
        Get-Hash "$out/a/alone.zip" | Should -Be (Get-Hash "$own/tmp.zip")
    }

    It 'of tricks is refused, and what is none is a file' {
        $own = New-Out
        $zip = [IO.Compression.ZipFile]::Open("$own/evil.zip", 'Create')
        $writer = [IO.StreamWriter]::new($zip.CreateEntry('../outside.txt').Open())
        $writer.Write('x')
        $writer.Dispose()
        $zip.Dispose()
        $out = Join-Path (New-Out) 'in'
        $null = [IO.Directory]::CreateDirectory($out)
        $evil = Send-FhFile "$own/evil.zip"
        $null = Assert-TestError { $evil | Get-FhData -Destination $out } FhUnsafeArchive $evil.Id
        Get-Names (Split-Path $out) | Should -Be 'in'
        [IO.File]::WriteAllText("$own/odd.zip", 'PK but no zip')
        $back = Send-FhFile "$own/odd.zip" | Get-FhData -Destination $out
        [IO.File]::ReadAllText($back.FullName) | Should -Be 'PK but no zip'
    }
}
