BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    $platform = Start-TestPlatform -PassThru
    $key = $platform.Users.ann.api_key
    $service = "$($platform.Url)/"
}

AfterAll { Stop-TestPlatform }

Describe 'Connect-Fh' {
    BeforeEach { Disconnect-Fh }

    It 'gives the connection that is the current one from now on' {
        $connection = Connect-Fh -ApiKey $key -ServiceUri $service
        $connection.PSObject.TypeNames | Should -Contain 'FutureHouse.Connection'
        $connection.ServiceUri | Should -Be $service
        $connection.Organizations | Should -Be 'alpha'
        $connection.ExpiresAt | Should -BeGreaterThan ([DateTimeOffset]::Now)
        (Get-FhConnection).ServiceUri | Should -Be $service
    }

    It 'takes the key as <_>' -ForEach '$key', '"$key`n"', '"$key`r`n"', '(ConvertTo-SecureString $key -AsPlainText)' {
        (Connect-Fh -ApiKey (& ([scriptblock]::Create($_))) -ServiceUri $service).Organizations | Should -Be 'alpha'
    }

    It 'connects where the organisations cannot be told, with a warning: <_>' -ForEach 'return-html', 'return-404', 'return-403', 'return-500', 'return-truncated-json', 'return-zeros-1K' {
        Add-TestFault organizations.list $_ -Times always
        try {
            $connection = Connect-Fh -ApiKey $key -ServiceUri $service -WarningVariable warnings -WarningAction SilentlyContinue
            $connection.Organizations | Should -BeNullOrEmpty
            $warnings | Should -BeLike 'You are logged in*'
            (New-FhTextContent works x).Status | Should -Be 'Active'
        }
        finally { Clear-TestFault }
    }

    It 'is undone by Remove-Module in its own runspace, and in no other' {
        Connect-TestPlatform
        $other = Invoke-TestRunspace '$null = Connect-Fh -ApiKey $key -ServiceUri $service; Remove-Module FutureHouse; Get-Module FutureHouse' -Variable @{ key = $key; service = $service }
        $other.Errors | Should -BeNullOrEmpty
        $other.Output | Should -BeNullOrEmpty
        (New-FhTextContent still here).Status | Should -Be 'Active'
        (Get-FhConnection).ServiceUri | Should -Be $service
    }

    It 'ends the command where the key is refused, and shows it nowhere' {
        Connect-TestPlatform
        $lines = [Collections.Generic.List[string]]::new()
        $refused = Assert-TestError { Connect-Fh -ApiKey wrong-key-0123456789 -ServiceUri $service -Verbose 4>&1 | ForEach-Object { $lines.Add("$_") } } FhAuthenticationFailed -Terminating
        "$refused $($refused.Exception) $lines" | Should -Not -Match 'wrong-key'
        (Get-FhConnection).ServiceUri | Should -Be $service -Because 'the one before stays'
    }

    It 'ends the command where nobody answers, and the connection before stays' {
        Connect-TestPlatform
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $address = $listener.LocalEndpoint
        $listener.Stop()
        $null = Assert-TestError { Connect-Fh -ApiKey some-key-0123456789 -ServiceUri "http://$address" } FhNetwork -Terminating -Message "*$address*"
        (Get-FhConnection).ServiceUri | Should -Be $service
    }

    It 'sends no key to <_>' -ForEach 'http://example.org', 'nowhere' {
        $null = Assert-TestError { Connect-Fh -ApiKey $key -ServiceUri $_ } FhInvalidRequest -Terminating
        Get-FhConnection | Should -BeNullOrEmpty
    }

    It 'takes a ready token, which is given up when it is refused' {
        $token = (Invoke-RestMethod "${service}auth/login" -Method Post -Body (@{ api_key = $key } | ConvertTo-Json) -ContentType application/json).access_token
        $null = Connect-Fh -Token $token -ServiceUri $service
        $entry = New-FhTextContent t x
        Add-TestFault entries.get return-expired-token
        $null = Assert-TestError { Get-FhDataEntry $entry } FhAuthenticationFailed -Terminating
        (Get-FhDataEntry $entry).Id | Should -Be $entry.Id
    }

    It 'completes the known services' {
        (TabExpansion2 'Connect-Fh -ServiceUri ' 23).CompletionMatches.ListItemText | Should -Be 'production', 'staging', 'development', 'local'
    }
}

