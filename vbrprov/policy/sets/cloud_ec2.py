"""Protecting EC2 machines by agents."""

from vbrprov.policy.sets import GUIDE, PermissionSet

SET = PermissionSet(
    name="CLOUD-EC2",
    doc="Protecting EC2 machines by agents.",
    source=GUIDE + "agents_permissions.html",
    actions=(
        "ec2:AssociateIamInstanceProfile",
        "ec2:DescribeIamInstanceProfileAssociations",
        "ec2:DescribeInstances",
        "iam:AddRoleToInstanceProfile",
        "iam:AttachRolePolicy",
        "iam:CreateInstanceProfile",
        "iam:CreateRole",
        "iam:GetRole",
        "iam:GetUser",
        "iam:PassRole",
        "iam:SimulatePrincipalPolicy",
        "sqs:*",
        "ssm:DescribeInstanceInformation",
        "ssm:GetCommandInvocation",
        "ssm:SendCommand",
        "ssm:UpdateManagedInstanceRole",
    ),
)
