# The few commands that a session of the FutureHouse module needs and that the engine's package lacks, each a thin function over the
# engine's providers, and each only where there is none. Real pwsh has all of them in full.

function Add-ShellFunction([string] $Name, [scriptblock] $Body) {
    if (-not $ExecutionContext.InvokeCommand.GetCommand($Name, 'Cmdlet,Function')) {
        $null = $ExecutionContext.InvokeProvider.Item.Set("function:global:$Name", $Body)
    }
}

# --- items and paths -------------------------------------------------------------------------------------------------

Add-ShellFunction Get-ChildItem {
    [CmdletBinding()]
    param([Parameter(Position = 0, ValueFromPipeline)] [string[]] $Path = '.', [Parameter(Position = 1)] [string] $Filter, [switch] $Recurse, [switch] $File, [switch] $Directory, [switch] $Force)
    process {
        foreach ($item in $ExecutionContext.InvokeProvider.ChildItem.Get($Path, [bool]$Recurse, [uint32]::MaxValue, [bool]$Force, $false)) {
            if ($File -and $item.PSIsContainer) { continue }
            if ($Directory -and -not $item.PSIsContainer) { continue }
            if ($Filter -and $item.PSChildName -notlike $Filter) { continue }
            $item
        }
    }
}

Add-ShellFunction Get-Item {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string[]] $Path)
    process { $ExecutionContext.InvokeProvider.Item.Get($Path) }
}

Add-ShellFunction New-Item {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Path, [string] $ItemType = 'File', [object] $Value, [switch] $Force)
    $ExecutionContext.InvokeProvider.Item.New(@($Path), $null, $ItemType, $Value, [bool]$Force)
}

Add-ShellFunction Remove-Item {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [Alias('PSPath')] [string[]] $Path, [switch] $Recurse, [switch] $Force)
    process { $ExecutionContext.InvokeProvider.Item.Remove($Path, [bool]$Recurse, [bool]$Force, $false) }
}

Add-ShellFunction Test-Path {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Path)
    $ExecutionContext.InvokeProvider.Item.Exists($Path)
}

Add-ShellFunction Join-Path {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Path, [Parameter(Mandatory, Position = 1)] [string] $ChildPath)
    $ExecutionContext.SessionState.Path.Combine($Path, $ChildPath)
}

Add-ShellFunction Split-Path {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Path, [switch] $Leaf)
    if ($Leaf) { $ExecutionContext.SessionState.Path.ParseChildName($Path) } else { $ExecutionContext.SessionState.Path.ParseParent($Path, '') }
}

Add-ShellFunction Resolve-Path {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Path)
    $ExecutionContext.SessionState.Path.GetResolvedPSPathFromPSPath($Path)
}

Add-ShellFunction Get-Location { [CmdletBinding()] param() $ExecutionContext.SessionState.Path.CurrentLocation }

Add-ShellFunction Set-Location {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Path)
    $null = $ExecutionContext.SessionState.Path.SetLocation($Path)
}

# --- content ---------------------------------------------------------------------------------------------------------

# The files that -Path (with wildcards) or -LiteralPath stands for.
Add-ShellFunction Resolve-ShellFile {
    param([string] $Path, [string] $LiteralPath)
    if ($LiteralPath) { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($LiteralPath) }
    else { $ExecutionContext.SessionState.Path.GetResolvedProviderPathFromPSPath($Path, [ref]$null) }
}

Add-ShellFunction Get-Content {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [string] $Path, [Parameter(ValueFromPipelineByPropertyName)] [Alias('PSPath')] [string] $LiteralPath, [switch] $Raw)
    process {
        foreach ($file in Resolve-ShellFile $Path $LiteralPath) {
            if ($Raw) { [IO.File]::ReadAllText($file) } else { [IO.File]::ReadLines($file) }
        }
    }
}

Add-ShellFunction Set-Content {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Path, [Parameter(Mandatory, Position = 1, ValueFromPipeline)] [AllowEmptyString()] [string[]] $Value, [switch] $NoNewline)
    begin { $lines = [Collections.Generic.List[string]]::new() }
    process { foreach ($line in $Value) { $lines.Add($line) } }
    end {
        $file = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
        [IO.File]::WriteAllText($file, ($lines -join [Environment]::NewLine) + $(if (-not $NoNewline) { [Environment]::NewLine }))
    }
}

Add-ShellFunction Get-FileHash {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [string] $Path, [Parameter(ValueFromPipelineByPropertyName)] [Alias('PSPath')] [string] $LiteralPath)
    process {
        foreach ($file in Resolve-ShellFile $Path $LiteralPath) {
            $stream = [IO.File]::OpenRead($file)
            try { [pscustomobject]@{ Algorithm = 'SHA256'; Hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($stream)); Path = $file } }
            finally { $stream.Dispose() }
        }
    }
}

# --- objects ---------------------------------------------------------------------------------------------------------

