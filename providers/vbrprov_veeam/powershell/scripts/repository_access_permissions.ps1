function Get-StepBackupRepository {
    $all = @(Get-VBRBackupRepository) + @(Get-VBRBackupRepository -ScaleOut)
    $all = $all + @(Get-VBRObjectStorageRepository)
    $fitting = @($all | Where-Object { [string]$_.Id -eq $Data.repository_id })
    if ($fitting.Count -eq 0) { return $null }
    return $fitting[0]
}

function Read-StepObject {
    $repository = Get-StepBackupRepository
    if ($null -eq $repository) { return $null }
    $permission = Get-VBREPPermission -Repository $repository.Name
    $users = @()
    if ([string]$permission.PermissionType -eq 'OnlySelectedUsers') {
        $users = @(Get-StepSorted -Items $permission.Users)
    }
    $key = $null
    if ($permission.IsEncryptionEnabled -and $permission.EncryptionKey) {
        $key = [string]$permission.EncryptionKey.Id
    }
    return @{
        type = [string]$permission.PermissionType
        users = $users
        encrypted = [bool]$permission.IsEncryptionEnabled
        encryption_key = $key
    }
}

function Set-StepObject {
    param($Found)
    $repository = Get-StepBackupRepository
    if ($null -eq $repository) { throw "There is no repository $($Data.repository_id)." }
    $arguments = @{ Repository = $repository.Name; Type = $Data.wanted.type; Force = $true }
    if ($Data.wanted.type -eq 'OnlySelectedUsers') {
        $arguments['User'] = [string[]]@($Data.wanted.users)
    }
    $arguments['EnableEncryption'] = $Data.wanted.encrypted
    if ($Data.wanted.encryption_key) {
        $keys = @(Get-VBREncryptionKey |
            Where-Object { [string]$_.Id -eq $Data.wanted.encryption_key })
        if ($keys.Count -eq 0) { throw "There is no encryption key $($Data.wanted.encryption_key)." }
        $arguments['EncryptionKey'] = $keys[0]
    }
    Set-VBREPPermission @arguments
}
