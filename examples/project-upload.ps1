# A project's directory goes up whole: as an archive, which is what analysis tasks take, and file by file; both come back as they were.

. (Join-Path $PSScriptRoot 'shared.ps1')
$scratch = Start-Example 'project-upload'
try {
    # A small project, with what should not go up.
    $project = Join-Path $scratch 'growth-assay'
    foreach ($folder in 'raw', 'results', '.git') { $null = New-Item -ItemType Directory -Path (Join-Path $project $folder) -Force }
    [IO.File]::Copy((Join-Path $PSScriptRoot 'data/plate-reader.csv'), (Join-Path $project 'raw/plate-reader.csv'))
    [IO.File]::Copy((Join-Path $PSScriptRoot 'data/gel.png'), (Join-Path $project 'raw/gel.png'))
    Set-Content -LiteralPath (Join-Path $project 'results/summary.md') '# Summary', '', 'A2 lags A1.'
    Set-Content -LiteralPath (Join-Path $project 'results/run.tmp') 'left over'
    Set-Content -LiteralPath (Join-Path $project '.git/HEAD') 'ref: refs/heads/main'
    Set-Content -LiteralPath (Join-Path $project '.gitignore') '*.tmp'
    Set-Content -LiteralPath (Join-Path $project 'manifest.yaml') @(
        'raw:'
        '  description: As the instrument wrote it'
        '  entries:'
        '    plate-reader.csv: OD600 of two wells'
        'results/:'
        '  entries:'
        '    summary.md: What came out')

    Step 'Send-FhFile growth-assay -ManifestFileName manifest.yaml -WhatIf'
    Send-FhFile -LiteralPath $project -ManifestFileName manifest.yaml -WhatIf

    Step 'Send-FhFile growth-assay -AsCollection -Tag assay | Get-FhData -Destination back'
    $collection = Send-FhFile -LiteralPath $project -AsCollection -Tag assay
    $collection | Out-Host
    $back = $collection | Get-FhData -Destination (Join-Path $scratch 'back')
    Confirm-That (Test-Path -LiteralPath (Join-Path $back.FullName 'raw/gel.png')) 'the archive came back as a directory'
    Confirm-That (-not (Test-Path -LiteralPath (Join-Path $back.FullName 'results/run.tmp'))) 'what the rules leave out stayed here'

    Step 'Send-FhFile growth-assay -ManifestFileName manifest.yaml -Tag assay'
    $entries = Send-FhFile -LiteralPath $project -ManifestFileName manifest.yaml -Tag assay
    $entries | Format-Table Name, StorageType, Description | Out-Host
    $root = $entries | Select-Object -First 1

    Step 'Get-FhDataEntry -ParentId $root -Recurse'
    $below = Get-FhDataEntry -ParentId $root -Recurse
    Confirm-That (@($below).Count -eq @($entries).Count - 1) 'all that is below the root is found'

    Step '$root | Get-FhData -Recurse -Destination again'
    $again = $root | Get-FhData -Recurse -Destination (Join-Path $scratch 'again')
    $sent = Get-FileHash -LiteralPath (Join-Path $project 'raw/gel.png')
    $got = Get-FileHash -LiteralPath (Join-Path $again.FullName 'raw/gel.png')
    Confirm-That ($sent.Hash -eq $got.Hash) 'the files came back byte for byte'

    Write-Host "`nDone: the project went up both ways and came back."
}
finally {
    Stop-Example
}
