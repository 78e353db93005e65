BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $null = New-FhTextContent 'plate 01' 'protein folding at night' -Description 'First plate' -Tag raw, x -Metadata @{ plate = 1 } -Embedding 1, 0
    $null = New-FhTextContent 'plate 02' 'other words' -Tag done -Metadata @{ plate = 12 } -Embedding 3, 4
    $null = New-FhTextContent 'summary' 'protein' -Embedding 0, 1
}

AfterAll { Stop-TestPlatform }

Describe 'Find-FhDataEntry' {
    It 'finds <names> by <script>' -ForEach @(
        @{ script = { Find-FhDataEntry plate* }; names = 'plate 01', 'plate 02' }
        @{ script = { Find-FhDataEntry *02 }; names = 'plate 02' }
        @{ script = { Find-FhDataEntry -Text 'folding protein' }; names = 'plate 01' }
        @{ script = { Find-FhDataEntry -Tag raw, done }; names = 'plate 01', 'plate 02' }
        @{ script = { Find-FhDataEntry *late* -Tag done }; names = 'plate 02' }
        @{ script = { Find-FhDataEntry sum* -Tag done -MatchAny }; names = 'plate 02', 'summary' }
        @{ script = { Find-FhDataEntry -Criterion @{ Field = 'metadata.plate'; Operator = 'greater_than'; Value = 2 } }; names = 'plate 02' }
        @{ script = { Find-FhDataEntry -Criterion @{ Field = 'created_at'; Operator = 'greater_than'; Value = (Get-Date).AddDays(1) } }; names = @() }
        @{ script = { Find-FhDataEntry -Skip 1 -First 1 }; names = 'plate 02' }
    ) {
        (& $script).Name | Should -Be $names
    }

    It 'gives hits that go on through the pipeline' {
        Find-FhDataEntry -Text folding | Get-FhData | Should -Be 'protein folding at night'
        $hit = Find-FhDataEntry -Text folding -Highlight
        $hit.Score | Should -BeGreaterThan 0
        $hit.Highlights.content | Should -Be 'protein <em>folding</em> at night'
        $hit | Format-Table | Out-String | Should -Match 'Score'
    }

    It 'asks for one page where one entry is taken' {
        1..120 | ForEach-Object { New-FhTextContent "many $_" many } | Out-Null
        $said = [Collections.Generic.List[object]]::new()
        $one = Find-FhDataEntry -Text many -Verbose 4>&1 | ForEach-Object { $said.Add($_); $_ } | Where-Object { $_ -isnot [Management.Automation.VerboseRecord] } | Select-Object -First 1
        $one.Name | Should -BeLike 'many *'
        @($said | Where-Object { "$_" -match 'data-storage/search' }) | Should -HaveCount 1
        @(Find-FhDataEntry -Text many) | Should -HaveCount 120
    }

    It 'says what is wrong with a condition' {
        { Find-FhDataEntry -Criterion @{ Field = 'nothing'; Operator = 'equals'; Value = 1 } } | Should -Throw -ErrorId 'FhInvalidRequest,*' -ExpectedMessage "*'nothing'*"
    }
}

Describe 'Find-FhSimilarData' {
    It 'orders by cosine' {
        $hits = Find-FhSimilarData 1, 0 -MinScore 0.1
        $hits.Name | Should -Be 'plate 01', 'plate 02'
        [math]::Round($hits[1].Score, 6) | Should -Be 0.6
    }

    It 'refuses what is no direction' {
        { Find-FhSimilarData @() } | Should -Throw -ErrorId 'FhInvalidRequest,*'
        { Find-FhSimilarData ([float]::NaN) } | Should -Throw -ErrorId 'FhInvalidRequest,*'
    }
}

Describe 'Set-FhDataTag and Set-FhDataPermission' {
    It 'adds tags to what was found' {
        Find-FhDataEntry summary | Set-FhDataTag -Tag new, new -Append
        (Find-FhDataEntry -Tag new).Name | Should -Be 'summary'
    }

    It 'shares, and says with -WhatIf what it would do' {
        (Find-FhDataEntry summary | Set-FhDataPermission -ShareStatus Shared -User ann@example.org -PassThru).ShareStatus | Should -Be 'Shared'
        Find-FhDataEntry summary | Set-FhDataPermission -ShareStatus Public -WhatIf
        (Find-FhDataEntry summary).ShareStatus | Should -Be 'Shared'
        { Find-FhDataEntry summary | Set-FhDataPermission -ShareStatus Private -User ann@example.org } | Should -Throw -ErrorId 'FhInvalidRequest,*'
    }
}
