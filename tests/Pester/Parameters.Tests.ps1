<# Nothing is not everything: one rule for every parameter of every cmdlet. #>

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot '../../FutureHouse.psd1')
    $own = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
    $all = foreach ($command in Get-Command -Module FutureHouse) {
        foreach ($parameter in $command.Parameters.Values | Where-Object Name -NotIn $own) {
            @{ Command = $command; Name = $command.Name; Parameter = $parameter.Name }
        }
    }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform

    # What else a call needs, so that the parameter at hand is all that is wrong with it.
    function Get-Rest([Management.Automation.CommandInfo] $Command, [string] $Parameter) {
        $rest = @{}
        $set = $Command.ParameterSets | Where-Object { $_.Parameters.Name -contains $Parameter } | Select-Object -First 1
        foreach ($other in $set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -ne $Parameter }) {
            $rest[$other.Name] =
                if ($other.Name -in 'Id', 'ParentId', 'DatasetId', 'SourceId', 'RevisionId') { [guid]::NewGuid() }
                elseif ($other.ParameterType -eq [float[]]) { 1 }
                elseif ($other.ParameterType -eq [switch]) { $true }
                elseif ($other.ParameterType.IsEnum) { 'Private' }
                else { 'some-text-that-is-there' }
        }
        if ($Command.Parameters.ContainsKey('WhatIf')) { $rest.WhatIf = $true }
        $rest
    }
}

AfterAll { Stop-TestPlatform }

