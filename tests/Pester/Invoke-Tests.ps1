#Requires -Version 7.4

<#
.SYNOPSIS
Runs files of Pester tests in this session's pwsh, with the Pester that the project pins.
.DESCRIPTION
For a developer, who sees Pester's own output, and for `dotnet test` (PesterSuite.cs), which gives -ResultPath and reads the results from there.
.EXAMPLE
dotnet pwsh tests/Pester/Invoke-Tests.ps1 Send-FhFile
.EXAMPLE
dotnet pwsh tests/Pester/Invoke-Tests.ps1 Send-FhFile Get-FhData -FullName *manifest*
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    # Names of files, with wildcards, without .Tests.ps1: all by default.
    [Parameter(Position = 0, ValueFromRemainingArguments)] [string[]] $Name = '*',

    # Only the tests with such full names (wildcards).
    [string[]] $FullName,

    # Writes the results there, as JSON, and shows nothing.
    [string] $ResultPath
)

$ErrorActionPreference = 'Stop'
$PSStyle.OutputRendering = 'PlainText'
$pester = Join-Path $PSScriptRoot 'bin/Pester/Pester.psd1'
if (-not (Test-Path -LiteralPath $pester)) { throw "Pester is not there yet. Run: dotnet build tests/Pester" }
Import-Module $pester

$files = @(Get-ChildItem -LiteralPath $PSScriptRoot -Filter *.Tests.ps1 | Where-Object { $file = $_; $Name | Where-Object { $file.Name -like "$_.Tests.ps1" } })
if ($files.Count -eq 0) { throw "No file is called $Name.Tests.ps1." }

$configuration = New-PesterConfiguration
$configuration.Run.Path = @($files | ForEach-Object { [WildcardPattern]::Escape($_.FullName) })
$configuration.Run.PassThru = $true
$configuration.Output.RenderMode = 'Plaintext'
$configuration.Output.Verbosity = if ($ResultPath) { 'None' } else { 'Detailed' }
if ($FullName) { $configuration.Filter.FullName = $FullName }
$run = Invoke-Pester -Configuration $configuration

if (-not $ResultPath) { exit $run.FailedCount + $run.FailedBlocksCount + $run.FailedContainersCount }

function Get-Failure($Records) {
    @(foreach ($record in $Records) {
            @{ Message = if ($record.DisplayErrorMessage) { $record.DisplayErrorMessage } else { "$record" }; Stack = if ($record.DisplayStackTrace) { $record.DisplayStackTrace } else { $record.ScriptStackTrace } }
        })
}

# Why a test did not run is what failed around it.
function Get-Cause($Test) {
    $cause = $Test
    while ($cause -and -not $cause.ErrorRecord) { $cause = if ($cause.PSObject.Properties['Block']) { $cause.Block } else { $cause.Parent } }
    $cause.ErrorRecord
}

function Get-File($Path) { [IO.Path]::GetFileName($Path) -replace '\.Tests\.ps1$' }

$results = @(
    foreach ($test in $run.Tests) {
        $records = if ($test.Result -eq 'Failed') { Get-Cause $test } else { $test.ErrorRecord }
        @{ File = Get-File $test.ScriptBlock.File; Name = $test.ExpandedPath; Result = "$($test.Result)"; Errors = @(Get-Failure $records); Seconds = $test.Duration.TotalSeconds }
    }

    # A block or a file that failed outside of its tests.
    foreach ($block in $run.FailedBlocks) { @{ File = Get-File $block.ScriptBlock.File; Name = "$($block.ExpandedPath) (block)"; Result = 'Failed'; Errors = @(Get-Failure $block.ErrorRecord); Seconds = 0 } }
    foreach ($container in $run.FailedContainers) { @{ File = Get-File $container.Item; Name = '(file)'; Result = 'Failed'; Errors = @(Get-Failure $container.ErrorRecord); Seconds = 0 } }
)
[IO.File]::WriteAllText($ResultPath, (ConvertTo-Json -InputObject $results -Depth 5))
