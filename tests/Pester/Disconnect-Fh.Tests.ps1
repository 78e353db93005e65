BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
}

AfterAll { Stop-TestPlatform }

Describe 'Disconnect-Fh' {
    It 'ends the current connection, and gives nothing' {
        $connection = Connect-TestPlatform -PassThru
        Disconnect-Fh | Should -BeNullOrEmpty
        Get-FhConnection | Should -BeNullOrEmpty
        Assert-TestError { Find-FhDataEntry } FhNotConnected -Terminating
        foreach ($use in { Find-FhDataEntry -Connection $connection }, { Find-FhSimilarData 1 -Connection $connection }, { New-FhTextContent n x -Connection $connection }) {
            Assert-TestError $use FhNotConnected -Terminating
        }
    }

    It 'does nothing where there is no connection' {
        Disconnect-Fh
        Disconnect-Fh | Should -BeNullOrEmpty
    }
}
