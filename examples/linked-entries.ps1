# Entries of many kinds in one dataset - text, a file, a link, tables elsewhere - and what each kind is fetched as.

. (Join-Path $PSScriptRoot 'shared.ps1')
$scratch = Start-Example 'linked-entries'
try {
    $dataset = New-FhDataset -Name 'Everything about lacZ'

    Step 'New-FhTextContent, Send-FhFile, New-FhLink, Register-FhDataSource'
    $null = New-FhTextContent -Name 'notes' -Content 'Ask Mia for the plasmid.' -DatasetId $dataset
    $null = Send-FhFile -LiteralPath (Join-Path $PSScriptRoot 'data/gel.png') -DatasetId $dataset
    $null = New-FhLink -Name 'sequence' -Uri 'https://example.org/sequences/lacZ' -Instructions 'GET, FASTA' -DatasetId $dataset
    $null = Register-FhDataSource -Name 'reads' -BigQueryProject lab -BigQueryDataset runs -BigQueryTable reads -DatasetId $dataset
    $null = Register-FhDataSource -Name 'papers' -IndexName 'papers-2026' -DatasetId $dataset

    Step 'Get-FhDataEntry -DatasetId $dataset | Group-Object StorageType'
    $groups = Get-FhDataEntry -DatasetId $dataset | Group-Object StorageType
    foreach ($group in $groups | Sort-Object Name) { Write-Host ('  {0,-14} {1}' -f $group.Name, ($group.Group.Name -join ', ')) }
    Confirm-That (@($groups).Count -eq 5) 'there are five kinds of storage'

    Step '... | ForEach-Object { $_.Group | Get-FhData }'
    foreach ($group in $groups) {
        switch ($group.Name) {
            'RawContent' { $text = $group.Group | Get-FhData; Confirm-That ($text -eq 'Ask Mia for the plasmid.') 'text comes as a string' }
            'Gcs' { $file = $group.Group | Get-FhData -Destination $scratch; Confirm-That ($file.Length -gt 0) 'bytes come as a file' }
            default { $group.Group | Get-FhData | Format-List | Out-Host }
        }
    }

    Step 'Register-FhDataSource -Name archive -Uri gs://lab-archive/runs/'
    Register-FhDataSource -Name archive -Uri gs://lab-archive/runs/ -ErrorAction SilentlyContinue -ErrorVariable refused
    Write-Host "  $($refused[0].ErrorDetails.Message)"
    Write-Host "  $($refused[0].ErrorDetails.RecommendedAction)"
    Confirm-That (@($refused).Count -ge 1) 'a service without that bucket says so'

    Write-Host "`nDone: five kinds of storage, each fetched as what it is."
}
finally {
    Stop-Example
}
