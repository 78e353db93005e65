<# What names an entry, in every cmdlet with -Id, and what does not. #>

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot '../../FutureHouse.psd1')
    $withId = Get-Command -Module FutureHouse | Where-Object { $_.Parameters.ContainsKey('Id') -and $_.Parameters.Id.ParameterType -eq [string[]] } | ForEach-Object {
        @{ Name = $_.Name; Of = if ($_.Noun -eq 'FhDataset') { 'dataset' } else { 'entry' }; ByValue = $_.Parameters.Id.ParameterSets.Values.ValueFromPipeline -contains $true }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $dataset = New-FhDataset 'set'
    $entry = New-FhTextContent 'e' 'first' -DatasetId $dataset
    $null = $entry | Update-FhData -Content 'second'
    $revision = Get-FhDataRevision $entry | Select-Object -Last 1
    $dataset = Get-FhDataset $dataset

    function ConvertTo-Clixml($Object) {
        $file = Join-Path $TestDrive 'object.xml'
        $Object | Export-Clixml $file
        Import-Clixml $file
    }

    # What the cmdlet needs besides an id.
    function Get-Rest([string] $Name) {
        switch ($Name) {
            'Publish-FhDataRevision' { @{ RevisionId = [guid]::NewGuid() } }
            'Set-FhDataTag' { @{ Tag = 't' } }
            'Set-FhDataPermission' { @{ ShareStatus = 'Private' } }
            'Update-FhData' { @{ Content = 'x' } }
            { $_ -like 'Remove-*' } { @{ Force = $true } }
            default { @{} }
        }
    }
}

AfterAll { Stop-TestPlatform }

