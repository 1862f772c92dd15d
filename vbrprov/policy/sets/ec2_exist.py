"""A helper or archiver appliance in a network that is there already."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="EC2-EXIST",
    doc="A helper or archiver appliance in a network that is there already.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "ec2:",
        "DescribeInstances CreateKeyPair DescribeKeyPairs RunInstances DeleteKeyPair "
        "DescribeVpcAttribute CreateTags DescribeSubnets TerminateInstances "
        "DescribeSecurityGroups DescribeImages DescribeVpcs"),
)
