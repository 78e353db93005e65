BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $in = (New-Item -ItemType Directory (Join-Path $TestDrive 'in')).FullName
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'files')).FullName
    foreach ($i in 1..20) {
        [IO.File]::WriteAllText((Join-Path $folder "text$i.txt"), "text $i`r`n")
        [IO.File]::WriteAllBytes((Join-Path $folder "bytes$i.bin"), [byte[]](1..$i))
    }
}

AfterAll { Stop-TestPlatform }

Describe 'Send-FhFile' {
    It 'sends what is given, which comes back byte for byte: <Script>' -ForEach @(
        @{ Script = { Get-ChildItem $mixed -File | Send-FhFile } }
        @{ Script = { Send-FhFile -Path "$mixed/*" } }
        @{ Script = { [IO.Directory]::GetFiles($mixed) | ForEach-Object { [pscustomobject]@{ LiteralPath = $_ } } | Send-FhFile } }
        @{ Script = { Push-Location $mixed; Send-FhFile *; Pop-Location } }
    ) {
        $mixed = (New-Item -ItemType Directory (Join-Path $TestDrive 'mixed') -Force).FullName
        [IO.File]::WriteAllText("$mixed/text.txt", "grüße`r`ntwo`rthree`n")
        [IO.File]::WriteAllBytes("$mixed/empty.bin", [byte[]]@())
        [IO.File]::WriteAllText("$mixed/with [x] and 🧬.csv", "a,b`n1,2`n")
        [IO.File]::WriteAllBytes("$mixed/bytes.bin", [byte[]](0..255))
        [IO.File]::WriteAllBytes("$mixed/bom.md", [byte[]](0xEF, 0xBB, 0xBF, 65))
        [IO.File]::WriteAllBytes("$mixed/$('x' * 200).bin", [byte[]](1, 2))
        $sent = & $Script
        $sent[0].PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $sent.Status | Sort-Object -Unique | Should -Be 'Active'
        $sent.Name | Sort-Object | Should -Be (Get-ChildItem $mixed | ForEach-Object Name | Sort-Object)
        $back = $sent | Get-FhData -Destination (Join-Path $TestDrive ([guid]::NewGuid()))
        $back | Should -HaveCount 6
        foreach ($file in $back) { (Get-FileHash -LiteralPath $file.FullName).Hash | Should -Be (Get-FileHash -LiteralPath (Join-Path $mixed $file.Name)).Hash }
    }

    It 'says of the entry all that it was told, and leaves what it was told with alone' {
        $dataset = New-FhDataset set
        $above = New-FhTextContent above x -DatasetId $dataset
        $metadata = @{ k = @(1, $null, 'x') }
        $project = [guid]::NewGuid()
        $entry = Send-FhFile (Join-Path $folder 'bytes9.bin') -Name n -DestinationPath up/a.bin -Description words -Tag t, u -Metadata $metadata -Embedding 3, 4 -DatasetId $dataset -ParentId $above -ProjectId $project | Get-FhDataEntry
        $entry.Name, $entry.Description, $entry.FilePath, $entry.Size | Should -Be 'n', 'words', 'up/a.bin', 9
        $entry.Tags | Should -Be 't', 'u'
        $entry.DatasetId, $entry.ParentId, $entry.ProjectId | Should -Be $dataset.Id, $above.Id, $project
        $entry.Metadata.k -join '+' | Should -Be '1++x'
        $metadata.Keys | Should -Be 'k'
        (Find-FhSimilarData 3, 4 -DatasetId $dataset -MinScore 0.99).Id | Should -Be $entry.Id
    }

    It 'takes text for text and the rest for bytes: <Name>' -ForEach @(
        @{ Name = 'a.txt'; Text = 'text'; Storage = 'RawContent' }
        @{ Name = 'a.MD'; Text = 'text'; Storage = 'RawContent' }
        @{ Name = 'a.csv'; Text = 'text'; Storage = 'RawContent' }
        @{ Name = 'a.Json'; Text = 'text'; Storage = 'RawContent' }
        @{ Name = 'a.yaml'; Text = 'text'; Storage = 'RawContent' }
        @{ Name = 'a.YML'; Text = 'text'; Storage = 'RawContent' }
        @{ Name = 'crlf.txt'; Text = "`u{FEFF}one`r`ntwo`rthree"; Storage = 'RawContent' }
        @{ Name = 'empty.txt'; Text = ''; Storage = 'RawContent' }
        @{ Name = 'nul.txt'; Text = "a`0b"; Storage = 'Gcs' }
        @{ Name = 'a.log'; Text = 'text'; Storage = 'Gcs' }
        @{ Name = 'latin.txt'; Bytes = 0x63, 0x61, 0x66, 0xE9; Storage = 'Gcs' }
    ) {
        $file = Join-Path $in $Name
        [byte[]] $wanted = if ($Bytes) { $Bytes } else { [Text.Encoding]::UTF8.GetBytes($Text) }
        if (-not $wanted) { $wanted = [byte[]]::new(0) }
        [IO.File]::WriteAllBytes($file, $wanted)
        $entry = Send-FhFile $file
        $entry.StorageType | Should -Be $Storage
        $back = $entry | Get-FhData -Destination (Join-Path $TestDrive 'text') -Force
        [IO.File]::ReadAllBytes($back.FullName) | Should -Be $wanted
    }

    It 'takes text of <Size> bytes for <Storage>: ten mebibytes are the limit' -ForEach @{ Size = 10MB - 1; Storage = 'RawContent' }, @{ Size = 10MB; Storage = 'Gcs' } {
        [IO.File]::WriteAllText((Join-Path $in 'large.csv'), 'x' * $Size)
        (Send-FhFile (Join-Path $in 'large.csv')).StorageType | Should -Be $Storage
    }

    It 'binds a name by script block and by property, one for each' {
        (Get-Item (Join-Path $folder 'text1.txt'), (Join-Path $folder 'text2.txt') | Send-FhFile -Name { $_.BaseName }).Name | Sort-Object | Should -Be 'text1', 'text2'
        $made = [pscustomobject]@{ Path = Join-Path $folder 'text1.txt'; Name = 'first'; Description = 'd'; Tag = 't' }, [pscustomobject]@{ Path = Join-Path $folder 'text2.txt'; Name = 'second' } | Send-FhFile | Sort-Object Name
        $made.Name | Should -Be 'first', 'second'
        $made[0].Description, $made[0].Tags | Should -Be 'd', 't'
        $null = Assert-TestError { Send-FhFile (Join-Path $folder 'text1.txt'), (Join-Path $folder 'text2.txt') -Name same } FhInvalidRequest
    }

    It 'gives each of many files once, a few at a time' {
        $dataset = New-FhDataset -Name many
        $many = (New-Item -ItemType Directory (Join-Path $TestDrive 'many')).FullName
        1..200 | ForEach-Object { [IO.File]::WriteAllText("$many/f$_.txt", "content $_") }
        (Send-FhFile "$many/f*.txt" -DatasetId $dataset -ThrottleLimit 4).Name | Sort-Object -Unique | Should -HaveCount 200
        (Get-FhDataset $dataset).Entries | Should -HaveCount 200
    }

    It 'starts while the pipeline still produces, and gives before it ends' {
        # The second path comes only after the service has seen the first file, the third after the first entry came out.
        Clear-TestRequest
        $given = [Collections.Generic.List[object]]::new()
        $limit = [Diagnostics.Stopwatch]::StartNew()
        $null = & {
            Join-Path $folder 'bytes1.bin'
            while (-not (Get-TestRequest entries.create) -and $limit.Elapsed.TotalSeconds -lt 60) { }
            'seen' | ForEach-Object { $given.Add($_) }
            while ($given.Count -lt 2 -and $limit.Elapsed.TotalSeconds -lt 60) { Join-Path $folder 'bytes2.bin' }
            Join-Path $folder 'bytes3.bin'
        } | Send-FhFile -ThrottleLimit 2 | ForEach-Object { $given.Add($_); if ($_.Name -eq 'bytes3.bin') { $given.Add('last') } }
        $given[0] | Should -Be 'seen'
        $given | Should -Contain 'last'
        $limit.Elapsed.TotalSeconds | Should -BeLessThan 60
    }

    It 'says with -WhatIf what each would become, without a connection' {
        [IO.File]::WriteAllBytes((Join-Path $in 'b.bin'), [byte[]]::new(2048))
        $connection = Get-FhConnection
        Clear-TestRequest
        foreach ($script in { Send-FhFile (Join-Path $folder 'text1.txt'), (Join-Path $in 'b.bin') -WhatIf }, { Join-Path $folder 'text1.txt' | Send-FhFile -WhatIf }, { $WhatIfPreference = $true; Send-FhFile (Join-Path $folder 'text1.txt') }) {
            @(Get-TestHost $script)[0] | Should -Match 'text \(8 B\)'
        }
        (Get-TestHost { Send-FhFile (Join-Path $in 'b.bin') -WhatIf }) | Should -Match 'bucket \(2.00 KiB\)'
        Get-TestRequest | Should -BeNullOrEmpty
        Disconnect-Fh
        Get-TestHost { Send-FhFile (Join-Path $folder 'text1.txt') -WhatIf } | Should -Match 'text \(8 B\)'
        Connect-TestPlatform
        $connection.ServiceUri | Should -Be (Get-FhConnection).ServiceUri
    }
}