Add-ShellFunction Select-Object {
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)] $InputObject, [Parameter(Position = 0)] [string[]] $Property, [string] $ExpandProperty, [int] $First = [int]::MaxValue, [int] $Skip = 0, [int] $Last = -1)
    begin { $seen = 0; $tail = [Collections.Generic.Queue[object]]::new() }
    process {
        $seen++
        if ($seen -le $Skip -or $seen - $Skip -gt $First) { return }
        $result = $InputObject
        if ($ExpandProperty) { $result = $InputObject.$ExpandProperty }
        elseif ($Property) {
            $members = [ordered]@{}
            foreach ($name in $Property) { foreach ($match in $InputObject.PSObject.Properties.Match($name)) { $members[$match.Name] = $match.Value } }
            $result = [pscustomobject]$members
        }
        if ($Last -ge 0) { $tail.Enqueue($result); if ($tail.Count -gt $Last) { $null = $tail.Dequeue() } } else { $result }
    }
    end { $tail }
}

Add-ShellFunction Sort-Object {
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)] $InputObject, [Parameter(Position = 0)] [string] $Property, [switch] $Descending)
    begin { $all = [Collections.Generic.List[object]]::new() }
    process { $all.Add($InputObject) }
    end {
        $key = if ($Property) { [Func[object, object]] { param($o) $o.$Property } } else { [Func[object, object]] { param($o) $o } }
        if ($Descending) { [Linq.Enumerable]::OrderByDescending($all, $key) } else { [Linq.Enumerable]::OrderBy($all, $key) }
    }
}

Add-ShellFunction Measure-Object {
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)] $InputObject, [Parameter(Position = 0)] [string] $Property)
    begin { $count = 0; $sum = 0 }
    process { $count++; if ($Property) { $sum += $InputObject.$Property } }
    end { [pscustomobject]@{ Count = $count; Sum = $(if ($Property) { $sum }) } }
}

Add-ShellFunction Group-Object {
    [CmdletBinding()]
    param([Parameter(ValueFromPipeline)] $InputObject, [Parameter(Mandatory, Position = 0)] [string] $Property)
    begin { $groups = [ordered]@{} }
    process {
        $name = [string]$InputObject.$Property
        if (-not $groups.Contains($name)) { $groups[$name] = [Collections.Generic.List[object]]::new() }
        $groups[$name].Add($InputObject)
    }
    end { foreach ($group in $groups.GetEnumerator()) { [pscustomobject]@{ Count = $group.Value.Count; Name = $group.Key; Group = $group.Value } } }
}

# The framework's own reader of such files: quotes, and commas and line ends within them.
Add-ShellFunction ConvertFrom-Csv {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string[]] $InputObject, [string] $Delimiter = ',')
    begin { $lines = [Collections.Generic.List[string]]::new() }
    process { $lines.AddRange($InputObject) }
    end {
        $reader = [Microsoft.VisualBasic.FileIO.TextFieldParser]::new([IO.StringReader]::new($lines -join "`n"))
        try {
            $reader.SetDelimiters($Delimiter)
            $names = if (-not $reader.EndOfData) { $reader.ReadFields() }
            while (-not $reader.EndOfData) {
                $fields = $reader.ReadFields()
                $row = [ordered]@{}
                for ($i = 0; $i -lt $names.Count; $i++) { $row[$names[$i]] = if ($i -lt $fields.Count) { $fields[$i] } }
                [pscustomobject]$row
            }
        }
        finally { $reader.Dispose() }
    }
}

Add-ShellFunction Import-Csv {
    [CmdletBinding()]
    param([Parameter(Position = 0)] [string] $Path, [Parameter(ValueFromPipelineByPropertyName)] [Alias('PSPath')] [string] $LiteralPath, [string] $Delimiter = ',')
    process { foreach ($file in Resolve-ShellFile $Path $LiteralPath) { [IO.File]::ReadAllText($file) | ConvertFrom-Csv -Delimiter $Delimiter } }
}

# --- messages --------------------------------------------------------------------------------------------------------

Add-ShellFunction Write-Host { [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline)] $Object = '', [ConsoleColor] $ForegroundColor = 'Gray') process { $Host.UI.WriteLine($ForegroundColor, 'Black', [string]$Object) } }
Add-ShellFunction Write-Output { [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline)] $InputObject) process { $InputObject } }
Add-ShellFunction Write-Warning { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)] [string] $Message) $PSCmdlet.WriteWarning($Message) }
Add-ShellFunction Write-Verbose { [CmdletBinding()] param([Parameter(Mandatory, Position = 0)] [string] $Message) $PSCmdlet.WriteVerbose($Message) }
Add-ShellFunction Write-Error {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0)] [string] $Message)
    $PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new([Management.Automation.RuntimeException]::new($Message), 'WriteError', 'NotSpecified', $null))
}

foreach ($alias in @{ dir = 'Get-ChildItem'; ls = 'Get-ChildItem'; cat = 'Get-Content'; cd = 'Set-Location'; pwd = 'Get-Location'; select = 'Select-Object'; sort = 'Sort-Object'; ft = 'Format-Table'; fl = 'Format-List'; rm = 'Remove-Item' }.GetEnumerator()) {
    if (-not $ExecutionContext.InvokeCommand.GetCommand($alias.Key, 'Alias')) { $null = $ExecutionContext.InvokeProvider.Item.Set("alias:global:$($alias.Key)", $alias.Value) }
}
