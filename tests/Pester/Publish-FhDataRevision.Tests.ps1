BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'Publish-FhDataRevision' {
    BeforeEach {
        $entry = New-FhTextContent -Name note -Content zero
        $draft = Update-FhData $entry -Content draft -Draft
    }

    It 'shows a draft, and gives the entry' {
        $published = Publish-FhDataRevision $entry -RevisionId $draft
        $published.PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $published.Id, $published.RevisionId | Should -Be $entry.Id, $draft.RevisionId
        Get-FhData $entry | Should -BeExactly 'draft'
        (Publish-FhDataRevision $entry $draft.RevisionId).RevisionId | Should -Be $draft.RevisionId -Because 'it is as it is'
    }

    It 'takes drafts from the pipeline, of Update-FhData and of Get-FhDataRevision' {
        (Get-FhDataRevision $entry -IncludeDraft | Where-Object { -not $_.PublishedAt } | Publish-FhDataRevision).GetText() | Should -BeExactly 'draft'
        (Update-FhData $entry -Content again -Draft | Publish-FhDataRevision).GetText() | Should -BeExactly 'again'
    }

    It 'tells what is missing, and a conflict with what is newer' {
        $null = Assert-TestError { Publish-FhDataRevision $entry -RevisionId aaaaaaaa-2222-4333-8444-555555555555 } FhNotFound $entry.Id
        $null = Update-FhData $entry -Content newer
        $null = Assert-TestError { $draft | Publish-FhDataRevision } FhConflict $entry.Id
        Get-FhData $entry | Should -BeExactly 'newer'
    }

    It 'says with -WhatIf what it would publish, and sends nothing' {
        Clear-TestRequest
        Get-TestHost { Publish-FhDataRevision $entry -RevisionId $draft -WhatIf } | Should -Match $draft.RevisionId
        Get-TestRequest | Should -BeNullOrEmpty
        Get-FhData $entry | Should -BeExactly 'zero'
    }
}
