<# What a user is given: these cmdlets, with these parameters, and nothing else. #>

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot '../../FutureHouse.psd1')
    $piped = Get-Command -Module FutureHouse | Where-Object { $_.Parameters.Values.ParameterSets.Values.ValueFromPipeline -contains $true } | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
    $changing = 'New', 'Send', 'Set', 'Remove', 'Update', 'Publish', 'Register', 'Invoke'
    $manifest = Import-PowerShellDataFile -LiteralPath (Join-Path $PSScriptRoot '../../FutureHouse.psd1')
}

AfterAll { Stop-TestPlatform }

Describe 'The module' {
    It 'exports exactly the cmdlets of its assembly, and nothing else' {
        $commands = Get-Command -Module FutureHouse
        $classes = $commands[0].ImplementingType.Assembly.GetExportedTypes() | ForEach-Object { $_.GetCustomAttributes([Management.Automation.CmdletAttribute], $false) } | ForEach-Object { "$($_.VerbName)-$($_.NounName)" }
        $manifest.CmdletsToExport | Sort-Object | Should -Be ($classes | Sort-Object)
        $commands.Name | Sort-Object | Should -Be ($classes | Sort-Object)
        foreach ($list in 'FunctionsToExport', 'AliasesToExport', 'VariablesToExport') { $manifest[$list] | Should -BeNullOrEmpty }
    }

    It 'works from a folder with spaces and brackets in its name' {
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'a clone [1]')).FullName
        foreach ($part in 'FutureHouse.psd1', 'bin', 'en-US') { Copy-Item -LiteralPath (Join-Path $PSScriptRoot "../../$part") -Destination $folder -Recurse }
        $run = Invoke-TestSession @"
`$ErrorActionPreference = 'Stop'
Import-Module '$folder/FutureHouse.psd1'
(Get-Help Send-FhFile).Synopsis
`$null = Connect-Fh -Local -Path '$folder/store'
Get-ChildItem -LiteralPath '$folder' -File | Send-FhFile | Get-FhData -Destination '$folder/back [1]' | ForEach-Object Name
"@
        $run.ExitCode | Should -Be 0 -Because $run.Output
        $run.Output -split '\r?\n' | Should -Contain 'FutureHouse.psd1'
        $run.Output | Should -Match '^Keeps files'
        Get-Content -LiteralPath "$folder/back [1]/FutureHouse.psd1" -Raw | Should -BeExactly (Get-Content -LiteralPath "$folder/FutureHouse.psd1" -Raw)
    }

    It 'says which PowerShell it needs before anything of it is loaded' {
        $manifest.PowerShellVersion | Should -Be '7.4'
        $manifest.CompatiblePSEditions | Should -Be 'Core'
        $later = Join-Path $TestDrive 'FutureHouse.psd1'
        (Get-Content -LiteralPath (Join-Path $PSScriptRoot '../../FutureHouse.psd1') -Raw) -replace "'7\.4'", "'99.0'" | Set-Content -LiteralPath $later
        (Invoke-TestSession "try { Import-Module '$later' -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId; `"`$_`" }").Output | Should -BeLike "Modules_InsufficientPowerShellVersion,*requires a minimum PowerShell version of '99.0' to run*"
    }

    It 'has a file of tests for each cmdlet' {
        $files = (Get-ChildItem -LiteralPath $PSScriptRoot -Filter *.Tests.ps1).Name
        foreach ($cmdlet in $manifest.CmdletsToExport) { $files | Should -Contain "$cmdlet.Tests.ps1" }
    }
}

