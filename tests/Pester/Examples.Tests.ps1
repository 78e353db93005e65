BeforeDiscovery {
    $scripts = Get-ChildItem (Join-Path $PSScriptRoot '../../examples') -Filter *.ps1 | Where-Object Name -ne session.ps1 | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

BeforeAll { Import-Module $PSScriptRoot/Support/TestPlatform.psm1 }

Describe 'The example <Name>' -ForEach $scripts {
    It 'runs to its end in a session of its own' {
        $run = Invoke-TestScript $Path
        $run.ExitCode | Should -Be 0 -Because $run.Output
        $run.Output | Should -Match '(?m)^Done: '
    }
}
