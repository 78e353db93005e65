BeforeDiscovery {
    $scripts = Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot '../../examples') -Filter *.ps1 | Where-Object Name -notin session.ps1, shared.ps1 | ForEach-Object { @{ Name = $_.Name; Path = $_.FullName } }
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

Describe 'The session to type in' {
    It 'is connected, and says in three lines what to type' {
        $script = (Join-Path $PSScriptRoot '../../examples/session.ps1') -replace "'", "''"
        $run = Invoke-TestSession ". '$script' -Path '$((Join-Path $TestDrive store) -replace "'", "''")'; (Get-FhConnection).IsLocal; Disconnect-Fh"
        $run.ExitCode | Should -Be 0 -Because $run.Output
        $lines = @($run.Output -split '\r?\n' | Where-Object { $_ })
        $lines | Should -HaveCount 4 -Because $run.Output
        $lines[-1] | Should -Be True
    }

    It 'shows lines that run' {
        $script = (Join-Path $PSScriptRoot '../../examples/session.ps1') -replace "'", "''"
        $commands = [regex]::Matches([IO.File]::ReadAllText((Join-Path $PSScriptRoot '../../examples/session.ps1')), '(?m)^Write-Host "\w+: +(.*)"$').ForEach({ $_.Groups[1].Value -replace '`', '' })
        $commands | Should -HaveCount 2
        $commands = ($commands -join "`n") -replace '\./fetched', (Join-Path $TestDrive fetched)
        $run = Invoke-TestSession "Set-Location -LiteralPath (Split-Path '$script' | Split-Path); . '$script' -Path '$((Join-Path $TestDrive other) -replace "'", "''")'`n$commands`nDisconnect-Fh"
        $run.ExitCode | Should -Be 0 -Because $run.Output
        Get-ChildItem -LiteralPath (Join-Path $TestDrive fetched) | Should -HaveCount (Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot '../../examples/data')).Count
    }
}
