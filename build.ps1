#Requires -Version 7.4

<#
.SYNOPSIS
Builds, shows, tests, measures or packages the module: a thin layer over dotnet, from any folder.
.DESCRIPTION
Works in the pwsh that the repository pins (dotnet tool restore, then dotnet pwsh ./build.ps1) and in any other of version 7.4 or later.
The session keeps its location, and the module is not loaded into it. A task that fails throws; the exit code of pwsh is then not 0.
.PARAMETER Task
Build     Builds all; afterwards Import-Module ./FutureHouse.psd1 works. The default.
Demo      Builds the module and runs examples/first-session.ps1 with it, on a platform of its own on this machine that is gone afterwards.
Test      Builds all and runs every test: dotnet test.
Package   Puts a module that can be copied to a module path into artifacts/FutureHouse, and the same as a zip beside it.
Coverage  Runs tests/Unit and shows how much of the engine and the local platform it executes: rates of lines and branches.
Mutate    Changes the code of the part of -Part in small ways, one at a time, and shows which changes no test of tests/Unit notices.
Clean     Removes what the other tasks made.
.PARAMETER Configuration
Debug, the default, or Release; Package always takes Release.
.PARAMETER Part
The part that Mutate takes: all by default. Each takes between some minutes and some hours.
.EXAMPLE
./build.ps1
Builds; afterwards Import-Module ./FutureHouse.psd1 works.
.EXAMPLE
dotnet pwsh ./build.ps1 -Task Demo
Builds and runs the first session, where there is only the .NET SDK (after dotnet tool restore).
.EXAMPLE
./build.ps1 -Task Package
Makes artifacts/FutureHouse-VERSION.zip.
.EXAMPLE
./build.ps1 -Task Mutate -Part Signing
Tries the tests of signed URLs; the report is artifacts/mutation/Signing/reports/mutation-report.html.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Demo', 'Test', 'Package', 'Coverage', 'Mutate', 'Clean')] [string] $Task = 'Build',
    [ValidateSet('Debug', 'Release')] [string] $Configuration = 'Debug',
    [ValidateSet('All', 'Signing', 'Packaging', 'Transfer')] [string] $Part = 'All'
)

$ErrorActionPreference = 'Stop'

# Where a program fails is said here, in one way, whatever the session prefers.
$PSNativeCommandUseErrorActionPreference = $false

function Invoke-Dotnet {
    dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $args ended with exit code $LASTEXITCODE; what it said is above." }
}

# A pwsh of its own, of the kind that runs this: on Windows a loaded module cannot be built anew.
function Invoke-Script([string] $Path) {
    $pwsh = @([Environment]::ProcessPath)
    if ([IO.Path]::GetFileNameWithoutExtension($pwsh[0]) -eq 'dotnet') { $pwsh += Join-Path $PSHOME 'pwsh.dll' }
    $rest = @($pwsh | Select-Object -Skip 1) + '-NoProfile', '-File', $Path
    & $pwsh[0] @rest
    if ($LASTEXITCODE -ne 0) { throw "$Path ended with exit code $LASTEXITCODE." }
}

function New-Package {
    # What the build puts beside the manifest is what ships: the same two.
    Invoke-Dotnet build src/FutureHouse.PowerShell -c Release
    $version = (Import-PowerShellDataFile -LiteralPath ./FutureHouse.psd1).ModuleVersion
    $target = Join-Path $PSScriptRoot "artifacts/FutureHouse/$version"
    $zip = Join-Path $PSScriptRoot "artifacts/FutureHouse-$version.zip"
    Remove-Made $target, $zip
    $null = [IO.Directory]::CreateDirectory($target)
    'FutureHouse.psd1', 'bin', 'en-US', 'LICENSE', 'README.md' | ForEach-Object { Copy-Item -LiteralPath $_ -Destination $target -Recurse }
    [IO.Compression.ZipFile]::CreateFromDirectory((Split-Path $target), $zip, 'Optimal', $true)
    Get-Item -LiteralPath $zip
}

function Measure-Coverage {
    $results = Join-Path $PSScriptRoot artifacts/coverage
    Remove-Made $results
    # Coverlet passes over files that it does not find under the paths that the symbols name: they must be true ones here.
    Invoke-Dotnet test tests/Unit -c $Configuration '-p:PathMap=' --collect 'XPlat Code Coverage' --results-directory $results
    tools/Read-Coverage.ps1 -Path (Get-ChildItem -LiteralPath $results -Recurse -Filter coverage.cobertura.xml).FullName
}

# The code that is changed, and the tests that should notice.
$mutations = @{
    Signing   = @{ Project = 'FutureHouse.LocalPlatform.csproj'; Code = '**/Objects/Signing/*.cs'; Tests = 'LocalPlatform/Signing*Tests.cs' }
    Packaging = @{ Project = 'FutureHouse.Engine.csproj'; Code = '**/Packaging/**/*.cs'; Tests = 'Packaging/**/*Tests.cs' }
    Transfer  = @{ Project = 'FutureHouse.Engine.csproj'; Code = '**/Transfer/**/*.cs'; Tests = 'Transfer/**/*Tests.cs' }
}

function Test-Mutation([string] $Name) {
    $mutation = $mutations[$Name]
    $output = Join-Path $PSScriptRoot "artifacts/mutation/$Name"
    $env:OnlyTests = $mutation.Tests
    Push-Location -LiteralPath tests/Unit
    try {
        Invoke-Dotnet tool run dotnet-stryker -- --project $mutation.Project --mutate $mutation.Code --output $output --concurrency 1 --skip-version-check
    }
    finally {
        Pop-Location
        $env:OnlyTests = $null
    }
    tools/Read-Mutation.ps1 -Path (Join-Path $output reports/mutation-report.json)
}

function Remove-Made([string[]] $Path) {
    $Path | Where-Object { Test-Path -LiteralPath $_ } | ForEach-Object { Remove-Item -LiteralPath $_ -Recurse -Force }
}

Push-Location -LiteralPath $PSScriptRoot
try {
    switch ($Task) {
        'Build' { Invoke-Dotnet build -c $Configuration }
        'Demo' {
            Invoke-Dotnet build src/FutureHouse.PowerShell -c $Configuration
            Invoke-Script (Join-Path $PSScriptRoot examples/first-session.ps1)
        }
        'Test' { Invoke-Dotnet test -c $Configuration }
        'Package' { New-Package }
        'Coverage' { Measure-Coverage }
        'Mutate' {
            Invoke-Dotnet tool restore
            'Signing', 'Packaging', 'Transfer' | Where-Object { $Part -in 'All', $_ } | ForEach-Object { Test-Mutation $_ }
        }
        'Clean' {
            Invoke-Dotnet clean -v q
            Remove-Made bin, en-US, artifacts, tests/Pester/bin
        }
    }
}
finally {
    Pop-Location
}
