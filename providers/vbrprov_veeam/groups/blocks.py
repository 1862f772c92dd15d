"""Blocks that say which computers a protection group has, and who logs in to them."""

from __future__ import annotations

from vbrprov.sdk import Model, attribute, block, computed_attribute
from vbrprov_veeam.jobs.checks import word


class SingleUseModel(Model):
    """An account that is used once and forgotten; its secret is an argument of its own."""

    username: str = attribute(doc="User name.", required=True)
    authentication_type: str = word("How it logs in.", "authentication", default="password")
    ssh_port: int | None = attribute(doc="SSH port.")
    elevate_to_root: bool = attribute(doc="Elevate the account to root.", default=False)
    add_to_sudoers: bool = attribute(doc="Add the account to sudoers.", default=False)
    use_su: bool = attribute(doc="Use su where sudo fails.", default=False)


class ComputerBlock(Model):
    """``computer``: one computer."""

    host_name: str = attribute(doc="DNS name or IP address.", required=True)
    connection_type: str = word(
        "How the server logs in: with stored credentials, with ones that are used once and "
        "forgotten, or by the certificate of an agent that was paired by hand.",
        "computer_connection", default="permanent_credentials")
    credentials_id: str | None = attribute(
        doc="Id of the credentials; with permanent_credentials.")
    single_use: SingleUseModel | None = block(
        doc="The account; with single_use_credentials. The server does not show it.")


class ObjectBlock(Model):
    """One object of a directory."""

    distinguished_name: str = attribute(doc="Its distinguished name.", required=True)


class ActiveDirectoryBlock(Model):
    """``active_directory``: computers that a directory knows."""

    domain_id: str = attribute(doc="Id of the veeam_ad_domain.", required=True)
    object: set[ObjectBlock] = block(
        doc="A computer, cluster, group, container, organizational unit or the domain.",
        min_items=1)


class ExclusionsBlock(Model):
    """``exclusions``: what of a directory is left out."""

    virtual_machines: bool = attribute(doc="Leave virtual machines out.", default=False)
    offline_computers: bool = attribute(
        doc="Leave computers out that were offline for 30 days.", default=False)
    object: set[ObjectBlock] = block(doc="An object to leave out.")


class CustomCredentialsBlock(Model):
    """``custom``: other credentials for one object of a directory or one computer of a file."""

    distinguished_name: str | None = attribute(doc="The object, with type ad_objects.")
    computer_name: str | None = attribute(doc="The computer, with type csv_file.")
    connection_type: str = word("How the server logs in, with type ad_objects.",
                                "computer_connection", default="permanent_credentials")
    credentials_id: str | None = attribute(doc="Id of the credentials.")


class GroupCredentialsBlock(Model):
    """``credentials``: who logs in to the computers of a directory or a file."""

    master_credentials_id: str | None = attribute(
        doc="Id of the credentials for all computers.")
    master_connection_type: str = word(
        "How the server logs in; anything but permanent_credentials from revision 1.3-rev2.",
        "computer_connection", default="permanent_credentials")
    custom: set[CustomCredentialsBlock] = block(doc="Other credentials for one of them.")


class CsvFileBlock(Model):
    """``csv_file``: a file that lists computers."""

    path: str = attribute(doc="Path on the backup server, or of a share.", required=True)
    network_credentials_id: str | None = attribute(doc="Id of the credentials for the share.")


class CloudAccountBlock(Model):
    """``cloud_account``: where cloud machines run."""

    type: str = word("Which cloud.", "cloud_account", default="aws")
    credentials_id: str | None = attribute(doc="Id of the cloud credentials, with aws.")
    subscription_id: str | None = attribute(
        doc="Id of the subscription as the backup server knows it, with azure.")
    region_type: str = word("Partition.", "region_type", default="global")
    region_id: str = attribute(doc="Region of the machines.", required=True)
    assign_iam_role: bool = attribute(doc="Give machines the IAM role they need, with aws.",
                                      default=False)


class CloudMachineBlock(Model):
    """A machine, a region or a tag of a cloud."""

    type: str = word("What it is.", "cloud_machine", default="machine")
    name: str = attribute(doc="Name of the machine, the region or the tag.", required=True)
    object_id: str | None = attribute(doc="Id of the machine in the cloud.")
    value: str | None = attribute(doc="Value of the tag.")


class ContentModel(Model):
    """Blocks of all kinds of groups; each kind has some of them."""

    computer: set[ComputerBlock] = block(doc="A computer, with type individual_computers.")
    active_directory: ActiveDirectoryBlock | None = block(
        doc="Objects of a directory, with type ad_objects.")
    exclusions: ExclusionsBlock | None = block(doc="What is left out, with type ad_objects.")
    csv_file: CsvFileBlock | None = block(doc="The file, with type csv_file.")
    credentials: GroupCredentialsBlock | None = block(
        doc="Who logs in, with types ad_objects and csv_file.")
    computer_names: list[str] = computed_attribute(
        doc="The computers that the file of a group of type csv_file lists.")
    cloud_account: CloudAccountBlock | None = block(
        doc="Where the machines run, with type cloud_machines.")
    cloud_machine: set[CloudMachineBlock] = block(
        doc="A machine, region or tag, with type cloud_machines.")
    excluded_cloud_machine: set[CloudMachineBlock] = block(
        doc="One to leave out, with type cloud_machines.")
