BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $in = (New-Item -ItemType Directory (Join-Path $TestDrive 'in')).FullName
    foreach ($i in 1..16) { [IO.File]::WriteAllBytes((Join-Path $in "m$i.bin"), [byte[]]::new($(if ($i % 4 -eq 1) { 4MB } else { 10 }))) }
    $entries = Get-ChildItem $in -File | Sort-Object { [int]($_.BaseName.Substring(1)) } | Send-FhFile -DatasetId (New-FhDataset order)
}

AfterAll { Stop-TestPlatform }

Describe 'Get-FhData in a pipeline' {
    It 'gives files in the order of the entries, whichever is done first' {
        ($entries | Get-FhData -Destination (Join-Path $TestDrive 'out')).Name | Should -Be $entries.Name
    }

    It 'says an error in the place of its entry, and texts and files in theirs' {
        $text = New-FhTextContent between 'a text'
        $gone = [guid]::NewGuid()
        $said = $entries[0], $text, $gone, $entries[1] | Get-FhData -Destination (Join-Path $TestDrive 'place') -ErrorAction Continue 2>&1
        $said | ForEach-Object { if ($_ -is [Management.Automation.ErrorRecord]) { ($_.FullyQualifiedErrorId -split ',')[0] } else { $_.Name } } |
            Should -Be 'm1.bin', 'between', 'FhNotFound', 'm2.bin'
    }

    It 'fetches no more than was wanted, and leaves nothing half done' {
        $out = Join-Path $TestDrive 'few'
        $entries | Get-FhData -Destination $out -ThrottleLimit 2 | Select-Object -First 1 | Should -HaveCount 1
        Get-ChildItem $out -Recurse -Force -Filter *.fhpart* | Should -BeNullOrEmpty
    }
}

Describe 'A command that changes, whose output nobody wants any more' {
    It 'makes every text: New-FhTextContent' {
        $dataset = New-FhDataset texts
        1..40 | ForEach-Object { [pscustomobject]@{ Name = "n$_"; Content = "c$_" } } | New-FhTextContent -DatasetId $dataset | Select-Object -First 1 | Should -HaveCount 1
        (Get-FhDataset $dataset).Entries | Should -HaveCount 40
    }

    It 'sets every tag: Set-FhDataTag' {
        $dataset = New-FhDataset tags
        $made = 1..10 | ForEach-Object { New-FhTextContent "t$_" x -DatasetId $dataset }
        $made | Set-FhDataTag -Tag done -PassThru | Select-Object -First 1 | Should -HaveCount 1
        (Get-FhDataset $dataset).Entries.Tags | Should -HaveCount 10
    }

    It 'revises every entry: Update-FhData' {
        $made = 1..10 | ForEach-Object { New-FhTextContent "u$_" x }
        $made | ForEach-Object { [pscustomobject]@{ Id = $_.Id; Content = 'new' } } | Update-FhData | Select-Object -First 1 | Should -HaveCount 1
        ($made | Get-FhDataEntry).Version | Sort-Object -Unique | Should -Be 1
    }

    It 'makes every dataset: New-FhDataset' {
        $script:named = [Collections.Generic.List[object]]::new()
        'a', 'b', 'c' | New-FhDataset -OutVariable made | Select-Object -First 1 | Should -HaveCount 1
        Clear-TestRequest
        'd', 'e', 'f' | New-FhDataset | Select-Object -First 1 | Should -HaveCount 1
        Get-TestRequest datasets.create | Should -HaveCount 3
    }
}