Describe 'Without Connect-Fh' {
    BeforeEach { Disconnect-Fh }

    It 'a command ends with an error that names the three ways to a connection' {
        $failed = Assert-TestError { Get-FhDataEntry 11111111-2222-4333-8444-555555555555 } FhNotConnected -Terminating
        foreach ($way in 'Connect-Fh', 'EDISON_PLATFORM_API_KEY', 'Connect-Fh -Local') { "$failed" | Should -BeLike "*$way*" }
    }

    It 'the environment connects at the first use: <_>' -ForEach 'EDISON_PLATFORM_API_KEY', 'FUTUREHOUSE_API_KEY' {
        try {
            [Environment]::SetEnvironmentVariable($_, "$key`r`n")
            $env:FUTUREHOUSE_SERVICE_URI = $service
            Get-FhConnection | Should -BeNullOrEmpty
            (New-FhTextContent -Name a -Content b).Status | Should -Be 'Active'
            (Get-FhConnection).ServiceUri | Should -Be $service
        }
        finally {
            $_, 'FUTUREHOUSE_SERVICE_URI' | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $null) }
        }
    }
}

Describe 'Several connections' {
    It 'work beside each other, by name' {
        $ann = Connect-TestPlatform ann -PassThru
        $bob = Connect-TestPlatform bob -PassThru
        $entry = New-FhTextContent -Name private -Content x -Connection $ann
        $null = Assert-TestError { $entry | Get-FhDataEntry } FhNotFound $entry.Id
        ($entry | Get-FhDataEntry -Connection $ann).Name | Should -Be 'private'
        Disconnect-Fh
        ($entry | Get-FhDataEntry -Connection $ann).Name | Should -Be 'private'
        $null = Assert-TestError { New-FhTextContent -Name n -Content x -Connection $bob } FhNotConnected -Terminating
    }

    It 'are of one runspace each' {
        Connect-TestPlatform
        (Invoke-TestRunspace 'Get-FhConnection; Disconnect-Fh').Output | Should -BeNullOrEmpty
        (New-FhTextContent -Name a -Content b).Status | Should -Be 'Active'
    }
}

Describe 'Connect-Fh -Local' {
    It 'starts a platform, which others join, and which ends with who started it' {
        $store = Join-Path $TestDrive 'store'
        $connection = Connect-Fh -Local -Path $store
        $connection.IsLocal | Should -BeTrue
        $connection.ServiceUri.IsLoopback | Should -BeTrue
        $connection.Organizations | Should -Not -BeNullOrEmpty
        $key = (Get-Content (Join-Path $store 'connection.json') -Raw | ConvertFrom-Json).api_key
        $key | Should -Not -BeNullOrEmpty
        ($connection | Format-List * -Force | Out-String) | Should -Not -Match ([regex]::Escape($key))
        $entry = New-FhTextContent -Name here -Content x

        # Another session's connection to it: leaving it ends nothing.
        $joined = Invoke-TestRunspace '(Connect-Fh -Local -Path $store).ServiceUri; (Get-FhDataEntry $id).Name; Disconnect-Fh' -Variable @{ store = $store; id = $entry.Id }
        $joined.Output | Should -Be $connection.ServiceUri, 'here'
        (Get-FhDataEntry $entry).Name | Should -Be 'here'

        Disconnect-Fh
        $null = Assert-TestError { Connect-Fh -ApiKey $key -ServiceUri $connection.ServiceUri } FhNetwork -Terminating
        Join-Path $store 'connection.json' | Should -Not -Exist

        # The store lasts.
        $null = Connect-Fh -Local -Path $store
        (Get-FhDataEntry $entry).Name | Should -Be 'here'
        Disconnect-Fh
    }

    It 'makes a store that is its owner''s only, and closes one that is not' -Skip:$IsWindows {
        $store = Join-Path $TestDrive 'mine/store'
        $null = Connect-Fh -Local -Path $store
        $null = New-FhTextContent -Name secret -Content x
        Disconnect-Fh
        foreach ($made in (Get-Item (Split-Path $store) -Force), (Get-ChildItem (Split-Path $store) -Recurse -Force)) { $made.UnixFileMode | Should -Not -Match 'Group|Other' }

        Get-Item $store -Force | ForEach-Object { $_.UnixFileMode = 'UserRead, UserWrite, UserExecute, GroupRead, GroupExecute, OtherRead, OtherExecute' }
        Get-ChildItem $store -Recurse -Force -File | ForEach-Object { $_.UnixFileMode = 'UserRead, UserWrite, GroupRead, OtherRead' }
        $null = Connect-Fh -Local -Path $store
        (Get-Item $store), (Get-ChildItem $store -Recurse -Force) | ForEach-Object { $_.UnixFileMode | Should -Not -Match 'Group|Other' }
        Disconnect-Fh
    }
}
