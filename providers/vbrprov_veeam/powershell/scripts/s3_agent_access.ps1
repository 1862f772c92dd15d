function Read-StepObject {
    $repository = Get-StepRepository -Id $Data.repository_id
    if ($null -eq $repository) { return $null }
    $options = Get-VBRS3CompatibleRepositorySecurityOptions -Repository $repository
    return @{
        policy = [string]$options.AccessControlPolicy
        iam_endpoint = [string]$options.IAMEndpoint
        sts_endpoint = [string]$options.STSEndpoint
    }
}

function Set-StepObject {
    param($Found)
    $repository = Get-StepRepository -Id $Data.repository_id
    if ($null -eq $repository) { throw "There is no object storage repository $($Data.repository_id)." }
    $arguments = @{ Repository = $repository; AccessControlPolicy = $Data.wanted.policy }
    if ($Data.wanted.policy -eq 'S3CompatibleManaged') {
        $arguments['IAMEndpoint'] = $Data.wanted.iam_endpoint
        $arguments['STSEndpoint'] = $Data.wanted.sts_endpoint
    }
    Set-VBRS3CompatibleRepositorySecurityOptions @arguments
}
