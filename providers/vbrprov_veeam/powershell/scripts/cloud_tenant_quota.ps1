function Get-StepTenant {
    $fitting = @(Get-VBRCloudTenant | Where-Object { [string]$_.Id -eq $Data.tenant_id })
    if ($fitting.Count -eq 0) { throw "There is no tenant $($Data.tenant_id)." }
    return $fitting[0]
}

function Get-StepResource {
    param($Tenant)
    return @($Tenant.Resources |
        Where-Object { [string]$_.Repository.Id -eq $Data.repository_id })
}

function Read-StepObject {
    $own = @(Get-StepResource -Tenant (Get-StepTenant))
    if ($own.Count -eq 0) { return $null }
    return @{
        name = [string]$own[0].RepositoryFriendlyName
        quota_mb = [long]$own[0].RepositoryQuota
    }
}

function Get-StepOthers {
    param($Tenant)
    return @($Tenant.Resources |
        Where-Object { [string]$_.Repository.Id -ne $Data.repository_id })
}

function Set-StepObject {
    param($Found)
    $tenant = Get-StepTenant
    $own = @(Get-StepResource -Tenant $tenant)
    if ($own.Count -gt 0) {
        $resource = Set-VBRCloudTenantResource -CloudTenantResource $own[0] -Repository $own[0].Repository -RepositoryFriendlyName $Data.wanted.name -Quota $Data.wanted.quota_mb
    } else {
        $all = @(Get-VBRBackupRepository) + @(Get-VBRBackupRepository -ScaleOut)
        $all = $all + @(Get-VBRObjectStorageRepository)
        $fitting = @($all | Where-Object { [string]$_.Id -eq $Data.repository_id })
        if ($fitting.Count -eq 0) { throw "There is no repository $($Data.repository_id)." }
        $resource = New-VBRCloudTenantResource -Repository $fitting[0] -RepositoryFriendlyName $Data.wanted.name -Quota $Data.wanted.quota_mb
    }
    $resources = @(Get-StepOthers -Tenant $tenant) + @($resource)
    Set-VBRCloudTenant -CloudTenant $tenant -Resources $resources
}

function Remove-StepObject {
    param($Found)
    $tenant = Get-StepTenant
    $rest = @(Get-StepOthers -Tenant $tenant)
    if ($rest.Count -eq 0) {
        throw 'It is the only resource of the tenant, and a tenant must have one. Remove the tenant instead.'
    }
    Set-VBRCloudTenant -CloudTenant $tenant -Resources $rest
}
