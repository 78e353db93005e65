#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }

BeforeDiscovery {
    $scripts = Get-ChildItem (Join-Path $PSScriptRoot '../../examples') -Filter *.ps1 | Where-Object Name -ne session.ps1 | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

Describe 'The example <Name>' -ForEach $scripts {
    It 'runs to its end in a session of its own' {
        $output = pwsh -NoProfile -NonInteractive -File $Path 2>&1 | Out-String
        $LASTEXITCODE | Should -Be 0 -Because $output
        $output | Should -Match '(?m)^Done: '
    }
}
