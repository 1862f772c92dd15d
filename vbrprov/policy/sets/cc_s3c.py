"""Cloud Connect tenants whose agents connect to S3 compatible storage directly."""

from vbrprov.policy.sets import CLOUD_CONNECT, PermissionSet

SET = PermissionSet(
    name="CC-S3C",
    doc="Cloud Connect tenants whose agents connect to S3 compatible storage directly.",
    source=CLOUD_CONNECT + "cc_object_storage_permissions.html",
    actions=(
        "iam:AttachUserPolicy",
        "iam:CreateAccessKey",
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:CreateUser",
        "iam:DeleteAccessKey",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:DeleteUser",
        "iam:DeleteUserPolicy",
        "iam:DetachUserPolicy",
        "iam:GetPolicy",
        "iam:GetPolicyVersion",
        "iam:GetUser",
        "iam:GetUserPolicy",
        "iam:ListAccessKeys",
        "iam:ListAttachedUserPolicies",
        "iam:ListPolicyVersions",
        "iam:ListUserPolicies",
        "iam:PutUserPolicy",
        "iam:SetDefaultPolicyVersion",
        "sts:GetCallerIdentity",
    ),
)
