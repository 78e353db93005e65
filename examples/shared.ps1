# What every example begins and ends with: the module, a folder to write to, and a platform of its own on this machine.
# Against the real service, leave Connect-Fh to the environment (EDISON_PLATFORM_API_KEY): Start-Example -Remote.

$ErrorActionPreference = 'Stop'
if (-not (Get-Command Connect-Fh -ErrorAction Ignore)) { Import-Module (Join-Path (Join-Path $PSScriptRoot '..') 'FutureHouse.psd1') }

function Start-Example([string] $Name, [switch] $Remote) {
    $script:scratch = Join-Path ([IO.Path]::GetTempPath()) "futurehouse-$Name-$([guid]::NewGuid().ToString('N'))"
    $null = New-Item -ItemType Directory -Path $script:scratch -Force
    if (-not $Remote) { $null = Connect-Fh -Local -Path (Join-Path $script:scratch 'store') }
    $script:scratch
}

function Stop-Example {
    Disconnect-Fh
    Remove-Item -LiteralPath $script:scratch -Recurse -Force
}

# Says what comes next, as it would be typed.
function Step([string] $Command) { Write-Host "`n> $Command" }

# Ends the example where something is not as it must be.
function Confirm-That([bool] $Condition, [string] $What) { if (-not $Condition) { throw "Not so: $What" } }
