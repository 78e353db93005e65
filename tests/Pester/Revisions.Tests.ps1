BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'Revisions' {
    BeforeEach {
        $entry = New-FhTextContent -Name 'note' -Content 'zero' -FilePath 'note.txt'
    }

    It 'are made of text, shown, listed and read again' {
        $updated = $entry | Update-FhData -Content 'one' -NewName 'renamed'
        $updated.Version | Should -Be 1
        $updated.Name | Should -Be 'renamed'
        Get-FhData $entry | Should -BeExactly 'one'
        Get-FhData $entry -Version 0 | Should -BeExactly 'zero'
        ($entry | Get-FhDataRevision).Version | Should -Be 1, 0
        ($entry | Get-FhDataRevision | Out-String) | Should -Match 'Version\s+Published\s+Name\s+Size\s+Id'
        $entry | Get-FhDataRevision | Select-Object -Last 1 | Get-FhData | Should -BeExactly 'zero'
    }

    It 'take lines from the pipeline, and files' {
        'one', 'two' | Update-FhData $entry | Out-Null
        Get-FhData $entry | Should -Match '^one\r?\ntwo\r?\n$'
        $file = Join-Path $TestDrive 'bytes.bin'
        [IO.File]::WriteAllBytes($file, [byte[]](0..255))
        $null = Update-FhData $entry -Path $file
        $back = Get-FhData $entry -Destination (Join-Path $TestDrive 'back')
        (Get-FileHash -LiteralPath $back.FullName).Hash | Should -Be (Get-FileHash -LiteralPath $file).Hash
        (Get-FhDataset $entry.DatasetId).Entries | Should -HaveCount 1
    }

    It 'of another entry keep its bytes when that is removed' {
        $source = New-FhTextContent -Name 'source' -Content 'taken'
        $null = Update-FhData $entry -SourceId $source
        $source | Remove-FhDataEntry -Force
        Get-FhData $entry | Should -BeExactly 'taken'
    }

    It 'can be drafts until they are published' {
        $draft = Update-FhData $entry -Content 'draft' -Draft
        Get-FhData $entry | Should -BeExactly 'zero'
        Get-FhDataRevision $entry | Should -HaveCount 1
        Get-FhDataRevision $entry -IncludeDraft | Where-Object { -not $_.PublishedAt } | Publish-FhDataRevision | Out-Null
        Get-FhData $entry | Should -BeExactly 'draft'
        ($draft | Publish-FhDataRevision).RevisionId | Should -Be $draft.RevisionId
    }

    It 'on a stale base are a conflict that names the newer one' {
        $newer = Update-FhData $entry -Content 'one'
        { Update-FhData $entry -Content 'late' -BaseRevisionId $entry -ErrorAction Stop } | Should -Throw -ErrorId 'FhConflict,*' -ExpectedMessage "*$($newer.RevisionId)*"
        Get-FhData $entry | Should -BeExactly 'one'
    }

    It 'are named by version or by id, not by both' {
        { Get-FhData $entry -Version 0 -RevisionId $entry.RevisionId } | Should -Throw -ErrorId 'FhInvalidRequest,*'
        { Get-FhDataEntry $entry -Version 0 -RevisionId $entry.RevisionId } | Should -Throw -ErrorId 'FhInvalidRequest,*'
    }

    It 'are not made of what only looks like text, nor with -WhatIf' {
        { $entry | Update-FhData -NewName 'x' -ErrorAction Stop } | Should -Throw
        { Get-Item $PSScriptRoot | Update-FhData $entry -ErrorAction Stop } | Should -Throw
        Update-FhData $entry -Content 'x' -WhatIf
        Get-FhDataRevision $entry | Should -HaveCount 1
    }
}

Describe 'What a run made' {
    It 'is nothing for a run that made nothing' {
        Get-FhTrajectoryFile -TrajectoryId (New-Guid) | Get-FhData -Destination (Join-Path $TestDrive 'artifacts') | Should -BeNullOrEmpty
    }
}

Describe 'Waiting' {
    It 'gives what is active at once, and says when time is up' {
        $entry = New-FhTextContent -Name 'there' -Content 'x'
        ($entry | Wait-FhDataEntry).Id | Should -Be $entry.Id
        $pending = (Invoke-FhRestMethod /v0.1/data-storage/data-entries -Method Post -Body @{ name = 'p'; file_path = 'p.bin' }).data_storage.id
        { Wait-FhDataEntry $pending -TimeoutSec 0 -ErrorAction Stop } | Should -Throw -ErrorId 'FhTimeout,*'
    }
}

Describe 'Any route' {
    It 'answers as objects, and shows no secret' {
        (Invoke-FhRestMethod /v0.1/organizations -Query @{ filter = $true }).name | Should -Not -BeNullOrEmpty
        $file = New-Item (Join-Path $TestDrive 'a.bin') -Value 'x'
        $answer = Invoke-FhRestMethod "/v0.1/data-storage/data-entries/$(($file | Send-FhFile).Id)"
        ($answer.storage_locations[0].storage_config | Format-List * | Out-String) | Should -Not -Match 'Signature'
        $answer.storage_locations[0].storage_config.signed_url | ConvertFrom-SecureString -AsPlainText | Should -Match 'X-Goog-Signature'
    }

    It 'goes nowhere else' {
        { Invoke-FhRestMethod 'https://elsewhere.example.org/v0.1/organizations' -ErrorAction Stop } | Should -Throw -ErrorId 'FhInvalidRequest,*'
    }
}
