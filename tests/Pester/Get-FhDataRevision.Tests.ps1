BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    $bob = Connect-TestPlatform bob -PassThru
    Connect-TestPlatform
    $entry = New-FhTextContent -Name note -Content zero -FilePath note.txt
    $null = Update-FhData $entry -Content one -NewName renamed
    $null = Update-FhData $entry -Content two
    $draft = Update-FhData $entry -Content draft -Draft
}

AfterAll { Stop-TestPlatform }

Describe 'Get-FhDataRevision' {
    It 'lists the published ones, the latest first' {
        $revisions = $entry | Get-FhDataRevision
        $revisions[0].PSObject.TypeNames | Should -Contain 'FutureHouse.DataRevision'
        $revisions.Version | Should -Be 2, 1, 0
        $revisions.Name | Should -Be 'renamed', 'renamed', 'note'
        $revisions[2].Id, $revisions[2].EntryId | Should -Be $entry.RevisionId, $entry.Id
        $revisions[1].ParentId | Should -Be $entry.RevisionId
        $revisions[0].CreatedBy | Should -Be 'user-ann'
        $revisions.Size | Should -Be 3, 3, 4
        $revisions.PublishedAt | Should -Not -Contain $null
        $revisions | Out-String | Should -Match 'Version\s+Published\s+Name\s+Size\s+Id'
    }

    It 'lists drafts with -IncludeDraft' {
        $revisions = Get-FhDataRevision $entry -IncludeDraft
        $revisions | Should -HaveCount 4
        ($revisions | Where-Object { -not $_.PublishedAt }).Id | Should -Be $draft.RevisionId
    }

    It 'gives what stands for the entry as it was' {
        Get-FhDataRevision $entry | Get-FhData | Sort-Object | Should -Be 'one', 'two', 'zero'
        Get-FhDataRevision $entry | ForEach-Object { Get-FhData $_.EntryId -RevisionId $_ } | Should -Be 'two', 'one', 'zero'
        (Get-FhDataRevision $entry | Get-FhDataEntry).Version | Should -Be 2, 1, 0
        (Get-FhDataRevision $entry | Get-FhData -Destination (Join-Path $TestDrive 'history')).Name | Sort-Object | Should -Be 'note (2).txt', 'note (3).txt', 'note.txt'
    }

    It 'tells what is missing or forbidden, and goes on' {
        $gone = [guid]::NewGuid()
        $found = $gone, $entry.Id | Get-FhDataRevision -ErrorVariable failures -ErrorAction SilentlyContinue
        $found | Should -HaveCount 3
        $failures.TargetObject | Should -Be $gone
        $null = Assert-TestError { Get-FhDataRevision $gone } FhNotFound $gone
        $null = Assert-TestError { Get-FhDataRevision $entry -Connection $bob } FhNotFound $entry.Id
        $entry | Set-FhDataPermission -ShareStatus Public
        Get-FhDataRevision $entry -Connection $bob | Should -HaveCount 3
        $null = Assert-TestError { Get-FhDataRevision $entry -IncludeDraft -Connection $bob } FhForbidden $entry.Id
    }
}