Describe '<Name>' -ForEach @(
    @{ Name = 'Connect-Fh'; Parameters = 'ApiKey', 'Local', 'Path', 'ServiceUri', 'Token' }
    @{ Name = 'Disconnect-Fh'; Parameters = @() }
    @{ Name = 'Find-FhDataEntry'; Parameters = 'Connection', 'Criterion', 'DatasetId', 'Description', 'First', 'Highlight', 'MatchAny', 'Name', 'ProjectId', 'Skip', 'Status', 'Tag', 'Text' }
    @{ Name = 'Find-FhSimilarData'; Parameters = 'Connection', 'DatasetId', 'Embedding', 'First', 'MinScore', 'ProjectId', 'Tag', 'UserId' }
    @{ Name = 'Get-FhConnection'; Parameters = @() }
    @{ Name = 'Get-FhData'; Parameters = 'Connection', 'Destination', 'Force', 'Id', 'NoExtract', 'Recurse', 'RevisionId', 'ThrottleLimit', 'Version' }
    @{ Name = 'Get-FhDataEntry'; Parameters = 'Connection', 'DatasetId', 'Id', 'ParentId', 'Recurse', 'RevisionId', 'Version' }
    @{ Name = 'Get-FhDataRevision'; Parameters = 'Connection', 'Id', 'IncludeDraft' }
    @{ Name = 'Get-FhDataset'; Parameters = 'Connection', 'Id' }
    @{ Name = 'Get-FhTrajectoryFile'; Parameters = 'Connection', 'TrajectoryId' }
    @{ Name = 'Invoke-FhRestMethod'; Parameters = 'Body', 'Connection', 'Method', 'Path', 'Query' }
    @{ Name = 'New-FhDataset'; Parameters = 'Connection', 'Description', 'Id', 'Name', 'UserId' }
    @{ Name = 'New-FhLink'; Parameters = 'ApiKey', 'Connection', 'DatasetId', 'Description', 'Embedding', 'Instructions', 'Metadata', 'Name', 'ParentId', 'ProjectId', 'Tag', 'Uri' }
    @{ Name = 'New-FhTextContent'; Parameters = 'Connection', 'Content', 'DatasetId', 'Description', 'Embedding', 'FilePath', 'Metadata', 'Name', 'ParentId', 'ProjectId', 'Tag' }
    @{ Name = 'Publish-FhDataRevision'; Parameters = 'Connection', 'Id', 'RevisionId' }
    @{
        Name       = 'Register-FhDataSource'
        Parameters = 'AsCollection', 'BigQueryDataset', 'BigQueryProject', 'BigQueryTable', 'Bucket', 'Connection', 'ContentType', 'DatasetId', 'Description', 'Embedding', 'IndexName', 'Location', 'Metadata', 'Name', 'Object', 'ParentId', 'Prefix', 'ProjectId', 'RowId',
        'SourceMetadata', 'StorageType', 'TableName', 'Tag', 'Uri'
    }
    @{ Name = 'Remove-FhDataEntry'; Parameters = 'Connection', 'Force', 'Id' }
    @{ Name = 'Remove-FhDataset'; Parameters = 'Connection', 'Force', 'Id' }
    @{
        Name       = 'Send-FhFile'
        Parameters = 'AsCollection', 'Connection', 'DatasetId', 'Description', 'DestinationPath', 'Embedding', 'IgnoreFileName', 'IgnorePattern', 'LiteralPath', 'ManifestFileName', 'Metadata', 'Name', 'ParentId', 'Path', 'ProjectId', 'SkipUnchanged', 'Tag',
        'ThrottleLimit'
    }
    @{ Name = 'Set-FhDataPermission'; Parameters = 'Connection', 'Id', 'Organization', 'PassThru', 'ShareStatus', 'User' }
    @{ Name = 'Set-FhDataTag'; Parameters = 'Append', 'Connection', 'Id', 'PassThru', 'Tag' }
    @{ Name = 'Update-FhData'; Parameters = 'BaseRevisionId', 'Connection', 'Content', 'Description', 'Draft', 'Id', 'NewName', 'Path', 'SourceId' }
    @{ Name = 'Wait-FhDataEntry'; Parameters = 'Connection', 'Id', 'TimeoutSec' }
) {
    It 'takes what its page says' {
        $command = Get-Command $Name
        $command.Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object | Should -Be ($Parameters | Sort-Object)
        $command.OutputType | Should -Not -BeNullOrEmpty
        $command.Parameters.ContainsKey('Connection') | Should -Be ($command.Noun -notin 'Fh', 'FhConnection')
        $command.Parameters.ContainsKey('WhatIf') | Should -Be ($command.Verb -in $changing)
        $command.Parameters.ContainsKey('Confirm') | Should -Be ($command.Verb -in $changing)
        $command.ImplementingType.IsSealed | Should -BeTrue
        if ($command.Verb -notin $changing) { return }
        $impact = $command.ImplementingType.GetCustomAttributes([Management.Automation.CmdletAttribute], $false).ConfirmImpact
        $impact | Should -Be ($command.Verb -eq 'Remove' ? 'High' : 'Medium')
    }
}

Describe 'Nothing piped into <Name>' -ForEach $piped {
    It 'is nothing done' {
        $rest = @{}
        foreach ($parameter in (Get-Command $Name).ParameterSets[0].Parameters | Where-Object { $_.IsMandatory -and -not ($_.ValueFromPipeline) -and $_.Name -in 'Name', 'Tag', 'ShareStatus', 'RevisionId', 'Path' }) {
            $rest[$parameter.Name] = switch ($parameter.Name) { 'ShareStatus' { 'Public' } 'RevisionId' { [guid]::NewGuid() } default { 'n' } }
        }
        if ($Name -eq 'Update-FhData') { $rest.Id = [guid]::NewGuid() }
        Clear-TestRequest
        @() | & $Name @rest | Should -BeNullOrEmpty
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
