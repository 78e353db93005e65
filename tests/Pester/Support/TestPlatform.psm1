<#
What every *.Tests.ps1 begins and ends with. A file of tests reads:

    BeforeAll {
        Import-Module $PSScriptRoot/Support/TestPlatform.psm1       # imports FutureHouse too
        Start-TestPlatform                                          # one platform for the whole file
        Connect-TestPlatform                                        # as ann; her connection is the current one
    }
    AfterAll { Stop-TestPlatform }

    Start-TestPlatform    A real local platform in a process of its own: loopback, free port, empty store, faults enabled.
                          -Bucket @{ lab = $folder }, -Table @{ trajectories = $jsonl }, -Upload multipart|session,
                          -Argument for anything else of its command line, -User for more users than the three below.
                          It gives nothing; -PassThru gives Url, Store and Users (by name: id, email, organization, api_key, admin).
    Connect-TestPlatform  Connects as ann (organisation alpha), bob (beta) or root (gamma, an administrator).
                          -PassThru gives the connection: $bob = Connect-TestPlatform bob -PassThru; Connect-TestPlatform
    Stop-TestPlatform     Disconnects, ends the platforms of the file and removes their stores.
    Get-TestRequest       The requests since Clear-TestRequest, in order: operation, method, path, status. An operation: entries.create.
    Add-TestFault         Add-TestFault entries.create return-503 [-Times 2 | -Times always]; Get-TestFault -Pending shows what has not fired.
    Get-TestError         The error records of a script block, non-terminating and terminating: (Get-TestError { Get-FhDataEntry x }).
                          Id is FullyQualifiedErrorId without the cmdlet's name, and IsTerminating.
    Assert-TestError      Of a script block comes one error: of this id, in the category that the id has, with this target and message, and it says
                          what to do next. -Terminating: it ends the command. It gives the error: Assert-TestError { Get-FhDataEntry x/y } FhInvalidRequest x/y
    Get-TestHost          The lines that a script block says to the host, as with -WhatIf.
    Invoke-TestRunspace   Runs a script in a runspace of its own in this process, with nobody to ask: Output, and Errors, of which a question is one.
    Invoke-TestSession    Runs a script (Invoke-TestScript: a file) in a pwsh of its own: Output (one text with all streams) and ExitCode.

One file by itself, while it is being written: dotnet pwsh tests/Pester/Invoke-Tests.ps1 Send-FhFile
#>

$ErrorActionPreference = 'Stop'
$script:Root = (Get-Item -LiteralPath $PSScriptRoot).Parent.Parent.Parent.FullName
$script:Platforms = [Collections.Generic.List[object]]::new()

# A key of the developer's own is not for tests.
'EDISON_PLATFORM_API_KEY', 'FUTUREHOUSE_API_KEY', 'FUTUREHOUSE_SERVICE_URI' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $null) }
$env:FUTUREHOUSE_PATIENCE = '2' # seconds: no outage here is to last minutes
Import-Module (Join-Path $script:Root 'FutureHouse.psd1') -Global

function Start-TestPlatform {
    param([hashtable] $Bucket = @{}, [hashtable] $Table = @{}, [hashtable[]] $User = @(), [string] $Upload, [string[]] $Argument = @(), [switch] $PassThru)

    $folder = [IO.Directory]::CreateTempSubdirectory('fh-pester-').FullName
    $users = @(
        @{ id = 'user-ann'; email = 'ann@example.org'; organization = 'alpha'; api_key = 'key-of-ann-0123456789' }
        @{ id = 'user-bob'; email = 'bob@example.org'; organization = 'beta'; api_key = 'key-of-bob-0123456789' }
        @{ id = 'user-root'; email = 'root@example.org'; organization = 'gamma'; api_key = 'key-of-root-0123456789'; admin = $true }
    ) + $User
    [IO.File]::WriteAllText((Join-Path $folder 'users.json'), (ConvertTo-Json $users))

    $arguments = @(
        (Join-Path $script:Root 'bin/local-platform/FutureHouse.LocalPlatform.dll')
        '--store', (Join-Path $folder 'store'), '--users', (Join-Path $folder 'users.json'), '--enable-faults'
        foreach ($name in $Bucket.Keys) { '--bucket', "$name=$($Bucket[$name])" }
        foreach ($name in $Table.Keys) { '--table', "$name=$($Table[$name])" }
        if ($Upload) { '--uploads', $Upload }
        $Argument
    )
    $start = [Diagnostics.ProcessStartInfo]::new([Environment]::ProcessPath)
    if ([IO.Path]::GetFileNameWithoutExtension($start.FileName) -ne 'dotnet') { $start.FileName = 'dotnet' }
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    foreach ($argument in $arguments) { $start.ArgumentList.Add($argument) }
    $process = [Diagnostics.Process]::Start($start)
    $line = $process.StandardOutput.ReadLine()
    if (-not $line) { throw "The platform did not start: $($process.StandardError.ReadToEnd())" }

    $platform = [pscustomobject]@{
        Url     = ($line | ConvertFrom-Json).url
        Store   = Join-Path $folder 'store'
        Users   = @{}
        Process = $process
        Folder  = $folder
    }
    foreach ($one in $users) { $platform.Users[($one.email -split '@')[0]] = $one }
    $script:Platforms.Add($platform)
    if ($PassThru) { $platform }
}

