
function Get-StepMismatch {
    param($Found)
    if (($null -ne $Found) -and $Found['unseen']) {
        return 'It is set, but this version does not show it. Look at it in the console; if it is as wanted, run this script again with -Seen.'
    }
    return 'What was read back is not what is wanted.'
}

$report = [ordered]@{
    address = $Data.address; mode = $Data.mode; ok = $false; changed = $false; found = $null
    error = ''
}
try {
    Import-Module -Name Veeam.Backup.PowerShell -DisableNameChecking
    $found = Read-StepObject
    if ($Data.mode -eq 'ensure') {
        if (($null -eq $found) -or -not (Test-StepWanted -Found $found)) {
            $null = Set-StepObject -Found $found
            $report['changed'] = $true
            $found = Read-StepObject
        }
        $report['ok'] = ($null -ne $found) -and (Test-StepWanted -Found $found)
        if (-not $report['ok']) { $report['error'] = Get-StepMismatch -Found $found }
    } elseif ($Data.mode -eq 'reset') {
        if (($null -ne $found) -and -not (Test-StepWanted -Found $found)) {
            $null = Set-StepObject -Found $found
            $report['changed'] = $true
            $found = Read-StepObject
        }
        $report['ok'] = ($null -eq $found) -or (Test-StepWanted -Found $found)
        if (-not $report['ok']) { $report['error'] = Get-StepMismatch -Found $found }
    } elseif ($Data.mode -eq 'absent') {
        if ($null -ne $found) {
            $null = Remove-StepObject -Found $found
            $report['changed'] = $true
            $found = Read-StepObject
        }
        $report['ok'] = ($null -eq $found)
        if (-not $report['ok']) { $report['error'] = 'It is still there.' }
    } elseif ($Data.mode -eq 'read') {
        $report['ok'] = $true
    } else {
        throw "There is no mode $($Data.mode)."
    }
    $report['found'] = $found
} catch {
    $report['ok'] = $false
    $report['error'] = [string]$_.Exception.Message
}
$text = ConvertTo-StepText -Value $report
$sha = [System.Security.Cryptography.SHA256]::Create()
$whole = $StepHash + $text
$bytes = $sha.ComputeHash([System.Text.Encoding]::UTF8.GetBytes($whole))
$proof = [System.BitConverter]::ToString($bytes).Replace('-', '').ToLower()
$result = [ordered]@{ vbrprov_result = 1; step = $StepHash; report = $text; proof = $proof }
$line = ConvertTo-StepText -Value $result
if ($ResultFile) { [System.IO.File]::WriteAllText($ResultFile, $line) }
Write-Output -InputObject $line
