<# One resolution of paths: a path that exists is that path, brackets and all; only then is it a pattern. #>

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'x[1]')).FullName
    $trap = (New-Item -ItemType Directory (Join-Path $TestDrive 'x1')).FullName
    foreach ($name in 'a.txt', 'a[1].txt', 'a1.txt', 'b.txt') {
        [IO.File]::WriteAllText((Join-Path $folder $name), "right $name")
        [IO.File]::WriteAllText((Join-Path $trap $name), "wrong $name")
    }
}

AfterAll { Stop-TestPlatform }

Describe 'A path that exists' {
    BeforeEach { Push-Location -LiteralPath $TestDrive }
    AfterEach { Pop-Location }

    It 'is that path: <_>' -ForEach @(
        '"x[1]/a[1].txt" | Send-FhFile'
        'Send-FhFile "x[1]/a[1].txt"'
        'Send-FhFile (Join-Path $folder "a[1].txt")'
        'Send-FhFile -LiteralPath "x[1]/a[1].txt"'
        'Set-Content list.csv "Path`nx[1]/a[1].txt"; Import-Csv list.csv | Send-FhFile'
        'Resolve-Path -LiteralPath "x[1]/a[1].txt" | Send-FhFile'
        'Get-FileHash -LiteralPath "x[1]/a[1].txt" | Send-FhFile'
        'Select-String -LiteralPath "x[1]/a[1].txt" -Pattern right | Send-FhFile'
        'Get-Item -LiteralPath "x[1]/a[1].txt" | Send-FhFile'
        'Send-FhFile -Path (Get-Item -LiteralPath "x[1]/a[1].txt")'
        'Send-FhFile -LiteralPath (Get-Item -LiteralPath "x[1]/a[1].txt").PSPath'
        'Get-Item -LiteralPath "x[1]/a[1].txt" | Select-Object FullName | Send-FhFile'
        'Get-Item -LiteralPath "x[1]/a[1].txt" | Select-Object PSPath | Send-FhFile'
        'Send-FhFile "x`[1`]/a`[1`].txt"'
        'Set-Location -LiteralPath $folder; Send-FhFile "a[[]1].txt"'
        'Set-Location -LiteralPath $folder; "a[1].txt" | Send-FhFile'
    ) {
        $sent = & ([scriptblock]::Create($_))
        $sent.Name | Should -Be 'a[1].txt'
        $sent | Get-FhData | Should -Be 'right a[1].txt'
    }

    It 'is that folder, in which a pattern is looked for' {
        (Send-FhFile 'x[1]/a?.txt').Name | Should -Be 'a1.txt'
        (Send-FhFile 'x[1]/*.txt' | Get-FhData) -like 'wrong*' | Should -BeNullOrEmpty
    }

    It 'may have what PowerShell reads as something else' -Skip:$IsWindows {
        [IO.File]::WriteAllText("$folder/q\w.txt", 'backslash')
        [IO.File]::WriteAllText("$folder/k:v.txt", 'colon')
        Send-FhFile 'x[1]/q\w.txt', 'x[1]/k:v.txt' | Get-FhData | Sort-Object | Should -Be 'backslash', 'colon'
        [IO.FileInfo]::new("$folder/k:v.txt") | Send-FhFile | Get-FhData | Should -Be 'colon'
        'q\w.txt', 'k:v.txt' | ForEach-Object { [IO.File]::Delete("$folder/$_") }
    }
}

Describe 'What leads nowhere' {
    BeforeEach { Push-Location -LiteralPath $trap }
    AfterEach { Pop-Location }

    It 'is one item''s error or warning, and the rest is sent: <_>' -ForEach @(
        '"a.txt", "[.txt", "nix.txt", "nix*.txt", "b.txt" | Send-FhFile'
        'Send-FhFile "a.txt", "[.txt", "nix.txt", "nix*.txt", "b.txt"'
        'Set-Content list.csv ("Path", "a.txt", "[.txt", "nix.txt", "nix*.txt", "b.txt"); Import-Csv list.csv | Send-FhFile'
    ) {
        $script = [scriptblock]::Create("$_ -ErrorVariable failures -ErrorAction SilentlyContinue -WarningVariable warnings -WarningAction SilentlyContinue")
        $sent = . $script
        $sent.Name | Sort-Object | Should -Be 'a.txt', 'b.txt'
        $failures.TargetObject | Should -Be '[.txt', 'nix.txt'
        $failures | ForEach-Object { $_.FullyQualifiedErrorId } | Should -BeLike 'FhPathNotFound,*'
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike '*nix`*.txt*'
    }

    It 'is an error for a literal path, wildcards or not' {
        (Get-TestError { Send-FhFile -LiteralPath 'nix*.txt' }).Id | Should -Be 'FhPathNotFound'
        $gone = New-Item (Join-Path $TestDrive 'gone[ab].txt')
        [IO.File]::Delete($gone.FullName)
        (Get-TestError { $gone | Send-FhFile }).Id | Should -Be 'FhPathNotFound'
    }

    It 'is on no drive, or on none of files' {
        $null = Send-FhFile 'a.txt', 'zz:x', 'Env:PATH', 'b.txt' -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures.TargetObject | Should -Be 'zz:x', 'Env:PATH'
    }
}

Describe 'One value for several files' {
    It 'of -DestinationPath is an error, as one -Name is' {
        Push-Location -LiteralPath $folder
        (Get-TestError { Send-FhFile a.txt, b.txt -DestinationPath z }).TargetObject | Should -BeLike '*b.txt'
        (Get-TestError { Send-FhFile a.txt, b.txt -Name z }).TargetObject | Should -BeLike '*b.txt'
        (Get-Item a.txt, b.txt | Send-FhFile -DestinationPath { "run/$($_.Name)" }).FilePath | Sort-Object | Should -Be 'run/a.txt', 'run/b.txt'
        Pop-Location
    }
}
