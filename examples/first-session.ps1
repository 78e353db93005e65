# The main job from end to end, on a platform of its own that this script starts and ends: nothing leaves the machine and nothing stays.
#   dotnet pwsh -File examples/first-session.ps1
#   pwsh -File examples/first-session.ps1

$ErrorActionPreference = 'Stop'
if (-not (Get-Command Connect-Fh -ErrorAction Ignore)) { Import-Module (Join-Path (Join-Path $PSScriptRoot '..') 'FutureHouse.psd1') }

$data = Join-Path $PSScriptRoot 'data'
$scratch = Join-Path ([IO.Path]::GetTempPath()) "futurehouse-first-session-$([guid]::NewGuid().ToString('N'))"
$fetched = Join-Path $scratch 'fetched'
$null = New-Item -ItemType Directory -Path $fetched -Force

try {
    Write-Host "`n> Connect-Fh -Local"
    Connect-Fh -Local -Path (Join-Path $scratch 'store') | Out-Host

    Write-Host "`n> `$dataset = New-FhDataset -Name 'Growth curves'"
    $dataset = New-FhDataset -Name 'Growth curves' -Description 'OD600 of two wells, with what is needed to repeat it'
    $dataset | Out-Host

    Write-Host "`n> Get-ChildItem examples/data | Send-FhFile -WhatIf"
    Get-ChildItem -LiteralPath $data -File | Send-FhFile -DatasetId $dataset -WhatIf

    Write-Host "`n> Get-ChildItem examples/data | Send-FhFile -DatasetId `$dataset -Tag example"
    Get-ChildItem -LiteralPath $data -File | Send-FhFile -DatasetId $dataset -Tag example | Out-Host

    Write-Host "`n> New-FhTextContent -Name 'note' -Content ... -DatasetId `$dataset"
    $note = New-FhTextContent -Name 'note' -Content 'A2 lags A1 by about five minutes.' -DatasetId $dataset
    $note | Out-Host

    Write-Host "`n> (Get-FhDataset `$dataset).Entries"
    $entries = (Get-FhDataset -Id $dataset.Id).Entries
    $entries | Sort-Object Name | Out-Host

    Write-Host "`n> `$note | Get-FhData"
    $note | Get-FhData

    Write-Host "`n> `$entries | Get-FhData -Destination fetched"
    $files = $entries | Where-Object Name -ne 'note' | Get-FhData -Destination $fetched
    foreach ($file in $files | Sort-Object Name) {
        $same = (Get-FileHash -LiteralPath $file.FullName).Hash -eq (Get-FileHash -LiteralPath (Join-Path $data $file.Name)).Hash
        Write-Host ('  {0,-18} {1,6} bytes  {2}' -f $file.Name, $file.Length, $(if ($same) { 'identical' } else { 'DIFFERENT' }))
        if (-not $same) { throw "$($file.Name) came back different." }
    }
    if (@($files).Count -ne @(Get-ChildItem -LiteralPath $data -File).Count) { throw 'Not every file came back.' }

    Write-Host "`n> Remove-FhDataset `$dataset -WhatIf"
    Remove-FhDataset -Id $dataset -WhatIf

    Write-Host "`n> Remove-FhDataset `$dataset -Force"
    Remove-FhDataset -Id $dataset -Force

    Write-Host "`nDone: every file came back byte for byte, and the dataset is gone."
}
finally {
    Disconnect-Fh
    Remove-Item -LiteralPath $scratch -Recurse -Force
}
