"""Agents that connect to Amazon S3 directly: a user for each of them."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="AGENT-AWS",
    doc="Agents that connect to Amazon S3 directly: a user for each of them.",
    source=GUIDE + "agents_permissions.html",
    actions=named(
        "iam:",
        "AttachUserPolicy CreateAccessKey CreatePolicy CreatePolicyVersion CreateUser "
        "DeleteAccessKey DeletePolicy DeletePolicyVersion DeleteUser DeleteUserPolicy "
        "DetachUserPolicy GetPolicy GetPolicyVersion GetUser GetUserPolicy ListAccessKeys "
        "ListAttachedUserPolicies ListPolicyVersions ListUserPolicies PutUserPolicy "
        "SetDefaultPolicyVersion SimulatePrincipalPolicy TagUser"),
)