Describe 'A parameter that is bound by name to nothing' {
    It '<Name> -<Parameter> is an error that names it, before a request is sent' -ForEach $all {
        # An empty value that says something: an empty text is a text, no tags take all tags away.
        $means = switch ("$Name -$Parameter") {
            'New-FhTextContent -Content' { '' }
            'Update-FhData -Content' { '' }
            'Update-FhData -Description' { '' }
            'Set-FhDataTag -Tag' { , @() }
            'Invoke-FhRestMethod -Body' { , @() } # a JSON array
        }
        Clear-TestRequest
        foreach ($nothing in $null, '', @(), [Management.Automation.Internal.AutomationNull]::Value, @($null)) {
            if ($null -ne $nothing -and $null -ne $means -and $nothing.GetType() -eq $means.GetType() -and "$nothing" -eq "$means" -and $nothing.Count -eq $means.Count) { continue }
            $rest = Get-Rest $Command $Parameter
            $rest[$Parameter] = $nothing
            { & $Command @rest -ErrorAction Stop } | Should -Throw "*$Parameter*" -Because "it is bound to $(ConvertTo-Json $nothing -Compress)"
        }
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'is one where $PSDefaultParameterValues binds it' {
        $PSDefaultParameterValues = @{ 'Find-FhDataEntry:DatasetId' = $null }
        { Find-FhDataEntry } | Should -Throw '*-DatasetId is bound to nothing*'
    }

    It 'is one item''s where a script block gives it' {
        $dataset = New-FhDataset 'by name'
        $of = @{ a = $dataset }
        $made = 'a', 'b' | New-FhTextContent -Name { "n-$_" } -DatasetId { $of[$_] } -ErrorVariable failures -ErrorAction SilentlyContinue
        $made.Name | Should -Be 'n-a'
        $failures[0].TargetObject | Should -Be 'b'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'FhInvalidRequest,*'
        "$($failures[0])" | Should -BeLike '*-DatasetId*'
    }

    It 'a switch that is bound to nothing is not on' {
        $entry = New-FhTextContent 'kept' 'x'
        { Remove-FhDataEntry $entry -Force:$null } | Should -Throw '*-Force is bound to nothing*'
        (Get-FhDataEntry $entry).Name | Should -Be 'kept'
    }

    It 'an object without an id is nothing' {
        { Find-FhDataEntry -DatasetId ([pscustomobject]@{ Name = 'x' }) } | Should -Throw '*DatasetId*'
        { Find-FhDataEntry -DatasetId ([pscustomobject]@{ Id = $null }) } | Should -Throw '*-DatasetId is bound to nothing*'
        { Find-FhDataEntry -ProjectId @{} } | Should -Throw '*ProjectId*'
        { Find-FhDataEntry -Tag 'a', $null } | Should -Throw '*-Tag is bound to nothing*'
        { Find-FhDataEntry -DatasetId (New-FhTextContent 'no dataset' 'x') } | Should -Throw '*is an entry, not a dataset*DatasetId*'
    }

    It 'a query of Invoke-FhRestMethod has no null in it' {
        Clear-TestRequest
        { Invoke-FhRestMethod v0.1/datasets -Query @{ name = $null } -ErrorAction Stop } | Should -Throw "*-Query*'name'*"
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'what is empty and means something is taken' {
        $entry = New-FhTextContent 'empty' '' -Tag a -Description d
        Get-FhData $entry | Should -BeExactly ''
        (Set-FhDataTag $entry -Tag @() -PassThru).Tags | Should -BeNullOrEmpty
        (Update-FhData $entry -Content 'x' -Description '').Description | Should -BeNullOrEmpty
    }
}

Describe 'A blank cell' {
    It 'counts as not given, whichever parameter it is for' {
        $entry = New-Item -ItemType Directory (Join-Path $TestDrive 'tree')
        Set-Content (Join-Path $entry 'a.txt') 'x'
        Set-Content (Join-Path $entry 'manifest.json') '{ "entries": {} }'
        $csv = Join-Path $TestDrive 'list.csv'
        "Path,Name,Description,Tag,DatasetId,ProjectId,ParentId,DestinationPath,ManifestFileName`n$(Join-Path $entry 'a.txt'),,,,,,,,`n$(Join-Path $entry 'a.txt'),named, ,t,,,,, " | Set-Content $csv
        $made = Import-Csv $csv | Send-FhFile | Sort-Object Name
        $made.Name | Should -Be 'a.txt', 'named'
        $made.FilePath | Should -Be 'a.txt', 'a.txt'
        $made[0].Tags | Should -BeNullOrEmpty
        $made[1].Tags | Should -Be 't'
        $made.Description | Should -Be $null, $null
    }

    It 'is no tag' {
        $made = [pscustomobject]@{ Name = 'a'; Content = 'x'; Tag = '' }, [pscustomobject]@{ Name = 'b'; Content = 'x'; Tag = @('t', ' ', $null) } | New-FhTextContent
        $made[0].Tags | Should -BeNullOrEmpty
        $made[1].Tags | Should -Be 't'
    }

    It 'of the tags of a row takes no tags away' {
        $entry = New-FhTextContent 'tagged' 'x' -Tag kept
        $failure = Get-TestError { [pscustomobject]@{ Id = $entry.Id; Tag = '' } | Set-FhDataTag }
        $failure | Should -HaveCount 1
        (Get-FhDataEntry $entry).Tags | Should -Be 'kept'
    }

    It 'of the text of a row makes no empty text' {
        $made = [pscustomobject]@{ Name = 'with'; Content = 'x' }, [pscustomobject]@{ Name = 'without'; Content = '' } | New-FhTextContent -ErrorVariable failures -ErrorAction SilentlyContinue
        $made.Name | Should -Be 'with'
        $failures[0].TargetObject | Should -Be 'without'
    }

    It 'of the text of a row empties no entry' {
        $one = New-FhTextContent 'one' 'kept'
        $two = New-FhTextContent 'two' 'kept'
        $failure = Get-TestError { [pscustomobject]@{ Id = $one.Id; Content = '' } | Update-FhData }
        $failure.TargetObject | Should -Be $one.Id
        Get-FhData $one | Should -Be 'kept'
        $null = [pscustomobject]@{ Id = $two.Id; Content = 'new'; NewName = ''; Path = '' } | Update-FhData
        Get-FhData $two | Should -Be 'new'
        (Get-FhDataEntry $two).Name | Should -Be 'two'
    }

    It 'of a switch is off' {
        $made = [pscustomobject]@{ Name = 'i'; IndexName = 'papers'; AsCollection = '' }, [pscustomobject]@{ Name = 'j'; IndexName = 'papers'; AsCollection = $null }, [pscustomobject]@{ Name = 'k'; IndexName = 'papers'; AsCollection = 'True' } | Register-FhDataSource
        $made.IsCollection | Should -Be $false, $false, $true
    }

    It 'between lines is an empty line' {
        'a', '', 'b' | New-FhTextContent -Name lines | Get-FhData | Should -Be ('a', '', 'b', '' -join [Environment]::NewLine)
    }
}

Describe 'What is no text' {
    It 'is not written as the text it is shown as' {
        $file = Join-Path $TestDrive 'f.txt'
        Set-Content $file 'x'
        Clear-TestRequest
        $failures = @(
            Get-TestError { Get-ChildItem $file | New-FhTextContent -Name n }
            Get-TestError { New-FhTextContent -Name n -Content (Get-Item $file) }
            Get-TestError { [pscustomobject]@{ a = 1 } | New-FhTextContent -Name n }
            Get-TestError { New-FhTextContent -Name n -Content @{ a = 1 } }
            Get-TestError { New-FhTextContent -Name (Get-Item $file) -Content x }
            Get-TestError { New-FhTextContent -Name n -Content x -Tag (Get-Item $file) }
            Get-TestError { New-FhDataset -Name @{ a = 1 } }
            Get-TestError { Update-FhData ([guid]::NewGuid()) -Content ([pscustomobject]@{ Path = $file }) }
        )
        $failures | Should -HaveCount 8
        "$($failures[0])" | Should -BeLike '*FileInfo*Get-Content -Raw*ConvertTo-Json*'
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'may have its text in Content' {
        New-FhTextContent -Name n -Content ([pscustomobject]@{ Content = 'inside' }) | Get-FhData | Should -Be 'inside'
        1, 2.5, $true | New-FhTextContent -Name n | Get-FhData | Should -Be ('1', '2.5', 'True', '' -join [Environment]::NewLine)
    }
}
