BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $platform = Start-TestPlatform -PassThru
}

AfterAll { Stop-TestPlatform }

Describe 'Get-FhConnection' {
    It 'gives nothing where there is none, and makes none' {
        Disconnect-Fh
        $env:EDISON_PLATFORM_API_KEY = $platform.Users.ann.api_key
        Clear-TestRequest
        Get-FhConnection | Should -BeNullOrEmpty
        Get-TestRequest | Should -BeNullOrEmpty
        $env:EDISON_PLATFORM_API_KEY = $null
    }

    It 'gives the current one, without a request' {
        Connect-TestPlatform bob
        Clear-TestRequest
        $connection = Get-FhConnection
        $connection.ServiceUri | Should -Be "$($platform.Url)/"
        $connection.Organizations | Should -Be 'beta'
        $connection.IsLocal | Should -BeFalse
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'is the same after the module is imported again' {
        Connect-TestPlatform
        Import-Module (Join-Path $PSScriptRoot '../../FutureHouse.psd1') -Force -Global
        Remove-Module FutureHouse
        Import-Module (Join-Path $PSScriptRoot '../../FutureHouse.psd1') -Global
        { Get-FhConnection } | Should -Not -Throw
    }
}
