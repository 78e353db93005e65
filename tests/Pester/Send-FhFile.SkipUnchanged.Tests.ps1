BeforeAll {
    Import-Module $PSScriptRoot/Support/TestPlatform.psm1
    Start-TestPlatform
    Connect-TestPlatform
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'tree')).FullName
    $null = New-Item -ItemType Directory (Join-Path $folder 'sub')
    function Get-Write { Get-TestRequest | Where-Object operation -NotIn 'datasets.get', 'entries.get', 'auth.login', 'organizations.list' }
}

AfterAll { Stop-TestPlatform }

Describe 'Send-FhFile -SkipUnchanged' {
    BeforeEach {
        [IO.File]::WriteAllText("$folder/a.txt", "a`r`n")
        [IO.File]::WriteAllBytes("$folder/b.bin", [byte[]](1, 2, 3, 0))
        [IO.File]::WriteAllBytes("$folder/empty.bin", [byte[]]@())
        [IO.File]::WriteAllText("$folder/sub/c.csv", "x,y`n")
        [IO.File]::Delete("$folder/sub/d.csv")
        $dataset = New-FhDataset -Name sync
        Clear-TestRequest
    }

    It 'does not send again what is there unchanged' {
        Send-FhFile $folder/*.* -DatasetId $dataset -SkipUnchanged | Should -HaveCount 3
        Clear-TestRequest
        $lines = Send-FhFile $folder/*.* -DatasetId $dataset -SkipUnchanged -Verbose 4>&1
        $lines | ForEach-Object { $_.GetType().Name } | Sort-Object -Unique | Should -Be 'VerboseRecord'
        $lines | Where-Object { "$_" -match 'there unchanged' } | Should -HaveCount 3
        Get-Write | Should -BeNullOrEmpty
    }

    It 'goes on with what is missing, by one reading of the dataset' {
        $many = (New-Item -ItemType Directory (Join-Path $TestDrive 'many') -Force).FullName
        foreach ($i in 1..20) {
            [IO.File]::WriteAllText("$many/text$i.txt", "text $i`r`n")
            [IO.File]::WriteAllBytes("$many/bytes$i.bin", [byte[]](1..$i))
        }
        Get-ChildItem $many | Select-Object -First 25 | Send-FhFile -DatasetId $dataset | Should -HaveCount 25
        Clear-TestRequest
        Get-ChildItem $many | Send-FhFile -DatasetId $dataset -SkipUnchanged | Should -HaveCount 15
        Get-TestRequest datasets.get | Should -HaveCount 1
        Get-TestRequest entries.get | Should -BeNullOrEmpty
        Get-TestRequest entries.create | Should -HaveCount 15
        Get-ChildItem $many | Send-FhFile -DatasetId $dataset -SkipUnchanged | Should -BeNullOrEmpty
        Get-FhDataEntry -DatasetId $dataset | Should -HaveCount 40
    }

    It 'asks for the dataset of a parent once' {
        $above = New-FhTextContent -Name above -Content x -DatasetId $dataset
        $null = Send-FhFile $folder/*.* -ParentId $above -DatasetId $dataset
        Clear-TestRequest
        Send-FhFile $folder/*.* -ParentId $above -SkipUnchanged | Should -BeNullOrEmpty
        (Get-TestRequest).operation | Should -Be 'entries.get', 'datasets.get'
    }

    It 'sees a change of the same size' {
        $null = Send-FhFile $folder/*.* -DatasetId $dataset
        [IO.File]::WriteAllBytes("$folder/b.bin", [byte[]](1, 2, 4, 0))
        [IO.File]::WriteAllText("$folder/a.txt", "b`r`n")
        (Send-FhFile $folder/*.* -DatasetId $dataset -SkipUnchanged).Name | Sort-Object | Should -Be 'a.txt', 'b.bin'
    }

    It 'sends of a directory what is new in it' {
        $sent = Send-FhFile $folder -DatasetId $dataset -SkipUnchanged
        $sent | Should -HaveCount 6
        [IO.File]::WriteAllText("$folder/sub/d.csv", 'new')
        $added = Send-FhFile $folder -DatasetId $dataset -SkipUnchanged
        $added.Name | Should -Be 'd.csv'
        $added.ParentId | Should -Be ($sent | Where-Object Name -EQ sub).Id
    }

    It 'does not send again an archive of what is there unchanged' {
        Send-FhFile $folder -AsCollection -DatasetId $dataset -SkipUnchanged | Should -HaveCount 1
        Send-FhFile $folder -AsCollection -DatasetId $dataset -SkipUnchanged | Should -BeNullOrEmpty
        [IO.File]::WriteAllText("$folder/a.txt", 'other')
        Send-FhFile $folder -AsCollection -DatasetId $dataset -SkipUnchanged | Should -HaveCount 1
    }

    It 'needs to know where to look' {
        $null = Assert-TestError { Send-FhFile $folder/a.txt -SkipUnchanged } FhInvalidRequest $folder/a.txt '*-DatasetId*'
        Get-TestRequest | Should -BeNullOrEmpty
    }

    It 'says with -WhatIf that it would look, and asks nothing' {
        Get-TestHost { Send-FhFile "$folder/a.txt" -DatasetId $dataset -SkipUnchanged -WhatIf } | Should -Match 'unless it is there unchanged'
        Get-TestRequest | Should -BeNullOrEmpty
    }
}
