#Requires -Version 7.4

<#
.SYNOPSIS
Tells how much of each assembly, and of each namespace of it, a report of coverlet says was executed.
.EXAMPLE
tools/Read-Coverage.ps1 -Path (Get-ChildItem artifacts/coverage -Recurse -Filter *.xml).FullName
#>
[CmdletBinding()]
param(
    # Reports of the kind "cobertura"; a line counts as executed where one of them says so.
    [Parameter(Mandatory)] [string[]] $Path
)

$ErrorActionPreference = 'Stop'

# A file's lines are told class by class, and an asynchronous method is a class: each line counts once.
$lines = @{}
foreach ($package in $Path | ForEach-Object { ([xml] [IO.File]::ReadAllText($_)).SelectNodes('/coverage/packages/package') }) {
    foreach ($class in $package.SelectNodes('classes/class')) {
        $namespace = ($class.GetAttribute('filename') -replace '\\', '/' -replace "^.*?$([regex]::Escape($package.name))/" -split '/' | Select-Object -SkipLast 1) -join '.'
        foreach ($line in $class.SelectNodes('lines/line')) {
            $taken, $branches = if ($line.GetAttribute('condition-coverage') -match '\((\d+)/(\d+)\)') { [int] $Matches[1], [int] $Matches[2] } else { 0, 0 }
            $key = "$($class.GetAttribute('filename')):$($line.GetAttribute('number'))"
            if (-not $lines[$key]) { $lines[$key] = [pscustomobject]@{ Assembly = $package.name; Namespace = $namespace; Hit = 0; Taken = 0; Branches = 0 } }
            $one = $lines[$key]
            $one.Hit = [Math]::Max($one.Hit, [Math]::Min(1, [long] $line.GetAttribute('hits')))
            $one.Taken = [Math]::Max($one.Taken, $taken)
            $one.Branches = [Math]::Max($one.Branches, $branches)
        }
    }
}

function Get-Rate($Assembly, $Namespace, $Of) {
    $sum = @{}
    foreach ($name in 'Hit', 'Taken', 'Branches') { $sum[$name] = ($Of | Measure-Object $name -Sum).Sum }
    [pscustomobject]@{
        Assembly   = $Assembly
        Namespace  = $Namespace
        Lines      = @($Of).Count
        LineRate   = ($sum.Hit / @($Of).Count).ToString('P1', [cultureinfo]::InvariantCulture)
        Branches   = $sum.Branches
        BranchRate = if ($sum.Branches) { ($sum.Taken / $sum.Branches).ToString('P1', [cultureinfo]::InvariantCulture) }
    }
}

foreach ($assembly in $lines.Values | Group-Object Assembly | Sort-Object Name) {
    Get-Rate $assembly.Name '(all)' $assembly.Group
    foreach ($namespace in $assembly.Group | Group-Object Namespace | Sort-Object Name) { Get-Rate $assembly.Name $namespace.Name $namespace.Group }
}
