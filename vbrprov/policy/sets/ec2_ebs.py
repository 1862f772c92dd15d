"""Added to EC2-EXIST: the account encrypts new disks by default."""

from vbrprov.policy.sets import GUIDE, PermissionSet

SET = PermissionSet(
    name="EC2-EBS",
    doc="Added to EC2-EXIST: the account encrypts new disks by default.",
    source=GUIDE + "required_permissions.html",
    actions=(
        "ec2:GetEbsEncryptionByDefault",
    ),
)
