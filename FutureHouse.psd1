@{
    RootModule             = 'bin/FutureHouse.PowerShell.dll'
    # First, so that the engine is found when the cmdlets are read. Without the dot, PowerShell refuses a folder with brackets in its name.
    NestedModules          = @('./bin/FutureHouse.ModuleLoader.dll')
    ModuleVersion          = '0.1.0'
    GUID                   = '5d5f9f4e-3b0c-4a57-9c59-0c1a8a1f7d52'
    Author                 = 'The FutureHouse for PowerShell developers'
    CompanyName            = 'FutureHouse for PowerShell'
    Copyright              = 'Copyright the FutureHouse for PowerShell developers. Apache-2.0.'
    Description            = 'Keeps text, files, directories and links to data elsewhere on the FutureHouse (Edison Scientific) platform: send, register, search, share, revise, fetch and remove, against the service or a platform on this machine.'
    PowerShellVersion      = '7.4'
    CompatiblePSEditions   = @('Core')
    RequiredModules        = @()
    RequiredAssemblies     = @()
    ScriptsToProcess       = @()
    TypesToProcess         = @()
    FormatsToProcess       = @('bin/FutureHouse.Format.ps1xml')
    FunctionsToExport      = @()
    CmdletsToExport        = @(
        'Connect-Fh'
        'Disconnect-Fh'
        'Find-FhDataEntry'
        'Find-FhSimilarData'
        'Get-FhConnection'
        'Get-FhData'
        'Get-FhDataEntry'
        'Get-FhDataRevision'
        'Get-FhDataset'
        'Get-FhTrajectoryFile'
        'Invoke-FhRestMethod'
        'New-FhDataset'
        'New-FhLink'
        'New-FhTextContent'
        'Publish-FhDataRevision'
        'Register-FhDataSource'
        'Remove-FhDataEntry'
        'Remove-FhDataset'
        'Send-FhFile'
        'Set-FhDataPermission'
        'Set-FhDataTag'
        'Update-FhData'
        'Wait-FhDataEntry'
    )
    VariablesToExport      = @()
    AliasesToExport        = @()
    DscResourcesToExport   = @()
    PrivateData            = @{
        PSData = @{
            Tags         = @('FutureHouse', 'EdisonScientific', 'data', 'upload', 'dataset', 'science', 'Windows', 'Linux', 'MacOS', 'PSEdition_Core')
            LicenseUri   = 'https://www.apache.org/licenses/LICENSE-2.0'
            ReleaseNotes = 'Text, files, directories and datasets; data that lives elsewhere; search, sharing, revisions, provenance; the local platform on SQLite or PostgreSQL.'
        }
    }
}