function Connect-TestPlatform {
    param([string] $User = 'ann', [object] $Platform = (Get-TestPlatform), [switch] $PassThru)

    if (-not $Platform.Users.ContainsKey($User)) { throw "The platform has no user '$User'." }
    $connection = Connect-Fh -ApiKey $Platform.Users[$User].api_key -ServiceUri $Platform.Url
    if ($PassThru) { $connection }
}

function Stop-TestPlatform {
    Disconnect-Fh
    foreach ($platform in $script:Platforms) {
        $platform.Process.StandardInput.Close()
        $platform.Process.WaitForExit()
        $platform.Process.Dispose()
        [IO.Directory]::Delete($platform.Folder, $true)
    }
    $script:Platforms.Clear()
}

# The platform that was started last.
function Get-TestPlatform {
    if ($script:Platforms.Count -eq 0) { throw 'No platform runs: Start-TestPlatform.' }
    $script:Platforms[-1]
}

function Get-TestRequest {
    param([string] $Operation = '*', [object] $Platform = (Get-TestPlatform))
    Invoke-RestMethod "$($Platform.Url)/testbench/requests" | ForEach-Object { $_ } | Where-Object operation -Like $Operation
}

function Clear-TestRequest {
    param([object] $Platform = (Get-TestPlatform))
    $null = Invoke-RestMethod "$($Platform.Url)/testbench/requests" -Method Delete
}

function Add-TestFault {
    param([Parameter(Mandatory)] [string] $Operation, [Parameter(Mandatory)] [string] $Fault, [object] $Times = 1, [object] $Platform = (Get-TestPlatform))
    $body = @{ faults = @(@{ operation = $Operation; fault = $Fault; times = $Times }) } | ConvertTo-Json -Depth 3
    $null = Invoke-RestMethod "$($Platform.Url)/testbench/faults" -Method Post -Body $body -ContentType application/json
}

function Get-TestFault {
    param([switch] $Pending, [object] $Platform = (Get-TestPlatform))
    Invoke-RestMethod "$($Platform.Url)/testbench/faults" | ForEach-Object { $_ } | Where-Object { -not $Pending -or -not $_.fired }
}

function Clear-TestFault {
    param([object] $Platform = (Get-TestPlatform))
    $null = Invoke-RestMethod "$($Platform.Url)/testbench/faults" -Method Delete
}

function Get-TestError {
    param([Parameter(Mandatory)] [scriptblock] $Script, [Management.Automation.SessionState] $SessionState = $PSCmdlet.SessionState)

    # What does not end the command is not to end it here either, whatever Pester prefers.
    $preference = $SessionState.PSVariable.GetValue('ErrorActionPreference')
    $SessionState.PSVariable.Set('ErrorActionPreference', 'Continue')
    $ErrorActionPreference = 'Continue' # of a script block that was made of text
    $ended = $null
    $records = @(
        try { & $Script 2>&1 | Where-Object { $_ -is [Management.Automation.ErrorRecord] } }
        catch { ($ended = $_) }
        finally { $SessionState.PSVariable.Set('ErrorActionPreference', $preference) }
    )
    foreach ($record in $records) { $record | Add-Member Id ($record.FullyQualifiedErrorId -split ',')[0] -Force -PassThru | Add-Member IsTerminating ($record -eq $ended) -Force -PassThru }
}

# The category that belongs to an error's id.
$script:Categories = @{
    FhNotConnected = 'ConnectionError'; FhAuthenticationFailed = 'AuthenticationError'; FhForbidden = 'PermissionDenied'; FhNotFound = 'ObjectNotFound'; FhInvalidRequest = 'InvalidArgument'
    FhConflict = 'ResourceExists'; FhThrottled = 'LimitsExceeded'; FhServiceUnavailable = 'ResourceUnavailable'; FhNetwork = 'ConnectionError'; FhTimeout = 'OperationTimeout'
    FhPathNotFound = 'ObjectNotFound'; FhPathUnreadable = 'ReadError'; FhFileChanged = 'InvalidData'; FhChecksumMismatch = 'InvalidData'; FhUploadFailed = 'WriteError'; FhDownloadFailed = 'ReadError'
    FhDestinationExists = 'ResourceExists'; FhUnsafeArchive = 'SecurityError'; FhManifestInvalid = 'InvalidData'; FhUnsupportedStorage = 'NotImplemented'
}

