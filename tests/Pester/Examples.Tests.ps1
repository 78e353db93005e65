BeforeDiscovery {
    $scripts = Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot '../../examples') -Filter *.ps1 | Where-Object Name -ne session.ps1 | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $temporary = 'TMPDIR', 'TMP', 'TEMP'
    $before = @{}
    foreach ($variable in $temporary) { $before[$variable] = [Environment]::GetEnvironmentVariable($variable) }
}

Describe 'The example <Name>' -ForEach $scripts {
    AfterEach { foreach ($variable in $temporary) { [Environment]::SetEnvironmentVariable($variable, $before[$variable]) } }

    It 'runs to its end in a session of its own, and leaves nothing' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive "a folder [1] $Name")).FullName
        foreach ($variable in $temporary) { [Environment]::SetEnvironmentVariable($variable, $folder) }
        $run = Invoke-TestScript $Path
        $run.ExitCode | Should -Be 0 -Because $run.Output
        $run.Output | Should -Match '(?m)^Done: '
        Get-ChildItem -LiteralPath $folder -Directory -Filter futurehouse-* | Should -BeNullOrEmpty
    }

    It 'is named by the page of the examples' {
        Get-Content -LiteralPath (Join-Path $PSScriptRoot '../../examples/README.md') -Raw | Should -Match ([regex]::Escape("``$Name``"))
    }
}
