function Read-StepObject {
    $repository = Get-StepRepository -Id $Data.repository_id
    if ($null -eq $repository) { return $null }
    return Get-StepUnseen
}

function Get-StepFound {
    param($Items, [string]$What)
    $all = @($Items | Where-Object { $null -ne $_ })
    if ($all.Count -eq 0) { throw "There is no $What." }
    return $all[0]
}

function Set-StepObject {
    param($Found)
    $wanted = $Data.wanted
    $repository = Get-StepRepository -Id $Data.repository_id
    if ($null -eq $repository) { throw "There is no object storage repository $($Data.repository_id)." }
    $account = Get-StepFound -What "service account $($Data.credentials_id)" -Items (
        Get-VBRGoogleCloudComputeAccount | Where-Object { [string]$_.Id -eq $Data.credentials_id })
    $region = Get-StepFound -What "region $($wanted.region)" -Items (
        Get-VBRGoogleCloudComputeRegion -Account $account -Name $wanted.region)
    $zone = Get-StepFound -What "zone $($wanted.zone)" -Items (
        Get-VBRGoogleCloudComputeZone -Region $region -Name $wanted.zone)
    $type = Get-StepFound -What "instance type $($wanted.instance_type)" -Items (
        Get-VBRGoogleCloudComputeInstanceType -Zone $zone -Name $wanted.instance_type)
    $network = Get-StepFound -What "network $($wanted.vpc)" -Items (
        Get-VBRGoogleCloudComputeVPC -Account $account -Name $wanted.vpc)
    $subnet = Get-StepFound -What "subnet $($wanted.subnet)" -Items (
        Get-VBRGoogleCloudComputeSubnet -Region $region -VPC $network -Name $wanted.subnet)
    $appliance = New-VBRGoogleCloudComputeProxyAppliance -InstanceType $type -Subnet $subnet -RedirectorPort $wanted.port
    Set-VBRGoogleCloudRepository -Repository $repository -GoogleProxySpec $appliance
}
