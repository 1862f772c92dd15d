"""Added to S3-ARCH: accelerated retrieval from S3 Glacier by batch jobs."""

from vbrprov.policy.sets import GUIDE, PermissionSet

SET = PermissionSet(
    name="S3-BATCH",
    doc="Added to S3-ARCH: accelerated retrieval from S3 Glacier by batch jobs.",
    source=GUIDE + "required_permissions.html",
    actions=(
        "iam:GetRole",
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:DeleteRole",
        "iam:PassRole",
        "s3:CreateJob",
        "s3:DescribeJob",
    ),
)
