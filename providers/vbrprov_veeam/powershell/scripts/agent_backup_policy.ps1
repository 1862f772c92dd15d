function Get-StepOwn {
    $all = @(Get-VBRComputerBackupJob -Mode ManagedByAgent)
    if ($Data.id) {
        $fitting = @($all | Where-Object { [string]$_.Id -eq $Data.id })
    } else {
        $fitting = @($all | Where-Object { ([string]$_.Description).EndsWith($Data.mark) })
        $others = @($all | Where-Object { $_.Name -eq $Data.wanted.name })
        if (($fitting.Count -eq 0) -and ($others.Count -gt 0)) {
            throw "A policy $($Data.wanted.name) was there before and is left alone."
        }
    }
    if ($fitting.Count -eq 0) { return $null }
    return $fitting[0]
}

function Read-StepObject {
    $job = Get-StepOwn
    if ($null -eq $job) { return $null }
    $files = @()
    if ([string]$job.BackupType -eq 'SelectedFiles') { $files = @($job.SelectedFilesOptions.SelectedFiles) }
    $repository = $job.DestinationOptions.BackupRepository
    if ($null -eq $repository) { $repository = $job.BackupRepository }
    $daily = $null
    if ($job.ScheduleEnabled) {
        $options = $job.ScheduleOptions.DailyOptions
        $days = @()
        if ([string]$options.Type -eq 'SelectedDays') {
            $days = @(Get-StepSorted -Items $options.DayOfWeek)
        }
        $daily = [ordered]@{ at = [string]$options.Period; kind = [string]$options.Type; days = $days }
    }
    return @{
        id = [string]$job.Id
        name = [string]$job.Name
        description = [string]$job.Description
        platform = [string]$job.OSPlatform
        type = [string]$job.Type
        groups = @(Get-StepSorted -Items @($job.BackupObject | ForEach-Object { [string]$_.Id }))
        backup_type = [string]$job.BackupType
        files = $files
        repository_id = [string]$repository.Id
        retention = [int]$job.RetentionPolicy
        daily = $daily
    }
}

function Get-StepBackupRepository {
    $all = @(Get-VBRBackupRepository) + @(Get-VBRBackupRepository -ScaleOut)
    $all = $all + @(Get-VBRObjectStorageRepository)
    $fitting = @($all | Where-Object { [string]$_.Id -eq $Data.wanted.repository_id })
    if ($fitting.Count -eq 0) { throw "There is no repository $($Data.wanted.repository_id)." }
    return $fitting[0]
}

function New-StepSchedule {
    $daily = $Data.wanted.daily
    $options = @{ Type = $daily.kind; Period = [timespan]$daily.at }
    if ($daily.kind -eq 'SelectedDays') { $options['DayOfWeek'] = @($daily.days) }
    $when = New-VBRDailyOptions @options
    if ($Data.wanted.platform -eq 'Mac') {
        return New-VBRMacScheduleOptions -Type Daily -DailyOptions $when
    }
    return New-VBRUnixScheduleOptions -Type Daily -DailyOptions $when
}

function Set-StepObject {
    param($Found)
    $wanted = $Data.wanted
    $groups = @(Get-VBRProtectionGroup | Where-Object { @($wanted.groups) -contains [string]$_.Id })
    if ($groups.Count -ne @($wanted.groups).Count) { throw 'A protection group is missing.' }
    $arguments = @{
        Name = $wanted.name; Description = $wanted.description; BackupObject = $groups
        BackupType = $wanted.backup_type; RetentionPolicy = $wanted.retention
        EnableSchedule = ($null -ne $wanted.daily)
    }
    if ($wanted.backup_type -eq 'SelectedFiles') {
        $arguments['SelectedFilesOptions'] = New-VBRSelectedFilesBackupOptions -OSPlatform $wanted.platform -BackupSelectedFiles -SelectedFiles ([string[]]@($wanted.files))
    }
    $repository = Get-StepBackupRepository
    if ($wanted.platform -eq 'Mac') {
        $arguments['DestinationOptions'] = New-VBRComputerDestinationOptions -OSPlatform Mac -BackupRepository $repository
    } else {
        $arguments['BackupRepository'] = $repository
    }
    if ($null -ne $wanted.daily) { $arguments['ScheduleOptions'] = New-StepSchedule }
    if ($null -ne $Found) {
        Set-VBRComputerBackupJob -Job (Get-StepOwn) @arguments
    } else {
        Add-VBRComputerBackupJob -OSPlatform $wanted.platform -Type $wanted.type -Mode ManagedByAgent @arguments
    }
}

function Remove-StepObject {
    param($Found)
    Remove-VBRComputerBackupJob -Job (Get-StepOwn) -Confirm:$false
}
