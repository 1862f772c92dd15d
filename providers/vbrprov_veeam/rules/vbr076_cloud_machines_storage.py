"""VBR076: where cloud machines can be backed up to."""

from __future__ import annotations

from collections.abc import Iterator

from vbrprov.sdk import (
    Estate,
    Finding,
    JobKind,
    JobView,
    ProtectionGroupView,
    RepositoryView,
    Rule,
    ScaleOutView,
    Severity,
    Truth,
)
from vbrprov_veeam.rules._saying import told

#: The family of storage that goes with a cloud.
FAMILIES = {"aws": "amazon", "azure": "azure"}


class CloudMachinesStorage(Rule):
    """Cloud machines keep to the storage of their cloud."""

    rule_id = "VBR076"
    severity = Severity.REFUSE
    summary = "Cloud machines with storage of another kind"
    why = """
        EC2 instances can be backed up to Amazon S3 only, Azure virtual machines to Azure Blob
        storage only; never to a scale-out backup repository or a cloud repository of a service
        provider.
    """
    hint = "Use a repository of the same cloud, by itself."
    source = "https://helpcenter.veeam.com/docs/vbr/userguide/pg_cloud_machines_before.html"
    phases = ("static", "plan")
    bad = """
        resource "veeam_protection_group" "ec2" {
          type = "cloud_machines"
          cloud_account { type = "aws" }
        }
        resource "veeam_agent_backup_job" "ec2" {
          protection_group_ids = [veeam_protection_group.ec2.id]
          storage { repository_id = veeam_azure_blob_repository.main.id }
        }
    """
    good = """
        resource "veeam_agent_backup_job" "ec2" {
          protection_group_ids = [veeam_protection_group.ec2.id]
          storage { repository_id = veeam_amazon_s3_repository.main.id }
        }
    """

    def check(self, estate: Estate) -> Iterator[Finding]:
        """Judge each job with each of its groups of cloud machines."""
        for job in estate.jobs:
            if job.kind is JobKind.JOB:
                for member in estate.group_members(job):
                    yield from self._judge(estate, job, member.view, member.sure)

    def _judge(self, estate: Estate, job: JobView, group: ProtectionGroupView,
               sure: Truth) -> Iterator[Finding]:
        def wrong(option: RepositoryView | ScaleOutView) -> Truth:
            if isinstance(option, ScaleOutView):
                return Truth.YES
            family = option.family
            return group.cloud.holds(lambda cloud: FAMILIES.get(cloud, family) != family)

        choice = estate.destination_pool.resolve(job.target)
        provided = job.scope.equals("cloud_connect_repository")
        violated = sure & group.group_type.equals("cloud_machines") & (
            provided | choice.holds(wrong))
        if violated is not Truth.NO:
            said = (f"{job.address} backs up the cloud machines of {group.address} to storage "
                    "that is not their cloud's own")
            yield self.finding(
                violated, job, told(violated, said), at=job.target_at, key=group.address,
                related=[("the cloud machines", group, group.group_type.at),
                         *(("the target", option, "") for option in choice.options)],
                involves=[group, *choice.options])
