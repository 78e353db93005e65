BeforeDiscovery {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $commands = Get-Command -Module FutureHouse -CommandType Cmdlet | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
    # Again: what was found may have been removed by another file's tests before this one's run.
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
}

Describe 'Help of <Name>' -ForEach $commands {
    BeforeAll {
        $help = Get-Help $Name -Full
        $common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
        $parameters = (Get-Command $Name).Parameters.Keys | Where-Object { $_ -notin $common }
    }

    It 'has a synopsis and a description' {
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis | Should -Not -Match "^\s*$Name \["
        ($help.Description | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'describes every parameter' {
        foreach ($parameter in $parameters) {
            $text = ($help.parameters.parameter | Where-Object name -eq $parameter).description | Out-String
            $text.Trim() | Should -Not -BeNullOrEmpty -Because "-$parameter needs a description"
        }
    }

    It 'has an example' {
        @($help.examples.example).Count | Should -BeGreaterThan 0
    }
}
