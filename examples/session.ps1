# A session to type in, on the local platform of this machine: what is kept there is there again in the next one.
#   dotnet pwsh -NoExit -File examples/session.ps1
# -Path takes another folder for the store.
param([string] $Path)

$ErrorActionPreference = 'Stop'
$manifest = [IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../FutureHouse.psd1'))
if (-not (Test-Path -LiteralPath (Join-Path $PSScriptRoot '../bin/FutureHouse.PowerShell.dll'))) {
    throw 'The module is not built yet. Run: dotnet pwsh ./build.ps1'
}
Import-Module $manifest
$store = if ($Path) { @{ Path = $Path } } else { @{} }
$null = Connect-Fh -Local @store

Write-Host "Connected to the local platform. Get-Command -Module FutureHouse lists the cmdlets, Get-Help Send-FhFile -Full explains one."
Write-Host "Keep:   `$dataset = New-FhDataset -Name 'Growth curves'; Get-ChildItem examples/data | Send-FhFile -DatasetId `$dataset"
Write-Host "Fetch:  (Get-FhDataset `$dataset).Entries | Get-FhData -Destination ./fetched"
