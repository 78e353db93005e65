BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $many = (New-Item -ItemType Directory (Join-Path $TestDrive 'many')).FullName
    foreach ($i in 1..300) { [IO.File]::WriteAllText((Join-Path $many "n$i.txt"), "text $i") }
    $mixed = (New-Item -ItemType Directory (Join-Path $TestDrive 'mixed')).FullName
    foreach ($i in 1..24) { [IO.File]::WriteAllBytes((Join-Path $mixed "m$i.bin"), [byte[]]::new($(if ($i % 4 -eq 1) { 3MB } else { 10 }))) }
}

AfterAll { Stop-TestPlatform }

Describe 'Send-FhFile in a pipeline' {
    It 'sends all of a directory though the next command wants one entry' {
        $dataset = New-FhDataset one
        $root = Send-FhFile $many -DatasetId $dataset | Select-Object -First 1
        $root.Name | Should -Be 'many'
        $entries = (Get-FhDataset $dataset).Entries
        $entries | Should -HaveCount 301
        $entries.Status | Sort-Object -Unique | Should -Be 'Active'
    }

    It 'sends all files that are piped in though the next command wants one entry' {
        $dataset = New-FhDataset piped
        $one = Get-ChildItem $many -File | Send-FhFile -DatasetId $dataset | Select-Object -First 1
        $one | Should -HaveCount 1
        (Get-FhDataset $dataset).Entries | Should -HaveCount 300
    }

    It 'goes on with the script after it, and with the variable that -OutVariable fills' {
        $dataset = New-FhDataset after
        Get-ChildItem $many -File | Select-Object -First 5 | Send-FhFile -DatasetId $dataset -OutVariable sent | Select-Object -First 2 | Should -HaveCount 2
        (Get-FhDataset $dataset).Entries | Should -HaveCount 5
        $sent.Count | Should -BeGreaterOrEqual 2
    }

    It 'gives entries in the order of the files, whichever is done first' {
        $files = Get-ChildItem $mixed -File | Sort-Object { [int]($_.BaseName.Substring(1)) }
        $names = ($files | Send-FhFile -DatasetId (New-FhDataset order) -ThrottleLimit 8).Name
        $names | Should -Be $files.Name
    }

    It 'says an error in the place of its file' {
        $files = "$mixed/m2.bin", "$mixed/m1.bin", "$mixed/missing.bin", "$mixed/m3.bin"
        $said = $files | Send-FhFile -DatasetId (New-FhDataset place) -ErrorAction Continue 2>&1
        $said | ForEach-Object { if ($_ -is [Management.Automation.ErrorRecord]) { ($_.FullyQualifiedErrorId -split ',')[0] } else { $_.Name } } |
            Should -Be 'm2.bin', 'm1.bin', 'FhPathNotFound', 'm3.bin'
    }

    It 'says how far it got when a later command fails' {
        $dataset = New-FhDataset thrown
        $warnings = $null
        { Get-ChildItem $many -File | Send-FhFile -DatasetId $dataset -WarningVariable +script:warnings -WarningAction SilentlyContinue | ForEach-Object { throw 'enough' } } |
            Should -Throw 'enough'
        "$script:warnings" | Should -BeLike '*Send-FhFile ended early*-SkipUnchanged*'
        $active = @((Get-FhDataset $dataset).Entries | Where-Object Status -EQ Active).Count
        $active | Should -BeLessThan 300

        # What was cancelled may have arrived after that look: no more is sent than was missing then.
        $again = Get-ChildItem $many -File | Send-FhFile -DatasetId $dataset -SkipUnchanged
        @($again).Count | Should -BeLessOrEqual (300 - $active)
        (Get-FhDataset $dataset).Entries | Where-Object Status -EQ Active | ForEach-Object Name | Sort-Object -Unique | Should -HaveCount 300
    }

    It 'ends with one error when the log-in is refused in the middle of <What>' -ForEach @(
        @{ What = 'a directory'; Script = { Send-FhFile $many -DatasetId $dataset } }
        @{ What = 'files that are piped in'; Script = { Get-ChildItem $many -File | Send-FhFile -DatasetId $dataset } }
    ) {
        $dataset = New-FhDataset revoked
        Add-TestFault entries.create return-expired-token -Times always
        Add-TestFault auth.login return-401 -Times always
        try {
            $errors = @(Get-TestError $Script)
            $errors.Id | Should -Be 'FhAuthenticationFailed'
            $errors[0].CategoryInfo.Category | Should -Be 'AuthenticationError'
        }
        finally {
            Clear-TestFault
            Connect-TestPlatform
        }
    }
}
