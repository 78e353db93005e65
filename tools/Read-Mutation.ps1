#Requires -Version 7.4

<#
.SYNOPSIS
Tells what came of the changed code of a report of Stryker: a line a file, and with -Survivor the changes that no test noticed.
.EXAMPLE
tools/Read-Mutation.ps1 artifacts/mutation/Signing/reports/mutation-report.json -Survivor
#>
[CmdletBinding()]
param(
    # The report, as JSON.
    [Parameter(Mandatory, Position = 0)] [string] $Path,

    # Shows each change that survived, or that no test executes.
    [switch] $Survivor
)

$ErrorActionPreference = 'Stop'
$report = [IO.File]::ReadAllText($Path) | ConvertFrom-Json -AsHashtable
$detected = 'Killed', 'Timeout'
$undetected = 'Survived', 'NoCoverage'

function Get-Score($File, $Mutants) {
    $count = @{}
    $Mutants | Group-Object { $_.status } | ForEach-Object { $count[$_.Name] = $_.Count }
    $found = ($detected | ForEach-Object { [int] $count[$_] } | Measure-Object -Sum).Sum
    $all = $found + ($undetected | ForEach-Object { [int] $count[$_] } | Measure-Object -Sum).Sum
    if ($all) {
        [pscustomobject]@{
            File       = $File
            Changes    = $all
            Noticed    = $found
            Survived   = [int] $count.Survived
            NoCoverage = [int] $count.NoCoverage
            Score      = ($found / $all).ToString('P1', [cultureinfo]::InvariantCulture)
        }
    }
}

if (-not $Survivor) {
    Get-Score '(all)' $report.files.Values.mutants
    foreach ($file in $report.files.Keys | Sort-Object) { Get-Score $file $report.files[$file].mutants }
    return
}

foreach ($file in $report.files.Keys | Sort-Object) {
    $text = $report.files[$file].source -split '\r?\n'
    foreach ($mutant in $report.files[$file].mutants | Where-Object { $_.status -in $undetected } | Sort-Object { $_.location.start.line }) {
        [pscustomobject]@{
            File        = $file
            Line        = $mutant.location.start.line
            Status      = $mutant.status
            Change      = $mutant.mutatorName
            Code        = $text[$mutant.location.start.line - 1].Trim()
            Replacement = $mutant.replacement
        }
    }
}
