BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'files')).FullName
    foreach ($i in 1..20) {
        [IO.File]::WriteAllText((Join-Path $folder "text$i.txt"), "text $i`r`n")
        [IO.File]::WriteAllBytes((Join-Path $folder "bytes$i.bin"), [byte[]](1..$i))
    }
}

AfterAll { Stop-TestPlatform }

Describe 'A file whose stated size is not true' -Skip:(-not $IsLinux) {
    It 'is sent to its end: <_>' -ForEach '/proc/version', '/sys/devices/system/cpu/online' {
        if (-not (Test-Path -LiteralPath $_)) { Set-ItResult -Skipped -Because 'this system has none' }
        $text = [IO.File]::ReadAllText($_)
        $entry = Send-FhFile $_
        $entry.Status | Should -Be 'Active'
        $entry.Size | Should -Be $text.Length
        $back = $entry | Get-FhData -Destination (Join-Path $TestDrive 'back')
        Get-Content -LiteralPath $back -Raw | Should -BeExactly $text
    }

    It 'is whole in a collection and in a hierarchy' {
        $version = [IO.File]::ReadAllText('/proc/sys/kernel/random/boot_id')
        $entries = Send-FhFile /proc/sys/kernel/random
        ($entries | Where-Object Name -EQ boot_id).Size | Should -Be $version.Length
        $back = Send-FhFile /proc/sys/kernel/random -AsCollection | Get-FhData -Destination (Join-Path $TestDrive 'unpacked')
        Get-Content -LiteralPath (Join-Path $back 'boot_id') -Raw | Should -BeExactly $version
    }
}

Describe 'Metadata of one''s own' {
    It 'is refused, not overwritten, under a name that the upload sets: <Name> of <File>' -ForEach @(
        @{ Name = 'size'; File = 'bytes1.bin' }, @{ Name = 'crc32c'; File = 'bytes1.bin' }, @{ Name = 'size'; File = 'text1.txt' }, @{ Name = 'size'; File = '' }
    ) {
        Clear-TestRequest
        $failed = Get-TestError { Send-FhFile (Join-Path $folder $File) -Metadata @{ $Name = 'mine' } }
        $failed.Id | Should -Be FhInvalidRequest
        $failed.Exception.Message | Should -Match "'$Name'"
        Get-TestRequest entries.create | Should -BeNullOrEmpty
    }

    It 'is refused for the one item that a manifest says it of, and the rest is sent' {
        [IO.File]::WriteAllText((Join-Path $TestDrive 'manifest.yaml'), "text1.txt:`n  metadata:`n    size: 9`n")
        $sent = Send-FhFile $folder -ManifestFileName (Join-Path $TestDrive 'manifest.yaml') -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed | Should -HaveCount 1
        $failed.TargetObject | Should -Be (Join-Path $folder 'text1.txt')
        $sent | Should -HaveCount 40
    }
}

Describe '-SkipUnchanged' {
    It 'goes on with what is missing, texts too, by one reading of the dataset' {
        $dataset = New-FhDataset -Name unchanged
        Get-ChildItem $folder | Select-Object -First 25 | Send-FhFile -DatasetId $dataset | Should -HaveCount 25
        Clear-TestRequest
        Get-ChildItem $folder | Send-FhFile -DatasetId $dataset -SkipUnchanged | Should -HaveCount 15
        Get-TestRequest datasets.get | Should -HaveCount 1
        Get-TestRequest entries.get | Should -BeNullOrEmpty
        Get-TestRequest entries.create | Should -HaveCount 15
        Get-ChildItem $folder | Send-FhFile -DatasetId $dataset -SkipUnchanged | Should -BeNullOrEmpty
        Get-FhDataEntry -DatasetId $dataset | Should -HaveCount 40
    }
}

Describe 'A session that is killed in the middle of a directory' {
    It 'is gone on with by the same command: every item once, nothing pending, no journal' {
        $platform = Start-TestPlatform -PassThru
        Connect-TestPlatform
        $dataset = New-FhDataset -Name killed
        $journals = Join-Path $TestDrive 'data/FutureHouse/uploads'
        $session = @"
`$env:XDG_DATA_HOME = '$(Join-Path $TestDrive data)'
Import-Module '$(Join-Path $PSScriptRoot ../../FutureHouse.psd1)'
`$null = Connect-Fh -ApiKey $($platform.Users.ann.api_key) -ServiceUri $($platform.Url)
`$count, `$kill = 0, `$args[0]
Send-FhFile '$folder' -DatasetId $($dataset.Id) -Metadata @{ run = 1; a = 'b'; z = `$null } | ForEach-Object {
    `$count++
    if (`$kill -and `$count -eq 15) { Stop-Process -Id `$PID -Force }
}
"count `$count"
"@
        (Invoke-TestSession $session -Argument kill).Output | Should -Not -Match 'count'
        Get-ChildItem $journals | Should -HaveCount 1
        (Invoke-TestSession $session).Output | Should -Match 'count 41'
        $entries = Get-FhDataEntry -DatasetId $dataset
        $entries | Should -HaveCount 41
        $entries.Status | Sort-Object -Unique | Should -Be 'Active'
        $entries.Name | Sort-Object -Unique | Should -HaveCount 41
        Get-ChildItem $journals | Should -BeNullOrEmpty
    }
}
