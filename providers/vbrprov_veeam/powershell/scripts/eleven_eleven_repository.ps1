function Get-StepOwn {
    $all = @(Get-VBRObjectStorageRepository)
    if ($Data.id) {
        $fitting = @($all | Where-Object { [string]$_.Id -eq $Data.id })
    } else {
        $fitting = @($all | Where-Object { ([string]$_.Description).EndsWith($Data.mark) })
        $others = @($all | Where-Object { $_.Name -eq $Data.wanted.name })
        if (($fitting.Count -eq 0) -and ($others.Count -gt 0)) {
            throw "A repository $($Data.wanted.name) was there before and is left alone."
        }
    }
    if ($fitting.Count -eq 0) { return $null }
    return $fitting[0]
}

function Read-StepObject {
    $repository = Get-StepOwn
    if ($null -eq $repository) { return $null }
    $folder = $repository.AmazonS3Folder
    return @{
        id = [string]$repository.Id
        name = [string]$repository.Name
        description = [string]$repository.Description
        bucket = [string]$folder.Bucket.Name
        folder = [string]$folder.Name
        infrequent_access = [bool]$repository.EnableIAStorageClass
        immutable = [bool]$repository.BackupImmutabilityEnabled
        immutable_days = $(if ($repository.BackupImmutabilityEnabled) { [int]$repository.ImmutabilityPeriod } else { 0 })
    }
}

function Get-StepFolder {
    param($Connection)
    $bucket = Get-VBRAmazonS3Bucket -Connection $Connection -Name $Data.wanted.bucket
    if ($null -eq $bucket) { throw "There is no bucket $($Data.wanted.bucket)." }
    $folders = @(Get-VBRAmazonS3Folder -Connection $Connection -Bucket $bucket -Name $Data.wanted.folder |
        Where-Object { $_.Name -ceq $Data.wanted.folder })
    if ($folders.Count -gt 0) { return $folders[0] }
    return New-VBRAmazonS3Folder -Connection $Connection -Bucket $bucket -Name $Data.wanted.folder
}

function Set-StepObject {
    param($Found)
    $arguments = @{
        Name = $Data.wanted.name; Description = $Data.wanted.description; Force = $true
        EnableIAStorageClass = $Data.wanted.infrequent_access
    }
    if ($Data.wanted.immutable) { $arguments['ImmutabilityPeriod'] = $Data.wanted.immutable_days }
    if ($null -ne $Found) {
        if ([bool]$Found.immutable -ne $Data.wanted.immutable) {
            throw 'Immutability can only be switched on or off when the repository is added.'
        }
        Set-VBR1111SystemsS3Repository -Repository (Get-StepOwn) @arguments
        return
    }
    $accounts = @(Get-VBRAmazonAccount | Where-Object { [string]$_.Id -eq $Data.credentials_id })
    if ($accounts.Count -eq 0) { throw "There are no credentials $($Data.credentials_id)." }
    $connection = Connect-VBRAmazonS3Service -Account $accounts[0] -RegionType Global -ServiceType CapacityTier
    try {
        $new = @{ EnableBackupImmutability = $Data.wanted.immutable; Connection = $connection }
        $new['AmazonS3Folder'] = Get-StepFolder -Connection $connection
        Add-VBR1111SystemsS3Repository @arguments @new
    } finally {
        Disconnect-VBRAmazonS3Service -Connection $connection
    }
}

function Remove-StepObject {
    param($Found)
    Remove-VBRObjectStorageRepository -Repository (Get-StepOwn) -Confirm:$false
}
