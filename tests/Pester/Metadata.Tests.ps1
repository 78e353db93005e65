<# Metadata comes back as it went: digits, times, keys, characters. #>

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    function Get-Back($Metadata) { (Get-FhDataEntry (New-FhTextContent m x -Metadata $Metadata)).Metadata }
}

AfterAll { Stop-TestPlatform }

Describe 'Numbers' {
    It 'keep every digit: <_>' -ForEach '123456789012345678901234567890', '18446744073709551615', '9007199254740993', '-170141183460469231731687303715884105728' {
        (Get-Back @{ n = [bigint]::Parse($_) }).n.ToString() | Should -BeExactly $_
        (Get-Back ("{ `"n`": $_ }" | ConvertFrom-Json)).n.ToString() | Should -BeExactly $_
        (Get-Back "{ `"n`": $_ }").n.ToString() | Should -BeExactly $_
        $entry = New-FhTextContent m x -Metadata @{ n = [bigint]::Parse($_) }
        "$((Invoke-FhRestMethod "v0.1/data-storage/data-entries/$($entry.Id)").data_storage.metadata.n)" | Should -BeExactly $_
    }

    It 'of every type are taken' {
        $back = Get-Back @{ ulong = [ulong]::MaxValue; decimal = [decimal]::Parse('0.1234567890123456789012345678', [cultureinfo]::InvariantCulture); int128 = [Int128]::MaxValue; half = [half]1.5; double = 1e300; whole = 5 }
        $back.ulong | Should -Be ([ulong]::MaxValue)
        $back.decimal | Should -Be ([decimal]::Parse('0.1234567890123456789012345678', [cultureinfo]::InvariantCulture))
        "$($back.int128)" | Should -Be '170141183460469231731687303715884105727'
        $back.half | Should -Be 1.5
        $back.double | Should -Be 1e300
        $back.whole | Should -BeOfType [long]
    }
}

Describe 'Times' {
    It 'have one form in metadata and in a criterion, with an offset' {
        $dataset = New-FhDataset times
        $at = [datetime]::new(2026, 3, 1, 9, 30, 0)
        $entry = New-FhTextContent m x -DatasetId $dataset -Metadata @{ at = $at }
        $entry.Metadata.at | Should -Match '^2026-03-01T09:30:00\.0000000[+-]\d\d:\d\d$'
        (Find-FhDataEntry -DatasetId $dataset -Criterion @{ Field = 'metadata.at'; Operator = 'equals'; Value = $at }).Id | Should -Be $entry.Id
        (Get-Back @{ at = [datetimeoffset]::new(2026, 3, 1, 9, 30, 0, [timespan]::FromHours(5)) }).at | Should -Be '2026-03-01T09:30:00.0000000+05:00'
        (Get-Back @{ at = [datetime]::new(2026, 3, 1, 9, 30, 0, [DateTimeKind]::Utc) }).at | Should -Be '2026-03-01T09:30:00.0000000Z'
        (Get-Back @{ on = [dateonly]::new(2026, 3, 1) }).on | Should -Be '2026-03-01'
    }
}

Describe 'Other values' {
    It 'that are nothing are null' {
        $back = Get-Back @{ a = $null; b = [Management.Automation.Internal.AutomationNull]::Value; c = @(1, $null) }
        $back.ContainsKey('b') | Should -BeTrue
        $back.a, $back.b, $back.c[1] | Should -Be $null, $null, $null
    }

    It 'have one key each' {
        $twice = @{ 1 = 'a' }
        $twice['1'] = 'b'
        { New-FhTextContent m x -Metadata $twice -ErrorAction Stop } | Should -Throw "*'1' twice*"
        { New-FhTextContent m x -Metadata @{ inner = $twice } -ErrorAction Stop } | Should -Throw "*'1' twice*"
        { Invoke-FhRestMethod v0.1/x -Method Post -Body $twice -ErrorAction Stop } | Should -Throw "*'1' twice*"
    }
}

Describe 'Half a surrogate pair' {
    It 'is refused before a request is sent: <_>' -ForEach @(
        'New-FhTextContent "x$half" x', 'New-FhTextContent n "x$half"', 'New-FhTextContent n x -Description "x$half"', 'New-FhTextContent n x -Tag "x$half"', 'New-FhTextContent n x -FilePath "x$half"'
        'New-FhTextContent n x -Metadata @{ "x$half" = 1 }', 'New-FhTextContent n x -Metadata @{ k = @("x$half") }', 'New-FhDataset "x$half"', 'New-FhLink n https://example.org -Instructions "x$half"'
        'Register-FhDataSource n -IndexName "x$half"', 'Find-FhDataEntry -Name "x$half"', 'Find-FhDataEntry -Text "x$half"', 'Find-FhDataEntry -Criterion @{ Field = "metadata.x"; Operator = "in"; Value = "a", "x$half" }'
        'Invoke-FhRestMethod v0.1/x -Method Post -Body @{ a = "x$half" }', 'Invoke-FhRestMethod v0.1/x -Query @{ a = "x$half" }', 'Get-FhTrajectoryFile "x$half"', 'Set-FhDataTag $entry -Tag "x$half"'
        'Set-FhDataPermission $entry Shared -User "x$half"'
    ) {
        $half = [string][char]0xD83D
        $entry = [guid]::NewGuid()
        Clear-TestRequest
        $failure = Get-TestError ([scriptblock]::Create($_.Replace('$half', $half).Replace('$entry', "$entry")))
        $failure.Id | Should -Be 'FhInvalidRequest'
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
