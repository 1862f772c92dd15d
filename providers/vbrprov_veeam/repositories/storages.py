"""Blocks and links that several storages share."""

from __future__ import annotations

from vbrprov.sdk import Model, attribute
from vbrprov_veeam import words
from vbrprov_veeam.links import Link
from vbrprov_veeam.repositories.model import port


class BucketBlock(Model):
    """``bucket``: where the backups go."""

    name: str = attribute(doc="Name of the bucket; it must exist.", required=True,
                          replace_on_change=True)
    folder: str = attribute(doc="Folder in the bucket.", required=True, replace_on_change=True)


class ContainerBlock(Model):
    """``container``: where the backups go."""

    name: str = attribute(doc="Name of the container; it must exist.", required=True,
                          replace_on_change=True)
    folder: str = attribute(doc="Folder in the container.", required=True, replace_on_change=True)


class RegionAccount(Model):
    """``account`` of a storage that is told by its region."""

    credentials_id: str = attribute(doc="Id of the cloud credentials.", required=True)
    region_id: str = attribute(doc="Region of the bucket.", required=True, replace_on_change=True)


class ServicePointAccount(RegionAccount):
    """``account`` of a storage that is told by its address."""

    service_point: str = attribute(
        doc="Address of the storage, such as https://s3.example.com.", required=True,
        replace_on_change=True)


class AwsAccount(Model):
    """``account`` of an Amazon storage."""

    credentials_id: str = attribute(doc="Id of cloud credentials of type amazon.", required=True)
    region_type: str = attribute(
        doc="Partition: global, government or china.", default="global",
        choices=words.choices("region_type"), replace_on_change=True)


class AzureAccount(Model):
    """``account`` of an Azure storage."""

    credentials_id: str = attribute(
        doc="Id of cloud credentials of type azure_storage.", required=True)
    region_type: str = attribute(
        doc="Cloud: global, government or china.", default="global",
        choices=words.choices("region_type"), replace_on_change=True)


class HelperServerBlock(Model):
    """``helper_appliance`` of an S3 compatible storage: a server near the storage."""

    managed_server_id: str = attribute(doc="Id of the managed server.", required=True)


class AmazonApplianceBlock(Model):
    """``helper_appliance`` of an Amazon storage: a machine near it that the server makes."""

    ec2_instance_type: str | None = attribute(doc="Type of the EC2 instance.")
    vpc_name: str | None = attribute(doc="Name of the VPC.")
    vpc_id: str | None = attribute(doc="Id of the VPC, where its name is not unique.")
    subnet_name: str | None = attribute(doc="Name of the subnet.")
    subnet_id: str | None = attribute(doc="Id of the subnet, where its name is not unique.")
    security_group: str | None = attribute(doc="Security group.")
    redirector_port: int | None = attribute(doc="Port of the redirector.", validators=(port,))


class AzureApplianceBlock(Model):
    """``helper_appliance`` of an Azure storage: a machine near it that the server makes."""

    subscription_id: str = attribute(
        doc="Id of the subscription as the backup server knows it, not Azure's own.",
        required=True)
    instance_size: str | None = attribute(doc="Size of the machine.")
    resource_group: str | None = attribute(doc="Resource group.")
    virtual_network: str | None = attribute(doc="Virtual network.")
    subnet: str | None = attribute(doc="Subnet.")
    redirector_port: int | None = attribute(doc="Port of the redirector.", validators=(port,))


CREDENTIALS = Link("account.credentials_id", "account.credentialsId")
REGION = Link("account.region_id", "account.regionId")
REGION_TYPE = Link("account.region_type", "account.regionType", "region_type")
SERVICE_POINT = Link("account.service_point", "account.servicePoint")
BUCKET = (Link("bucket.name", "bucket.bucketName"), Link("bucket.folder", "bucket.folderName"))
CONTAINER = (Link("container.name", "container.containerName"),
             Link("container.folder", "container.folderName"))
HELPER_SERVER = Link("helper_appliance.managed_server_id", "proxyAppliance.managedServerId",
                     optional=True)
AMAZON_APPLIANCE = tuple(
    Link(f"helper_appliance.{argument}", f"proxyAppliance.{wire}", optional=True)
    for argument, wire in (
        ("ec2_instance_type", "ec2InstanceType"), ("vpc_name", "vpcName"), ("vpc_id", "vpcId"),
        ("subnet_name", "subnetName"), ("subnet_id", "subnetId"),
        ("security_group", "securityGroup"), ("redirector_port", "redirectorPort")))
AZURE_APPLIANCE = (
    Link("helper_appliance.subscription_id", "proxyAppliance.subscriptionId", optional=True),
    Link("helper_appliance.instance_size", "proxyAppliance.instanceSize", optional=True),
    Link("helper_appliance.resource_group", "proxyAppliance.resourceGroup", optional=True),
    Link("helper_appliance.virtual_network", "proxyAppliance.virtualNetwork", optional=True),
    Link("helper_appliance.subnet", "proxyAppliance.subnet", optional=True),
    Link("helper_appliance.redirector_port", "proxyAppliance.redirectorPort", optional=True),
)
