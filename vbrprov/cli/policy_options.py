"""Options that say which permissions are meant, as the data source's arguments do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vbrprov.policy.asking import PolicyArguments

Command = Callable[..., Any]


def policy_options(command: Command) -> Command:
    """Everything that decides what is in a policy."""
    for option in reversed((
        click.option("--vendor", default="", metavar="NAME",
                     help="Whose policy it is, such as aws, minio, wasabi or azure."),
        click.option("--purpose", default="", metavar="NAME",
                     help="What it is for, such as repository, agents or archive."),
        click.option("--bucket", "buckets", multiple=True, metavar="NAME",
                     help="A bucket of the repository. May be repeated."),
        click.option("--folder", metavar="NAME",
                     help="Only this folder of a repository in the bucket."),
        click.option("--tier", metavar="NAME",
                     help="Where the folder is: performance or capacity (default: both)."),
        click.option("--immutability", is_flag=True, help="Backups are immutable."),
        click.option("--multi-bucket", is_flag=True,
                     help="Veeam makes child buckets (S3 compatible storage)."),
        click.option("--browse", type=bool, default=True, metavar="BOOL",
                     help="Buckets may be browsed for in the wizard (default true)."),
        click.option("--appliance", metavar="KIND",
                     help="The appliance in EC2: none, existing (its network is there) or new."),
        click.option("--ebs-encryption", is_flag=True,
                     help="The account encrypts new disks by default."),
        click.option("--accelerated-retrieval", is_flag=True,
                     help="Retrieve from S3 Glacier by batch jobs."),
        click.option("--agent-access", metavar="KIND",
                     help="How agents reach S3 compatible storage: backup_server, shared or "
                     "iam_sts."),
        click.option("--tls-only", is_flag=True, help="Deny requests without TLS."),
        click.option("--mfa-free", is_flag=True,
                     help="Allow nothing to sessions that signed in with MFA: keys only."),
        click.option("--hardened", is_flag=True, help="Deny what Veeam must never do."),
        click.option("--principal", "principals", multiple=True, metavar="ARN",
                     help="Make the policy of a bucket (or key) that allows this. May be "
                     "repeated."),
        click.option("--account-id", metavar="ID", help="The account, in the vendor's form."),
        click.option("--partition", default="aws", metavar="NAME",
                     help="aws, aws-cn or aws-us-gov (default aws)."),
        click.option("--subscription-id", metavar="ID", help="Azure: the subscription."),
        click.option("--resource-group", metavar="NAME", help="Azure: the resource group."),
        click.option("--storage-account", metavar="NAME", help="Azure: the storage account."),
        click.option("--project", metavar="ID", help="Google Cloud: the project."),
        click.option("--instance-id", metavar="ID", help="IBM Cloud: the service instance."),
        click.option("--name", metavar="NAME", help="Name of the policy."),
    )):
        command = option(command)
    return command


def make_arguments(**given: Any) -> PolicyArguments:
    """What the options ask for."""
    from vbrprov.policy.asking import PolicyArguments

    return PolicyArguments(**given)
