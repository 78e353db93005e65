BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $line = [Environment]::NewLine
}

AfterAll { Stop-TestPlatform }

Describe 'New-FhTextContent' {
    It 'keeps the text as it is: <Case>' -ForEach @(
        @{ Case = 'line ends'; Text = "a`r`nb`rc`n" }, @{ Case = 'nothing'; Text = '' }, @{ Case = 'letters'; Text = 'grüße 🧬' }, @{ Case = 'a byte order mark'; Text = "`u{FEFF}marked" }
    ) {
        $entry = New-FhTextContent -Name exact -Content $Text
        $entry.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $entry.Status | Should -Be 'Active'
        $entry.StorageType | Should -Be 'RawContent'
        $entry | Get-FhData | Should -BeExactly $Text
    }

    It 'takes strings piped in with one name as lines of one entry' {
        $entry = 'one', 'two' | New-FhTextContent -Name lines
        $entry | Should -HaveCount 1
        $entry | Get-FhData | Should -BeExactly "one${line}two$line"
    }

    It 'takes objects with a name and a content as an entry each' {
        $made = [pscustomobject]@{ Name = 'a'; Content = 'x' }, [pscustomobject]@{ Name = 'b'; Content = 'y' } | New-FhTextContent
        $made.Name | Should -Be 'a', 'b'
        $made | Get-FhData | Sort-Object | Should -Be 'x', 'y'
    }

    It 'says of the entry all that it was told, and leaves what it was told with alone' {
        $dataset = New-FhDataset set
        $above = New-FhTextContent above x -DatasetId $dataset
        $metadata = @{ k = @(1, $null, 'x') }
        $project = [guid]::NewGuid()
        $made = New-FhTextContent n x -FilePath up/a.txt -Description words -Tag t, u -Metadata $metadata -Embedding 3, 4 -DatasetId $dataset -ParentId $above -ProjectId $project
        foreach ($entry in $made, (Get-FhDataEntry $made)) {
            $entry.Name, $entry.Description, $entry.FilePath | Should -Be 'n', 'words', 'up/a.txt'
            $entry.Tags | Should -Be 't', 'u'
            $entry.DatasetId, $entry.ParentId, $entry.ProjectId | Should -Be $dataset.Id, $above.Id, $project
            $entry.Metadata.k -join '+' | Should -Be '1++x'
            $entry.IsCollection | Should -BeFalse
            $entry.ShareStatus | Should -Be 'Private'
        }
        $metadata.Keys | Should -Be 'k'
        (Find-FhSimilarData 3, 4 -DatasetId $dataset -MinScore 0.99).Id | Should -Be $made.Id
    }

    It 'makes one, whatever befalls the answer: <_>' -ForEach 'return-503', 'return-429-retry-after-0', 'return-reset-connection', 'return-truncated-json', 'return-expired-token', 'return-403', 'lose-answer' {
        $dataset = New-FhDataset one
        Add-TestFault entries.create $_
        $entry = New-FhTextContent t x -DatasetId $dataset
        Get-TestFault -Pending | Should -BeNullOrEmpty
        (Get-FhDataset $dataset).Entries.Id | Should -Be $entry.Id
    }

    It 'loses and doubles nothing where the token expires in the middle of a pipeline' {
        $dataset = New-FhDataset all
        $null = 1..20 | ForEach-Object { if ($_ % 7 -eq 0) { Add-TestFault entries.create return-expired-token }; [pscustomobject]@{ Name = "n$_"; Content = "c$_" } } | New-FhTextContent -DatasetId $dataset
        (Get-FhDataset $dataset).Entries.Name | Sort-Object | Should -Be (1..20 | ForEach-Object { "n$_" } | Sort-Object)
        Get-TestFault -Pending | Should -BeNullOrEmpty
    }

    It 'refuses an empty name before a request is sent' {
        Clear-TestRequest
        $null = Assert-TestError { New-FhTextContent -Name '' -Content x } FhInvalidRequest -Terminating -Message '*-Name is bound to nothing*'
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'says with -WhatIf what it would make, and sends nothing' {
        Clear-TestRequest
        Get-TestHost { New-FhTextContent -Name n -Content abc -WhatIf } | Should -Match "'n'.*3 B"
        Get-TestHost { 'a', 'b' | New-FhTextContent -Name n -WhatIf } | Should -HaveCount 1
        Get-TestHost { $WhatIfPreference = $true; New-FhTextContent -Name n -Content c } | Should -HaveCount 1
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
