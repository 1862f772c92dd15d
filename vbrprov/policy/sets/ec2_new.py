"""Added to EC2-EXIST: the appliance's network is made for it."""

from vbrprov.policy.sets import GUIDE, PermissionSet, named

SET = PermissionSet(
    name="EC2-NEW",
    doc="Added to EC2-EXIST: the appliance's network is made for it.",
    source=GUIDE + "required_permissions.html",
    actions=named(
        "ec2:",
        "CreateVpc CreateSubnet DescribeAvailabilityZones CreateRoute "
        "CreateInternetGateway AttachInternetGateway ModifyVpcAttribute "
        "CreateSecurityGroup DeleteSecurityGroup AuthorizeSecurityGroupIngress "
        "AuthorizeSecurityGroupEgress DescribeRouteTables DescribeInstanceTypes"),
)
