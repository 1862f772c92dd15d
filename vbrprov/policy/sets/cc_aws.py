"""Cloud Connect tenants whose agents connect to Amazon S3 directly."""

from vbrprov.policy.sets import CLOUD_CONNECT, PermissionSet, named

SET = PermissionSet(
    name="CC-AWS",
    doc="Cloud Connect tenants whose agents connect to Amazon S3 directly.",
    source=CLOUD_CONNECT + "cc_object_storage_permissions.html",
    actions=named(
        "iam:",
        "CreateAccessKey CreatePolicy CreatePolicyVersion CreateUser DeleteAccessKey "
        "DeletePolicy DeletePolicyVersion DeleteUser DeleteUserPolicy DetachUserPolicy "
        "GetPolicy GetPolicyVersion GetUser GetUserPolicy ListAccessKeys "
        "ListAttachedUserPolicies ListPolicyVersions ListUserPolicies PutUserPolicy "
        "SetDefaultPolicyVersion SimulatePrincipalPolicy TagUser"),
)
