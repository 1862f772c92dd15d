# A step of vbrprov. It reads what is there, changes it only where it differs, reads it again and
# prints one line of JSON for "vbrprov confirm". It may be run again at any time.
# Run it in PowerShell on the backup server, or where the Veeam console is installed.
# Where it says that a setting is not shown, look at it in the console and run it with -Seen.
param([string]$ResultFile, [switch]$Seen)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$StepHash = '@HASH@'
$Data = ConvertFrom-Json -InputObject @'
@DATA@
'@

function ConvertTo-StepText {
    param($Value)
    return ConvertTo-Json -InputObject $Value -Depth 8 -Compress
}

function Get-StepUnseen {
    $found = @{ unseen = $true }
    if ($Seen) {
        foreach ($property in $Data.wanted.PSObject.Properties) {
            $found[$property.Name] = $property.Value
        }
    }
    return $found
}

function Get-StepRepository {
    param([string]$Id)
    $fitting = @(Get-VBRObjectStorageRepository | Where-Object { [string]$_.Id -eq $Id })
    if ($fitting.Count -eq 0) { return $null }
    return $fitting[0]
}

function Get-StepSorted {
    param($Items)
    if ($null -eq $Items) { return }
    $list = [string[]]@($Items | ForEach-Object { [string]$_ })
    $null = [System.Array]::Sort($list, [System.StringComparer]::Ordinal)
    return $list
}

function Test-StepWanted {
    param($Found)
    foreach ($property in $Data.wanted.PSObject.Properties) {
        $now = ConvertTo-StepText -Value $Found[$property.Name]
        $then = ConvertTo-StepText -Value $property.Value
        if ($now -cne $then) { return $false }
    }
    return $true
}

