# Everything that a session can show or keep of itself, in a session of its own: output, views, errors, verbose and debug lines, a transcript, files.
BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $root = (Resolve-Path -LiteralPath (Join-Path $PSScriptRoot '../..')).Path
    $store = Join-Path $TestDrive 'store'
    $transcript = Join-Path $TestDrive 'transcript.txt'
    $clixml = Join-Path $TestDrive 'objects.xml'
    $file = Join-Path $TestDrive 'big.bin'
    [IO.File]::WriteAllBytes($file, [byte[]]::new(200000))
    $script = @"
`$VerbosePreference = 'Continue'; `$DebugPreference = 'Continue'; `$InformationPreference = 'Continue'
`$null = Start-Transcript -LiteralPath '$transcript'
Import-Module '$root/FutureHouse.psd1'
`$c = Connect-Fh -Local -Path '$store'
`$key = (Get-Content '$store/connection.json' -Raw | ConvertFrom-Json).api_key
`$d = New-FhDataset secrets
`$e = Send-FhFile '$file' -DatasetId `$d
`$r = `$e | Get-FhDataEntry
`$f = `$r | Get-FhData -Destination '$TestDrive/out'
`$all = @(`$c; `$d; `$e; `$r; `$f; Get-FhDataset `$d; (Get-FhDataset `$d).Entries)
try { Connect-Fh -ApiKey 'wrong-secret-0123456789' -ServiceUri `$c.ServiceUri } catch { `$refused = `$_ }
try { Connect-Fh -ApiKey (ConvertTo-SecureString 'wrong-secret-0123456789' -AsPlainText) -ServiceUri `$c.ServiceUri } catch { `$refusedSecure = `$_ }
`$null = Get-FhDataEntry ([guid]::NewGuid()) -ErrorVariable missing -ErrorAction SilentlyContinue
`$all | Format-List * -Force | Out-String -Width 4000
`$all | Format-Table * -Force | Out-String -Width 4000
`$all | ForEach-Object { "`$_" }
`$all | ConvertTo-Json -Depth 6 -WarningAction SilentlyContinue
`$all | Export-Clixml '$clixml' -Depth 5
`$missing | Format-List * -Force | Out-String -Width 4000
`$refusedSecure | Format-List * -Force | Out-String -Width 4000
`$refusedSecure.Exception.ToString()
`$refused.Exception.ToString()
if (Test-Path /proc) { Get-ChildItem /proc -Directory | Where-Object Name -match '^\d+`$' | ForEach-Object { try { [IO.File]::ReadAllText("`$(`$_.FullName)/cmdline") } catch { } } | Where-Object { `$_ -match 'FutureHouse.LocalPlatform' } }
'the end'
Disconnect-Fh
`$null = Stop-Transcript
[IO.File]::WriteAllText('$TestDrive/key', `$key)
"@
    $shown = (Invoke-TestSession $script).Output
    $key = [IO.File]::ReadAllText((Join-Path $TestDrive 'key'))
}

Describe 'Secrets' {
    It 'were near: the session ran to its end, with verbose lines and a platform of its own' {
        $shown | Should -Match 'the end'
        $shown | Should -Match 'VERBOSE: POST /?v0.1/data-storage/data-entries'
        $key.Length | Should -BeGreaterThan 10
        [IO.File]::ReadAllText($transcript) | Should -Match 'the end'
        [IO.File]::ReadAllText($clixml) | Should -Match 'ServiceUri'
    }

    It 'are not in <what>' -ForEach @(@{ what = 'what was shown' }, @{ what = 'the transcript' }, @{ what = 'exported objects' }) {
        $text = switch ($what) {
            'what was shown' { $shown }
            'the transcript' { [IO.File]::ReadAllText($transcript) }
            'exported objects' { [IO.File]::ReadAllText($clixml) }
        }
        $text | Should -Not -Match ([regex]::Escape($key)) -Because 'the API key is a secret'
        $text | Should -Not -Match 'X-Goog-Signature' -Because 'a signed URL grants access'
        $text | Should -Not -Match 'upload_id=' -Because 'the address of a session grants access'
        $text | Should -Not -Match 'eyJ[A-Za-z0-9_-]{8}' -Because 'a token is a secret'
        $text | Should -Not -Match 'wrong-secret' -Because 'a key that is refused is one too'
    }

    It 'are readable by their owner only' -Skip:$IsWindows {
        (Get-Item (Join-Path $store 'connection.json') -ErrorAction Ignore) | Should -BeNullOrEmpty -Because 'the platform has ended'
        (Get-ChildItem $store -Recurse -File | Where-Object { $_.UnixFileMode.ToString() -match 'Group|Other' } | Where-Object Name -match 'key') | Should -BeNullOrEmpty
    }
}
