BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $root = Connect-TestPlatform root -PassThru
    Connect-TestPlatform
    $dataset = New-FhDataset set
    $null = New-FhTextContent same x -Embedding 1, 0 -Tag t
    $null = New-FhTextContent near x -Embedding 3, 4 -DatasetId $dataset
    $null = New-FhTextContent across x -Embedding 0, 1
    $null = New-FhTextContent longer x -Embedding 1, 0, 0
}

AfterAll { Stop-TestPlatform }

Describe 'Find-FhSimilarData' {
    It 'gives the best first, by cosine' {
        $hits = Find-FhSimilarData 2, 0 -MinScore 0.1
        $hits[0].PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $hits.Name | Should -Be 'same', 'near'
        $hits.Score | ForEach-Object { [math]::Round($_, 6) } | Should -Be 1, 0.6
    }

    It 'finds <Names> with <With>' -ForEach @(
        @{ With = @{ Tag = 't'; MinScore = 0 }; Names = 'same' }
        @{ With = @{ First = 1; MinScore = 0 }; Names = 'same' }
        @{ With = @{ MinScore = 0.7 }; Names = 'same' }
        @{ With = @{ Tag = 'none' }; Names = @() }
    ) {
        (Find-FhSimilarData -Embedding 2, 0 @With).Name | Should -Be $Names
    }

    It 'keeps to a dataset' {
        (Find-FhSimilarData 2, 0 -MinScore 0 -DatasetId $dataset).Name | Should -Be 'near'
    }

    It 'searches by owner for administrators only' {
        $null = New-FhTextContent own x -Embedding 1, 0 -Connection $root
        (Find-FhSimilarData 1, 0 -UserId user-ann -First 1 -Connection $root).Name | Should -Be 'same'
        (Find-FhSimilarData 1, 0 -First 1).Name | Should -Be 'same'
        $null = Assert-TestError { Find-FhSimilarData 1, 2 -UserId user-bob } FhForbidden -Terminating
    }

    It 'ends the command for what is no direction, and says why: <Search>' -ForEach @(
        @{ Search = '1, ([float]::NaN)'; Says = 'Element 1' }
        @{ Search = '([float]::PositiveInfinity)'; Says = 'Element 0' }
        @{ Search = '0, 0'; Says = 'zeros' }
        @{ Search = '1 -First 101'; Says = '1 to 100' }
        @{ Search = '1 -MinScore 2'; Says = 'from 0 to 1' }
        @{ Search = '@()'; Says = 'Embedding' }
    ) {
        Clear-TestRequest
        $null = Assert-TestError ([scriptblock]::Create("Find-FhSimilarData $Search")) FhInvalidRequest -Terminating -Message "*$Says*"
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
