<# Whichever way up the service offers and whatever passes on it. #>

BeforeAll { Import-Module $PSScriptRoot/Support/TestPlatform.psm1 }

Describe 'A service with <Upload> upload only' -ForEach @(
    @{
        Upload = 'multipart'
        Faults = @(
            @{ Operation = 'parts.put'; Fault = 'return-503' }, @{ Operation = 'parts.put'; Fault = 'return-expired-token' }, @{ Operation = 'entries.initiate'; Fault = 'return-503' }, @{ Operation = 'entries.complete'; Fault = 'lose-answer' }
        )
    }
    @{ Upload = 'session'; Faults = @(@{ Operation = 'sessions.put'; Fault = 'return-503' }, @{ Operation = 'sessions.put'; Fault = 'return-reset-connection' }) }
) {
    BeforeAll {
        Start-TestPlatform -Upload $Upload
        Connect-TestPlatform
        $file = Join-Path $TestDrive 'a.bin'
        $bytes = [byte[]]::new(300000)
        [Random]::new(5).NextBytes($bytes)
        [IO.File]::WriteAllBytes($file, $bytes)
    }
    AfterAll { Stop-TestPlatform }

    It 'has the file, once, after <Fault> of <Operation>' -ForEach $Faults {
        Add-TestFault $Operation $Fault
        $dataset = New-FhDataset d
        $entry = Send-FhFile $file -DatasetId $dataset
        Get-TestFault -Pending | Should -BeNullOrEmpty
        (Get-FhDataset $dataset).Entries.Id | Should -Be $entry.Id
        $back = $entry | Get-FhData -Destination (Join-Path $TestDrive 'back') -Force
        (Get-FileHash -LiteralPath $back.FullName).Hash | Should -Be (Get-FileHash -LiteralPath $file).Hash
    }

    It 'whose way up is broken is told, and the entry waits for the same command' {
        $dataset = New-FhDataset d
        Add-TestFault entries.initiate return-500 -Times always
        Add-TestFault sessions.start return-500 -Times always
        $null = Assert-TestError { Send-FhFile $file -DatasetId $dataset } FhUploadFailed $file '*500*same command*'
        (Get-FhDataset $dataset).Entries.Status | Should -Be 'Pending'
        Clear-TestFault
        (Send-FhFile $file -DatasetId $dataset).Status | Should -Be 'Active'
        (Get-FhDataset $dataset).Entries | Should -HaveCount 1
    }
}

Describe 'A service with both ways up' {
    BeforeAll {
        Start-TestPlatform
        Connect-TestPlatform
        $file = Join-Path $TestDrive 'a.bin'
        [IO.File]::WriteAllBytes($file, [byte[]]::new(100000))
    }
    AfterAll { Stop-TestPlatform }

    It 'has the file by the one, where the other always fails' {
        Add-TestFault entries.initiate return-500 -Times always
        (Send-FhFile $file).Status | Should -Be 'Active'
        Clear-TestFault
    }
}
