BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $platform = Start-TestPlatform -PassThru
    $bob = Connect-TestPlatform bob -PassThru
    Connect-TestPlatform

    # As a run makes them: with a header of its own.
    $token = (Invoke-RestMethod "$($platform.Url)/auth/login" -Method Post -Body (@{ api_key = $platform.Users.ann.api_key } | ConvertTo-Json) -ContentType application/json).access_token
    foreach ($body in @{ name = 'plot'; content = 'a'; file_path = 'a/plot.txt' }, @{ name = 'plot'; content = 'b'; file_path = 'b/plot.txt' }, @{ name = 'table'; content = 'c'; file_path = 'table.csv' }, @{ name = 'folder' }) {
        $null = Invoke-RestMethod "$($platform.Url)/v0.1/data-storage/data-entries" -Method Post -Body ($body | ConvertTo-Json) -ContentType application/json -Headers @{ Authorization = "Bearer $token"; 'x-actor-id' = 'run-1' }
    }
}

AfterAll { Stop-TestPlatform }

Describe 'Get-FhTrajectoryFile' {
    It 'gives what a run made, which is fetched in one line' {
        $made = Get-FhTrajectoryFile -TrajectoryId run-1
        $made[0].PSObject.TypeNames | Should -Contain 'FutureHouse.DataEntry'
        $files = Get-FhTrajectoryFile -TrajectoryId run-1 | Get-FhData -Destination (Join-Path $TestDrive 'artifacts')
        $files.Name | Sort-Object | Should -Be 'plot (2).txt', 'plot.txt', 'table.csv'
        $files | Get-Content -Raw | Sort-Object | Should -Be 'a', 'b', 'c'
    }

    It 'gives each once, and nothing for a run that made nothing' {
        'run-1', 'run-1', 'nothing' | Get-FhTrajectoryFile | Should -HaveCount 3
        Get-FhTrajectoryFile -TrajectoryId (New-Guid) | Get-FhData -Destination (Join-Path $TestDrive 'none') | Should -BeNullOrEmpty
    }

    It 'says in a verbose line what it leaves out' {
        $lines = Get-FhTrajectoryFile run-1 -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        "$lines" | Should -Match "'folder'"
    }

    It 'gives nothing of others' {
        Get-FhTrajectoryFile run-1 -Connection $bob | Should -BeNullOrEmpty
    }
}
