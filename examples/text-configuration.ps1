# Settings kept as text: read back, changed by a revision, and read as they were.

. (Join-Path $PSScriptRoot 'shared.ps1')
$scratch = Start-Example 'text-configuration'
try {
    Step '$settings = New-FhTextContent settings -Content (Get-Content settings.yaml -Raw)'
    $text = Get-Content -LiteralPath (Join-Path $PSScriptRoot 'data/settings.yaml') -Raw
    $settings = New-FhTextContent -Name 'settings' -Content $text -FilePath 'settings.yaml' -Tag configuration
    Confirm-That (($settings | Get-FhData) -ceq $text) 'text comes back character for character'

    Step '$settings | Update-FhData -Content ...'
    $changed = $settings | Update-FhData -Content $text.Replace('wavelength_nm: 600', 'wavelength_nm: 595') -Description 'The other filter'
    Confirm-That ($changed.Version -eq 1) 'the change is version 1'

    Step 'Get-FhDataRevision $settings'
    Get-FhDataRevision $settings | Out-Host

    Step 'Get-FhData $settings; Get-FhData $settings -Version 0'
    Confirm-That ((Get-FhData $settings) -match '595') 'the latest has the new wavelength'
    Confirm-That ((Get-FhData $settings -Version 0) -ceq $text) 'version 0 is as it was'

    Step '$draft = Update-FhData $settings -Content ... -Draft; Publish-FhDataRevision $settings $draft.RevisionId'
    $draft = Update-FhData $settings -Content $text.Replace('37', '30') -Draft
    Confirm-That ((Get-FhData $settings) -match '595') 'a draft changes nothing for others'
    $published = Publish-FhDataRevision -Id $settings -RevisionId $draft.RevisionId
    Confirm-That ($published.Version -eq 2) 'published, it is version 2'

    Write-Host "`nDone: three versions, each still readable."
}
finally {
    Stop-Example
}
