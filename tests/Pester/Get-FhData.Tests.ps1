BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    Connect-TestPlatform
    $gone = '11111111-2222-4333-8444-555555555555'
    $file = Join-Path $TestDrive 'a.bin'
    $bytes = [byte[]]::new(300000)
    [Random]::new(3).NextBytes($bytes)
    [IO.File]::WriteAllBytes($file, $bytes)
    function New-Out { (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName }
}

AfterAll { Stop-TestPlatform }

Describe 'Get-FhData' {
    It 'gives a text as a string that says where it came from' {
        $entry = New-FhTextContent -Name t -Content "a`r`nb 🧬" -FilePath n/t.txt
        $text = $entry | Get-FhData
        $text | Should -BeOfType [string]
        $text | Should -BeExactly "a`r`nb 🧬"
        $text.EntryId, $text.EntryName, $text.FileName | Should -Be $entry.Id, 't', 'n/t.txt'
        $text.EntryId | Should -BeOfType [guid]
    }

    It 'gives a text with -Destination as its file' {
        $out = New-Out
        $given = New-FhTextContent -Name t -Content "a`r`nb" -FilePath n/t.txt | Get-FhData -Destination $out
        $given | Should -BeOfType [IO.FileInfo]
        $given.FullName | Should -Be (Join-Path $out 't.txt')
        [IO.File]::ReadAllText($given.FullName) | Should -BeExactly "a`r`nb"
    }

    It 'gives a file as a file, without -Destination in the current location, and leaves nothing beside' {
        $out = New-Out
        Push-Location $out
        $entry = Send-FhFile $file
        $given = $entry | Get-FhData
        Pop-Location
        $given | Should -BeOfType [IO.FileInfo]
        $given.EntryId | Should -Be $entry.Id
        (Get-FileHash $given).Hash | Should -Be (Get-FileHash $file).Hash
        (Get-ChildItem $out -Force).Name | Should -Be 'a.bin'
    }

    It 'takes a destination as it is, brackets and all' {
        Push-Location -LiteralPath $TestDrive
        (New-FhTextContent 'r' 'x' -FilePath 'r.txt' | Get-FhData -Destination 'out[1]').FullName | Should -Be (Join-Path $TestDrive 'out[1]/r.txt')
        (New-FhTextContent 's' 'x' -FilePath 's.txt' | Get-FhData -Destination (Get-Item -LiteralPath 'out[1]')).FullName | Should -Be (Join-Path $TestDrive 'out[1]/s.txt')
        Pop-Location
    }

    It 'keeps a file that is there, unless -Force is given' {
        $out = New-Out
        [IO.File]::WriteAllText("$out/a.txt", 'mine')
        $entry = New-FhTextContent -Name a -Content new -FilePath a.txt
        $null = Assert-TestError { $entry | Get-FhData -Destination $out } FhDestinationExists $entry.Id
        [IO.File]::ReadAllText("$out/a.txt") | Should -Be 'mine'
        ($entry | Get-FhData -Destination $out -Force).Name | Should -Be 'a.txt'
        [IO.File]::ReadAllText("$out/a.txt") | Should -Be 'new'
    }

    It 'keeps a file that is read-only, even with -Force' {
        $out = New-Out
        [IO.File]::WriteAllText("$out/a.txt", 'mine')
        [IO.File]::SetAttributes("$out/a.txt", 'ReadOnly')
        $failed = Assert-TestError { New-FhTextContent -Name a -Content x -FilePath a.txt | Get-FhData -Destination $out -Force } FhDestinationExists -Message '*read-only*'
        $failed.ErrorDetails.RecommendedAction | Should -Match 'read-only'
        [IO.File]::ReadAllText("$out/a.txt") | Should -Be 'mine'
        Get-ChildItem $out -Force | Should -HaveCount 1
        [IO.File]::SetAttributes("$out/a.txt", 'Normal')
    }

    It 'tells that a folder may not be written to' -Skip:(-not $IsLinux) {
        $entry = New-FhTextContent -Name a -Content x -FilePath a.txt
        $null = Assert-TestError { $entry | Get-FhData -Destination /sys } FhDownloadFailed $entry.Id # not even root writes there
    }

    It 'tells two of one name apart' {
        $two = 'one', 'two' | ForEach-Object { New-FhTextContent -Name $_ -Content $_ -FilePath a.txt }
        $files = $two | Get-FhData -Destination (New-Out) -WarningAction SilentlyContinue
        $files.Name | Sort-Object | Should -Be 'a (2).txt', 'a.txt'
        $files | Get-Content -Raw | Sort-Object | Should -Be 'one', 'two'
    }

    It 'tells what is missing, and that of others, and goes on' {
        $entry = New-FhTextContent -Name ok -Content fine
        $given = $gone, 'no/id', $entry.Id | Get-FhData -ErrorVariable failures -ErrorAction SilentlyContinue
        $given | Should -Be 'fine'
        $failures.TargetObject | Sort-Object | Should -Be $gone, 'no/id'
        $null = Assert-TestError { Get-FhData $gone } FhNotFound $gone
        $null = Assert-TestError { Get-FhData $entry -Connection $bob } FhNotFound $entry.Id
    }

    It 'gives no damaged bytes, and leaves none' {
        $entry = Send-FhFile $file
        $out = New-Out
        Add-TestFault objects.get return-corrupted-data
        $null = Assert-TestError { $entry | Get-FhData -Destination $out } FhChecksumMismatch $entry.Id
        Get-ChildItem $out -Force | Should -BeNullOrEmpty
        (Get-FileHash ($entry | Get-FhData -Destination $out)).Hash | Should -Be (Get-FileHash $file).Hash
    }

    It 'gives a revision by its version or its id, not by both' {
        $entry = New-FhTextContent note zero
        $null = Update-FhData $entry -Content one
        Get-FhData $entry | Should -Be 'one'
        Get-FhData $entry -Version 0 | Should -Be 'zero'
        Get-FhData $entry -Version 1 | Should -Be 'one'
        Get-FhData $entry -RevisionId $entry.RevisionId | Should -Be 'zero'
        $null = Assert-TestError { Get-FhData $entry -Version 0 -RevisionId $entry.RevisionId } FhInvalidRequest -Terminating
    }

    It 'keeps the bytes that a revision took from an entry that is removed' {
        $source = New-FhTextContent -Name source -Content taken
        $entry = New-FhTextContent note zero
        $null = Update-FhData $entry -SourceId $source
        $source | Remove-FhDataEntry -Force
        Get-FhData $entry | Should -Be 'taken'
    }
}
