# A dataset from its making to its removal: entries go in, are found, tagged, shared, and fetched.

. (Join-Path $PSScriptRoot 'shared.ps1')
$scratch = Start-Example 'dataset-workflow'
try {
    Step '$dataset = New-FhDataset "Growth curves"'
    $dataset = New-FhDataset -Name 'Growth curves' -Description 'OD600 of two wells'

    Step 'Get-ChildItem data -File | Send-FhFile -DatasetId $dataset'
    $sent = Get-ChildItem -LiteralPath (Join-Path $PSScriptRoot 'data') -File | Send-FhFile -DatasetId $dataset -Tag raw
    $sent | Out-Host

    Step 'Get-FhDataEntry -DatasetId $dataset'
    $entries = Get-FhDataEntry -DatasetId $dataset
    Confirm-That (@($entries).Count -eq @($sent).Count) 'the dataset has what was sent'

    Step 'Find-FhDataEntry -Name "*reader*" -DatasetId $dataset'
    $found = Find-FhDataEntry -Name '*reader*' -DatasetId $dataset
    $found | Out-Host
    Confirm-That (@($found).Count -eq 1) 'one entry has that in its name'

    Step '$found | Set-FhDataTag -Tag checked -Append -PassThru'
    $tagged = $found | Set-FhDataTag -Tag checked -Append -PassThru
    Confirm-That (($tagged.Tags -join ' ') -eq 'raw checked') 'the tag is added to those there are'

    Step '$found | Set-FhDataPermission -ShareStatus Public -PassThru'
    $public = $found | Set-FhDataPermission -ShareStatus Public -PassThru
    Confirm-That ($public.ShareStatus -eq 'Public') 'everyone may read it'

    Step '$entries | Get-FhData -Destination fetched'
    $files = $entries | Get-FhData -Destination (Join-Path $scratch 'fetched')
    Confirm-That (@($files).Count -eq @($sent).Count) 'every entry came back as a file'

    Step 'Remove-FhDataset $dataset -Force'
    Remove-FhDataset -Id $dataset -Force
    Write-Host "`nDone: the dataset was filled, searched, shared, fetched and removed."
}
finally {
    Stop-Example
}
