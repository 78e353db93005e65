BeforeDiscovery {
    $root = (Get-Item -LiteralPath $PSScriptRoot).Parent.Parent.FullName
    $scripts = @('build.ps1', 'tests/Pester/Invoke-Tests.ps1', 'tools/Read-Coverage.ps1', 'tools/Read-Mutation.ps1') | ForEach-Object { @{ Name = $_; Path = Join-Path $root $_ } }

    function Read-Script([string] $Path) { [Management.Automation.Language.Parser]::ParseFile($Path, [ref] $null, [ref] $null) }
    $task = (Read-Script (Join-Path $root 'build.ps1')).ParamBlock.Parameters | Where-Object { $_.Name.VariablePath.UserPath -eq 'Task' }
    $tasks = ($task.Attributes | Where-Object { $_.TypeName.Name -eq 'ValidateSet' }).PositionalArguments.Value
}

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $root = (Get-Item -LiteralPath $PSScriptRoot).Parent.Parent.FullName
    function Read-Script([string] $Path) { [Management.Automation.Language.Parser]::ParseFile($Path, [ref] $null, [ref] $null) }
    $readme = [IO.File]::ReadAllText((Join-Path $root 'README.md'))

    # A clone that has only what the script itself needs, at a path of the worst kind, and a dotnet that only says what it was asked.
    $clone = (New-Item -ItemType Directory (Join-Path $TestDrive 'a clone [1] $x')).FullName
    Copy-Item -LiteralPath (Join-Path $root 'build.ps1') -Destination $clone
    $null = New-Item -ItemType Directory (Join-Path $clone 'examples')
    $build = (Join-Path $clone 'build.ps1') -replace "'", "''"
    $fake = 'function global:dotnet { "dotnet $args in $PWD"; $global:LASTEXITCODE = 0 }; $global:PSModuleAutoLoadingPreference = "All";'
}

Describe 'The script <Name>' -ForEach $scripts {
    It 'says to an older PowerShell what it needs' {
        (Read-Script $Path).ScriptRequirements.RequiredPSVersion | Should -Be ([version] '7.4')
    }

    It 'has help' {
        $help = (Read-Script $Path).GetHelpContent()
        $help.Synopsis.Trim() | Should -Not -BeNullOrEmpty
        $help.Examples | Should -Not -BeNullOrEmpty
    }
}

Describe 'The task <_> of build.ps1' -ForEach $tasks {
    It 'is described by its help and in the README' {
        (Read-Script (Join-Path $root 'build.ps1')).GetHelpContent().Parameters['TASK'] | Should -Match "(?m)^$_ "
        $readme | Should -Match ([regex]::Escape("| ``$_`` |"))
    }
}

Describe 'build.ps1' {
    It 'runs in its own folder, whatever its name and from wherever, and leaves the session where it was' {
        $run = Invoke-TestSession "$fake Set-Location -LiteralPath '$($TestDrive -replace "'", "''")'; & '$build'; `"now in `$PWD`""
        $run.ExitCode | Should -Be 0 -Because $run.Output
        $run.Output.Trim() -split '\r?\n' | Should -Be @("dotnet build -c Debug in $clone", "now in $TestDrive")
    }

    It 'runs the first session in a pwsh of its own, and fails as it does' {
        [IO.File]::WriteAllText((Join-Path $clone 'examples/first-session.ps1'), 'Write-Host "session in $PID"; exit 3')
        $run = Invoke-TestSession "$fake `"outside `$PID`"; & '$build' -Task Demo"
        $run.ExitCode | Should -Be 1
        $run.Output | Should -Match 'dotnet build src/FutureHouse.PowerShell'
        $run.Output -replace '[\s|]+' | Should -Match 'first-session\.ps1endedwithexitcode3'
        ([regex]::Match($run.Output, 'session in (\d+)').Groups[1].Value) | Should -Not -Be ([regex]::Match($run.Output, 'outside (\d+)').Groups[1].Value)
    }

    It 'fails where dotnet does, and says with what' {
        $run = Invoke-TestSession "function global:dotnet { `$global:LASTEXITCODE = 7 }; & '$build' -Task Test"
        $run.ExitCode | Should -Be 1
        $run.Output -replace '[\s|]+' | Should -Match 'dotnettest-cDebugendedwithexitcode7'
    }
}

Describe 'The tools' {
    It 'are pinned: <_>' -ForEach 'powershell', 'dotnet-stryker' {
        $tool = ([IO.File]::ReadAllText((Join-Path $root '.config/dotnet-tools.json')) | ConvertFrom-Json -AsHashtable).tools[$_]
        $tool.version | Should -Match '^\d+\.\d+\.\d+$'
        $tool.rollForward | Should -BeFalse
    }

    It 'are not restored where there is no network, and that is said' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive offline)).FullName
        $null = New-Item -ItemType Directory (Join-Path $folder '.config')
        Copy-Item -LiteralPath (Join-Path $root '.config/dotnet-tools.json') -Destination (Join-Path $folder '.config')
        [IO.File]::WriteAllText((Join-Path $folder 'nuget.config'), '<configuration><packageSources><clear /><add key="nowhere" value="http://127.0.0.1:1/index.json" allowInsecureConnections="true" /></packageSources></configuration>')
        $quoted = $folder -replace "'", "''"
        $run = Invoke-TestSession "`$env:NUGET_PACKAGES = '$quoted/packages'; `$env:DOTNET_CLI_HOME = '$quoted/home'; Set-Location -LiteralPath '$quoted'; dotnet tool restore; exit `$LASTEXITCODE"
        $run.ExitCode | Should -Not -Be 0
        $run.Output | Should -Match '127\.0\.0\.1:1'
    }
}
