"""Agents that connect to S3 compatible storage directly, by its IAM and STS."""

from vbrprov.policy.sets import GUIDE, PermissionSet

SET = PermissionSet(
    name="AGENT-S3C",
    doc="Agents that connect to S3 compatible storage directly, by its IAM and STS.",
    source=GUIDE + "agents_permissions.html",
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
