function Read-StepObject {
    $repository = Get-StepRepository -Id $Data.repository_id
    if ($null -eq $repository) { return $null }
    $names = @($repository.PSObject.Properties | ForEach-Object { $_.Name })
    foreach ($name in @($Data.shown_as)) {
        if ($names -contains $name) { return @{ enabled = [bool]$repository.$name } }
    }
    return Get-StepUnseen
}

function Set-StepObject {
    param($Found)
    $repository = Get-StepRepository -Id $Data.repository_id
    if ($null -eq $repository) { throw "There is no object storage repository $($Data.repository_id)." }
    if ($Data.storage_class -eq 'cool') {
        Set-VBRAzureBlobRepository -Repository $repository -EnableCoolAccessTier:$Data.wanted.enabled
    } else {
        Set-VBRGoogleCloudRepository -Repository $repository -EnableColdlineStorageClass:$Data.wanted.enabled
    }
}
