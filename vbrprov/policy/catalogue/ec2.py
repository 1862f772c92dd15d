"""Actions of Amazon EC2: helper and archiver appliances, and machines that are backed up."""

from typing import Final

from vbrprov.sdk import Level

SOURCE: Final = (
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html")

ACTIONS: Final[dict[str, tuple[Level, str]]] = {
    f"ec2:{name}": (Level.ACCOUNT, why) for name, why in {
        "DescribeInstances": "Follow the appliance, or find the machine",
        "CreateKeyPair": "Make the key to log in to the appliance",
        "DescribeKeyPairs": "See whether that key is there",
        "RunInstances": "Start the appliance",
        "DeleteKeyPair": "Remove the key with the appliance",
        "DescribeVpcAttribute": "See whether names resolve in the appliance's network",
        "CreateTags": "Mark what belongs to the appliance",
        "DescribeSubnets": "Find the subnet for the appliance",
        "TerminateInstances": "Remove the appliance after its work",
        "DescribeSecurityGroups": "Find the security group for the appliance",
        "DescribeImages": "Find the image of the appliance",
        "DescribeVpcs": "Find the network for the appliance",
        "CreateVpc": "Make a network for the appliance",
        "CreateSubnet": "Make a subnet for the appliance",
        "DescribeAvailabilityZones": "Choose a zone for the new subnet",
        "CreateRoute": "Lead the new network to the internet",
        "CreateInternetGateway": "Make the way of the new network to the internet",
        "AttachInternetGateway": "Give the new network that way",
        "ModifyVpcAttribute": "Let names resolve in the new network",
        "CreateSecurityGroup": "Make a security group for the appliance",
        "DeleteSecurityGroup": "Remove that security group",
        "AuthorizeSecurityGroupIngress": "Let the backup server reach the appliance",
        "AuthorizeSecurityGroupEgress": "Let the appliance reach the storage",
        "DescribeRouteTables": "Find the routes of the network",
        "DescribeInstanceTypes": "Choose a size for the appliance",
        "GetEbsEncryptionByDefault": "See whether new disks are encrypted by default",
        "AssociateIamInstanceProfile": "Give a machine the profile that lets it take commands",
        "DescribeIamInstanceProfileAssociations": "See which profile a machine has",
    }.items()
}