Describe '<Name> -Id' -ForEach $withId {
    BeforeAll { $rest = Get-Rest $Name }

    It 'refuses strangers before a request is sent' {
        Clear-TestRequest
        foreach ($stranger in (Get-Process -Id $PID), (Get-TimeZone), (Get-Runspace)[0], 29133, 1.5, [bigint]5, (Get-Item -LiteralPath $PSCommandPath), [datetime]::Now, [pscustomobject]@{ Name = 'no id' }, @{ Name = 'no id' }, [pscustomobject]@{ Id = 5 }, (Get-Process -Id $PID | Select-Object Id), (ConvertTo-Clixml (Get-Process -Id $PID))) {
            { & $Name -Id $stranger @rest -ErrorAction Stop } | Should -Throw -Because "$($stranger.GetType()) is no $Of"
            if ($ByValue) { { $stranger | & $Name @rest -ErrorAction Stop } | Should -Throw -Because "$($stranger.GetType()) is no $Of" }
        }
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'refuses what is no id before a request is sent' {
        Clear-TestRequest
        foreach ($id in ' ', 'a b', '../../datasets/x', 'data_entry:', @{ Id = 'no/id' }) {
            Get-TestError { & $Name -Id $id @rest } | Should -HaveCount 1 -Because "'$id' is no id"
        }
        Get-TestRequest | Should -BeNullOrEmpty
        Get-TestError { & $Name -Id 11111111-2222-4333-8444-5555555555555555 @rest } | Should -HaveCount 1 # it might be an alias
    }

    It 'refuses what is of another kind, also after Clixml or JSON' {
        $others = if ($Of -eq 'dataset') { $entry, $revision } elseif ($Name -in 'Get-FhData', 'Get-FhDataEntry') { } else { , $dataset }
        Clear-TestRequest
        foreach ($other in $others) {
            foreach ($form in $other, (ConvertTo-Clixml $other), ($other | ConvertTo-Json -Depth 4 | ConvertFrom-Json)) {
                { & $Name -Id $form @rest -ErrorAction Stop } | Should -Throw '*is a*, not a*'
            }
        }
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'tells one stranger and goes on' {
        $made = if ($Of -eq 'dataset') { New-FhDataset 'good' } else { New-FhTextContent 'good' 'x' }
        if ($Name -eq 'Publish-FhDataRevision') { $rest.RevisionId = $made.RevisionId }
        $good, $bad = $made.Id, [guid]::NewGuid()
        $ids = if ($ByValue) { $good, $bad } else { [pscustomobject]@{ Id = $good }, [pscustomobject]@{ Id = $bad } } # a value is text for Update-FhData
        @(Get-Process -Id $PID) + $ids | & $Name @rest -ErrorVariable failures -ErrorAction SilentlyContinue
        $failures | Should -HaveCount 2
        $failures[0].TargetObject.Id | Should -Be $PID
        $failures[1].TargetObject | Should -Be $bad
    }
}

Describe 'A revision' {
    It 'is no entry for what changes one, also after Clixml or JSON' {
        Clear-TestRequest
        foreach ($form in $revision, (ConvertTo-Clixml $revision), ($revision | ConvertTo-Json | ConvertFrom-Json), ($revision | Select-Object Id, Version)) {
            $failure = Get-TestError { $form | Remove-FhDataEntry -Force }
            $failure | Should -HaveCount 1
            "$failure" | Should -Match 'revision'
            Get-TestError { $form | Set-FhDataTag -Tag t } | Should -HaveCount 1
        }
        { New-FhTextContent n x -ParentId $revision } | Should -Throw '*EntryId*'
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'is read as what it was, also after Clixml or JSON' {
        foreach ($form in $revision, (ConvertTo-Clixml $revision), ($revision | ConvertTo-Json | ConvertFrom-Json)) {
            $form | Get-FhData | Should -Be 'first'
        }
    }
}

Describe 'An entry' {
    It 'is read from <_>' -ForEach @(
        '$entry', '"$($entry.Id)"', '$entry.Id', '$entry.Uri', '[uri]$entry.Uri', '@{ id = $entry.Id }', '[pscustomobject]@{ ID = "$($entry.Id)" }', '($entry | Select-Object Uri)', '($entry | Select-Object Id, Name)',
        '(ConvertTo-Clixml $entry)', '($entry | ConvertTo-Json | ConvertFrom-Json)', '($entry | ConvertTo-Csv | ConvertFrom-Csv)', '(Find-FhDataEntry -Name e -DatasetId $dataset)', '($entry | Get-FhData)', '[pscustomobject]@{ Id = ""; Uri = $entry.Uri }',
        '($entry | Get-FhData -Destination $TestDrive -Force)'
    ) {
        $given = & ([scriptblock]::Create($_))
        (Get-FhDataEntry -Id $given).Id | Should -Be $entry.Id
        ($given | Get-FhDataEntry).Id | Should -Be $entry.Id
    }

    It 'is not taken for the text that it held' {
        Clear-TestRequest
        New-FhTextContent 'held' 'some-alias' | Get-FhData | Remove-FhDataEntry -Force
        (Get-TestRequest).path | Where-Object { $_ -like '*some-alias*' } | Should -BeNullOrEmpty
    }
}

Describe 'A dataset' {
    It 'stands for its entries where they are read' {
        ($dataset | Get-FhDataEntry).Name | Should -Be 'e'
        $dataset | Get-FhData | Should -Be 'second'
        (ConvertTo-Clixml $dataset) | Get-FhData | Should -Be 'second'
        (Get-FhDataEntry (New-FhTextContent 'before' 'x'), $dataset).Name | Should -Be 'before', 'e'
    }

    It 'has no version' {
        Get-TestError { $dataset | Get-FhData -Version 0 } | ForEach-Object Id | Should -Be 'FhInvalidRequest'
        Get-TestError { $dataset | Get-FhDataEntry -Version 0 } | ForEach-Object Id | Should -Be 'FhInvalidRequest'
    }

    It 'is fetched with its directories as they were, and each file once' {
        $tree = New-Item -ItemType Directory (Join-Path $TestDrive 'tree/sub')
        Set-Content (Join-Path $tree 'b.txt') 'b'
        $own = New-FhDataset 'of a tree'
        $null = Send-FhFile (Join-Path $TestDrive 'tree') -DatasetId $own
        $null = New-FhTextContent 'beside' 'x' -DatasetId $own -FilePath 'beside.txt'
        $null = Get-FhDataset $own | Get-FhData -Recurse -Destination (Join-Path $TestDrive 'out')
        Get-ChildItem (Join-Path $TestDrive 'out') -Recurse -File | ForEach-Object Name | Sort-Object | Should -Be 'b.txt', 'beside.txt'
    }
}
