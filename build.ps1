#Requires -Version 7.4
<#
.SYNOPSIS
Builds, tests or packages the module; a thin layer over dotnet for people who have pwsh.
.EXAMPLE
./build.ps1
Builds; afterwards Import-Module ./FutureHouse.psd1 works.
.EXAMPLE
./build.ps1 -Task Package
Puts a module that can be copied to a module path into artifacts/FutureHouse.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package', 'Clean')] [string] $Task = 'Build',
    [ValidateSet('Debug', 'Release')] [string] $Configuration = 'Debug'
)

$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

function Invoke-Dotnet {
    dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $($args[0]) ended with exit code $LASTEXITCODE." }
}

switch ($Task) {
    'Build' { Invoke-Dotnet build -c $Configuration }
    'Test' { Invoke-Dotnet test -c $Configuration }
    'Package' {
        # What the build puts beside the manifest is what ships: the same two.
        Invoke-Dotnet build src/FutureHouse.PowerShell -c Release
        $version = (Import-PowerShellDataFile ./FutureHouse.psd1).ModuleVersion
        $target = "artifacts/FutureHouse/$version"
        if (Test-Path $target) { Remove-Item $target -Recurse -Force }
        $null = New-Item -ItemType Directory -Path $target -Force
        Copy-Item ./FutureHouse.psd1, ./bin, ./en-US, ./LICENSE, ./README.md -Destination $target -Recurse
        Compress-Archive -Path artifacts/FutureHouse -DestinationPath "artifacts/FutureHouse-$version.zip" -Force
        Write-Output "artifacts/FutureHouse-$version.zip"
    }
    'Clean' { 'bin', 'en-US', 'artifacts' | Where-Object { Test-Path $_ } | Remove-Item -Recurse -Force; Invoke-Dotnet clean -v q }
}