Describe 'What is no file' {
    BeforeAll {
        $first, $last = 'first.txt', 'last.txt' | ForEach-Object { Join-Path $in $_ }
        [IO.File]::WriteAllText($first, '1')
        [IO.File]::WriteAllText($last, '2')
    }

    It 'is an error each, and the rest is sent: <Script>' -Skip:$IsWindows -ForEach @(
        @{ Script = { Send-FhFile -LiteralPath $first, $broken, $pipe, /dev/zero, $last } }
        @{ Script = { Send-FhFile $first, $broken, $pipe, /dev/zero, $last } }
        @{ Script = { $first, $broken, $pipe, '/dev/zero', $last | Send-FhFile } }
    ) {
        $broken, $pipe = 'broken', 'pipe' | ForEach-Object { Join-Path $in $_ }
        if (-not (Test-Path -LiteralPath $pipe)) {
            $null = [IO.File]::CreateSymbolicLink($broken, (Join-Path $in 'nowhere'))
            mkfifo $pipe
        }
        $sent = [Collections.Generic.List[object]]::new()
        $failures = Get-TestError { & $Script | ForEach-Object { $sent.Add($_) } }
        $sent.Name | Sort-Object | Should -Be 'first.txt', 'last.txt'
        $failures | ForEach-Object { "$($_.Id) $($_.CategoryInfo.Category) $($_.TargetObject)" } | Sort-Object | Should -Be "FhPathNotFound ObjectNotFound $broken", "FhPathUnreadable ReadError /dev/zero", "FhPathUnreadable ReadError $pipe"
        "$failures" | Should -Match 'link'
        $failures.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $said = Get-TestHost { Send-FhFile -LiteralPath $broken, /dev/zero, $last -WhatIf -ErrorVariable planned -ErrorAction SilentlyContinue; $planned | Should -HaveCount 2 }
        $said | Should -HaveCount 1
    }

    It 'is one that a wildcard finds, too' -Skip:$IsWindows {
        1, 3 | ForEach-Object { [IO.File]::WriteAllText((Join-Path $in "w$_.txt"), "$_") }
        $null = [IO.File]::CreateSymbolicLink((Join-Path $in 'w2.txt'), (Join-Path $in 'nowhere'))
        $sent = Send-FhFile (Join-Path $in 'w*.txt') -ErrorVariable failures -ErrorAction SilentlyContinue
        $sent.Name | Sort-Object | Should -Be 'w1.txt', 'w3.txt'
        $failures | ForEach-Object { ($_.FullyQualifiedErrorId -split ',')[0] } | Should -Be 'FhPathNotFound'
    }

    It 'may be nowhere or on no drive of files' {
        $null = Assert-TestError { Send-FhFile (Join-Path $in 'missing') } FhPathNotFound (Join-Path $in 'missing')
        $null = Assert-TestError { Send-FhFile -LiteralPath (Join-Path $in 'missing') } FhPathNotFound (Join-Path $in 'missing')
        $null = Assert-TestError { Send-FhFile Env:PATH } FhPathUnreadable Env:PATH
        $sent = Send-FhFile -LiteralPath (Join-Path $in 'missing'), 'Env:PATH', $first -ErrorVariable failures -ErrorAction SilentlyContinue
        $sent.Name | Should -Be 'first.txt'
        $failures | Should -HaveCount 2
    }

    It 'may be a file that may not be read, or whose device fails: <_>' -ForEach @('/sys/bus/platform/drivers_probe', '/proc/self/mem' | Where-Object { Test-Path -LiteralPath $_ }) -AllowNullOrEmptyForEach {
        $path = $_ # not even root reads there
        $null = Assert-TestError { Send-FhFile $path } FhPathUnreadable $path
    }
}

Describe 'A path of more than 260 characters' {
    It 'goes up and comes back' {
        $deep = Join-Path $TestDrive ((1..4 | ForEach-Object { 'd' * 100 }) -join [IO.Path]::DirectorySeparatorChar)
        $null = [IO.Directory]::CreateDirectory($deep)
        [IO.File]::WriteAllBytes((Join-Path $deep 'deep.bin'), [byte[]](0..255))
        $back = Send-FhFile (Join-Path $deep 'deep.bin') | Get-FhData -Destination (Join-Path $deep 'out')
        (Get-FileHash -LiteralPath $back.FullName).Hash | Should -Be (Get-FileHash -LiteralPath (Join-Path $deep 'deep.bin')).Hash
    }
}

Describe 'A file whose stated size is not true' -Skip:(-not $IsLinux) {
    It 'is sent to its end: <_>' -ForEach @('/proc/version', '/sys/devices/system/cpu/online' | Where-Object { Test-Path -LiteralPath $_ }) -AllowNullOrEmptyForEach {
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
