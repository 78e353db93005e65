# A table is fetched, filtered as objects, and kept as a new entry beside the first.

. (Join-Path $PSScriptRoot 'shared.ps1')
$scratch = Start-Example 'csv-filter'
try {
    Step '$table = Send-FhFile plate-reader.csv'
    $table = Send-FhFile -LiteralPath (Join-Path $PSScriptRoot 'data/plate-reader.csv')

    Step '$table | Get-FhData | ConvertFrom-Csv | Where-Object { [double]$_.od600 -gt 0.08 }'
    $rows = $table | Get-FhData | ConvertFrom-Csv | Where-Object { [double]$_.od600 -gt 0.08 }
    $rows | Format-Table | Out-Host
    Confirm-That (@($rows).Count -gt 0) 'some wells have grown'

    Step '... | New-FhTextContent "grown wells" -DatasetId $table.DatasetId'
    $lines = @('well,time_min,od600') + @($rows | ForEach-Object { '{0},{1},{2}' -f $_.well, $_.time_min, $_.od600 })
    $kept = $lines | New-FhTextContent -Name 'grown wells' -FilePath 'grown.csv' -DatasetId $table.DatasetId -Metadata @{ source = $table.Uri; above = 0.08 }
    $back = $kept | Get-FhData | ConvertFrom-Csv
    Confirm-That (@($back).Count -eq @($rows).Count) 'the filtered table came back whole'

    Write-Host "`nDone: $(@($rows).Count) of the rows are kept as '$($kept.Name)'."
}
finally {
    Stop-Example
}
