# A file of some size: hashed on all cores, sent in parts several at a time, checked on the way back. Cancelled, the same command goes on where it was.
#   examples/large-file.ps1 -MiB 1024

param([int] $MiB = 48)

. (Join-Path $PSScriptRoot 'shared.ps1')
$scratch = Start-Example 'large-file'
try {
    $path = Join-Path $scratch 'reads.bin'
    $block = [byte[]]::new(1MB)
    $stream = [IO.File]::Create($path)
    try { foreach ($i in 1..$MiB) { [Random]::Shared.NextBytes($block); $stream.Write($block) } } finally { $stream.Dispose() }

    Step "Send-FhFile reads.bin -Verbose    # $MiB MiB"
    $entry = Send-FhFile -LiteralPath $path -Description 'Reads of run 7' -Metadata @{ run = 7 }
    $entry | Out-Host
    Confirm-That ($entry.Size -eq $MiB * 1MB) 'the entry has the size of the file'

    Step '$entry | Wait-FhDataEntry -TimeoutSec 60 | Get-FhData -Destination back'
    $file = $entry | Wait-FhDataEntry -TimeoutSec 60 | Get-FhData -Destination (Join-Path $scratch 'back')
    Confirm-That ((Get-FileHash -LiteralPath $path).Hash -eq (Get-FileHash -LiteralPath $file.FullName).Hash) 'it came back byte for byte'

    Write-Host "`nDone: $($file.Length) bytes there and back."
}
finally {
    Stop-Example
}
