"""Actions of AWS IAM, and of stores that have an IAM like it."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/"
    "list_awsidentityandaccessmanagementiam.html")

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    "iam:AttachUserPolicy": (
        Level.USER, "Attach a managed policy once an agent's own policies are full"),
    "iam:CreateAccessKey": (Level.USER, "Make the key that an agent signs with"),
    "iam:CreatePolicy": (Level.POLICY, "Make a managed policy once an agent's own are full"),
    "iam:CreatePolicyVersion": (Level.POLICY, "Change such a managed policy"),
    "iam:CreateUser": (Level.USER, "Make a user for each agent or tenant"),
    "iam:DeleteAccessKey": (Level.USER, "Remove an agent's key when it is replaced"),
    "iam:DeletePolicy": (Level.POLICY, "Remove a managed policy that no agent needs any more"),
    "iam:DeletePolicyVersion": (Level.POLICY, "Make room for a new version of a managed policy"),
    "iam:DeleteUser": (Level.USER, "Remove the user of an agent that is gone"),
    "iam:DeleteUserPolicy": (Level.USER, "Remove an agent's own policy"),
    "iam:DetachUserPolicy": (Level.USER, "Take a managed policy from an agent"),
    "iam:GetPolicy": (Level.POLICY, "Look at a managed policy"),
    "iam:GetPolicyVersion": (Level.POLICY, "Read what a managed policy allows"),
    "iam:GetUser": (Level.USER, "See whether an agent has a user"),
    "iam:GetUserPolicy": (Level.USER, "Read what an agent's own policy allows"),
    "iam:ListAccessKeys": (Level.USER, "See which keys an agent has"),
    "iam:ListAttachedUserPolicies": (Level.USER, "See which managed policies an agent has"),
    "iam:ListPolicyVersions": (Level.POLICY, "Find the oldest version of a managed policy"),
    "iam:ListUserPolicies": (Level.USER, "See which policies of its own an agent has"),
    "iam:PutUserPolicy": (Level.USER, "Allow an agent its own folder, and nothing else"),
    "iam:SetDefaultPolicyVersion": (Level.POLICY, "Let a new version of a managed policy count"),
    "iam:SimulatePrincipalPolicy": (Level.USER, "See beforehand whether permissions are enough"),
    "iam:TagUser": (Level.USER, "Mark the users that belong to agents"),
    "iam:GetRole": (Level.ROLE, "See whether the role of batch jobs, or of machines, is there"),
    "iam:CreateRole": (Level.ROLE, "Make the role of batch jobs, or of machines"),
    "iam:PutRolePolicy": (Level.ROLE, "Allow batch jobs to restore objects"),
    "iam:DeleteRolePolicy": (Level.ROLE, "Remove what batch jobs were allowed"),
    "iam:DeleteRole": (Level.ROLE, "Remove the role of batch jobs"),
    "iam:PassRole": (Level.ROLE, "Hand the role to a batch job or a machine"),
    "iam:AddRoleToInstanceProfile": (Level.ACCOUNT, "Put the role into the profile of a machine"),
    "iam:AttachRolePolicy": (Level.ROLE, "Allow a machine to take commands"),
    "iam:CreateInstanceProfile": (Level.ACCOUNT, "Make the profile of a machine"),
}