function Assert-TestError {
    param([Parameter(Mandatory)] [scriptblock] $Script, [Parameter(Mandatory)] [string] $Id, [object] $Target, [string] $Message = '*', [switch] $Terminating)

    $records = @(Get-TestError $Script $PSCmdlet.SessionState)
    $records.Count | Should -Be 1 -Because "one error was to come of {$Script}, not: $($records | ForEach-Object { "[$($_.FullyQualifiedErrorId)] $_" })"
    $record = $records[0]
    $record.Id | Should -Be $Id -Because "$record"
    $record.CategoryInfo.Category | Should -Be $script:Categories[$Id]
    if ($PSBoundParameters.ContainsKey('Target')) { "$($record.TargetObject)" | Should -Be "$Target" }
    "$record" | Should -BeLike $Message
    $record.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    $record.IsTerminating | Should -Be $Terminating.IsPresent -Because "'$record' $(if ($record.IsTerminating) { 'ended the command' } else { 'did not end the command' })"
    $record
}

function Get-TestHost {
    param([Parameter(Mandatory)] [scriptblock] $Script)

    $file = [IO.Path]::GetTempFileName()
    $null = Start-Transcript -LiteralPath $file
    try { $null = & $Script }
    finally {
        $null = Stop-Transcript
        $lines = [IO.File]::ReadAllLines($file)
        [IO.File]::Delete($file)
    }

    # Without its head and its foot, which are between lines of asterisks.
    $marks = @(0..($lines.Count - 1) | Where-Object { $lines[$_] -match '^\*{10,}$' })
    $lines | Select-Object -Skip ($marks[1] + 1) | Select-Object -First ($marks[2] - $marks[1] - 1)
}

function Invoke-TestRunspace {
    param([Parameter(Mandatory)] [string] $Script, [hashtable] $Variable = @{})

    $shell = [powershell]::Create([Management.Automation.RunspaceMode]::NewRunspace)
    try {
        $null = $shell.AddScript("Import-Module '$(Join-Path $script:Root FutureHouse.psd1)'").Invoke()
        foreach ($name in $Variable.Keys) { $shell.Runspace.SessionStateProxy.SetVariable($name, $Variable[$name]) }
        $shell.Commands.Clear()
        $output, $ended = @(), $null
        try { $output = @($shell.AddScript($Script).Invoke()) } catch [Management.Automation.RuntimeException] { $ended = $_.Exception.InnerException.ErrorRecord }
        [pscustomobject]@{ Output = $output; Errors = @($shell.Streams.Error; if ($ended) { $ended }) }
    }
    finally {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }
}

function Invoke-TestSession {
    param([Parameter(Mandatory)] [string] $Script, [string[]] $Argument = @())

    # A file, not -Command: what is written is what runs, quotes and all.
    $file = Join-Path ([IO.Directory]::CreateTempSubdirectory('fh-pester-').FullName) 'session.ps1'
    [IO.File]::WriteAllText($file, $Script)
    try {
        Invoke-TestScript -Path $file -Argument $Argument
    }
    finally {
        [IO.Directory]::Delete((Split-Path $file), $true)
    }
}

# Runs a file in a pwsh of its own, the one that runs the tests.
function Invoke-TestScript {
    param([Parameter(Mandatory)] [string] $Path, [string[]] $Argument = @())

    $pwsh = @([Environment]::ProcessPath)
    if ([IO.Path]::GetFileNameWithoutExtension($pwsh[0]) -eq 'dotnet') { $pwsh += Join-Path $PSHOME 'pwsh.dll' }
    $rest = @($pwsh | Select-Object -Skip 1) + @('-NoProfile', '-NonInteractive', '-File', $Path) + $Argument

    # What a program says on its error stream is part of its output here, never an error of the test.
    $ErrorActionPreference = 'Continue'
    $PSNativeCommandUseErrorActionPreference = $false
    $output = & $pwsh[0] @rest *>&1 | Out-String -Width 4000
    [pscustomobject]@{ Output = $output; ExitCode = $LASTEXITCODE }
}

Export-ModuleMember -Function *-Test*
