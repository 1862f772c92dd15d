"""For the role of the appliance, in the policy of the key that encrypts disks."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="EC2-EBS-KEY",
    doc="For the role of the appliance, in the policy of the key that encrypts disks.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "kms:",
        "Encrypt Decrypt ReEncrypt* GenerateDataKey* DescribeKey CreateGrant"),
)
